import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { SYSTEM_CLOCK } from '@spark-mesos/coarse-backend';
import { ClassPath } from '@spark-mesos/java-serialization';
import { type Logger, silentLogger } from '@spark-mesos/scheduler-utils';
import { MasterEndpoint, SparkRpcError } from '@spark-mesos/spark-rpc';
import { Applications } from './applications.ts';
import { coarseBackendFactory } from './coarse-engine.ts';
import { GatewayError } from './errors.ts';
import type { GatewayObserver } from './observer.ts';

/** What a gateway is made with. */
export interface SparkGatewayOptions {
  /** The Mesos master: `host:port`, `mesos://host:port`, or several with commas between. */
  readonly master: string;
  /** Where drivers connect to; this machine only, unless said otherwise. */
  readonly host?: string;
  /** 0, the default, is any free port. */
  readonly port?: number;
  /** The Spark whose jars describe the classes that drivers send, and which executors run by default. */
  readonly sparkHome: string;
  /** The Java of the agents, where it is known, as it is on this very machine. */
  readonly javaHome?: string;
  /** Variables that every executor gets; the application's own go before. */
  readonly executorEnvironment?: Readonly<Record<string, string>>;
  /** Variables that settings fall back to, such as SPARK_MESOS_PRINCIPAL; none by default. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly observer?: GatewayObserver;
  readonly logger?: Logger;
}

/**
 * The cluster manager that a Spark driver meets: a standalone master in front of Mesos.
 *
 * ```ts
 * const gateway = await SparkGateway.start({ master: 'mesos://10.0.0.1:5050', sparkHome: '/opt/spark' });
 * // spark-submit --master ${gateway.url} …
 * await gateway.close();
 * ```
 */
export class SparkGateway {
  readonly #applications: Applications;
  readonly #endpoint: MasterEndpoint;
  readonly #classPath: ClassPath;

  private constructor(applications: Applications, endpoint: MasterEndpoint, classPath: ClassPath) {
    this.#applications = applications;
    this.#endpoint = endpoint;
    this.#classPath = classPath;
  }

  /** Listens for drivers; rejects if the address is taken or the Spark cannot be read. */
  static async start(options: SparkGatewayOptions): Promise<SparkGateway> {
    const logger = options.logger ?? silentLogger;
    const applications = new Applications({
      makeBackend: coarseBackendFactory(options.master),
      sparkHome: options.sparkHome,
      baseEnvironment: new Map([
        ...Object.entries(options.executorEnvironment ?? {}),
        ...(options.javaHome === undefined ? [] : ([['JAVA_HOME', options.javaHome]] as const)),
      ]),
      environment: options.environment ?? {},
      readTextFile: (file) => readFile(file, 'utf8'),
      observer: options.observer ?? {},
      clock: SYSTEM_CLOCK,
      logger,
    });
    const classPath = await openJars(options.sparkHome);
    try {
      const endpoint = await listen(options, classPath, applications, logger);
      return new SparkGateway(applications, endpoint, classPath);
    } catch (error) {
      await classPath.close();
      throw error;
    }
  }

  /** What drivers take as `--master`. */
  get url(): string {
    const { host, port } = this.#endpoint.address;
    return `spark://${host}:${port}`;
  }

  /** Resolves when no application is left, its framework torn down. */
  drained(): Promise<void> {
    return this.#applications.drained();
  }

  /** Ends every application and its framework, then stops listening. */
  async close(): Promise<void> {
    await this.#applications.close();
    await this.#endpoint.close();
    await this.#classPath.close();
  }
}

async function openJars(sparkHome: string): Promise<ClassPath> {
  try {
    return await ClassPath.open(path.join(sparkHome, 'jars'));
  } catch (error) {
    throw unreadable(sparkHome, error);
  }
}

async function listen(
  options: SparkGatewayOptions,
  classPath: ClassPath,
  handler: Applications,
  logger: Logger,
): Promise<MasterEndpoint> {
  const host = options.host ?? '127.0.0.1';
  const port = options.port ?? 0;
  try {
    return await MasterEndpoint.listen({ host, port, classPath, handler, logger });
  } catch (error) {
    if (!(error instanceof SparkRpcError) || error.code !== 'SPARK_RPC_LISTEN_FAILED') {
      throw unreadable(options.sparkHome, error);
    }
    const taken = systemCode(error) === 'EADDRINUSE';
    const why = taken ? `port ${port} of ${host} is taken` : `cannot listen on ${host}:${port}`;
    throw new GatewayError(
      'GATEWAY_ADDRESS_UNAVAILABLE',
      `${why}: name another port, or 0 for any that is free`,
      { cause: error },
    );
  }
}

function unreadable(sparkHome: string, cause: unknown): GatewayError {
  return new GatewayError(
    'GATEWAY_SPARK_UNREADABLE',
    `the jars of Spark in ${path.join(sparkHome, 'jars')} cannot be read; is ${sparkHome} the directory of a Spark?`,
    { cause },
  );
}

/** The system's own code, through whatever wraps it. */
function systemCode(error: unknown): unknown {
  let at: unknown = error;
  for (let depth = 0; depth < 5 && at instanceof Error; depth += 1) {
    const code = (at as NodeJS.ErrnoException).code;
    if (typeof code === 'string' && code.startsWith('E')) return code;
    at = at.cause;
  }
  return undefined;
}
