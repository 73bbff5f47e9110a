import type { ExecutorPlacement } from '@spark-mesos/coarse-backend';
import { type Agents, sandboxPath } from './agents.ts';
import type { GatewayErrorCode } from './errors.ts';
import {
  NO_JAVA_STATUS,
  NO_SPARK_STATUS,
  OTHER_SPARK_STATUS,
  SANDBOX_FILES_STATUS,
} from './executor-script.ts';
import { ownWordsIn, type SandboxReader } from './sandbox-words.ts';

/** What an agent lacks for an executor. */
export interface Trouble {
  readonly code: GatewayErrorCode;
  /** For people; the words of the executor itself say more, where they can be had. */
  readonly message: string;
}

interface Lack {
  readonly code: GatewayErrorCode;
  readonly what: string;
  readonly cure: string;
}

/** What {@link ExecutorTroubles} stands on. */
export interface TroubleSources {
  readonly agents: Pick<Agents, 'urlOf'>;
  readonly readSandbox: SandboxReader;
  /** The version of the driver's Spark. */
  readonly sparkVersion: string | undefined;
}

/**
 * Executors that could not start for want of something on their agent, by the exit status of their script. Such an
 * agent fails each executor at once: that is told once for each agent, in the words that the script left in the
 * sandbox, which know more than a status can say, such as the version of the Spark that is there.
 */
export class ExecutorTroubles {
  readonly #sources: TroubleSources;
  readonly #lacks: ReadonlyMap<number, Lack>;
  readonly #toldAgents = new Set<string>();
  #last: string | undefined;

  constructor(sources: TroubleSources) {
    this.#sources = sources;
    this.#lacks = lacks(sources.sparkVersion);
  }

  /** The trouble that was told last, for when the application has to be given up. */
  get last(): string | undefined {
    return this.#last;
  }

  /** What an exit status says; undefined where it says nothing of this kind. */
  of(executor: ExecutorPlacement, exitStatus: number | undefined): Trouble | undefined {
    const lack = exitStatus === undefined ? undefined : this.#lacks.get(exitStatus);
    if (lack === undefined) return undefined;
    const { code, what, cure } = lack;
    const { executorId, hostname } = executor;
    return { code, message: `executor ${executorId} found ${what} on agent ${hostname}: ${cure}` };
  }

  /** The trouble as people are told of it, once for each agent. */
  async explain(
    applicationId: string,
    executor: ExecutorPlacement,
    trouble: Trouble,
  ): Promise<Trouble | undefined> {
    this.#last ??= trouble.message;
    if (this.#toldAgents.has(executor.agentId)) return undefined;
    this.#toldAgents.add(executor.agentId);
    const words = await this.#words(applicationId, executor);
    const { executorId, hostname } = executor;
    const message =
      words === undefined ? trouble.message : `executor ${executorId} on agent ${hostname}: ${words}`;
    this.#last = message;
    return { ...trouble, message };
  }

  async #words(applicationId: string, executor: ExecutorPlacement): Promise<string | undefined> {
    const agentUrl = this.#sources.agents.urlOf(executor.agentId);
    if (agentUrl === undefined) return undefined;
    const path = sandboxPath(applicationId, executor.taskId, 'stderr');
    try {
      return ownWordsIn(await this.#sources.readSandbox({ agentUrl, path }));
    } catch {
      // The agent may not answer us, or not everybody: then the status has to do.
      return undefined;
    }
  }
}

function lacks(sparkVersion: string | undefined): ReadonlyMap<number, Lack> {
  return new Map<number, Lack>([
    [
      NO_JAVA_STATUS,
      {
        code: 'GATEWAY_EXECUTOR_ENVIRONMENT',
        what: 'no Java',
        cure: 'install Java there, or set spark.executorEnv.JAVA_HOME to where it is',
      },
    ],
    [
      NO_SPARK_STATUS,
      {
        code: 'GATEWAY_EXECUTOR_ENVIRONMENT',
        what: 'no Spark',
        cure: 'set spark.mesos.executor.home to where it is, or spark.executor.uri to a package that agents can fetch',
      },
    ],
    [
      SANDBOX_FILES_STATUS,
      {
        code: 'GATEWAY_EXECUTOR_ENVIRONMENT',
        what: 'no place for its files outside of its sandbox, where a shuffle service cannot keep them,',
        cure: 'set SPARK_LOCAL_DIRS there, or spark.local.dir, to directories that the service serves',
      },
    ],
    [
      OTHER_SPARK_STATUS,
      {
        code: 'GATEWAY_SPARK_MISMATCH',
        what: 'another version of Spark',
        cure: `the driver's is ${sparkVersion ?? 'not known'}, and executors must run the same`,
      },
    ],
  ]);
}
