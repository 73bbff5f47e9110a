import type { TaskReconciler } from '@spark-mesos/mesos-client';
import type { AgentId, TaskId } from '../model/ids.ts';
import type { DispatcherEvent } from '../model/views.ts';
import type { DispatcherRules } from '../settings.ts';
import type { DispatcherAction } from './actions.ts';
import type { DriverRecord } from './driver-record.ts';
import { DueTimes } from './due-times.ts';
import type { Fleet } from './fleet.ts';
import type { MetricsBook } from './metrics-book.ts';
import type { OfferFlow } from './offer-flow.ts';
import type { OfferPool } from './offer-pool.ts';
import type { Writes } from './writes.ts';

/** What is to be looked at again later: whether a kill has been obeyed, whether an agent has come back. */
export interface Reminder {
  readonly kind: 'killAgain' | 'unreachable';
  readonly record: DriverRecord;
  readonly taskId: TaskId;
  /** How often it was done before. */
  readonly times: number;
}

/** The connection to the master as the core knows it. */
export interface ConnectionState {
  isSubscribed: boolean;
  /** One more with each subscription: offers of an earlier one are void. */
  generation: number;
  /** What the master calls us; not yet safe, maybe. */
  frameworkId: string | undefined;
  master: string | undefined;
  problem: string | undefined;
}

/** What the parts of the core share while an event is dealt with. */
export interface CoreContext {
  readonly rules: DispatcherRules;
  readonly fleet: Fleet;
  readonly writes: Writes;
  readonly flow: OfferFlow;
  readonly pool: OfferPool;
  readonly metrics: MetricsBook;
  readonly reminders: DueTimes<Reminder>;
  readonly reconciler: TaskReconciler<{ readonly taskId: TaskId; readonly agentId: AgentId }>;
  readonly connection: ConnectionState;
  /** Launches that are being written down: no master knows them yet. */
  readonly unsent: Set<TaskId>;
  /** Tasks that will be told again to end if they do not. */
  readonly killsReminded: Set<TaskId>;
  /** Ids of submissions of which nobody knows how they stand: their tasks are left alone. */
  readonly quarantined: ReadonlySet<string>;
  /** Of the dispatcher's own framework; safe when it is set. */
  frameworkId: string | undefined;
  isDraining: boolean;
  nowMs: number;
  emit(action: DispatcherAction): void;
  /** Tells those who watch how a submission stands. */
  publish(record: DriverRecord): void;
  tell(event: EventBody): void;
  log(level: 'debug' | 'info' | 'warn' | 'error', fields: object, phrase: string): void;
  /** What else is known of a submission by its id, such as its idempotency key, is to be forgotten, too. */
  forgotten(record: DriverRecord): void;
}

/** An event before it is numbered. */
export type EventBody = BodyOf<DispatcherEvent>;

type BodyOf<Event> = Event extends unknown ? Omit<Event, 'sequence' | 'atMs'> : never;

/** Makes the reminders of a core. */
export function newReminders(): DueTimes<Reminder> {
  return new DueTimes<Reminder>();
}
