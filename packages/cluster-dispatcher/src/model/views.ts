import type { SubmissionId } from './ids.ts';
import type { FinalState, RetryState, SubmissionState, SubmissionSummary } from './submission.ts';

/** Which submissions a list shall have, and in which order. */
export interface SubmissionQuery {
  /** Any of these; all if not given. */
  readonly states?: readonly SubmissionState[] | undefined;
  readonly finalStates?: readonly FinalState[] | undefined;
  readonly queue?: string | undefined;
  readonly owner?: string | undefined;
  /** A part of the id, the name, the main class, the queue, the owner, the agent's host or the message, in any case. */
  readonly search?: string | undefined;
  /** Default `submittedAt`. `nextRetryAt` leaves out those that are not `retrying`. */
  readonly sort?: 'submittedAt' | 'finishedAt' | 'name' | 'state' | 'queue' | 'nextRetryAt' | undefined;
  /** Default `descending`: the youngest first. */
  readonly order?: 'ascending' | 'descending' | undefined;
  /** Default 0. */
  readonly offset?: number | undefined;
  /** Default 100, at most 1000. */
  readonly limit?: number | undefined;
}

/** A part of a list. */
export interface SubmissionPage {
  readonly submissions: readonly SubmissionSummary[];
  /** How many there are in all. */
  readonly total: number;
  readonly offset: number;
  readonly limit: number;
}

/** One queue. */
export interface QueueView {
  readonly name: string;
  readonly priority: number;
  readonly queued: number;
  /** Launching, running, unreachable, being killed. */
  readonly running: number;
  readonly retrying: number;
  /** None: no limit of its own. */
  readonly maxQueued?: number | undefined;
  readonly maxRunning?: number | undefined;
}

/** What waits, and the limits. */
export interface QueuesView {
  readonly queues: readonly QueueView[];
  readonly queued: number;
  readonly running: number;
  readonly retrying: number;
  readonly finished: number;
  readonly maxQueued: number;
  readonly maxRunning: number;
  readonly strictOrder: boolean;
  /** In the order in which they will be looked at; the first 1000. */
  readonly next: readonly SubmissionId[];
  readonly offers: 'flowing' | 'suppressed' | 'disconnected';
}

/** Drivers that will be started again, soonest first. */
export interface RetryView {
  readonly submissionId: SubmissionId;
  readonly name: string;
  readonly attemptCount: number;
  readonly retry: RetryState;
}

/** Why an agent's last offer was not taken. */
export interface AgentRefusal {
  readonly agentId: string;
  readonly hostname: string;
  /** 'offers 2 cpus, 4 are needed'. */
  readonly reason: string;
  readonly cpus: number;
  readonly memMiB: number;
  /** When it was last offered. */
  readonly offeredAtMs: number;
}

/** Why a submission is where it is. */
export interface Explanation {
  readonly submissionId: SubmissionId;
  readonly state: SubmissionState;
  /** 'waits because no offer has 4 cpus; the best was 2 on agent a3'. */
  readonly sentence: string;
  readonly reason:
    | 'NOT_WAITING'
    | 'NOT_CONNECTED'
    | 'MAX_DRIVERS_REACHED'
    | 'QUEUE_LIMIT_REACHED'
    | 'BEHIND_OTHERS'
    | 'SPARK_MISSING'
    | 'BACK_OFF'
    | 'NO_OFFERS'
    | 'NO_SUITABLE_OFFER'
    | 'DRAINING'
    | 'WAITS_FOR_OFFERS';
  /** Place in the queue, from 1; none where it is not in it. */
  readonly position?: number | undefined;
  /** Of the agents that were offered last; at most 50. */
  readonly agents: readonly AgentRefusal[];
}

/** Whether submissions can be taken and drivers launched. */
export interface Readiness {
  /** All of the following are as they should be. */
  readonly ready: boolean;
  /** The state was read. */
  readonly recovered: boolean;
  /** The master hears us. */
  readonly subscribed: boolean;
  /** The last write went well. */
  readonly storeWritable: boolean;
  readonly draining: boolean;
  readonly frameworkId?: string | undefined;
  /** Of the leading master, as it says itself: `host:port`. */
  readonly master?: string | undefined;
  /** What is wrong, in sentences. */
  readonly problems: readonly string[];
}

/** Something that happened, for pages that show it at once. */
export type DispatcherEvent = {
  /** One more with each event of this process. */
  readonly sequence: number;
  readonly atMs: number;
} & (
  | {
      readonly kind: 'submission';
      readonly submission: SubmissionSummary;
    }
  /** It is no longer remembered. */
  | { readonly kind: 'forgotten'; readonly submissionId: SubmissionId }
  | { readonly kind: 'readiness'; readonly readiness: Readiness }
);

/** Counters and durations since the process began (rule D84 and the mesosphere fork). */
export interface DispatcherMetrics {
  readonly waitingDrivers: number;
  readonly launchedDrivers: number;
  readonly retryDrivers: number;
  readonly finishedDrivers: number;
  readonly submissionsTotal: number;
  readonly launchesTotal: number;
  readonly retriesTotal: number;
  readonly killsTotal: number;
  readonly offersTotal: number;
  readonly offersDeclinedTotal: number;
  readonly storeWritesTotal: number;
  readonly storeFailuresTotal: number;
  /** Ended attempts by Mesos's name of their state. */
  readonly endedByTaskState: Readonly<Record<string, number>>;
  /** Milliseconds of the latest ones, oldest first; at most 1000 each. */
  readonly submitToFirstLaunchMs: readonly number[];
  readonly submitToFinishMs: readonly number[];
  readonly launchToFinishMs: readonly number[];
  readonly launchToRetryMs: readonly number[];
  /** Of those that ended because they could not be launched. */
  readonly submitToExceptionMs: readonly number[];
  /** How often those that ended latest had been started again; at most 1000. */
  readonly retryCounts: readonly number[];
}
