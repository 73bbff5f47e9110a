import type {
  CoarseApplication,
  CoarseSnapshot,
  CoarseSummary,
  ExecutorPlacement,
  ExecutorRequest,
} from '@spark-mesos/coarse-backend';
import type { mesos } from '@spark-mesos/mesos-proto';
import type { Credentials, Logger, SparkSettings } from '@spark-mesos/scheduler-utils';

/** What the gateway needs of the engine that turns offers into executors. */
export interface ExecutorBackend {
  start(): void;
  /** How many executors of each profile are wanted; one without `total` is wanted without end. */
  setExecutorTotals(totals: ReadonlyMap<number, ExecutorRequest>): void;
  /** Answers whether all of them were there to be killed. */
  killExecutors(executorIds: readonly number[]): boolean;
  /** How it is, without a word of single executors and agents. */
  summary(): CoarseSummary | undefined;
  /** What it has, wants and refuses at present. */
  snapshot(): CoarseSnapshot | undefined;
  /** Lets go of everything; executors may take `graceMs` to end by themselves. */
  stop(options: { readonly graceMs: number }): Promise<void>;
  /** Goes away and leaves the framework with its executors to a later gateway. */
  detach(): Promise<void>;
}

/** What is left of an application whose gateway ended. */
export interface Adopted {
  readonly executors: readonly ExecutorPlacement[];
  /** No executor has had this number, nor any above. */
  readonly nextExecutorId: number;
}

/** What an engine is made for. */
export interface BackendRequest {
  readonly application: CoarseApplication;
  readonly settings: SparkSettings;
  readonly framework: mesos.v1.IFrameworkInfo;
  readonly credentials: Credentials | undefined;
  /** What the framework had under an earlier gateway; its id is in `framework`. */
  readonly adopt?: Adopted;
  readonly logger: Logger;
  /** Is told of offers and of the connection, before the engine decides. */
  readonly onOffers: (offers: readonly mesos.v1.IOffer[]) => void;
  /** The master says that an agent failed, which may be cut off or gone. */
  readonly onAgentFailed: (agentId: string) => void;
  readonly onConnection: (connected: boolean, reason?: string) => void;
}

/** Makes the engine of one application; tests hand in one that is no engine. */
export type BackendFactory = (request: BackendRequest) => ExecutorBackend;
