import type {
  ExecutorLaunch,
  ExecutorPlacement,
  ExecutorState,
  ExecutorStateDetail,
} from '@spark-mesos/coarse-backend';
import type { mesos } from '@spark-mesos/mesos-proto';
import type {
  ApplicationDescription,
  ExecutorAdded,
  ExecutorTotals,
  ExecutorUpdated,
} from '@spark-mesos/spark-rpc';
import { Agents } from './agents.ts';
import type { ApplicationSettings } from './application-settings.ts';
import type { ApplicationSpark, GatewaySpark } from './application-spark.ts';
import { GatewayError } from './errors.ts';
import { type ExecutorLauncher, executorLauncher } from './executor-launch.ts';
import { executorAdded, executorDecommissioned, executorUpdated } from './executor-news.ts';
import { unmeetable } from './executor-resources.ts';
import type { WantedExecutors } from './executor-totals.ts';
import { ExecutorTroubles, JVM_FAILED_STATUS, type Trouble } from './executor-trouble.ts';
import type { SandboxReader } from './sandbox-words.ts';

/** What executors stand on that is the same for all applications of a gateway. */
export interface ExecutorGround {
  readonly baseEnvironment: ReadonlyMap<string, string>;
  /** What lets executors in with any driver of this gateway; an application's own goes before. */
  readonly authentication?: ReadonlyMap<string, string>;
  readonly readSandbox: SandboxReader;
}

/** What executors are launched for. */
export interface LaunchOrder {
  readonly applicationId: string;
  /** Where they find their driver, if not where it says itself. */
  readonly driverUrl: string | undefined;
  readonly known: ApplicationSettings;
}

/** The executors of one application: how they are started, and what driver and people are told of them. */
export class ApplicationExecutors {
  readonly #description: ApplicationDescription;
  readonly #ground: ExecutorGround;
  readonly #wanted: WantedExecutors;
  readonly #agents = new Agents();
  readonly #troubles: ExecutorTroubles;
  readonly #spark: ApplicationSpark;
  #launcher:
    | { readonly order: LaunchOrder; readonly spark: GatewaySpark; readonly launch: ExecutorLauncher }
    | undefined;

  constructor(
    description: ApplicationDescription,
    ground: ExecutorGround,
    wanted: WantedExecutors,
    spark: ApplicationSpark,
  ) {
    this.#spark = spark;
    this.#description = description;
    this.#ground = ground;
    this.#wanted = wanted;
    this.#troubles = new ExecutorTroubles({
      agents: this.#agents,
      readSandbox: ground.readSandbox,
      get sparkVersion() {
        return spark.current.version;
      },
    });
  }

  /** Remembers where agents are. */
  offered(offers: readonly mesos.v1.IOffer[]): void {
    this.#agents.offered(offers);
  }

  /** Throws for what no cluster could give. */
  check(settings: ApplicationSettings, totals?: ExecutorTotals): void {
    const profiles = totals === undefined ? [this.#description.defaultProfile] : [...totals.values()];
    for (const entry of profiles) {
      const profile = 'total' in entry ? entry.profile : entry;
      const problem = profile && unmeetable(profile, settings.settings.gpusMax);
      if (problem !== undefined) throw new GatewayError('GATEWAY_SETTINGS', problem);
    }
  }

  launch(placement: ExecutorPlacement, order: LaunchOrder): ExecutorLaunch {
    const { current: spark } = this.#spark;
    const known = this.#launcher;
    if (known !== undefined && known.spark === spark && isSameOrder(known.order, order)) {
      return known.launch(placement);
    }
    const launch = this.#launcherOf(order, spark);
    this.#launcher = { order, spark, launch };
    return launch(placement);
  }

  added(executor: ExecutorPlacement): ExecutorAdded {
    return executorAdded(executor, this.#agents);
  }

  /** What the driver is told of a state, if anything. */
  updated(
    executor: ExecutorPlacement,
    state: ExecutorState,
    detail: ExecutorStateDetail,
  ): ExecutorUpdated | undefined {
    const message = this.#troubles.of(executor, detail.exitStatus)?.message ?? detail.message;
    return executorUpdated(executor, state, message === undefined ? detail : { ...detail, message });
  }

  /** What the driver is told of an agent that is drained, if it can do something about it. */
  draining(executor: ExecutorPlacement, { settings }: ApplicationSettings): ExecutorUpdated | undefined {
    return settings.decommissionEnabled ? executorDecommissioned(executor) : undefined;
  }

  /** What people are told of an executor that could not start on its agent, once for each agent. */
  async explain(
    applicationId: string,
    executor: ExecutorPlacement,
    exitStatus: number | undefined,
  ): Promise<Trouble | undefined> {
    const trouble = this.#troubles.of(executor, exitStatus);
    if (trouble !== undefined) return this.#troubles.explain(applicationId, executor, trouble);
    if (exitStatus !== JVM_FAILED_STATUS) return undefined;
    return this.#troubles.explainJvm(applicationId, executor);
  }

  #launcherOf({ applicationId, driverUrl, known }: LaunchOrder, spark: GatewaySpark): ExecutorLauncher {
    const { baseEnvironment, authentication = [] } = this.#ground;
    return executorLauncher({
      application: this.#description,
      applicationId,
      driverUrl,
      settings: known.settings,
      sparkHome: spark.home,
      sparkVersion: spark.version,
      baseEnvironment,
      authentication: new Map([...authentication, ...known.authentication]),
      agents: this.#agents,
      profileOf: (id) => this.#wanted.profileOf(id),
    });
  }

  /** Behind the text of an application that is given up: what its executors lacked. */
  get lastTrouble(): string | undefined {
    return this.#troubles.last;
  }
}

function isSameOrder(one: LaunchOrder, other: LaunchOrder): boolean {
  const names = ['applicationId', 'driverUrl', 'known'] as const;
  return names.every((name) => one[name] === other[name]);
}
