import { LateDispatcher } from '@spark-mesos/cluster-dispatcher';
import { type DurableStore, FileStore } from '@spark-mesos/durable-store';
import type { SparkGateway } from '@spark-mesos/spark-gateway';
import { openContended } from './contended-service.ts';
import {
  type DispatcherProcess,
  openDispatcher,
  openGateway,
  openTickets,
  openWeb,
  type ServiceOptions,
  tellTaken,
} from './parts.ts';
import { onFreePort } from './ports.ts';

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
    const open = options.configuration.zooKeeper === undefined ? openParts : openContended;
    return { ...(await open(options, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Opens a dispatcher that has its state in files, and so is the only one. */
async function openParts(
  options: ServiceOptions,
  closers: (() => Promise<void>)[],
): Promise<Omit<DispatcherProcess, 'close'>> {
  const { configuration, logger } = options;
  const { workDir, portMaxRetries } = configuration;
  const openStore = async (name: string): Promise<DurableStore> => {
    const store = await FileStore.open({ directory: workDir, name });
    closers.push(() => store.close());
    return store;
  };
  const driverStore = await openStore('drivers');
  const applicationStore = await openStore('applications');
  const tickets = await openTickets(options, driverStore);
  const late = new LateDispatcher();
  let gateway: SparkGateway | undefined;
  const { server, webUrl } = await openWeb(options, { late, gateway: () => gateway });
  closers.push(() => server.close());
  const opened = await onFreePort(
    configuration.port,
    portMaxRetries,
    (port) => openGateway(options, { port, server, late, store: applicationStore, tickets }),
    (port) => tellTaken(logger, port),
  );
  gateway = opened;
  closers.push(() => opened.leave());
  const masterUrlOf = () => opened.url;
  const dispatcher = await openDispatcher(options, { store: driverStore, webUrl, masterUrlOf, tickets });
  closers.push(() => dispatcher.close());
  late.arrive(dispatcher);
  return { url: opened.url, webUrl, dispatcher };
}
