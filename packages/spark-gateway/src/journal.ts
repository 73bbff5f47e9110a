import type { ExecutorPlacement } from '@spark-mesos/coarse-backend';
import type { DurableStore } from '@spark-mesos/durable-store';
import type { ShuffleServiceAddress } from '@spark-mesos/external-shuffle';
import { type Logger, messageOf } from '@spark-mesos/scheduler-utils';
import type { ExecutorTotals } from '@spark-mesos/spark-rpc';
import {
  type ApplicationRecord,
  decodeApplication,
  decodeNextExecutorId,
  decodePlacement,
  decodeShuffleService,
  decodeTotals,
  encodeRecord,
  type RestoredApplication,
} from './application-record.ts';
import type { GatewaySpark } from './application-spark.ts';

// Keys, each below `applications/<framework id>`:
//   (itself)         the application: driver, description, settings. Written before the driver hears its id
//   /totals          what the driver asked for last
//   /next-executor   no executor has had this number or one above
//   /executors/<n>   where executor n runs, from its launch to its end
//   /shuffle/<id>    the shuffle service of an agent that keeps files of the application
const APPLICATIONS = 'applications/';

/** So many executors may be launched while the next mark is on its way to the disk. */
const RESERVED_EXECUTORS = 10_000;

/** Everything about the applications of a gateway that outlives it, in a store. */
export class GatewayJournal {
  readonly #store: DurableStore;
  readonly #logger: Logger;

  constructor(store: DurableStore, logger: Logger) {
    this.#store = store;
    this.#logger = logger;
  }

