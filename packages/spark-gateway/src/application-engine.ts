import type { Logger } from '@spark-mesos/scheduler-utils';
import type { ApplicationDescription, ExecutorTotals, RpcAddress } from '@spark-mesos/spark-rpc';
import type { ApplicationContext } from './application-context.ts';
import { ApplicationExecutors } from './application-executors.ts';
import type { ApplicationRecord, RestoredApplication } from './application-record.ts';
import type { ApplicationSettings } from './application-settings.ts';
import type { ApplicationSpark } from './application-spark.ts';
import type { EngineApplication, ExecutorBackend } from './backend.ts';
import type { EngineSnapshot, EngineSummary } from './engine-snapshot.ts';
import { WantedExecutors } from './executor-totals.ts';
import { frameworkOf } from './framework-info.ts';
import type { ApplicationJournal } from './journal.ts';
import type { LostAgents } from './lost-agents.ts';
import type { ApplicationSummary, GatewayProblem } from './observer.ts';
import { ShuffleRegistration } from './shuffle-registration.ts';

/** What the engine of an application is made for. */
export interface EngineOrder {
  readonly description: ApplicationDescription;
  /** The driver's own RPC server. */
  readonly driver: RpcAddress;
  readonly spark: ApplicationSpark;
  /** Goes behind the framework id that the driver gave (rule U14). */
  readonly frameworkIdSuffix: (givenId: string | undefined) => string;
  /** What an earlier gateway left of it. */
  readonly restored: RestoredApplication | undefined;
  readonly summary: () => ApplicationSummary;
}

/** The application as its engine has it, and beside it the agents that it has been on. */
export interface EnginePort extends EngineApplication {
  readonly lostAgents: LostAgents;
}

/**
 * An application towards Mesos: its framework, the executors that it wants and has, and what is written down of them
 * where the gateway keeps a journal.
 */
export class ApplicationEngine {
  readonly executors: ApplicationExecutors;
  readonly #order: EngineOrder;
  readonly #context: ApplicationContext;
  readonly #wanted: WantedExecutors;
  #backend: ExecutorBackend | undefined;
  #journal: ApplicationJournal | undefined;
  #shuffle: ShuffleRegistration | undefined;
  #lostAgents: LostAgents | undefined;
  #placing = false;

  constructor(order: EngineOrder, context: ApplicationContext) {
    this.#order = order;
    this.#context = context;
    this.#wanted = new WantedExecutors(order.description);
    this.executors = new ApplicationExecutors(order.description, context, this.#wanted, order.spark);
    const { restored } = order;
    if (restored === undefined) return;
    this.#journal = context.journal?.resume(restored);
    if (restored.totals !== undefined) this.#wanted.request(restored.totals);
  }

  get journal(): ApplicationJournal | undefined {
    return this.#journal;
  }

  /** With the shuffle services; none where the application does without. */
  get shuffle(): ShuffleRegistration | undefined {
    return this.#shuffle;
  }

  summary(): EngineSummary | undefined {
    return this.#backend?.summary();
  }

  snapshot(): EngineSnapshot | undefined {
    return this.#backend?.snapshot();
  }

  /** Registers the framework; nothing is placed unless {@link place} says so. */
  start(application: EnginePort, known: ApplicationSettings, logger: Logger): void {
    this.#backend = this.#make(application, known, logger);
    this.#lostAgents = application.lostAgents;
    const { executors = [], shuffleServices = new Map() } = this.#order.restored ?? {};
    for (const executor of executors) this.#lostAgents.ranOn(executor);
    // There files may be left whose executors have ended.
    for (const [agentId, { host }] of shuffleServices) this.#lostAgents.ranOn({ agentId, hostname: host });
    if (this.#placing) this.#tellTotals();
    this.#backend.start();
  }

  /** Whether executors are placed at present; those that there are stay. */
  place(placing: boolean): void {
    this.#placing = placing;
    this.#tellTotals();
  }

  /** Which Spark the application runs is not open any more: executors can be launched, with that one. */
  sparkSettled(): void {
    this.#journal?.runs(this.#order.spark.current);
    this.#tellTotals();
  }

  /** These totals and no others are wanted from now on. */
  request(totals: ExecutorTotals): void {
    this.#wanted.request(totals);
    this.#journal?.totals(totals);
    this.#tellTotals();
  }

  killExecutors(executorIds: readonly number[]): boolean {
    return this.#backend?.killExecutors(executorIds) ?? false;
  }

  /** Writes the application down; resolves when it is on the disk. */
  async writeDown(record: ApplicationRecord): Promise<void> {
    this.#journal = await this.#context.journal?.begin(record);
  }

  /** Ends executors and framework. A later gateway that finds it still there places nothing more. */
  async stop(graceMs: number): Promise<void> {
    this.#journal?.totals(new Map());
    this.#lostAgents?.close();
    try {
      await this.#backend?.stop({ graceMs });
    } finally {
      await this.#shuffle?.close({ applicationEnded: true });
    }
  }

  /** Leaves framework, executors and record to a later gateway. */
  async detach(): Promise<void> {
    this.#lostAgents?.close();
    await this.#backend?.detach();
    await this.#shuffle?.close({ applicationEnded: false });
  }

  /** Registers it with shuffle services, where its settings want that. */
  useShuffleServices(
    appId: string,
    { shuffle: access }: ApplicationSettings,
    logger: Logger,
    problem: (problem: GatewayProblem) => void,
  ): void {
    if (access === undefined || this.#shuffle !== undefined) return;
    const { connectShuffleService: connect } = this.#context;
    const journal = this.#journal;
    this.#shuffle = new ShuffleRegistration({ appId, access, connect, journal, problem, logger });
    this.#shuffle.resume(this.#order.restored?.shuffleServices ?? new Map());
  }

  /** Nothing is left of the application, and no later gateway shall find it. */
  async forget(): Promise<void> {
    await this.#journal?.end();
  }

  #tellTotals(): void {
    const places = this.#placing && !this.#order.spark.isOpen;
    this.#backend?.setExecutorTotals(places ? this.#wanted.totals() : new Map());
  }

  #make(application: EnginePort, known: ApplicationSettings, logger: Logger): ExecutorBackend {
    const { description, driver, spark, frameworkIdSuffix, restored, summary } = this.#order;
    const { environment, observer, failoverTimeout, gatewayUrl } = this.#context;
    const { settings, credentials, properties } = known;
    return this.#context.makeBackend({
      application,
      settings,
      framework: frameworkOf(settings, description, {
        publicHost: environment.SPARK_PUBLIC_DNS,
        credentials,
        frameworkIdSuffix: frameworkIdSuffix(settings.driverFrameworkId),
        frameworkId: restored?.frameworkId,
        failoverTimeout,
        gatewayUrl: gatewayUrl?.(),
      }),
      credentials,
      driver: { address: driver, properties, spark: spark.current, executor: this.#wanted.default },
      ...(restored === undefined ? {} : { adopt: restored }),
      logger,
      onOffers: (offers) => {
        this.executors.offered(offers);
        application.lostAgents.offered(offers);
        const agents = [...new Set(offers.map(({ hostname }) => hostname ?? ''))];
        observer.offersReceived?.(summary(), { offers: offers.length, agents });
      },
      onAgentFailed: (agentId) => application.lostAgents.failed(agentId),
      onConnection: (connected, reason) => observer.masterConnection?.(summary(), connected, reason),
    });
  }
}
