import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Reaper } from '../reaper/reaper.ts';
import { killQuietly } from '../reaper/session-sweeper.ts';
import { findHostUser } from './host-user.ts';
import type { CheckOrder, CheckResult } from './messages.ts';

/** What a checker needs. */
export interface CheckerOptions {
  readonly reaper: Reaper;
  readonly report: (checkId: string, result: CheckResult) => void;
}

type CommandCheck = Extract<CheckOrder['what'], { kind: 'command' }>;

/** Carries out checks of tasks: a command beside the task, an HTTP request, or a connection. */
export class Checker {
  readonly #options: CheckerOptions;
  readonly #running = new Map<string, AbortController>();
  readonly #work = new Set<Promise<void>>();

  constructor(options: CheckerOptions) {
    this.#options = options;
  }

  check(order: CheckOrder): void {
    const abort = new AbortController();
    this.cancel(order.checkId);
    this.#running.set(order.checkId, abort);
    const signal = AbortSignal.any([abort.signal, AbortSignal.timeout(order.timeoutMs)]);
    const work = this.#find(order, signal)
      .catch((error: unknown) => ({ isDone: false, problem: String(error) }))
      .then((result) => {
        if (this.#running.get(order.checkId) !== abort) return;
        this.#running.delete(order.checkId);
        this.#options.report(order.checkId, result);
      });
    this.#work.add(work);
    void work.finally(() => this.#work.delete(work));
  }

  cancel(checkId: string): void {
    const abort = this.#running.get(checkId);
    this.#running.delete(checkId);
    abort?.abort(new Error('the check is not wanted any more'));
  }

  /** Ends all checks and waits until they have ended. */
  async close(): Promise<void> {
    for (const checkId of [...this.#running.keys()]) this.cancel(checkId);
    await Promise.all(this.#work);
  }

  async #find({ what }: CheckOrder, signal: AbortSignal): Promise<CheckResult> {
    if (what.kind === 'command') return this.#command(what, signal);
    if (what.kind === 'tcp') return { isDone: true, isConnected: await canConnect(what.port, signal) };
    const answer = await fetch(what.url, { signal });
    await answer.body?.cancel();
    return { isDone: true, httpStatus: answer.status };
  }

  async #command(what: CommandCheck, signal: AbortSignal): Promise<CheckResult> {
    const { command, directory, environment } = what;
    const isShell = command.shell ?? true;
    const program = isShell ? '/bin/sh' : (command.value ?? '');
    const [argv0 = program, ...args] = isShell
      ? ['sh', '-c', command.value ?? '']
      : (command.arguments ?? []);
    const user = await findHostUser(what.user);
    if (user === 'unknown') return { isDone: false, problem: `this machine has no user '${what.user}'` };
    signal.throwIfAborted();
    const child = spawn(program, args, {
      argv0,
      cwd: directory,
      env: { ...environment },
      detached: true,
      stdio: 'ignore',
      ...(user !== undefined && { uid: user.uid, gid: user.gid }),
    });
    const { pid } = child;
    if (pid === undefined) {
      const [error] = (await once(child, 'error')) as [Error];
      return { isDone: false, problem: error.message };
    }
    this.#options.reaper.add(pid);
    const kill = () => killQuietly(-pid, 'SIGKILL');
    signal.addEventListener('abort', kill);
    const [status] = (await once(child, 'exit')) as [number | null];
    signal.removeEventListener('abort', kill);
    kill();
    this.#options.reaper.remove(pid);
    return status === null ? { isDone: false } : { isDone: true, exitStatus: status };
  }
}

function canConnect(port: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const done = (answer: boolean) => {
      signal.removeEventListener('abort', aborted);
      socket.destroy();
      resolve(answer);
    };
    const aborted = () => done(false);
    signal.addEventListener('abort', aborted);
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}
