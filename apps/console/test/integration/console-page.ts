import type { BrowserContextOptions } from 'playwright-core';
import { BrowserWindows, buildPage, type WatchedPage, WINDOWS } from './browser-windows.ts';
import { FakeMaster } from './fake-master.ts';
import type { RecordedCluster } from './recorded-cluster.ts';

/** The built page, served by a master that a test commands, in a real browser. */
export class ConsoleUnderTest {
  /** What the master shows; a test may put another cluster in its place. */
  cluster: RecordedCluster;
  readonly master: FakeMaster;
  readonly #windows: BrowserWindows;
  readonly #remove: () => Promise<void>;

  /** Builds the source as it is, and starts all that is needed to look at it. */
  static async start(cluster: RecordedCluster): Promise<ConsoleUnderTest> {
    const windows = await BrowserWindows.launch();
    const { root, remove } = await buildPage('mesos');
    let shown: () => RecordedCluster = () => cluster;
    const master = await FakeMaster.start(root, () => shown());
    const console = new ConsoleUnderTest(cluster, master, windows, remove);
    shown = () => console.cluster;
    return console;
  }

  private constructor(
    cluster: RecordedCluster,
    master: FakeMaster,
    windows: BrowserWindows,
    remove: () => Promise<void>,
  ) {
    this.cluster = cluster;
    this.master = master;
    this.#windows = windows;
    this.#remove = remove;
  }

  /** Opens the page at a route; whatever goes wrong from then on is collected. */
  async open(route: string, options: BrowserContextOptions = WINDOWS.desktop): Promise<WatchedPage> {
    const opened = await this.#windows.open(this.master.url, route, options);
    await opened.page.getByRole('status').getByText('live').waitFor();
    return opened;
  }

  /** Closes every window that has been opened. */
  closeWindows(): Promise<void> {
    return this.#windows.closeWindows();
  }

  async close(): Promise<void> {
    await this.#windows.close();
    await this.master.close();
    await this.#remove();
  }
}
