import { hostname, userInfo } from 'node:os';
import {
  Dispatcher,
  DispatcherServer,
  type DispatcherService,
  type DispatcherSpark,
  DriverTickets,
  includesRole,
  type LateDispatcher,
  type LeaderCard,
  rpcSubmissions,
  SandboxLogs,
} from '@spark-mesos/cluster-dispatcher';
import type { DurableStore, ZooKeeperConnector } from '@spark-mesos/durable-store';
import { SchedulerClient } from '@spark-mesos/mesos-client';
import type { Logger } from '@spark-mesos/scheduler-utils';
import { SparkGateway } from '@spark-mesos/spark-gateway';
import type { Configuration } from './configuration.ts';
import { driverPage } from './driver-page.ts';
import { metricsOf } from './metrics.ts';
import { openPage } from './page.ts';
import { onFreePort } from './ports.ts';
import type { Environment } from './properties.ts';

/** What a dispatcher is started with, beside its configuration. */
export interface ServiceOptions {
  readonly configuration: Configuration;
  readonly environment: Environment;
  /** Those of the configuration, in that order. */
  readonly sparks: readonly DispatcherSpark[];
  /** Our own. */
  readonly version: string;
  readonly logger: Logger;
  /** Opens sessions with ZooKeeper; for tests. */
  readonly connectZooKeeper?: ZooKeeperConnector;
}

/** A dispatcher while it runs. */
export interface DispatcherProcess {
  /** For submissions and drivers: `spark://host:port`. */
  readonly url: string;
  /** Of page and API. */
  readonly webUrl: string;
  /** The one that leads, where several stand for election: until that is this one it is not ready. */
  readonly dispatcher: DispatcherService;
  /** Lets what was begun end, and leaves drivers and their applications to the next dispatcher (rule D8). */
  close(): Promise<void>;
}

interface WebParts {
  readonly late: LateDispatcher;
  readonly gateway: () => SparkGateway | undefined;
  /** The dispatcher that leads, while another one does. */
  readonly leader?: () => LeaderCard | undefined;
}

