import type { AgentId, SubmissionId, TaskId } from '../model/ids.ts';
import type { KillOutcome, SubmissionProblem, SubmitOutcome } from '../model/outcomes.ts';
import type { Attempt, Submission, SubmissionSummary } from '../model/submission.ts';
import type { SubmissionRequest, SubmitOptions } from '../model/submission-request.ts';
import type { DispatcherEvent, Explanation, Readiness, SubmissionQuery } from '../model/views.ts';
import type { DispatcherService } from '../service.ts';

/** A moment that no test depends on. */
export const NOON = Date.UTC(2026, 10, 21, 12);

/** A request for nothing in particular. */
export const REQUEST: SubmissionRequest = {
  appResource: 'https://files/app.jar',
  mainClass: 'org.example.Main',
  arguments: ['4'],
  properties: { 'spark.app.name': 'example' },
  environment: {},
};

/** A submission with what a test says of it. */
export function submission(id: string, changes: Partial<Submission> = {}): Submission {
  return {
    id: id as SubmissionId,
    name: 'example',
    state: 'queued',
    queue: 'default',
    priority: 0,
    submittedAtMs: NOON,
    supervise: false,
    resources: { cpus: 1, memMiB: 1408, heapMiB: 1024, diskMiB: 0 },
    attempts: [],
    attemptCount: 0,
    request: REQUEST,
    ...changes,
  };
}

/** An attempt with what a test says of it. */
export function attempt(taskId: string, changes: Partial<Attempt> = {}): Attempt {
  return {
    number: 1,
    taskId: taskId as TaskId,
    driverFrameworkId: `f-0001-${taskId}`,
    agentId: 'agent-1' as AgentId,
    hostname: 'host-1',
    launchedAtMs: NOON,
    ...changes,
  };
}

/** A dispatcher that keeps what it is given in a map, and launches nothing. */
export class FakeService implements DispatcherService {
  readonly submissions = new Map<string, Submission>();
  readonly submitted: { readonly request: SubmissionRequest; readonly options: SubmitOptions }[] = [];
  readonly kills: { readonly id: string; readonly graceMs: number | undefined }[] = [];
  readonly cleared: unknown[] = [];
  /** What is answered to submissions instead of taking them. */
  refusal: Extract<SubmitOutcome, { ok: false }> | undefined;
  killFailure: Extract<KillOutcome, { ok: false }> | undefined;
  warnings: readonly string[] = [];
  /** What is wrong with a submission; nothing, unless a test says otherwise. */
  problemsOf: (request: SubmissionRequest) => readonly SubmissionProblem[] = () => [];
  state: Readiness = {
    ready: true,
    recovered: true,
    subscribed: true,
    storeWritable: true,
    draining: false,
    frameworkId: 'f-0001',
    master: '10.0.0.1:5050',
    problems: [],
  };
  past: DispatcherEvent[] | undefined = [];
  readonly #listeners = new Set<(event: DispatcherEvent) => void>();
  readonly #keys = new Map<string, SubmissionId>();

  /** Adds a driver as if it had been submitted. */
  add(id: string, changes: Partial<Submission> = {}): Submission {
    const one = submission(id, changes);
    this.submissions.set(id, one);
    return one;
  }