  /** Begins the record of an application; it is on the disk when this resolves. */
  async begin(record: ApplicationRecord): Promise<ApplicationJournal> {
    const journal = new ApplicationJournal(this.#store, this.#logger, record.frameworkId, RESERVED_EXECUTORS);
    await journal.begin(record);
    return journal;
  }

  /** Goes on with the record of an application that an earlier gateway began. */
  resume(restored: RestoredApplication): ApplicationJournal {
    const { frameworkId, nextExecutorId, executors, shuffleServices } = restored;
    const journal = new ApplicationJournal(this.#store, this.#logger, frameworkId, nextExecutorId);
    journal.adopted(executors, [...shuffleServices.keys()]);
    return journal;
  }

  /**
   * The applications that an earlier gateway left. What cannot be read is left where it is, and reported: it may be
   * of a later version, and its framework ends by itself when its failover time is over.
   */
  async restore(): Promise<readonly RestoredApplication[]> {
    const texts = new Map<string, string>();
    for (const { key, value } of await this.#store.entries(APPLICATIONS)) {
      texts.set(key, Buffer.from(value).toString('utf8'));
    }
    const keys = [...texts.keys()].map((key) => ({ key, parts: key.split('/') }));
    const ids = new Set(keys.filter(({ parts }) => parts.length === 2).map(({ parts }) => parts[1] ?? ''));
    // What a gateway had no time to delete with its application, or to write it for.
    const orphans = keys.filter(({ parts }) => !ids.has(parts[1] ?? ''));
    await Promise.all(orphans.map(({ key }) => this.#store.delete(key)));
    const restored = [...ids].map((id) => this.#restoreOne(id, texts));
    return restored.filter((application) => application !== undefined);
  }

  #restoreOne(id: string, texts: ReadonlyMap<string, string>): RestoredApplication | undefined {
    const own = APPLICATIONS + id;
    try {
      const record = decodeApplication(texts.get(own) ?? '');
      const executors = [...texts]
        .filter(([key]) => key.startsWith(`${own}/executors/`))
        .map(([, text]) => decodePlacement(text));
      const services = [...texts]
        .filter(([key]) => key.startsWith(`${own}/shuffle/`))
        .map(([key, text]) => [agentIdOf(key), decodeShuffleService(text)] as const);
      const totals = texts.get(`${own}/totals`);
      const next = texts.get(`${own}/next-executor`);
      return {
        ...record,
        executors,
        shuffleServices: new Map(services),
        totals: totals === undefined ? undefined : decodeTotals(totals),
        nextExecutorId: next === undefined ? RESERVED_EXECUTORS : decodeNextExecutorId(next),
      };
    } catch (error) {
      this.#logger.error(
        { frameworkId: decodeURIComponent(id), error: messageOf(error) },
        'what an earlier gateway wrote of an application cannot be read; it is left alone',
      );
      return undefined;
    }
  }
}

/**
 * What is written of one application. Only its beginning is waited for: of all else the worst that a crash can make
 * of a lost line is an executor that nobody knows, which is then killed.
 */
export class ApplicationJournal {
  readonly #store: DurableStore;
  readonly #logger: Logger;
  readonly #key: string;
  readonly #executors = new Set<number>();
  readonly #shuffleServices = new Set<string>();
  #record: ApplicationRecord | undefined;
  #reservedUntil: number;
  #ended = false;

  constructor(store: DurableStore, logger: Logger, frameworkId: string, reservedUntil: number) {
    this.#store = store;
    this.#logger = logger;
    this.#key = APPLICATIONS + encodeURIComponent(frameworkId);
    this.#reservedUntil = reservedUntil;
  }

  async begin(record: ApplicationRecord): Promise<void> {
    this.#record = record;
    const next = this.#write('/next-executor', this.#reservedUntil);
    await Promise.all([this.#write('', { format: 1, ...record }), next]);
  }

  /** It runs this Spark, as is known only now. */
  runs(spark: GatewaySpark): void {
    if (this.#record !== undefined) this.#note('', { format: 1, ...this.#record, spark });
  }

  /** What the driver asks for from now on. */
  totals(totals: ExecutorTotals): void {
    this.#note('/totals', totals);
  }

  /** An executor is launched. */
  launched(executor: ExecutorPlacement): void {
    const { executorId } = executor;
    this.#executors.add(executorId);
    if (executorId + RESERVED_EXECUTORS / 2 >= this.#reservedUntil) {
      this.#reservedUntil = executorId + RESERVED_EXECUTORS;
      this.#note('/next-executor', this.#reservedUntil);
    }
    this.#note(`/executors/${executorId}`, executor);
  }

  /** It has ended. */
  gone(executorId: number): void {
    this.#executors.delete(executorId);
    this.#background(this.#store.delete(`${this.#key}/executors/${executorId}`));
  }

  /** The shuffle service of this agent keeps files of the application. */
  shuffleService(agentId: string, address: ShuffleServiceAddress): void {
    const key = shuffleKey(agentId);
    this.#shuffleServices.add(key);
    this.#note(key, address);
  }

  /** It does no longer. */
  shuffleServiceGone(agentId: string): void {
    const key = shuffleKey(agentId);
    this.#shuffleServices.delete(key);
    this.#background(this.#store.delete(this.#key + key));
  }

  /** What an earlier gateway noted: executors, and the agents whose shuffle services have files. */
  adopted(executors: readonly ExecutorPlacement[], shuffleAgents: readonly string[]): void {
    for (const agentId of shuffleAgents) this.#shuffleServices.add(shuffleKey(agentId));
    for (const { executorId } of executors) this.#executors.add(executorId);
    // Of the numbers below this one, nobody knows which were used.
    this.#reservedUntil += RESERVED_EXECUTORS;
    this.#note('/next-executor', this.#reservedUntil);
  }

  /** The framework is gone; with the application's own line goes all that hangs on it. */
  async end(): Promise<void> {
    this.#ended = true;
    const executors = [...this.#executors].map((id) => `/executors/${id}`);
    const keys = ['', '/totals', '/next-executor', ...executors, ...this.#shuffleServices];
    await Promise.all(keys.map((key) => this.#store.delete(this.#key + key)));
  }

  #note(key: string, value: unknown): void {
    if (!this.#ended) this.#background(this.#write(key, value));
  }

  #background(change: Promise<unknown>): void {
    change.catch((error: unknown) =>
      this.#logger.error({ error: messageOf(error) }, 'what happens cannot be written down'),
    );
  }

  #write(key: string, value: unknown): Promise<number> {
    return this.#store.put(this.#key + key, Buffer.from(encodeRecord(value)));
  }
}

function shuffleKey(agentId: string): string {
  return `/shuffle/${encodeURIComponent(agentId)}`;
}

function agentIdOf(key: string): string {
  return decodeURIComponent(key.slice(key.lastIndexOf('/') + 1));
}
