import type {
  CoarseApplication,
  ExecutorLaunch,
  ExecutorPlacement,
  ExecutorRequest,
  WaitingReport,
} from '@spark-mesos/coarse-backend';
import type { mesos } from '@spark-mesos/mesos-proto';
import type { Credentials, Logger, SparkSettings } from '@spark-mesos/scheduler-utils';
import type { RpcAddress } from '@spark-mesos/spark-rpc';
import type { GatewaySpark } from './application-spark.ts';
import type { EngineSnapshot, EngineSummary } from './engine-snapshot.ts';

/** What the gateway needs of the engine that turns offers into executors. */
export interface ExecutorBackend {
  start(): void;
  /** How many executors of each profile are wanted; one without `total` is wanted without end. */
  setExecutorTotals(totals: ReadonlyMap<number, ExecutorRequest>): void;
  /** Answers whether all of them were there to be killed. */
  killExecutors(executorIds: readonly number[]): boolean;
  /** How it is, without a word of single executors and agents. */
  summary(): EngineSummary | undefined;
  /** What it has, wants and refuses at present. */
  snapshot(): EngineSnapshot | undefined;
  /** Lets go of everything; executors may take `graceMs` to end by themselves. */
  stop(options: { readonly graceMs: number }): Promise<void>;
  /** Goes away and leaves the framework, and of its executors those that can go on, to a later gateway. */
  detach(): Promise<void>;
}

/** Said every now and then while something is wanted and cannot be had. */
export type WaitingNews = Pick<WaitingReport, 'sentence' | 'waitingMs' | 'refusals'>;

/** The application as its engine has it, whichever that is: what it tells are news of executors. */
export interface EngineApplication extends Omit<CoarseApplication, 'launch' | 'waiting'> {
  /** How to start an executor, pure; `driverUrl` is where it shall find its driver, if not where the driver says. */
  launch(executor: ExecutorPlacement, driverUrl?: string): ExecutorLaunch;
  waiting(report: WaitingNews): void;
}

/** What is left of an application whose gateway ended. */
export interface Adopted {
  readonly executors: readonly ExecutorPlacement[];
  /** No executor has had this number, nor any above. */
  readonly nextExecutorId: number;
}

/** The driver of an application, for an engine that has to do with it. */
export interface EngineDriver {
  /** Its own RPC server. */
  readonly address: RpcAddress;
  /** Its settings as it told them. */
  readonly properties: ReadonlyMap<string, string>;
  /** As its messages say. */
  readonly spark: GatewaySpark;
  /** An executor of its default profile. */
  readonly executor: ExecutorRequest;
}

/** What an engine is made for. */
export interface BackendRequest {
  readonly application: EngineApplication;
  readonly settings: SparkSettings;
  readonly framework: mesos.v1.IFrameworkInfo;
  readonly credentials: Credentials | undefined;
  readonly driver: EngineDriver;
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
