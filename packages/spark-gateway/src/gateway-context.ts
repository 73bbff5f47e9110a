import { readFile } from 'node:fs/promises';
import { SYSTEM_CLOCK } from '@spark-mesos/coarse-backend';
import type { Logger } from '@spark-mesos/scheduler-utils';
import type { ApplicationContext } from './application-context.ts';
import { authenticationVariables } from './authentication.ts';
import { driverVersionReader } from './driver-version.ts';
import { backendFactory } from './engines.ts';
import { relayOpener, slotLineOpener } from './executor-relay.ts';
import type { SparkGatewayOptions } from './gateway.ts';
import type { GatewayJournal } from './journal.ts';
import type { OpenSparks } from './open-sparks.ts';
import type { RpcSecurity } from './rpc-security.ts';
import { readSandbox } from './sandbox-words.ts';
import { withShuffleSecret } from './shuffle-access.ts';
import { shuffleServiceConnector } from './shuffle-connector.ts';

/** How long frameworks outlive their gateway: enough for a machine to start again. */
export const DEFAULT_FAILOVER_TIMEOUT = 600;

/** Where a gateway listens, unless it is told. */
export const DEFAULT_HOST = '127.0.0.1';

/** What a gateway has made of its options. */
export interface GatewayGround {
  readonly security: RpcSecurity;
  readonly sparks: OpenSparks;
  readonly journal: GatewayJournal | undefined;
  readonly gatewayUrl: () => string | undefined;
  readonly logger: Logger;
}

/** What all applications of a gateway share, by its options. */
export function contextOf(options: SparkGatewayOptions, ground: GatewayGround): ApplicationContext {
  const { sparkProperties = new Map<string, string>(), environment = {} } = options;
  const { host = DEFAULT_HOST, advertisedHost, master, observer = {} } = options;
  const { security, sparks, journal, gatewayUrl, logger } = ground;
  const openRelay = relayOpener({
    host,
    advertisedHost,
    classPathOf: (home) => sparks.classPathOf(home),
    security,
  });
  return {
    makeBackend: backendFactory(master, openRelay, slotLineOpener({ host, advertisedHost })),
    sparks: sparks.all,
    authentication: authenticationVariables(sparkProperties, environment),
    readSandbox,
    connectShuffleService: shuffleServiceConnector(security.tls),
    ...(options.checkDriverVersion === false ? {} : { readDriverVersion: driverVersionReader(SYSTEM_CLOCK) }),
    baseEnvironment: new Map([
      ...Object.entries(options.executorEnvironment ?? {}),
      ...(options.javaHome === undefined ? [] : ([['JAVA_HOME', options.javaHome]] as const)),
    ]),
    environment: withShuffleSecret(environment, sparkProperties),
    readTextFile: (file) => readFile(file, 'utf8'),
    observer,
    ...(journal === undefined
      ? {}
      : { journal, failoverTimeout: options.failoverTimeout ?? DEFAULT_FAILOVER_TIMEOUT }),
    gatewayUrl,
    clock: SYSTEM_CLOCK,
    logger,
  };
}
