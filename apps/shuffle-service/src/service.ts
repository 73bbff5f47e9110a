import { FileStore } from '@spark-mesos/durable-store';
import {
  type BlockFile,
  type FrameworkCheck,
  openShuffleState,
  ShuffleError,
  ShuffleServer,
} from '@spark-mesos/external-shuffle';
import type { Logger } from '@spark-mesos/scheduler-utils';
import type { TlsMaterial } from '@spark-mesos/spark-network';
import { MasterFrameworkCheck } from './framework-check.ts';
import { masterClient } from './master.ts';
import type { Monitoring } from './monitoring.ts';
import { portError } from './port-error.ts';
import type { MasterSettings, ServiceSettings } from './settings.ts';

/** What a service is started with. */
export interface ServiceOptions {
  readonly settings: Omit<ServiceSettings, 'tls'>;
  readonly tls?: TlsMaterial;
  readonly host: string;
  readonly workDir: string;
  readonly metricsHost: string;
  /** 0: none. */
  readonly metricsPort: number;
  readonly logger: Logger;
}

/** A service while it runs. */
export interface ShuffleService {
  readonly port: number;
  /** Everything that is registered stays, for the next one. */
  close(): Promise<void>;
}

const PORT_REMEDY =
  "another shuffle service, such as Spark's own, may run on this host: stop it, or name another port with " +
  '--conf spark.shuffle.service.port, for this service and for all applications';

/** Starts the parts one after the other; when one cannot, those before it are closed again. */
export async function startService(options: ServiceOptions): Promise<ShuffleService> {
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const closeOne of closers.splice(0).reverse()) await closeOne();
  };
  try {
    return { port: await openParts(options, closers), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openParts(options: ServiceOptions, closers: (() => Promise<void>)[]): Promise<number> {
  const { settings, tls, host, logger } = options;
  const { authentication, idleTimeoutMs, maxChunksInTransfer } = settings;
  const { master, ...cleanUp } = settings.cleanUp;
  const store = await FileStore.open({ directory: options.workDir, name: 'registrations' });
  closers.push(() => store.close());
  let opened: ShuffleServer | undefined;
  const state = await openShuffleState({
    store,
    roots: settings.roots,
    indexCacheBytes: settings.indexCacheBytes,
    cleanerIntervalMs: settings.cleanerIntervalMs,
    ...cleanUp,
    ...(master === undefined ? {} : { frameworkCheck: await frameworkCheck(master, closers) }),
    fileDropped: (file: BlockFile) => opened?.dropFile(file),
    logger,
  });
  closers.push(() => state.close());
  const server = await listen(settings.port, {
    ...state,
    host,
    port: settings.port,
    ...(authentication === undefined ? {} : { authentication }),
    ...(tls === undefined ? {} : { tls }),
    limits: { idleTimeoutMs, maxChunksInTransfer },
    keepAlive: settings.keepAlive,
    ...(settings.backlog === undefined ? {} : { backlog: settings.backlog }),
    logger,
  });
  opened = server;
  closers.push(() => server.close());
  const { port } = server.address;
  if (options.metricsPort !== 0) {
    // Loaded when blocks are served already: it takes as long as all else.
    const { openMonitoring } = await import('./monitoring.ts');
    const monitoring: Monitoring = await openMonitoring({
      host: options.metricsHost,
      port: options.metricsPort,
      servicePort: port,
      counters: () => ({ ...state.registry.counters(), ...state.resolver.counters(), ...server.counters() }),
    });
    closers.push(() => monitoring.close());
  }
  state.cleaner.start();
  return port;
}

async function frameworkCheck(
  settings: MasterSettings,
  closers: (() => Promise<void>)[],
): Promise<FrameworkCheck> {
  const master = await masterClient(settings);
  closers.push(() => master.close());
  return new MasterFrameworkCheck(master);
}

async function listen(
  port: number,
  options: Parameters<typeof ShuffleServer.listen>[0],
): Promise<ShuffleServer> {
  try {
    return await ShuffleServer.listen(options);
  } catch (error) {
    if (error instanceof ShuffleError && error.code === 'SHUFFLE_ADDRESS_UNUSABLE') {
      throw portError(error, port, PORT_REMEDY);
    }
    throw error;
  }
}
