import { hostname, userInfo } from 'node:os';
import {
  Dispatcher,
  DispatcherServer,
  LateDispatcher,
  rpcSubmissions,
  SandboxLogs,
} from '@spark-mesos/cluster-dispatcher';
import { type DurableStore, FileStore } from '@spark-mesos/durable-store';
import { SchedulerClient } from '@spark-mesos/mesos-client';
import type { Logger } from '@spark-mesos/scheduler-utils';
import { SparkGateway } from '@spark-mesos/spark-gateway';
import type { Configuration } from './configuration.ts';
import { metricsOf } from './metrics.ts';
import { onFreePort } from './ports.ts';
import type { Environment } from './properties.ts';

/** What {@link startService} needs beside its configuration. */
export interface ServiceOptions {
  readonly configuration: Configuration;
  readonly environment: Environment;
  readonly sparkVersion: string;
  /** Our own. */
  readonly version: string;
  readonly logger: Logger;
}

/** A dispatcher while it runs. */
export interface DispatcherProcess {
  /** For submissions and drivers: `spark://host:port`. */
  readonly url: string;
  /** Of page and API. */
  readonly webUrl: string;
  readonly dispatcher: Dispatcher;
  /** Lets what was begun end, and leaves drivers and their applications to the next dispatcher (rule D8). */
  close(): Promise<void>;
}

// page port ──► DispatcherServer ──► LateDispatcher ─ ─► Dispatcher ──► Mesos
// 7077 ──► SparkGateway ──HTTP────────┘   ▲
//               └──submissions by RPC─────┘

/** Starts the parts one after the other (rule D6); when one cannot, those before it are closed again. */
export async function startService(options: ServiceOptions): Promise<DispatcherProcess> {
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const closeOne of closers.splice(0).reverse()) await closeOne();
  };
  try {
    return { ...(await openParts(options, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openParts(
  options: ServiceOptions,
  closers: (() => Promise<void>)[],
): Promise<Omit<DispatcherProcess, 'close'>> {
  const { configuration, logger } = options;
  const { workDir, portMaxRetries, host = '0.0.0.0' } = configuration;
  const openStore = async (name: string): Promise<DurableStore> => {
    const store = await FileStore.open({ directory: workDir, name });
    closers.push(() => store.close());
    return store;
  };
  const driverStore = await openStore('drivers');
  const applicationStore = await openStore('applications');
  const late = new LateDispatcher();
  let gateway: SparkGateway | undefined;
  const server = await openServer(options, late, () => gateway);
  closers.push(() => server.close());
  const tell = (port: number) => logger.warn({ port }, 'the port is taken, trying the next one');
  const webPort = await onFreePort(
    configuration.webuiPort,
    portMaxRetries,
    (port) => server.listen(host, port),
    tell,
  );
  const scheme = configuration.tls === undefined ? 'http' : 'https';
  const webUrl = `${scheme}://${hostInUrl(publicHostOf(configuration))}:${webPort}`;
  const opened = await onFreePort(
    configuration.port,
    portMaxRetries,
    (port) => openGateway(options, { port, server, late, store: applicationStore }),
    tell,
  );
  gateway = opened;
  closers.push(() => opened.leave());
  const dispatcher = await openDispatcher(options, { store: driverStore, webUrl, masterUrl: opened.url });
  closers.push(() => dispatcher.close());
  late.arrive(dispatcher);
  return { url: opened.url, webUrl, dispatcher };
}

function openServer(
  { configuration, sparkVersion, version, logger }: ServiceOptions,
  late: LateDispatcher,
  gateway: () => SparkGateway | undefined,
): Promise<DispatcherServer> {
  const { settings, access, tls, plainAllowed, rateLimit, maxBodyBytes, credentials } = configuration;
  const registry = metricsOf(late);
  const { secret } = credentials ?? {};
  return DispatcherServer.start({
    service: late,
    access,
    serverSparkVersion: sparkVersion,
    version,
    logger,
    tls,
    plainAllowed,
    rateLimit,
    maxBodyBytes,
    hosts: [publicHostOf(configuration)],
    links: {
      historyServerUrl: settings.historyServerUrl,
      proxyBaseUrl: settings.proxyBaseUrl,
      // The application of an attempt has the framework id that its Spark was told (rule D55).
      driverUi: ({ driverFrameworkId }) =>
        gateway()
          ?.list()
          .find(({ id }) => id === driverFrameworkId)?.uiUrl,
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
}

function openGateway(
  { configuration, environment, logger }: ServiceOptions,
  { port, server, late, store }: GatewayParts,
): Promise<SparkGateway> {
  const {
    master,
    host = '0.0.0.0',
    publicHost,
    sparkHome,
    properties,
    access,
    rateLimit,
    tls,
  } = configuration;
  return SparkGateway.start({
    master,
    host,
    port,
    ...(publicHost === undefined ? {} : { advertisedHost: publicHost }),
    sparkHome,
    environment,
    sparkProperties: properties,
    store,
    submissions: rpcSubmissions({ service: late, access, rateLimit }),
    takeHttp: (socket) => server.take(socket),
    ...(tls === undefined ? {} : { takeTls: (socket) => server.takeSecure(socket) }),
    logger,
  });
}

function openDispatcher(
  { configuration, logger }: ServiceOptions,
  { store, webUrl, masterUrl }: { store: DurableStore; webUrl: string; masterUrl: string },
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
    masterUrlOf: () => masterUrl,
    logger,
  });
}

/** The name under which it is reached (rule D6). */
function publicHostOf({ publicHost }: Configuration): string {
  return publicHost ?? hostname();
}

function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
