import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { LocalMesosLogger } from '../logger.ts';
import { REAPER_SCRIPT } from './reaper-script.ts';

/** What a reaper must know beforehand. */
export interface ReaperOptions {
  /** Stands in the environment of every task of the cluster, and of nothing else. */
  readonly mark: string;
  /** Removed when all is over, also when this process is killed. */
  readonly temporaryFolder: string | undefined;
  readonly logger: LocalMesosLogger;
}

/**
 * Keeps the promise that no process outlives the cluster, not even when this one is killed with SIGKILL:
 * a small shell in a session of its own, whose standard input is a pipe from here.
 */
export class Reaper {
  readonly #options: ReaperOptions;
  readonly #groups = new Set<number>();
  #shell: ChildProcess;
  #isClosing = false;

  constructor(options: ReaperOptions) {
    this.#options = options;
    this.#shell = this.#start();
  }

  /** The process that watches, as long as there is one. */
  get pid(): number | undefined {
    return this.#shell.pid;
  }

  /** From now on this process group dies with the cluster. */
  add(group: number): void {
    this.#groups.add(group);
    this.#tell(`add ${group}`);
  }

  /** This process group is gone; its number may come again for another. */
  remove(group: number): void {
    if (this.#groups.delete(group)) this.#tell(`del ${group}`);
  }

  /** Kills what is left, removes the temporary folder, and waits until that is done. */
  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    const shell = this.#shell;
    if (shell.exitCode !== null || shell.signalCode !== null) return;
    const exited = once(shell, 'exit');
    // Where nothing else keeps this process alive, its end must be waited for all the same.
    shell.ref();
    shell.stdin?.end();
    await exited;
  }

  #start(): ChildProcess {
    const { mark, temporaryFolder, logger } = this.#options;
    const shell = spawn('/bin/sh', ['-c', REAPER_SCRIPT, 'mesos-local-reaper', mark, temporaryFolder ?? ''], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
      cwd: '/',
    });
    // The cluster itself decides how long this process lives.
    shell.unref();
    (shell.stdin as { unref?: () => void } | null)?.unref?.();
    shell.stdin?.on('error', () => {});
    shell.on('error', (error) => logger.error({ error }, 'reaper could not be started'));
    shell.on('exit', () => this.#lost(shell));
    return shell;
  }

  /** Somebody has killed it: a new one takes over the groups that are still there. */
  #lost(shell: ChildProcess): void {
    if (this.#isClosing || shell !== this.#shell) return;
    this.#options.logger.warn({ pid: shell.pid }, 'reaper was lost; starting another');
    this.#shell = this.#start();
    for (const group of this.#groups) this.#tell(`add ${group}`);
  }

  #tell(line: string): void {
    this.#shell.stdin?.write(`${line}\n`);
  }
}