  submit(request: SubmissionRequest, options: SubmitOptions = {}): Promise<SubmitOutcome> {
    return Promise.resolve(this.#submit(request, options));
  }

  kill(submissionId: string, { graceMs }: { graceMs?: number | undefined } = {}): Promise<KillOutcome> {
    return Promise.resolve(this.#kill(submissionId, graceMs));
  }

  killAll(): Promise<readonly SubmissionId[]> {
    const live = [...this.submissions.values()].filter(({ state }) => state !== 'finished');
    for (const { id } of live) this.kills.push({ id, graceMs: undefined });
    return Promise.resolve(live.map(({ id }) => id));
  }

  async resubmit(
    submissionId: string,
    {
      properties = {},
      ...options
    }: SubmitOptions & { properties?: Readonly<Record<string, string>> | undefined } = {},
  ) {
    const old = this.submissions.get(submissionId);
    if (old === undefined) {
      return { ok: false, code: 'DISPATCHER_NOT_FOUND', message: 'there is none' } as const;
    }
    const request = { ...old.request, properties: { ...old.request.properties, ...properties } };
    return this.submit(request, { ...options, resubmissionOf: submissionId });
  }

  status(submissionId: string): Submission | undefined {
    return this.submissions.get(submissionId);
  }

  summary: DispatcherService['summary'] = (submissionId) => {
    const submission = this.submissions.get(submissionId);
    return submission && summaryOf(submission);
  };

  /** The drivers that were added, by the query. */
  list: DispatcherService['list'] = (query = {}) => {
    const { offset = 0, limit = 100 } = query;
    const found = [...this.submissions.values()].filter((one) => isMeant(one, query));
    found.sort((one, other) => compare(sortKey(one, query), sortKey(other, query)));
    if (query.order === 'descending') found.reverse();
    const submissions = found.slice(offset, offset + limit).map(summaryOf);
    return { submissions, total: found.length, offset, limit };
  };

  clear(submissionIds?: readonly string[]): Promise<number> {
    this.cleared.push(submissionIds);
    return Promise.resolve(submissionIds?.length ?? this.submissions.size);
  }

  explain(submissionId: string): Explanation | undefined {
    const known = this.submissions.get(submissionId);
    return (
      known && {
        submissionId: known.id,
        state: known.state,
        sentence: 'waits because no offer has 4 cpus; the best was 2 on agent a3',
        reason: 'NO_SUITABLE_OFFER',
        position: 1,
        agents: [
          {
            agentId: 'a3',
            hostname: 'h3',
            reason: 'offers 2 cpus, 4 are needed',
            cpus: 2,
            memMiB: 4096,
            offeredAtMs: NOON,
          },
        ],
      }
    );
  }

  /** One queue with one driver. */
  queues: DispatcherService['queues'] = () => ({
    queues: [{ name: 'default', priority: 0, queued: 1, running: 0, retrying: 0 }],
    queued: 1,
    running: 0,
    retrying: 0,
    finished: 0,
    maxQueued: 10_000,
    maxRunning: 200,
    strictOrder: false,
    next: [...this.submissions.values()].map(({ id }) => id),
    offers: 'flowing',
  });

  /** The drivers that wait to be started again. */
  retries: DispatcherService['retries'] = () =>
    [...this.submissions.values()].flatMap(({ id, name, attemptCount, retry }) =>
      retry === undefined ? [] : [{ submissionId: id, name, attemptCount, retry }],
    );

  /** Ready, unless a test says otherwise. */
  readiness(): Readiness {
    return this.state;
  }

  /** Figures that differ from each other. */
  metrics: DispatcherService['metrics'] = () => ({
    waitingDrivers: 1,
    launchedDrivers: 2,
    retryDrivers: 3,
    finishedDrivers: 4,
    submissionsTotal: 10,
    launchesTotal: 9,
    retriesTotal: 3,
    killsTotal: 1,
    offersTotal: 100,
    offersDeclinedTotal: 90,
    storeWritesTotal: 50,
    storeFailuresTotal: 0,
    endedByTaskState: { TASK_FINISHED: 3, TASK_FAILED: 1 },
    submitToFirstLaunchMs: [100, 200],
    submitToFinishMs: [1000],
    launchToFinishMs: [900],
    launchToRetryMs: [],
    submitToExceptionMs: [],
    retryCounts: [0],
  });

  subscribe(listener: (event: DispatcherEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** How many are subscribed to events. */
  get listenerCount(): number {
    return this.#listeners.size;
  }

  /** Tells all listeners of an event. */
  tell(event: DispatcherEvent): void {
    this.past?.push(event);
    for (const listener of this.#listeners) listener(event);
  }

  eventsAfter(sequence: number): readonly DispatcherEvent[] | undefined {
    return this.past?.filter((event) => event.sequence > sequence);
  }

  drain(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  teardown(): Promise<void> {
    return Promise.resolve();
  }

  #submit(request: SubmissionRequest, options: SubmitOptions): SubmitOutcome {
    if (this.refusal !== undefined) return this.refusal;
    const problems = this.problemsOf(request);
    if (problems.length > 0) {
      return { ok: false, code: 'DISPATCHER_INVALID_SUBMISSION', message: 'it is wrong', problems };
    }
    const { idempotencyKey } = options;
    const before = idempotencyKey && this.#keys.get(idempotencyKey);
    if (before) return { ok: true, submissionId: before, repeated: true, warnings: [] };
    this.submitted.push({ request, options });
    const id = `driver-20261121120000-${String(this.submitted.length).padStart(4, '0')}`;
    const { owner, resubmissionOf } = options;
    const { id: submissionId } = this.add(id, {
      request,
      owner,
      resubmissionOf,
      name: request.properties['spark.app.name'] ?? id,
    });
    if (idempotencyKey) this.#keys.set(idempotencyKey, submissionId);
    return { ok: true, submissionId, repeated: false, warnings: this.warnings };
  }

  #kill(id: string, graceMs: number | undefined): KillOutcome {
    if (this.killFailure !== undefined) return this.killFailure;
    const known = this.submissions.get(id);
    if (known === undefined) return { ok: false, code: 'DISPATCHER_NOT_FOUND', message: 'there is none' };
    if (known.state === 'finished') {
      return { ok: false, code: 'DISPATCHER_ALREADY_FINISHED', message: 'it has ended' };
    }
    this.kills.push({ id, graceMs });
    return { ok: true, was: known.state };
  }
}

function summaryOf({ request, attempts, ...rest }: Submission): SubmissionSummary {
  return { ...rest, mainClass: request.mainClass, currentAttempt: attempts.at(-1) };
}

function isMeant(
  one: Submission,
  { search = '', states, finalStates, queue, owner }: SubmissionQuery,
): boolean {
  const { id, name, state, finalState, message = '', request } = one;
  if (states !== undefined && !states.includes(state)) return false;
  if (finalStates !== undefined && (finalState === undefined || !finalStates.includes(finalState)))
    return false;
  if (queue !== undefined && queue !== one.queue) return false;
  if (owner !== undefined && owner !== one.owner) return false;
  const texts = [id, name, request.mainClass, one.queue, one.owner ?? '', message];
  return texts.some((text) => text.toLowerCase().includes(search.toLowerCase()));
}

/** By the time of submission where nothing else is asked for. */
function sortKey(one: Submission, { sort = 'submittedAt' }: SubmissionQuery): number | string {
  const { submittedAtMs, finishedAtMs = Number.POSITIVE_INFINITY, retry, name, queue } = one;
  const keys = {
    submittedAt: submittedAtMs,
    finishedAt: finishedAtMs,
    nextRetryAt: retry?.nextRetryAtMs ?? Number.POSITIVE_INFINITY,
    state: `${one.state} ${one.finalState ?? ''}`,
    name,
    queue,
  };
  return keys[sort];
}

function compare(one: number | string, other: number | string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
