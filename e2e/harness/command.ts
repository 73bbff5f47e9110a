import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shellStatus } from '../../scripts/support/run.mjs';
import { eventually } from './eventually.ts';
import { ROOT } from './sparks.ts';

/** The built command. */
export const COMMAND = join(ROOT, 'apps', 'submit', 'dist', 'main.js');

/** The built command of the dispatcher. */
export const DISPATCHER = join(ROOT, 'apps', 'dispatcher', 'dist', 'main.js');

/** How long after the command's end its output may still come. */
const LAST_OUTPUT_MS = 1_000;

/** How the command ended and what it left. */
export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
}

/** What `spark-mesos` is started with. */
export interface CommandOptions {
  /** What is run; by default the command of ours. */
  readonly program?: readonly string[];
  readonly words: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly workingFolder: string;
  readonly driverLogFile: string;
  readonly input?: string;
  readonly deadlineMs?: number;
}

/**
 * `spark-mesos` as a child with a process group of its own, as it would have on a terminal. It is killed with all
 * of its group when it passes its deadline.
 */
export class SparkMesosCommand {
  readonly #child: ChildProcess;
  readonly #options: CommandOptions;
  readonly #startedAt = Date.now();
  readonly ended: Promise<Ended>;
  #stdout = '';
  #stderr = '';

  constructor(options: CommandOptions) {
    this.#options = options;
    const [program = '', ...before] = options.program ?? [process.execPath, COMMAND];
    this.#child = spawn(program, [...before, ...options.words], {
      cwd: options.workingFolder,
      env: options.environment,
      detached: true,
      stdio: 'pipe',
    });
    this.#child.stdout?.on('data', (text) => {
      this.#stdout += text;
    });
    this.#child.stderr?.on('data', (text) => {
      this.#stderr += text;
    });
    // A command that ends early closes its input before it has read it.
    this.#child.stdin?.on('error', () => {});
    this.#child.stdin?.end(options.input ?? '');
    this.ended = this.#awaitEnd(options.deadlineMs ?? 120_000);
    // A test that looks at something else first is not to be ended by this.
    this.ended.catch(() => {});
  }

  /** Whether it was asked to tell what happens. */
  get withProgress(): boolean {
    return this.#options.words.includes('--progress');
  }

  /** Of the process, and of its group. */
  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error('the command was not started');
    return pid;
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** What Spark's driver has written to its standard error. */
  get driverLog(): string {
    const { driverLogFile } = this.#options;
    return existsSync(driverLogFile) ? readFileSync(driverLogFile, 'utf8') : '';
  }

  /** Sends a signal to the command alone. */
  kill(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  /** What a terminal does on Ctrl-C: every process of the group is told. */
  interrupt(): void {
    process.kill(-this.pid, 'SIGINT');
  }

  /** Waits until what was printed matches. */
  async printed(pattern: RegExp, deadlineMs = 60_000): Promise<RegExpExecArray> {
    const has = () => pattern.exec(`${this.#stdout}\n${this.#stderr}`) ?? undefined;
    return await Promise.race([
      eventually(`the command prints ${pattern}\n${this.#tails()}`, has, deadlineMs),
      this.ended.then(() => {
        const match = has();
        if (match !== undefined) return match;
        throw new Error(`the command ended before it printed ${pattern}\n${this.#tails()}`);
      }),
    ]);
  }

  /** The last of everything that was written, for the message of a failed test. */
  #tails(): string {
    const tail = (text: string) => text.split('\n').slice(-25).join('\n');
    return `standard output: ${tail(this.#stdout)}\nstandard error: ${tail(this.#stderr)}\ndriver's log: ${tail(this.driverLog)}`;
  }

  #awaitEnd(deadlineMs: number): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const message = `the command did not end within ${deadlineMs / 1000} s\n${this.#tails()}`;
        process.kill(-this.pid, 'SIGKILL');
        reject(new Error(message));
      }, deadlineMs);
      this.#child.on('error', reject);
      this.#child.on('exit', (code, signal) => {
        clearTimeout(timer);
        const tookMs = Date.now() - this.#startedAt;
        const end = () => {
          const status = shellStatus(code, signal);
          resolve({ status, stdout: this.#stdout, stderr: this.#stderr, tookMs });
        };
        // Whoever it leaves behind may hold its output open; that shall not keep the test from finding it.
        setTimeout(end, LAST_OUTPUT_MS).unref();
        this.#child.on('close', end);
      });
    });
  }
}
