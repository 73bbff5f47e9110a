import type { Logger } from '@spark-mesos/scheduler-utils';
import {
  ExecutorRelay,
  type ExecutorRelayOptions,
  type RelayGate,
  type TaskRelay,
} from '@spark-mesos/spark-rpc';
import type { EngineDriver } from './backend.ts';
import { isLoopback } from './http-api.ts';
import { type RpcSecurity, recallAuthentication } from './rpc-security.ts';
import { type SlotLineListener, SlotLines, type SlotTeller } from './slot-lines.ts';

/** What a relay is opened for. */
export interface RelayOrder {
  readonly driver: EngineDriver;
  readonly gate: RelayGate;
  readonly logger: Logger;
}

/** Opens the relay of one application; tests hand in one that is no relay. */
export type RelayOpener = (order: RelayOrder) => Promise<TaskRelay>;

/** What the lines of slots are opened for. */
export interface SlotLineOrder {
  readonly driver: EngineDriver;
  /** Under which host agents reach them, as executors reach the relay. */
  readonly advertisedHost: string;
  readonly listener: SlotLineListener;
  readonly logger: Logger;
}

/** Opens the lines of one application's slots; tests hand in one that opens none. */
export type SlotLineOpener = (order: SlotLineOrder) => Promise<SlotTeller>;

/** What all relays of a gateway share. */
export interface RelayGround {
  /** The jars of a Spark, by its home. */
  readonly classPathOf: (home: string) => ExecutorRelayOptions['classPath'];
  /** Where the gateway listens for drivers. */
  readonly host: string;
  readonly advertisedHost?: string | undefined;
  readonly security: RpcSecurity;
}

/** Opens relays that let executors in, and themselves with drivers, as the settings of those have it. */
export function relayOpener(ground: RelayGround): RelayOpener {
  const { classPathOf, security } = ground;
  return async ({ driver, gate, logger }) => {
    const authentication = recallAuthentication(security, driver.properties, driver.spark.version);
    return ExecutorRelay.listen({
      ...relayPlace(ground, driver),
      port: 0,
      driver: driver.address,
      classPath: classPathOf(driver.spark.home),
      gate,
      logger,
      ...(authentication === undefined ? {} : { authentication }),
      ...(security.tls === undefined ? {} : { tls: security.tls }),
    });
  };
}

/** Opens lines beside relays, each on a port of its own. */
export function slotLineOpener(ground: Pick<RelayGround, 'host' | 'advertisedHost'>): SlotLineOpener {
  return ({ driver, ...order }) => SlotLines.listen({ ...order, host: relayPlace(ground, driver).host });
}

/**
 * Where executors reach a relay: where drivers reach the gateway. A gateway for drivers of its own machine alone has the
 * driver beside it, and there executors come to where they would come to the driver.
 */
export function relayPlace(
  { host, advertisedHost }: Pick<RelayGround, 'host' | 'advertisedHost'>,
  { address, properties }: Pick<EngineDriver, 'address' | 'properties'>,
): Pick<ExecutorRelayOptions, 'host' | 'advertisedHost'> {
  if (host !== 'localhost' && !isLoopback(host)) {
    return { host, ...(advertisedHost === undefined ? {} : { advertisedHost }) };
  }
  return { host: properties.get('spark.driver.bindAddress') ?? address.host, advertisedHost: address.host };
}
