import { silentLogger } from '@spark-mesos/scheduler-utils';
import type { MasterEndpoint, MasterHandler } from '@spark-mesos/spark-rpc';
import { listen, type SparkGatewayOptions } from './gateway.ts';
import { OpenSparks } from './open-sparks.ts';
import { rpcSecurity } from './rpc-security.ts';

/** What a {@link StandbyGateway} is made with. */
export interface StandbyGatewayOptions
  extends Pick<
    SparkGatewayOptions,
    | 'host'
    | 'port'
    | 'advertisedHost'
    | 'sparkHome'
    | 'environment'
    | 'sparkProperties'
    | 'submissions'
    | 'takeTls'
    | 'logger'
  > {
  /** Takes HTTP that comes at the port of the drivers. */
  readonly takeHttp: NonNullable<SparkGatewayOptions['takeHttp']>;
}

/**
 * Keeps the port of a gateway while another process leads. A driver that registers hears nothing, as from a standalone master in
 * standby: it asks all masters that it was given, and goes with the one that answers.
 */
export class StandbyGateway {
  readonly #endpoint: MasterEndpoint;
  readonly #sparks: OpenSparks;

  private constructor(endpoint: MasterEndpoint, sparks: OpenSparks) {
    this.#endpoint = endpoint;
    this.#sparks = sparks;
  }

  /** Listens; rejects as `SparkGateway.start` does. */
  static async start(options: StandbyGatewayOptions): Promise<StandbyGateway> {
    const { logger = silentLogger, sparkProperties = new Map<string, string>(), environment = {} } = options;
    const security = rpcSecurity(sparkProperties, environment);
    const sparks = await OpenSparks.open(options.sparkHome);
    try {
      const { takeHttp } = options;
      const handler: MasterHandler = {
        registerApplication: ({ name }, { address }) =>
          logger.info(
            { name, driver: `${address.host}:${address.port}` },
            'a driver came, and this one does not lead',
          ),
        unregisterApplication: () => {},
        requestExecutors: () => false,
        killExecutors: () => false,
        driverDisconnected: () => {},
      };
      const http = { take: takeHttp };
      // What it asks for beyond these is how a gateway works, which this one does not.
      const settings = { master: '', ...options };
      return new StandbyGateway(await listen(settings, { sparks, handler, http, security, logger }), sparks);
    } catch (error) {
      await sparks.close();
      throw error;
    }
  }

  /** The port that it has. */
  get port(): number {
    return this.#endpoint.address.port;
  }

  /** What drivers and submitters name as their master. */
  get url(): string {
    const { host, port } = this.#endpoint.address;
    return `spark://${host.includes(':') ? `[${host}]` : host}:${port}`;
  }

  /** Gives the port up. */
  async close(): Promise<void> {
    await this.#endpoint.close();
    await this.#sparks.close();
  }
}
