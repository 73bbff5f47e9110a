import type { ExecutorPlacement, ExecutorRequest } from '@spark-mesos/coarse-backend';
import { FineBackend, type FineSettings, fineSettings } from '@spark-mesos/fine-backend';
import { messageOf, type SchedulerPort } from '@spark-mesos/scheduler-utils';
import type { BackendFactory, BackendRequest, ExecutorBackend } from './backend.ts';
import type { EngineSnapshot, EngineSummary } from './engine-snapshot.ts';
import { GatewayError } from './errors.ts';
import type { RelayOpener, SlotLineOpener } from './executor-relay.ts';
import { FineExecutors } from './fine-executors.ts';
import { fineSnapshot, fineSummary } from './fine-snapshot.ts';
import { isSparkBefore } from './spark-version.ts';
import { watchedClient } from './watched-client.ts';

/** Why executors of an earlier gateway are lost. */
const RELAY_GONE =
  'the relay between driver and executors, which fine mode has, ended with the gateway that it was in';

/**
 * How long tasks wait for cores of one agent while other executors have some: longer than another application in slots takes
 * to give cores back, and a master to offer them.
 */
const HAND_BACK_MS = 5000;

/** Engines of fine mode, each with its own framework at this master and a relay of its own. */
export function fineBackendFactory(
  master: string,
  openRelay: RelayOpener,
  openSlotLines: SlotLineOpener,
): BackendFactory {
  return (request) => new FineEngine(request, watchedClient(master, request), openRelay, openSlotLines);
}

/**
 * An application in fine mode: executors find their driver behind a relay, which holds each task until its cores are paid
 * for.
 *
 * ```text
 *   driver ◄── relay ◄── executors            relay ──► FineExecutors ──► FineBackend ──► master
 *                                             held, killed, ended   pass, kill, disconnect
 *             slot lines ◄── slots (command tasks), which are told there when to end
 * ```
 */
export class FineEngine implements ExecutorBackend {
  readonly #request: BackendRequest;
  readonly #openRelay: RelayOpener;
  readonly #openSlotLines: SlotLineOpener;
  readonly #executors: FineExecutors;
  readonly #backend: FineBackend;
  #opened: Promise<void> = Promise.resolve();
  #isLeaving = false;

  constructor(
    request: BackendRequest,
    client: SchedulerPort,
    openRelay: RelayOpener,
    openSlotLines: SlotLineOpener,
  ) {
    const { application, framework, adopt, logger } = request;
    this.#request = request;
    this.#openRelay = openRelay;
    this.#openSlotLines = openSlotLines;
    this.#executors = new FineExecutors(application, logger);
    this.#backend = new FineBackend({
      client,
      application: this.#executors,
      settings: settingsOf(request),
      frameworkId: framework.id?.value,
      nextExecutorId: adopt?.nextExecutorId,
      logger,
    });
    this.#executors.workFor(this.#backend);
    // Nothing is placed before somebody says so: the application may have to be written down first.
    this.#backend.setExecutorTotal(0);
  }

  start(): void {
    // It never rejects: what goes wrong ends the application.
    this.#opened = this.#open();
  }

  setExecutorTotals(totals: ReadonlyMap<number, ExecutorRequest>): void {
    const other = [...totals.values()].find((request) => !isAlike(request, this.#request.driver.executor));
    if (other !== undefined) {
      this.#request.application.failed(
        new GatewayError(
          'NOT_SUPPORTED',
          'a resource profile asks for executors of another size, and in fine mode all are alike: leave ' +
            'spark.mesos.coarse=false out, or the executor requests of the profile',
        ),
      );
      return;
    }
    this.#backend.setExecutorTotal(sumOf(totals));
  }

  killExecutors(executorIds: readonly number[]): boolean {
    const known = executorIds.filter((id) => this.#executors.has(id));
    this.#backend.killExecutors(known);
    return known.length === executorIds.length;
  }

  summary(): EngineSummary {
    return fineSummary(this.#backend.summary());
  }

  snapshot(): EngineSnapshot {
    return fineSnapshot(this.#backend.snapshot(), this.#request.settings);
  }

  async stop(options: { readonly graceMs: number }): Promise<void> {
    this.#isLeaving = true;
    await this.#opened;
    await this.#backend.stop(options);
    await this.#executors.close();
  }

  /** Its executors end with the relay; what is left of them a later gateway kills. */
  async detach(): Promise<void> {
    this.#isLeaving = true;
    await this.#opened;
    await this.#backend.detach();
    await this.#executors.close();
  }

  async #open(): Promise<void> {
    const { application, driver, logger, adopt } = this.#request;
    for (const executor of adopt?.executors ?? []) this.#lose(executor);
    try {
      const relay = await this.#openRelay({ driver, gate: this.#executors.gate, logger });
      this.#executors.connectBy(relay);
      await this.#connectSlots(relay.address.host);
    } catch (error) {
      application.failed(
        new GatewayError(
          'GATEWAY_ADDRESS_UNAVAILABLE',
          `executors cannot reach their driver through this gateway: ${messageOf(error)}`,
          { cause: error },
        ),
      );
      return;
    }
    if (!this.#isLeaving) this.#backend.start();
  }

  /** Slots that are tasks of a Mesos executor hear through that; where no line can be had, slots are killed. */
  async #connectSlots(advertisedHost: string): Promise<void> {
    const { driver, logger, settings } = this.#request;
    if (settings.fineCarrier !== 'command') return;
    try {
      const listener = this.#backend;
      this.#executors.tellSlotsBy(await this.#openSlotLines({ driver, advertisedHost, listener, logger }));
    } catch (error) {
      logger.warn({ reason: messageOf(error) }, 'slots cannot be told how they end, and will be killed');
    }
  }

  #lose(executor: ExecutorPlacement): void {
    this.#request.application.executorState(executor, 'LOST', { message: RELAY_GONE });
  }
}

/**
 * What a driver says of its executors goes before the settings, as in coarse mode. A driver that cannot be told of fewer cores
 * would send a task that it is handed back to the same executor again.
 */
function settingsOf({ settings, driver: { executor, spark } }: BackendRequest): FineSettings {
  const known = fineSettings(settings);
  return {
    ...known,
    handBackMs: isSparkBefore(spark.version, 3, 3) ? known.handBackMs : HAND_BACK_MS,
    executorMemoryMiB: executor.memoryMiB,
    executorGpus: executor.gpus ?? known.executorGpus,
  };
}

function isAlike(one: ExecutorRequest, other: ExecutorRequest): boolean {
  const sizes = ['memoryMiB', 'gpus', 'memoryOverheadMiB', 'offHeapMiB', 'pysparkMemoryMiB'] as const;
  return sizes.every((size) => one[size] === other[size]);
}

/** All profiles together; `undefined`: as many as there are agents. */
function sumOf(totals: ReadonlyMap<number, ExecutorRequest>): number | undefined {
  let sum = 0;
  for (const { total } of totals.values()) {
    if (total === undefined) return undefined;
    sum += total;
  }
  return sum;
}
