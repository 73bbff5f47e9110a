import type { Socket } from 'node:net';
import { SYSTEM_CLOCK } from '@spark-mesos/coarse-backend';
import type { DurableStore } from '@spark-mesos/durable-store';
import { type Logger, silentLogger } from '@spark-mesos/scheduler-utils';
import {
  MasterEndpoint,
  type MasterHandler,
  SparkRpcError,
  type SubmissionHandler,
} from '@spark-mesos/spark-rpc';
import type { Admission } from './application-context.ts';
import { Applications } from './applications.ts';
import { DriverRecall } from './driver-recall.ts';
import { GatewayError } from './errors.ts';
import type { Explanation, ListedApplication } from './explanation.ts';
import { contextOf, DEFAULT_HOST } from './gateway-context.ts';
import { HttpApi } from './http-api.ts';
import { GatewayJournal } from './journal.ts';
import type { GatewayObserver } from './observer.ts';
import { OpenSparks, unreadableSpark } from './open-sparks.ts';
import { type RpcSecurity, recallAuthentication, rpcSecurity } from './rpc-security.ts';

/** What a gateway is made with. */
export interface SparkGatewayOptions {
  /** The Mesos master: `host:port`, `mesos://host:port`, or several with commas between. */
  readonly master: string;
  /** Where drivers connect to; this machine only, unless said otherwise. */
  readonly host?: string;
  /** 0, the default, is any free port. */
  readonly port?: number;
  /** Under which name drivers reach it; `host`, or this machine's name where that is a wildcard, unless said otherwise. */
  readonly advertisedHost?: string;
  /**
   * The Sparks that drivers may run, of which the first is the default: their jars describe the classes that drivers send, and
   * executors run the one of their driver where nothing else is named.
   */
  readonly sparkHome: string | readonly string[];
  /** The Java of the agents, where it is known, as it is on this very machine. */
  readonly javaHome?: string;
  /** Variables that every executor gets; the application's own go before. */
  readonly executorEnvironment?: Readonly<Record<string, string>>;
  /** Variables that settings fall back to, such as SPARK_MESOS_PRINCIPAL; none by default. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /**
   * What drivers and gateway must both know before they first speak: `spark.authenticate` with its secret,
   * `spark.network.crypto.*`, `spark.ssl.rpc.*`, by Spark's names. Everything else drivers are asked for.
   */
  readonly sparkProperties?: ReadonlyMap<string, string>;
  /** Whether drivers are asked which Spark they run, which must be one of `sparkHome`; default true. */
  readonly checkDriverVersion?: boolean;
  readonly observer?: GatewayObserver;
  readonly logger?: Logger;
  /** Whether HTTP is answered to other machines too, and not to this one alone. */
  readonly httpOpenToAll?: boolean;
  /**
   * Where applications are written down, so that a later gateway with the same store takes them up after this one was
   * killed. Without it they end with their gateway. The gateway does not close it.
   */
  readonly store?: DurableStore;
  /** With a store: seconds that a framework outlives its gateway, unless its application says. */
  readonly failoverTimeout?: number;
  /** With a store: how long a driver is called back before its application is ended. */
  readonly driverTimeoutMs?: number;
  /** Lets applications in, or says why not, by what their drivers tell of their settings; all by default. */
  readonly admission?: Admission;
  /** Runs drivers for `spark-submit --deploy-mode cluster`; without it submitters are told what to do instead. */
  readonly submissions?: SubmissionHandler;
  /** Answers HTTP on the port of the drivers instead of the gateway, whose own answers `list` and `explain` give. */
  readonly takeHttp?: (socket: Socket) => void;
  /** Takes connections that begin with TLS, such as HTTPS, where `spark.ssl.rpc.enabled` is not set. */
  readonly takeTls?: (socket: Socket) => void;
}

/** How long a driver may be out of reach. */
export const DEFAULT_DRIVER_TIMEOUT_MS = 60_000;

interface GatewayParts {
  readonly applications: Applications;
  readonly endpoint: MasterEndpoint;
  readonly sparks: OpenSparks;
  readonly http: HttpApi;
  readonly recall: DriverRecall | undefined;
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
  readonly #sparks: OpenSparks;
  readonly #http: HttpApi;
  readonly #recall: DriverRecall | undefined;

  private constructor(parts: GatewayParts) {
    this.#applications = parts.applications;
    this.#endpoint = parts.endpoint;
    this.#sparks = parts.sparks;
    this.#http = parts.http;
    this.#recall = parts.recall;
  }