/** Opens what answers HTTP, and the port of the page. */
export async function openWeb(
  options: ServiceOptions,
  parts: WebParts,
): Promise<{ server: DispatcherServer; webUrl: string }> {
  const { configuration, logger } = options;
  const { webuiPort, portMaxRetries, host = '0.0.0.0', tls } = configuration;
  const server = await openServer(options, parts);
  try {
    const webPort = await onFreePort(
      webuiPort,
      portMaxRetries,
      (port) => server.listen(host, port),
      (port) => tellTaken(logger, port),
    );
    const scheme = tls === undefined ? 'http' : 'https';
    return { server, webUrl: `${scheme}://${hostInUrl(publicHostOf(configuration))}:${webPort}` };
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** Says that another port is tried. */
export function tellTaken(logger: Logger, port: number): void {
  logger.warn({ port }, 'the port is taken, trying the next one');
}

async function openServer(
  { configuration, sparks, version, logger }: ServiceOptions,
  { late, gateway, leader }: WebParts,
): Promise<DispatcherServer> {
  const { settings, access, tls, plainAllowed, rateLimit, maxBodyBytes, credentials } = configuration;
  const registry = metricsOf({
    metrics: () => late.metrics(),
    readiness: () => late.readiness(),
    applications: () => gateway()?.list() ?? [],
  });
  const { secret } = credentials ?? {};
  return DispatcherServer.start({
    service: late,
    leader,
    access,
    serverSparkVersion: sparks[0]?.version ?? 'unknown',
    sparks,
    version,
    logger,
    tls,
    plainAllowed,
    rateLimit,
    maxBodyBytes,
    hosts: [publicHostOf(configuration)],
    page: await openPage(logger),
    links: {
      historyServerUrl: settings.historyServerUrl,
      proxyBaseUrl: settings.proxyBaseUrl,
      driverUi: ({ driverFrameworkId }) => driverPage(gateway()?.list() ?? [], driverFrameworkId),
    },
    logs: new SandboxLogs({
      cluster: () => late.readiness(),
      credentials:
        credentials && secret !== undefined ? { principal: credentials.principal, secret } : undefined,
    }),
    metrics: async () => ({ type: registry.contentType, text: await registry.metrics() }),
    applications: {
      list: () => gateway()?.list() ?? [],
      explain: (applicationId) => gateway()?.explain(applicationId),
    },
  });
}

interface GatewayParts {
  readonly port: number;
  readonly server: DispatcherServer;
  readonly late: LateDispatcher;
  readonly store: DurableStore;
  readonly tickets: DriverTickets | undefined;
}

/**
 * Makes tickets, where who may submit is asked for who that is, and Spark's RPC does not ask by itself: drivers show them, and nobody
 * else is given executors.
 */
export async function openTickets(
  { configuration: { access, properties } }: ServiceOptions,
  driverStore: DurableStore,
): Promise<DriverTickets | undefined> {
  const isOpen = access.anonymous !== undefined && includesRole(access.anonymous, 'submitter');
  const isAuthenticated = properties.get('spark.authenticate')?.trim().toLowerCase() === 'true';
  return isOpen || isAuthenticated ? undefined : DriverTickets.open(driverStore);
}

const NO_TICKET =
  'only drivers that the dispatcher has launched are given executors here: submit with --deploy-mode cluster and a token, or set ' +
  'spark.authenticate on both sides';

/** Opens the port of submissions and drivers. */
export function openGateway(
  { configuration, environment, sparks, logger }: ServiceOptions,
  { port, server, late, store, tickets }: GatewayParts,
): Promise<SparkGateway> {
  const { master, host = '0.0.0.0', publicHost, properties, access, rateLimit, tls } = configuration;
  return SparkGateway.start({
    master,
    host,
    port,
    ...(publicHost === undefined ? {} : { advertisedHost: publicHost }),
    sparkHome: sparks.map(({ home }) => home),
    environment,
    sparkProperties: properties,
    store,
    submissions: rpcSubmissions({ service: late, access, sparks, rateLimit }),
    ...(tickets === undefined
      ? {}
      : { admission: (settings) => (tickets.admits(settings) ? undefined : NO_TICKET) }),
    takeHttp: (socket) => server.take(socket),
    ...(tls === undefined ? {} : { takeTls: (socket) => server.takeSecure(socket) }),
    logger,
  });
}

interface DispatcherParts {
  readonly store: DurableStore;
  readonly webUrl: string;
  readonly masterUrlOf: () => string;
  readonly tickets: DriverTickets | undefined;
}

/** Takes the drivers up that are in the store, and subscribes. */
export function openDispatcher(
  { configuration, sparks, logger }: ServiceOptions,
  { store, webUrl, masterUrlOf, tickets }: DispatcherParts,
): Promise<Dispatcher> {
  const { master, settings, name, credentials } = configuration;
  const { principal, secret } = credentials ?? {};
  return Dispatcher.start({
    settings,
    identity: {
      user: userInfo().username,
      name,
      uiUrl: webUrl,
      publicHost: publicHostOf(configuration),
      ...(principal === undefined ? {} : { principal }),
    },
    connect: (framework) =>
      new SchedulerClient({
        master,
        framework,
        registrationTimeoutMs: settings.registrationTimeoutMs,
        logger,
        ...(principal === undefined || secret === undefined ? {} : { credentials: { principal, secret } }),
      }),
    store,
    sparks,
    masterUrlOf,
    ...(tickets === undefined ? {} : { propertiesOf: (attempt) => tickets.propertiesOf(attempt) }),
    logger,
  });
}

/** The name under which it is reached (rule D6). */
export function publicHostOf({ publicHost }: Configuration): string {
  return publicHost ?? hostname();
}

function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
