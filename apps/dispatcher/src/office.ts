import { hostname } from 'node:os';
import {
  type DispatcherServer,
  type LateDispatcher,
  STANDBY_SUBMISSIONS,
  type Term,
} from '@spark-mesos/cluster-dispatcher';
import { type ZooKeeperLink, ZooKeeperStore } from '@spark-mesos/durable-store';
import { type SparkGateway, StandbyGateway } from '@spark-mesos/spark-gateway';
import { openDispatcher, openGateway, openTickets, type ServiceOptions } from './parts.ts';
import type { ZooKeeperPlace } from './zookeeper.ts';

/** How long the end of a term may wait for ZooKeeper. */
const LEAVE_TIMEOUT_MS = 5_000;
/** Where somebody else has the port. */
const STAND_BY_AGAIN_MS = 1_000;

/** What an {@link Office} is made of. */
export interface OfficeParts {
  readonly options: ServiceOptions;
  readonly place: ZooKeeperPlace;
  readonly link: ZooKeeperLink;
  readonly late: LateDispatcher;
  /** Says why it is not ready from now on. */
  readonly departLate: () => void;
  readonly server: DispatcherServer;
  readonly standby: StandbyGateway;
  readonly webUrl: string;
}

/** What leads while this process is elected, and what keeps its port while it is not. */
export class Office {
  readonly #parts: OfficeParts;
  #standby: StandbyGateway | undefined;
  #standingBy: Promise<void> = Promise.resolve();
  #standByAgain: NodeJS.Timeout | undefined;
  #isClosed = false;
  readonly #port: number;
  gateway: SparkGateway | undefined;
  /** What drivers are told to take as their master. */
  masterUrlOf: () => string;

  constructor(parts: OfficeParts) {
    this.#parts = parts;
    this.#standby = parts.standby;
    this.#port = parts.standby.port;
    this.masterUrlOf = () => parts.standby.url;
  }

  /** Takes the state over, and the port from the one that stood by. */
  async begin(deposed: (why: string) => void): Promise<Term> {
    const { options, link, late, departLate, server, place, webUrl } = this.#parts;
    const closers: (() => Promise<void>)[] = [];
    const stores: ZooKeeperStore[] = [];
    const openStore = async (name: string) => {
      const store = await ZooKeeperStore.open({
        link,
        path: `${place.directory}/${name}`,
        owner: `${hostname()}:${this.#port}`,
        fenced: (error) => deposed(error.message),
      });
      stores.push(store);
      closers.push(() => store.close());
      return store;
    };
    const end = async (how: 'deposed' | 'leaving') => {
      departLate();
      server.endStreams();
      const abandon = () => {
        for (const store of stores) store.abandon();
      };
      if (how === 'deposed') abandon();
      const patience = setTimeout(abandon, LEAVE_TIMEOUT_MS);
      try {
        for (const closeOne of closers.splice(0).reverse()) await closeOne();
      } finally {
        clearTimeout(patience);
        this.gateway = undefined;
        if (how === 'deposed') await this.#standBy();
      }
    };
    try {
      const driverStore = await openStore('drivers');
      const store = await openStore('applications');
      const tickets = await openTickets(options, driverStore);
      clearTimeout(this.#standByAgain);
      await this.#standingBy;
      await this.#standby?.close();
      this.#standby = undefined;
      const gateway = await openGateway(options, { port: this.#port, server, late, store, tickets });
      this.gateway = gateway;
      closers.push(() => gateway.leave());
      const dispatcher = await openDispatcher(options, {
        store: driverStore,
        webUrl,
        masterUrlOf: () => this.masterUrlOf(),
        tickets,
      });
      closers.push(() => dispatcher.close());
      late.arrive(dispatcher);
      return { end };
    } catch (error) {
      await end('deposed');
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#standByAgain);
    await this.#standingBy;
    await this.#standby?.close();
  }

  /** It never rejects: where somebody else has the port, it is tried again. */
  #standBy(): Promise<void> {
    this.#standingBy = this.#openStandby();
    return this.#standingBy;
  }

  async #openStandby(): Promise<void> {
    if (this.#isClosed || this.#standby !== undefined) return;
    const { options, server } = this.#parts;
    try {
      this.#standby = await openStandby(options, server, this.#port);
    } catch (error) {
      options.logger.error(
        { error, port: this.#port },
        'the port is not to be had for standing by; trying again',
      );
      this.#standByAgain = setTimeout(() => void this.#standBy(), STAND_BY_AGAIN_MS);
    }
  }
}

/** Keeps a port while another one leads. */
export function openStandby(
  { configuration, environment, logger }: ServiceOptions,
  server: DispatcherServer,
  port: number,
): Promise<StandbyGateway> {
  const { host = '0.0.0.0', publicHost, sparkHomes, properties, tls } = configuration;
  return StandbyGateway.start({
    host,
    port,
    ...(publicHost === undefined ? {} : { advertisedHost: publicHost }),
    sparkHome: sparkHomes,
    environment,
    sparkProperties: properties,
    submissions: STANDBY_SUBMISSIONS,
    takeHttp: (socket) => server.take(socket),
    ...(tls === undefined ? {} : { takeTls: (socket) => server.takeSecure(socket) }),
    logger,
  });
}
