import { planSubmission } from '../launch/plan-submission.ts';
import { type SubmissionId, submissionIdOf } from '../model/ids.ts';
import type { RefusalCode, SubmitOutcome } from '../model/outcomes.ts';
import type { SubmissionRequest, SubmitOptions } from '../model/submission-request.ts';
import { submissionKey } from '../store/keys.ts';
import { submissionBytes, submissionIn } from '../store/records.ts';
import type { CoreEvent } from './actions.ts';
import type { CoreContext } from './context.ts';
import type { DriverPlan } from './driver-plan.ts';
import type { DriverRecord } from './driver-record.ts';
import { newSubmissionId } from './submission-ids.ts';

/** A submission that is on its way to the store. */
interface Pending {
  readonly record: DriverRecord;
  /** Who waits for it: the one who asked, and those who asked again with the same key. */
  readonly tickets: { readonly ticket: number; readonly repeated: boolean }[];
  readonly warnings: readonly string[];
}

/**
 * Takes submissions. One is a submission when it is safe: until then it is in no line, and is counted only so that
 * limits hold.
 */
export class Submissions {
  readonly #context: CoreContext;
  readonly #pending = new Map<SubmissionId, Pending>();
  readonly #pendingByQueue = new Map<string, number>();
  /** Ids by owner and idempotency key. */
  readonly #byKey = new Map<string, SubmissionId>();
  #counter = 0;

  constructor(context: CoreContext) {
    this.#context = context;
  }

  /** Takes note of a submission that was recovered. */
  recovered({ id, owner }: DriverRecord, idempotencyKey: string | undefined): void {
    if (idempotencyKey !== undefined) this.#byKey.set(keyOf(idempotencyKey, owner), id);
    const counter = Number(id.slice(id.lastIndexOf('-') + 1));
    if (Number.isSafeInteger(counter)) this.#counter = Math.max(this.#counter, counter);
  }

  forgotten({ owner, stored }: DriverRecord): void {
    const { idempotencyKey } = submissionIn(stored);
    if (idempotencyKey !== undefined) this.#byKey.delete(keyOf(idempotencyKey, owner));
  }

  handle({ ticket, request, options }: Extract<CoreEvent, { kind: 'submit' }>): void {
    const answer = (outcome: SubmitOutcome) => this.#context.emit({ kind: 'answerSubmit', ticket, outcome });
    const earlier = this.#earlier(options);
    if (earlier !== undefined) {
      this.#repeat(ticket, earlier, request);
      return;
    }
    if (this.#context.isDraining) {
      answer(refusal('DISPATCHER_DRAINING', 'The dispatcher is being shut down'));
      return;
    }
    const planned = planSubmission(request, this.#context.rules);
    if (!planned.ok) {
      const message = planned.problems.map((problem) => problem.message).join('; ');
      answer({ ok: false, code: 'DISPATCHER_INVALID_SUBMISSION', message, problems: planned.problems });
      return;
    }
    const full = this.#fullness(planned.plan.queue);
    if (full !== undefined) {
      answer(full);
      return;
    }
    const record = this.#newRecord(request, options, planned.plan);
    this.#write({ record, tickets: [{ ticket, repeated: false }], warnings: planned.warnings }, options);
  }

  #newRecord(request: SubmissionRequest, options: SubmitOptions, plan: DriverPlan): DriverRecord {
    const { fleet, nowMs, rules } = this.#context;
    const priority = rules.queues.get(plan.queue) ?? 0;
    const stored = {
      id: this.#newId(),
      sequence: fleet.takeSequence(),
      submittedAtMs: nowMs,
      priority,
      owner: options.owner,
      idempotencyKey: options.idempotencyKey,
      resubmissionOf: options.resubmissionOf,
      plan,
      request: {
        appResource: request.appResource,
        mainClass: request.mainClass,
        arguments: request.arguments,
        properties: request.properties,
        environment: request.environment,
        sparkHome: request.sparkHome,
        sparkVersion: request.sparkVersion,
      },
    };
    const shared = fleet.demands.shared(plan);
    return newRecord({ ...stored, plan: shared, stored: submissionBytes(stored) }, fleet.demands.of(plan));
  }

