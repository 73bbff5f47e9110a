import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type FileHandle, open } from 'node:fs/promises';
import { constants } from 'node:os';
import { SubmitError } from './errors.ts';
import { exitStatusOf } from './exit-codes.ts';
import { WATCHDOG_SCRIPT } from './watchdog-script.ts';

// main.ts ── DriverProcess ──spawn──► bin/spark-submit (terminal and process group are ours) ──► JVM, Python, …
//                 └──pipe──► sh watchdog, in a session of its own: signals them, and ends them if we are gone

/** What to start. */
export interface DriverProcessOptions {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Where standard error goes, if not to ours. */
  readonly errorFile?: string;
}

/** The end of a driver. */
export interface DriverEnd {
  /** The exit status as a shell would report it. */
  readonly status: number;
}

/** The environment variable by which the watchdog knows the driver's processes. */
const MARK = 'SPARK_MESOS_RUN';

/**
 * Spark's own program as our child. It shares terminal and process group with us, so that Ctrl-C, job
 * control and line editing in a shell are as without us.
 */
export class DriverProcess {
  readonly #watchdog: ChildProcess;
  #bySignal = false;
  /** How it ended, once it has. */
  readonly ended: Promise<DriverEnd>;

  private constructor(child: ChildProcess, watchdog: ChildProcess) {
    this.#watchdog = watchdog;
    this.ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        this.#bySignal = signal !== null;
        resolve({ status: exitStatusOf(code, signal, constants.signals) });
      });
    });
  }

  /** Starts it; rejects if the program does not run at all. */
  static async start(options: DriverProcessOptions): Promise<DriverProcess> {
    const mark = randomUUID();
    const errorFile = options.errorFile === undefined ? undefined : await openLog(options.errorFile);
    try {
      const child = spawn(options.program, options.arguments, {
        env: { ...options.environment, [MARK]: mark },
        stdio: ['inherit', 'inherit', errorFile?.fd ?? 'inherit'],
      });
      await started(child, options.program);
      return new DriverProcess(child, startWatchdog(`${MARK}=${mark}`, child.pid ?? 0));
    } finally {
      await errorFile?.close();
    }
  }

  /** Sends a signal to every process of the driver, however they are nested. */
  signal(name: NodeJS.Signals): void {
    this.#watchdog.stdin?.write(`signal ${name.replace(/^SIG/, '')}\n`);
  }

  /**
   * After its end: one that went by itself is let go of, with whatever it left running on purpose; of one that
   * was killed the rest is ended.
   */
  async finish(): Promise<void> {
    if (!this.#bySignal) this.#watchdog.stdin?.write('done\n');
    await this.end();
  }

  /** Ends what is left of it: TERM, and KILL some seconds later; resolves when nothing is left. */
  async end(): Promise<void> {
    if (this.#watchdog.exitCode !== null || this.#watchdog.signalCode !== null) return;
    const gone = once(this.#watchdog, 'exit');
    this.#watchdog.ref();
    this.#watchdog.stdin?.end();
    await gone;
  }
}

async function openLog(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'w');
  } catch (error) {
    throw new SubmitError(
      'SUBMIT_USAGE',
      `cannot write the driver's log to ${file}: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
}

async function started(child: ChildProcess, program: string): Promise<void> {
  try {
    await once(child, 'spawn');
  } catch (error) {
    throw new SubmitError('SUBMIT_DRIVER_START', `${program} does not start: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function startWatchdog(mark: string, pid: number): ChildProcess {
  const watchdog = spawn('/bin/sh', ['-c', WATCHDOG_SCRIPT, 'spark-mesos-watchdog', mark, String(pid)], {
    // A session of its own: what ends our group or our terminal must not end the guard.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // A guard that is gone can guard nothing; writing to it must not end us.
  watchdog.stdin?.on('error', () => {});
  watchdog.on('error', () => {});
  watchdog.unref();
  return watchdog;
}