  /** Listens for drivers; rejects if the address is taken or the Spark cannot be read. */
  static async start(options: SparkGatewayOptions): Promise<SparkGateway> {
    const logger = options.logger ?? silentLogger;
    const { store, sparkProperties = new Map<string, string>(), environment = {} } = options;
    const security = rpcSecurity(sparkProperties, environment);
    const journal = store && new GatewayJournal(store, logger);
    const restored = (await journal?.restore()) ?? [];
    const sparks = await OpenSparks.open(options.sparkHome);
    let gatewayUrl: string | undefined;
    const applications = new Applications(
      contextOf(options, {
        security,
        sparks,
        journal,
        gatewayUrl: () => gatewayUrl,
        logger,
      }),
    );
    const http = new HttpApi({
      list: () => applications.list(),
      explain: (applicationId) => applications.explain(applicationId),
      openToAll: options.httpOpenToAll ?? false,
      hosts: options.host === undefined ? [] : [options.host],
      logger,
    });
    try {
      const endpoint = await listen(options, { sparks, handler: applications, http, security, logger });
      gatewayUrl = formatUrl('http', endpoint);
      const recall =
        journal &&
        new DriverRecall({
          call: async ({ driver, summary, properties, spark }) => {
            const authentication = recallAuthentication(security, properties, spark.version);
            return endpoint.recall({
              address: driver.address,
              appId: summary.id ?? '',
              spark: spark.home,
              ...(authentication === undefined ? {} : { authentication }),
            });
          },
          timeoutMs: options.driverTimeoutMs ?? DEFAULT_DRIVER_TIMEOUT_MS,
          clock: SYSTEM_CLOCK,
          logger,
        });
      if (recall !== undefined) applications.recallWith(recall);
      if (options.admission !== undefined) applications.admitWith(options.admission);
      applications.restore(restored);
      return new SparkGateway({ applications, endpoint, sparks, http, recall });
    } catch (error) {
      await sparks.close();
      throw error;
    }
  }

  /** What drivers take as `--master`. */
  get url(): string {
    return formatUrl('spark', this.#endpoint);
  }

  /** Where it answers HTTP: on the same port. */
  get httpUrl(): string {
    return formatUrl('http', this.#endpoint);
  }

  /** How each application is, in one sentence and a few figures. */
  list(): readonly ListedApplication[] {
    return this.#applications.list();
  }

  /** Why an application has the executors that it has, and no others; undefined for one that is not here. */
  explain(applicationId: string): Explanation | undefined {
    return this.#applications.explain(applicationId);
  }

  /** Resolves when no application is left, its framework torn down. */
  drained(): Promise<void> {
    return this.#applications.drained();
  }

  /** Ends every application and its framework, then stops listening. */
  async close(): Promise<void> {
    this.#recall?.close();
    await this.#applications.close();
    await this.#closeRest();
  }

  /** Stops listening and leaves applications, frameworks and executors to a later gateway with the same store. */
  async leave(): Promise<void> {
    if (this.#recall === undefined) {
      await this.close();
      return;
    }
    this.#recall.close();
    await this.#applications.leave();
    await this.#closeRest();
  }

  async #closeRest(): Promise<void> {
    this.#http.close();
    await this.#endpoint.close();
    await this.#sparks.close();
  }
}

function formatUrl(scheme: string, { address: { host, port } }: MasterEndpoint): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

interface ListeningParts {
  readonly sparks: OpenSparks;
  readonly handler: MasterHandler;
  readonly http: Pick<HttpApi, 'take'>;
  readonly security: RpcSecurity;
  readonly logger: Logger;
}

/** Listens for drivers, and for HTTP on the same port. */
export async function listen(
  options: SparkGatewayOptions,
  { sparks, handler, http, security, logger }: ListeningParts,
): Promise<MasterEndpoint> {
  const host = options.host ?? DEFAULT_HOST;
  const port = options.port ?? 0;
  const { submissions, takeTls, takeHttp, advertisedHost } = options;
  try {
    return await MasterEndpoint.listen({
      host,
      port,
      sparks: sparks.known,
      handler,
      logger,
      ...security,
      ...(advertisedHost === undefined ? {} : { advertisedHost }),
      ...(submissions === undefined ? {} : { submissions }),
      ...(takeTls === undefined ? {} : { takeTls }),
      takeOther: (socket) => (takeHttp === undefined ? http.take(socket) : takeHttp(socket)),
    });
  } catch (error) {
    if ((error as { code?: unknown }).code === 'SPARK_NETWORK_TLS_UNUSABLE') {
      throw new GatewayError('GATEWAY_SETTINGS', (error as Error).message, { cause: error });
    }
    if (!(error instanceof SparkRpcError) || error.code !== 'SPARK_RPC_LISTEN_FAILED') {
      throw unreadableSpark(
        sparks.all.map(({ home }) => home),
        error,
      );
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