  #newId(): SubmissionId {
    const { fleet, nowMs } = this.#context;
    for (;;) {
      this.#counter += 1;
      const id = newSubmissionId(nowMs, this.#counter);
      if (!fleet.records.has(id) && !this.#pending.has(id)) return id;
    }
  }

  #write(pending: Pending, options: SubmitOptions): void {
    const { fleet, writes, metrics } = this.#context;
    const { record } = pending;
    const { queue } = record.plan;
    this.#pending.set(record.id, pending);
    this.#count(queue, 1);
    if (options.idempotencyKey !== undefined) {
      this.#byKey.set(keyOf(options.idempotencyKey, options.owner), record.id);
    }
    const key = submissionKey(record.id);
    const settle = () => {
      this.#pending.delete(record.id);
      this.#count(queue, -1);
    };
    writes.write(
      [{ key, value: record.stored }],
      () => {
        settle();
        metrics.submissionsTotal += 1;
        fleet.add(record);
        this.#context.log('info', { submissionId: record.id, queue }, 'a driver is queued');
        this.#context.publish(record);
        this.#answerAll(pending);
      },
      (reason) => {
        settle();
        this.forgotten(record);
        // It may have reached the disk all the same, and must not come back to life.
        writes.remove([key]);
        const message = `The submission could not be written down: ${reason}`;
        for (const { ticket } of pending.tickets) {
          const outcome = refusal('DISPATCHER_STORE_FAILED', message);
          this.#context.emit({ kind: 'answerSubmit', ticket, outcome });
        }
      },
    );
  }

  #answerAll({ record, tickets, warnings }: Pending): void {
    for (const { ticket, repeated } of tickets) {
      const outcome = { ok: true, submissionId: record.id, repeated, warnings } as const;
      this.#context.emit({ kind: 'answerSubmit', ticket, outcome });
    }
  }

  #earlier({ idempotencyKey, owner }: SubmitOptions): DriverRecord | undefined {
    if (idempotencyKey === undefined) return undefined;
    const id = this.#byKey.get(keyOf(idempotencyKey, owner));
    return id && (this.#pending.get(id)?.record ?? this.#context.fleet.records.get(id));
  }

  #repeat(ticket: number, record: DriverRecord, request: SubmissionRequest): void {
    const { emit } = this.#context;
    const { id, stored } = record;
    if (canonical(submissionIn(stored).request) !== canonical(request)) {
      const message = `The idempotency key belongs to ${id}, which is another submission`;
      const outcome = {
        ok: false,
        code: 'DISPATCHER_IDEMPOTENCY_CONFLICT',
        message,
        submissionId: id,
      } as const;
      emit({ kind: 'answerSubmit', ticket, outcome });
      return;
    }
    const pending = this.#pending.get(id);
    if (pending !== undefined) {
      pending.tickets.push({ ticket, repeated: true });
      return;
    }
    this.#answerAll({ record, tickets: [{ ticket, repeated: true }], warnings: [] });
  }

  /** Why no more may wait (rules D30, D31): the words are those of the original. */
  #fullness(queue: string): SubmitOutcome | undefined {
    const { fleet, rules } = this.#context;
    if (fleet.lines.size + this.#pending.size >= rules.maxQueued) {
      return refusal('DISPATCHER_QUEUE_FULL', 'Already reached maximum submission size');
    }
    const most = rules.queueMaxQueued.get(queue);
    const waiting = fleet.lines.countOf(queue) + (this.#pendingByQueue.get(queue) ?? 0);
    return most !== undefined && waiting >= most
      ? refusal('DISPATCHER_QUOTA_REACHED', `Already reached maximum submission size of queue ${queue}`)
      : undefined;
  }

  #count(queue: string, by: 1 | -1): void {
    this.#pendingByQueue.set(queue, (this.#pendingByQueue.get(queue) ?? 0) + by);
  }
}

/** What a record is made of when it begins. */
export type NewRecord = Pick<
  DriverRecord,
  'sequence' | 'submittedAtMs' | 'owner' | 'plan' | 'priority' | 'stored'
> & {
  readonly id: string;
  readonly missingSpark?: string | undefined;
};

/** A submission that waits for its first launch. */
export function newRecord(made: NewRecord, demand: DriverRecord['demand']): DriverRecord {
  return {
    id: submissionIdOf(made.id),
    sequence: made.sequence,
    submittedAtMs: made.submittedAtMs,
    owner: made.owner,
    plan: made.plan,
    demand,
    priority: made.priority,
    stored: made.stored,
    missingSpark: made.missingSpark,
    state: 'queued',
    finalState: undefined,
    message: undefined,
    finishedAtMs: undefined,
    killRequestedAtMs: undefined,
    killGraceMs: undefined,
    retry: undefined,
    attempts: NO_ATTEMPTS,
    attemptCount: 0,
  };
}

/** One for all that have none. */
const NO_ATTEMPTS: DriverRecord['attempts'] = [];

function refusal(code: RefusalCode, message: string): SubmitOutcome {
  return { ok: false, code, message };
}

function keyOf(idempotencyKey: string, owner = ''): string {
  return `${owner}\0${idempotencyKey}`;
}

/** The same text for the same request, in whatever order its properties are. */
function canonical({
  appResource,
  mainClass,
  arguments: words,
  properties,
  environment,
  sparkHome,
}: SubmissionRequest): string {
  const sorted = (map: Readonly<Record<string, string>>) =>
    Object.entries(map).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([appResource, mainClass, words, sorted(properties), sorted(environment), sparkHome]);
}
