import type { GatewayObserver, GatewayProblem } from '@spark-mesos/spark-gateway';
import { isInteractive } from './application-files.ts';
import type { SparkCommandLine } from './command-line.ts';
import { DriverJobsWatch } from './driver-jobs-watch.ts';
import { DriverPageWatch } from './driver-page-watch.ts';
import type { DriverRefusals } from './driver-refusals.ts';
import { JobProgress } from './job-progress.ts';
import type { Output } from './own-output.ts';
import { progressObserver } from './progress.ts';
import type { StatusLine } from './status-line.ts';
import { openStatusLine } from './terminal.ts';

/** What it is made of. */
export interface RunProgressParts {
  readonly line: SparkCommandLine;
  readonly environment: NodeJS.ProcessEnv;
  readonly output: Output;
  readonly refusals: DriverRefusals;
  readonly onProblem: (problem: GatewayProblem) => void;
}

/** All that tells people how an application in client mode goes: lines where they ask for them, and the status line. */
export class RunProgress {
  readonly observer: GatewayObserver;
  readonly #page: DriverPageWatch | undefined;
  readonly #jobs: DriverJobsWatch | undefined;
  readonly #statusLine: StatusLine | undefined;

  constructor({ line, environment, output, refusals, onProblem }: RunProgressParts) {
    const { progress, driverLog } = line.own;
    // With a log of its own, the driver's tasks are read there, and its page is left alone.
    this.#page =
      progress && driverLog === undefined
        ? new DriverPageWatch({ tell: (text) => output.progress(text) })
        : undefined;
    const statusLine = mayHaveStatusLine(line) ? openStatusLine(environment) : undefined;
    const job = new JobProgress((text) => statusLine?.show(text));
    this.#statusLine = statusLine;
    this.#jobs =
      statusLine === undefined ? undefined : new DriverJobsWatch({ tell: (tasks) => job.tasks(tasks) });
    this.observer = progressObserver({
      output,
      watch: this.#page,
      refusals,
      onProblem,
      line: this.#jobs === undefined ? undefined : { job, jobs: this.#jobs },
    });
  }

  /** The driver has ended: the terminal is as it was. */
  close(): void {
    this.#page?.close();
    this.#jobs?.close();
    this.#statusLine?.close();
  }
}

/** Whether it may: a shell has the terminal for itself, by whichever command it was started. */
export function mayHaveStatusLine({ command, own, primaryResource }: SparkCommandLine): boolean {
  return own.statusLine && command === 'submit' && !isInteractive(primaryResource);
}
