import type { ExecutorPlacement } from '@spark-mesos/coarse-backend';
import { type Agents, sandboxPath } from './agents.ts';
import type { GatewayErrorCode } from './errors.ts';
import {
  NO_JAVA_STATUS,
  NO_SPARK_STATUS,
  OTHER_SPARK_STATUS,
  SANDBOX_FILES_STATUS,
} from './executor-script.ts';
import { jvmWordsIn } from './jvm-words.ts';
import { ownWordsIn, type SandboxReader } from './sandbox-words.ts';

/** How a JVM ends whose arguments, or whose main method, failed. */
export const JVM_FAILED_STATUS = 1;

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
  /** The version of the driver's Spark, as far as it is known by now. */
  readonly sparkVersion: string | undefined;
}

/**
 * Executors that could not start for want of something on their agent, by the exit status of their script. Such an
 * agent fails each executor at once: that is told once for each agent, in the words that the script left in the
 * sandbox, which know more than a status can say, such as the version of the Spark that is there.
 */
export class ExecutorTroubles {
  readonly #sources: TroubleSources;
  readonly #toldAgents = new Set<string>();
  #last: string | undefined;
  #isReading = false;

  constructor(sources: TroubleSources) {
    this.#sources = sources;
  }

  /** The trouble that was told last, for when the application has to be given up. */
  get last(): string | undefined {
    return this.#last;
  }

  /** What an exit status says; undefined where it says nothing of this kind. */
  of(executor: ExecutorPlacement, exitStatus: number | undefined): Trouble | undefined {
    const lack = exitStatus === undefined ? undefined : lacks(this.#sources.sparkVersion).get(exitStatus);
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
    const words = ownWordsIn(await this.#standardError(applicationId, executor));
    const { executorId, hostname } = executor;
    const message =
      words === undefined ? trouble.message : `executor ${executorId} on agent ${hostname}: ${words}`;
    this.#last = message;
    return { ...trouble, message };
  }

  /**
   * The trouble of a JVM that did not come up, once for each agent: its status says as little as that of one that came to
   * its end, so that its words decide. One executor at a time is looked at, for many may end at once.
   */
  async explainJvm(applicationId: string, executor: ExecutorPlacement): Promise<Trouble | undefined> {
    const { agentId, executorId, hostname } = executor;
    if (this.#isReading || this.#toldAgents.has(agentId)) return undefined;
    this.#isReading = true;
    const words = jvmWordsIn(await this.#standardError(applicationId, executor));
    this.#isReading = false;
    if (words === undefined) return undefined;
    this.#toldAgents.add(agentId);
    const message = `executor ${executorId} on agent ${hostname}: its JVM did not start: ${words}`;
    this.#last = message;
    return { code: 'GATEWAY_EXECUTOR_ENVIRONMENT', message };
  }

  /** Its beginning; nothing where it cannot be had. */
  async #standardError(applicationId: string, executor: ExecutorPlacement): Promise<string> {
    const agentUrl = this.#sources.agents.urlOf(executor.agentId);
    if (agentUrl === undefined) return '';
    const path = sandboxPath(applicationId, executor.taskId, 'stderr');
    try {
      return await this.#sources.readSandbox({ agentUrl, path });
    } catch {
      // The agent may not answer us, or not everybody: then the status has to do.
      return '';
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
