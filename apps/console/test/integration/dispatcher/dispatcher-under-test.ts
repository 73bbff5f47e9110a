import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import {
  type AccessRules,
  type Attempt,
  DispatcherServer,
  type LeaderCard,
  type LogRange,
  OPEN_ACCESS,
} from '@spark-mesos/cluster-dispatcher';
import { FakeService } from '@spark-mesos/cluster-dispatcher/testing';
import { silentLogger } from '@spark-mesos/scheduler-utils';
import type { BrowserContextOptions } from 'playwright-core';
import { readDispatcherPage } from '../../../src/index.ts';
import { BrowserWindows, buildPage, type WatchedPage, WINDOWS } from '../browser-windows.ts';

/** The built page, served by the real server over a dispatcher that a test commands, in a real browser. */
export class DispatcherUnderTest {
  readonly #windows: BrowserWindows;
  readonly #page: Awaited<ReturnType<typeof readDispatcherPage>>;
  readonly #opened: ServedDispatcher[] = [];

  /** Builds the source as it is, and starts the browser. */
  static async start(): Promise<DispatcherUnderTest> {
    const windows = await BrowserWindows.launch();
    const { root, remove } = await buildPage('dispatcher');
    const page = await readDispatcherPage(root);
    await remove();
    return new DispatcherUnderTest(windows, page);
  }

  private constructor(windows: BrowserWindows, page: Awaited<ReturnType<typeof readDispatcherPage>>) {
    this.#windows = windows;
    this.#page = page;
  }

  /** A dispatcher with its page, until the windows are closed. */
  async serve(service: FakeService = new FakeService(), access: AccessRules = OPEN_ACCESS) {
    const served = await ServedDispatcher.start(this.#windows, this.#page, service, access);
    this.#opened.push(served);
    return served;
  }

  /** Closes every window and every server. */
  async closeWindows(): Promise<void> {
    await this.#windows.closeWindows();
    for (const served of this.#opened.splice(0)) await served.close();
  }

  async close(): Promise<void> {
    await this.#windows.close();
  }
}

/** A dispatcher that answers browsers, through a wire that can be cut. */
export class ServedDispatcher {
  readonly service: FakeService;
  readonly url: string;
  /** What is in the logs, by task and file: `driver-1/stderr`. */
  readonly logs: Map<string, string>;
  /** What its gateway has, as that tells it. */
  readonly applications: object[];
  /** Another dispatcher that leads, to which all who ask are sent. */
  leader: LeaderCard | undefined;
  readonly #windows: BrowserWindows;
  readonly #server: DispatcherServer;
  readonly #wire: Wire;

  static async start(
    windows: BrowserWindows,
    page: Awaited<ReturnType<typeof readDispatcherPage>>,
    service: FakeService,
    access: AccessRules,
  ): Promise<ServedDispatcher> {
    const logs = new Map<string, string>();
    const applications: object[] = [];
    let leader: () => LeaderCard | undefined = () => undefined;
    const server = await DispatcherServer.start({
      service,
      access,
      serverSparkVersion: '3.5.6',
      version: '1.0.0',
      logger: silentLogger,
      page,
      leader: () => leader(),
      links: {
        historyServerUrl: 'http://history.example:18080',
        driverUi: ({ taskState, hostname }) =>
          taskState === 'TASK_RUNNING' ? `http://${hostname}.example:4040` : undefined,
      },
      applications: { list: () => applications, explain: () => undefined },
      logs: { read: (attempt, range) => Promise.resolve(readLog(logs, attempt, range)) },
    });
    const wire = await Wire.to(await server.listen('127.0.0.1', 0));
    const served = new ServedDispatcher(windows, { service, logs, applications }, server, wire);
    leader = () => served.leader;
    return served;
  }

  private constructor(
    windows: BrowserWindows,
    { service, logs, applications }: Pick<ServedDispatcher, 'service' | 'logs' | 'applications'>,
    server: DispatcherServer,
    wire: Wire,
  ) {
    this.service = service;
    this.logs = logs;
    this.applications = applications;
    this.url = `http://127.0.0.1:${wire.port}/`;
    this.#windows = windows;
    this.#server = server;
    this.#wire = wire;
  }

  /** Opens the page at a route, without waiting for anything. */
  openAtOnce(route: string, options: BrowserContextOptions = WINDOWS.desktop): Promise<WatchedPage> {
    return this.#windows.open(this.url, route, options);
  }

  /** Opens the page at a route. */
  async open(route: string, options: BrowserContextOptions = WINDOWS.desktop): Promise<WatchedPage> {
    const opened = await this.openAtOnce(route, options);
    await opened.page.getByRole('status').getByText('live').waitFor();
    return opened;
  }

  /** Nobody gets through, and all connections are gone. */
  cut(): void {
    this.#wire.cut();
  }

  /** It is as it was. */
  mend(): void {
    this.#wire.mend();
  }

  async close(): Promise<void> {
    await this.#server.close();
    await this.#wire.close();
  }
}

/** Between browser and server. */
class Wire {
  readonly port: number;
  readonly #listener: Server;
  readonly #sockets = new Set<Socket>();
  #isCut = false;

  static async to(port: number): Promise<Wire> {
    const listener = createServer();
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    return new Wire(listener, port);
  }

  private constructor(listener: Server, target: number) {
    this.#listener = listener;
    this.port = (listener.address() as AddressInfo).port;
    listener.on('connection', (near) => {
      if (this.#isCut) {
        near.destroy();
        return;
      }
      const far = connect(target, '127.0.0.1');
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(socket);
        socket.on('error', () => socket.destroy());
        socket.on('close', () => {
          this.#sockets.delete(socket);
          other.destroy();
        });
        socket.pipe(other);
      }
    });
  }

  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#isCut = false;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#listener.close(resolve));
  }
}

function readLog(logs: ReadonlyMap<string, string>, { taskId }: Attempt, { file, offset, length }: LogRange) {
  const bytes = Buffer.from(logs.get(`${taskId}/${file}`) ?? '');
  const start = offset ?? Math.max(0, bytes.length - length);
  return { ok: true, bytes: bytes.subarray(start, start + length), offset: start } as const;
}
