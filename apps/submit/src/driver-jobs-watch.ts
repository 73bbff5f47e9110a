import type { ApplicationSummary } from '@spark-mesos/spark-gateway';
import { fetchJson, pause } from './driver-page.ts';
import { jobsUrl, type TaskCounts, taskCounts } from './job-progress.ts';

/** The parts that tests replace. */
export interface JobsWatchOptions {
  readonly tell: (tasks: TaskCounts | undefined) => void;
  readonly intervalMs?: number;
  readonly fetchJson?: (url: string, signal: AbortSignal) => Promise<unknown>;
}

/** Seldom enough for a driver that has other things to do. */
const INTERVAL_MS = 2000;

/**
 * Asks a driver's web page every now and then how many tasks of the jobs that run are done. A driver without a page, or whose
 * page cannot be reached, is one that does not tell.
 */
export class DriverJobsWatch {
  readonly #options: JobsWatchOptions;
  readonly #stop = new AbortController();
  #hasBegun = false;

  constructor(options: JobsWatchOptions) {
    this.#options = options;
  }

  /** From now on; one application is watched, the first. */
  begin(application: ApplicationSummary): void {
    const url = jobsUrl(application);
    if (url === undefined || this.#hasBegun) return;
    this.#hasBegun = true;
    void this.#poll(url);
  }

  close(): void {
    this.#stop.abort();
  }

  /** Never rejects: a page that does not answer is asked again later. */
  async #poll(url: string): Promise<void> {
    const { tell, intervalMs = INTERVAL_MS, fetchJson: ask = fetchJson } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const counts = await ask(url, signal).then(taskCounts, () => undefined);
      if (!signal.aborted) tell(counts);
      await pause(intervalMs, signal);
    }
  }
}
