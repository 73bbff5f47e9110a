import type { AgentId, SubmissionId, TaskId } from './ids.ts';
import type { SubmissionRequest } from './submission-request.ts';

/**
 * Where a submission stands.
 *
 * - `queued`: waits for an offer. Left for `launching`; a launch that never arrived comes back here.
 * - `launching`: an attempt is written down and, once that is safe, sent to Mesos. Left with its first update.
 * - `running`: Mesos says that its task runs, or is about to.
 * - `unreachable`: its agent is cut off from the master. Left when the agent comes back, is given up by an operator, or,
 *   where the driver is supervised, after `spark.mesos.driver.supervise.unreachableTimeout`.
 * - `killing`: a user wants it to end, and it has not yet.
 * - `retrying`: supervised, has failed, and is started again when its time has come and there is an offer.
 * - `finished`: over for good, see {@link FinalState}.
 */
export type SubmissionState =
  | 'queued'
  | 'launching'
  | 'running'
  | 'unreachable'
  | 'killing'
  | 'retrying'
  | 'finished';

/** How a submission ended; the original called all of them FINISHED (rule D37). */
export type FinalState =
  /** Its last attempt ended with exit status 0. */
  | 'FINISHED'
  /** Its last attempt failed, and it is not to be started again. */
  | 'FAILED'
  /** A user or an operator ended it, maybe before it ever ran. */
  | 'KILLED'
  /** Mesos, or the dispatcher, found that it cannot be launched. */
  | 'ERROR'
  /** Its agent or its framework is gone. */
  | 'LOST';

/** One task of Mesos that a submission had. All times are in milliseconds since 1970. */
export interface Attempt {
  /** The first is 1. */
  readonly number: number;
  readonly taskId: TaskId;
  /** The framework id that its Spark is told; fresh for each attempt (rule D55). */
  readonly driverFrameworkId: string;
  readonly agentId: AgentId;
  readonly hostname: string;
  /** When it was written down to be launched. */
  readonly launchedAtMs: number;
  /** When Mesos said that it runs. */
  readonly startedAtMs?: number | undefined;
  readonly finishedAtMs?: number | undefined;
  /** Mesos has shown that it knows the task: it was launched. */
  readonly confirmed?: boolean | undefined;
  /** Mesos's name of its last known state: `TASK_RUNNING`. None while Mesos has said nothing. */
  readonly taskState?: string | undefined;
  readonly message?: string | undefined;
  /** Mesos's name of the reason: `REASON_CONTAINER_LIMITATION_MEMORY`. */
  readonly reason?: string | undefined;
  /** `SOURCE_MASTER`, `SOURCE_AGENT` or `SOURCE_EXECUTOR`. */
  readonly source?: string | undefined;
  /** When the last update of its state came. */
  readonly updatedAtMs?: number | undefined;
  readonly exitStatus?: number | undefined;
  /** The container of the task, for links to its sandbox. */
  readonly containerId?: string | undefined;
}

/** What is known of a driver that will be started again. */
export interface RetryState {
  /** How many times it has been started again, or is about to, since it last ran healthily. */
  readonly retries: number;
  /** Seconds between its end and its next start. */
  readonly waitSeconds: number;
  readonly nextRetryAtMs: number;
  /** What ended the attempt before, in one sentence. */
  readonly lastFailure: string;
}

/** What a driver's task takes of an agent. */
export interface DriverResources {
  readonly cpus: number;
  /** Heap and overhead: what the task holds. */
  readonly memMiB: number;
  /** What the driver is told to use: `spark.driver.memory`. */
  readonly heapMiB: number;
  readonly diskMiB: number;
}

/** A submission as one reads it. It holds secrets: whoever shows it redacts `request` first. */
export interface Submission {
  readonly id: SubmissionId;
  readonly name: string;
  readonly state: SubmissionState;
  /** Set when `state` is `finished`. */
  readonly finalState?: FinalState | undefined;
  /** Why it ended as it did, or the failure that it recovers from, in one sentence. */
  readonly message?: string | undefined;
  readonly queue: string;
  readonly priority: number;
  readonly submittedAtMs: number;
  readonly finishedAtMs?: number | undefined;
  readonly killRequestedAtMs?: number | undefined;
  readonly supervise: boolean;
  readonly owner?: string | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly resubmissionOf?: string | undefined;
  readonly resources: DriverResources;
  /** In order; the last is the current one. Old ones in the middle are dropped where there are very many. */
  readonly attempts: readonly Attempt[];
  /** How many attempts there were in all. */
  readonly attemptCount: number;
  readonly retry?: RetryState | undefined;
  readonly request: SubmissionRequest;
}

/** A submission in a list: without its request and the history of its attempts. */
export interface SubmissionSummary
  extends Omit<Submission, 'request' | 'attempts' | 'idempotencyKey' | 'resubmissionOf'> {
  readonly mainClass: string;
  readonly currentAttempt?: Attempt | undefined;
}
