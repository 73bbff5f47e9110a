import type { SubmissionId } from './model/ids.ts';
import type { DispatcherMetrics, Readiness } from './model/views.ts';
import type { DispatcherService } from './service.ts';

const NOT_READY = {
  ok: false,
  code: 'DISPATCHER_NOT_READY',
  // Spark's own words (rule D20b).
  message: 'Scheduler is not ready to take requests',
} as const;

const UNREADY: Omit<Readiness, 'problems'> = {
  ready: false,
  recovered: false,
  subscribed: false,
  storeWritable: false,
  draining: false,
};

const NO_METRICS: DispatcherMetrics = {
  waitingDrivers: 0,
  launchedDrivers: 0,
  retryDrivers: 0,
  finishedDrivers: 0,
  submissionsTotal: 0,
  launchesTotal: 0,
  retriesTotal: 0,
  killsTotal: 0,
  offersTotal: 0,
  offersDeclinedTotal: 0,
  storeWritesTotal: 0,
  storeFailuresTotal: 0,
  endedByTaskState: {},
  submitToFirstLaunchMs: [],
  submitToFinishMs: [],
  launchToFinishMs: [],
  launchToRetryMs: [],
  submitToExceptionMs: [],
  retryCounts: [],
};

/**
 * A dispatcher that is not there yet, so that its ports can be open while its state is read (rule D6): until {@link arrive} is called
 * it is not ready and knows nothing.
 */
export class LateDispatcher implements DispatcherService {
  readonly #listeners = new Set<Parameters<DispatcherService['subscribe']>[0]>();
  #service: DispatcherService | undefined;
  #stopListening: () => void = () => {};
  #whyNotReady = 'the state is being read';

  /** From now on this one does all the work. */
  arrive(service: DispatcherService): void {
    this.#stopListening();
    this.#service = service;
    this.#stopListening = service.subscribe((event) => {
      for (const listener of this.#listeners) listener(event);
    });
  }

  /** From now on there is none again, as where another process leads; that is why it is not ready. */
  depart(why: string): void {
    this.#stopListening();
    this.#stopListening = () => {};
    this.#service = undefined;
    this.#whyNotReady = why;
  }

  submit: DispatcherService['submit'] = async (request, options) =>
    this.#service?.submit(request, options) ?? NOT_READY;

  kill: DispatcherService['kill'] = async (id, options) => this.#service?.kill(id, options) ?? NOT_READY;

  killAll = async (): Promise<readonly SubmissionId[]> => this.#service?.killAll() ?? [];

  resubmit: DispatcherService['resubmit'] = async (id, options) =>
    this.#service?.resubmit(id, options) ?? NOT_READY;

  status: DispatcherService['status'] = (id) => this.#service?.status(id);

  summary: DispatcherService['summary'] = (id) => this.#service?.summary(id);

  /** As the service has it; nothing, as long as there is none. */
  list: DispatcherService['list'] = (query) =>
    this.#service?.list(query) ?? {
      submissions: [],
      total: 0,
      offset: query?.offset ?? 0,
      limit: query?.limit ?? 100,
    };

  clear: DispatcherService['clear'] = async (ids) => this.#service?.clear(ids) ?? 0;

  explain: DispatcherService['explain'] = (id) => this.#service?.explain(id);

  /** As the service has it; no queue, as long as there is none. */
  queues: DispatcherService['queues'] = () =>
    this.#service?.queues() ?? {
      queues: [],
      queued: 0,
      running: 0,
      retrying: 0,
      finished: 0,
      maxQueued: 0,
      maxRunning: 0,
      strictOrder: false,
      next: [],
      offers: 'disconnected',
    };

  /** As the service has it; none, as long as there is none. */
  retries: DispatcherService['retries'] = () => this.#service?.retries() ?? [];

  /** As the service has it; as long as there is none, why. */
  readiness = (): Readiness => this.#service?.readiness() ?? { ...UNREADY, problems: [this.#whyNotReady] };

  /** As the service has it; zeros, as long as there is none. */
  metrics = (): DispatcherMetrics => this.#service?.metrics() ?? NO_METRICS;

  subscribe: DispatcherService['subscribe'] = (listener) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  eventsAfter: DispatcherService['eventsAfter'] = (sequence) => this.#service?.eventsAfter(sequence);

  drain = async (): Promise<void> => this.#service?.drain();

  close = async (): Promise<void> => this.#service?.close();

  teardown = async (): Promise<void> => this.#service?.teardown();
}
