import type { ApplicationSummary } from '@spark-mesos/spark-gateway';
import { fetchJson, pause } from './driver-page.ts';
import { counted } from './progress-words.ts';

/** What the driver's monitoring API says of one executor (GET …/allexecutors). */
interface ExecutorReport {
  readonly id: string;
  readonly completedTasks: number;
  readonly failedTasks: number;
}

/** The parts that tests replace. */
export interface WatchOptions {
  readonly tell: (text: string) => void;
  readonly intervalMs?: number;
  readonly fetchJson?: (url: string, signal: AbortSignal) => Promise<unknown>;
}

const INTERVAL_MS = 1000;

/**
 * Asks each driver's web page, once a second, which executors have registered with it and how many of Spark's
 * tasks are done. Nobody else knows: in coarse mode executors talk to their driver alone. A driver whose page
 * is off, or out of reach, is simply not told of.
 */
export class DriverPageWatch {
  readonly #options: WatchOptions;
  readonly #watched = new Map<string, AbortController>();

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  begin(application: ApplicationSummary): void {
    const { id, uiUrl } = application;
    if (id === undefined || uiUrl === undefined || this.#watched.has(id)) return;
    const stop = new AbortController();
    this.#watched.set(id, stop);
    void this.#poll(`${uiUrl.replace(/\/$/, '')}/api/v1/applications/${id}/allexecutors`, stop.signal);
  }

  end(application: ApplicationSummary): void {
    if (application.id === undefined) return;
    this.#watched.get(application.id)?.abort();
    this.#watched.delete(application.id);
  }

  close(): void {
    for (const stop of this.#watched.values()) stop.abort();
    this.#watched.clear();
  }

  /** Never rejects: a page that does not answer is asked again later. */
  async #poll(url: string, signal: AbortSignal): Promise<void> {
    const ask = this.#options.fetchJson ?? fetchJson;
    const seen = new Set<string>();
    let told = 0;
    while (!signal.aborted) {
      const reports = await ask(url, signal).then(readReports, () => []);
      for (const { id } of reports.filter((report) => !seen.has(report.id))) {
        seen.add(id);
        this.#options.tell(`executor ${id} has registered with its driver`);
      }
      const done = reports.reduce((sum, report) => sum + report.completedTasks, 0);
      const failed = reports.reduce((sum, report) => sum + report.failedTasks, 0);
      if (done > told) {
        told = done;
        this.#options.tell(
          `${counted(done, 'Spark task')} done so far${failed === 0 ? '' : `, ${failed} failed`}`,
        );
      }
      await pause(this.#options.intervalMs ?? INTERVAL_MS, signal);
    }
  }
}

/** The page is another program's: what has not the form expected is left out. */
function readReports(value: unknown): ExecutorReport[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) => {
    const { id, completedTasks, failedTasks } = (entry ?? {}) as Record<string, unknown>;
    // The driver lists itself as an executor.
    if (typeof id !== 'string' || id === 'driver' || typeof completedTasks !== 'number') return [];
    return [{ id, completedTasks, failedTasks: typeof failedTasks === 'number' ? failedTasks : 0 }];
  });
}
