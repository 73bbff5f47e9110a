import type { ExecutorPlacement, ExecutorState } from '@spark-mesos/coarse-backend';
import type { EndReason } from './application-life.ts';
import type { WaitingNews } from './backend.ts';
import type { GatewayErrorCode } from './errors.ts';

/** An application as people know it. */
export interface ApplicationSummary {
  /** The framework's id; absent until the framework is registered. */
  readonly id?: string;
  readonly name: string;
  readonly user: string;
  /** Address of the driver's web page; absent where it has none. */
  readonly uiUrl?: string;
}

/** Something that a user should read, and what to do about it. */
export interface GatewayProblem {
  readonly code: GatewayErrorCode;
  readonly message: string;
  /** Whether the application ends because of it. */
  readonly fatal: boolean;
  /** The error behind it, e.g. of the Mesos client, with a code of its own. */
  readonly cause?: unknown;
}

/** How an executor ended, or that it runs. */
export interface ExecutorChange {
  readonly executor: ExecutorPlacement;
  readonly state: ExecutorState;
  readonly message?: string;
  readonly exitStatus?: number;
}

/** What one set of offers held. */
export interface OffersSummary {
  readonly offers: number;
  readonly agents: readonly string[];
}

/**
 * Is told what happens, for people and metrics. Every method is optional, none may throw, and none decides
 * anything.
 */
export interface GatewayObserver {
  /** A driver came and was not let in; it tries again for a minute before it gives up. */
  driverRefused?(problem: GatewayProblem): void;
  /** A driver has registered its application. */
  applicationRegistered?(application: ApplicationSummary): void;
  /** Mesos has taken the framework of an application. */
  frameworkRegistered?(application: ApplicationSummary): void;
  /** A driver has taken this gateway for its master: its connection had dropped, or an earlier gateway had ended. */
  driverRecalled?(application: ApplicationSummary): void;
  /** The connection to the master was lost, or is back. */
  masterConnection?(application: ApplicationSummary, connected: boolean, reason?: string): void;
  /** Offers have come. */
  offersReceived?(application: ApplicationSummary, offers: OffersSummary): void;
  /** Mesos was asked to run an executor. */
  executorLaunched?(application: ApplicationSummary, executor: ExecutorPlacement): void;
  /** What has become of an executor. */
  executorState?(application: ApplicationSummary, change: ExecutorChange): void;
  /** The agent of an executor is being drained: the executor is ended by the deadline, in milliseconds of the clock. */
  executorDraining?(application: ApplicationSummary, executor: ExecutorPlacement, deadlineMs: number): void;
  /** Executors, or cores for tasks, are wanted and cannot be had; at most every 15 s. */
  waiting?(application: ApplicationSummary, report: WaitingNews): void;
  /** Something went wrong that people should know of. */
  problem?(application: ApplicationSummary, problem: GatewayProblem): void;
  /** An application is over, and its framework removed. */
  applicationFinished?(application: ApplicationSummary, reason: EndReason): void;
}
