import { mesos } from '@spark-mesos/mesos-proto';
import type { ExecutorState } from '@spark-mesos/scheduler-utils';
import { taskStateName, toSparkTaskState } from '@spark-mesos/scheduler-utils';
import type { CoarseEffect, CoarseEvent } from './events.ts';
import type { Executor } from './executor.ts';
import type { ExecutorRegistry } from './executors.ts';

/**
 * Figures of one application by the names that the mesosphere fork of Spark gave them (rule C82), times in
 * milliseconds. A name whose figure does not exist yet is absent.
 */
export type CoarseMetrics = Readonly<Record<string, number>>;

/** What gauges are read from. */
export interface GaugeSources {
  readonly executors: ExecutorRegistry;
  readonly coresMax: number | undefined;
  readonly gpusMax: number;
  /** All that may be alive; infinite without a limit. */
  readonly totalWanted: number;
  readonly excludedAgents: number;
}

/** Durations of one kind. */
class Timer {
  #count = 0;
  #sumMs = 0;
  #longestMs = 0;

  add(durationMs: number): void {
    this.#count += 1;
    this.#sumMs += durationMs;
    this.#longestMs = Math.max(this.#longestMs, durationMs);
  }

  describe(name: string): [string, number][] {
    const mean: [string, number] = [`${name}.mean`, this.#sumMs / this.#count];
    return [[`${name}.count`, this.#count], mean, [`${name}.max`, this.#longestMs]];
  }
}

type DeclineEffect = Extract<CoarseEffect, { kind: 'decline' }>;

/** The fork knew three kinds of declines. */
const DECLINE_NAMES: Partial<Record<DeclineEffect['reason'], string>> = {
  CONSTRAINTS_UNMET: 'decline_unmet',
  MAX_CORES_REACHED: 'decline_finished',
};

const LAUNCHES = 'executor.mesos.launch';

/** What the fork called the states. */
const STATE_NAMES: Readonly<Record<ExecutorState, string>> = {
  LAUNCHING: 'launching',
  RUNNING: 'running',
  EXITED: 'finished',
  FAILED: 'failed',
  KILLED: 'killed',
  LOST: 'lost',
};

/** Counts what goes in and out of a scheduler. */
export class MetricsBook {
  readonly #counters = new Map<string, number>();
  readonly #onceMs = new Map<string, number>();
  readonly #timers = new Map<ExecutorState, Timer>();
  readonly #agents = new Set<string>();
  #startMs: number | undefined;

  /** Takes note of an event, before it is dealt with. */
  noteEvent(event: CoarseEvent, nowMs: number): void {
    this.#startMs ??= nowMs;
    if (event.kind === 'offers') {
      this.#count('executor.mesos.offer', event.offers.length);
    } else if (event.kind === 'update') {
      this.#noteUpdate(event.status);
    }
  }

  /** Takes note of what comes of an event. `isSatisfied`: nothing more is wanted. */
  noteEffects(effects: readonly CoarseEffect[], isSatisfied: boolean, nowMs: number): void {
    for (const effect of effects) {
      if (effect.kind === 'decline') {
        const count = effect.offerIds.length;
        this.#count('executor.mesos.decline', count);
        this.#count(`executor.mesos.${DECLINE_NAMES[effect.reason] ?? 'decline_unused'}`, count);
      } else if (effect.kind === 'revive') {
        this.#count('executor.mesos.revive', 1);
      } else if (effect.kind === 'accept') {
        this.#count(LAUNCHES, effect.size);
        this.#agents.add(effect.agentId);
        this.#once('executor.start_to_first_launched', nowMs);
      }
    }
    if (isSatisfied && this.#counters.has(LAUNCHES)) {
      this.#once('executor.start_to_all_launched', nowMs);
    }
  }

  /** All figures at present. */
  read({ executors, coresMax, gpusMax, totalWanted, excludedAgents }: GaugeSources): CoarseMetrics {
    const { size, cores, gpus } = executors;
    const agents = new Set([...executors.all()].map(({ agentId }) => agentId));
    const gauges: Record<string, number> = {
      'executor.resource.cores': cores,
      ...(coresMax === undefined ? {} : { 'executor.resource.cores_of_max': cores / coresMax }),
      'executor.resource.mean_cores_per_task': size === 0 ? 0 : cores / size,
      'executor.resource.gpus': gpus,
      ...(gpusMax === 0 ? {} : { 'executor.resource.gpus_of_max': gpus / gpusMax }),
      'executor.resource.mean_gpus_per_task': size === 0 ? 0 : gpus / size,
      'executor.count': size,
      ...(Number.isFinite(totalWanted)
        ? { 'executor.count_of_max': totalWanted === 0 ? 0 : size / totalWanted }
        : {}),
      'executor.failures':
        this.#read('executor.spark_state.failed') + this.#read('executor.spark_state.lost'),
      'executor.known_agents': this.#agents.size,
      'executor.occupied_agents': agents.size,
      'executor.blacklisted_agents': excludedAgents,
    };
    const timers = [...this.#timers].flatMap(([state, timer]) =>
      timer.describe(`executor.launch_to_spark_state.${STATE_NAMES[state]}`),
    );
    return { ...gauges, ...Object.fromEntries([...this.#counters, ...this.#onceMs, ...timers]) };
  }

  /** Takes note of what an application is told of an executor; when an adopted one was launched, nobody knows. */
  noteState({ origin: { atMs, isAdopted } }: Executor, state: ExecutorState, nowMs: number): void {
    if (isAdopted) {
      return;
    }
    const timer = this.#timers.get(state) ?? new Timer();
    this.#timers.set(state, timer);
    timer.add(nowMs - atMs);
    if (state === 'RUNNING') {
      this.#once('executor.start_to_first_running', nowMs);
    }
  }

  #noteUpdate(status: mesos.v1.ITaskStatus): void {
    const isKnown = mesos.v1.TaskState[status.state] !== undefined;
    this.#count(`executor.mesos_state.${isKnown ? taskStateName(status.state).toLowerCase() : 'UNKNOWN'}`, 1);
    this.#count(`executor.spark_state.${toSparkTaskState(status.state).toLowerCase()}`, 1);
  }

  #count(name: string, by: number): void {
    this.#counters.set(name, this.#read(name) + by);
  }

  #read(name: string): number {
    return this.#counters.get(name) ?? 0;
  }

  /** Keeps how long it took from the start, the first time. */
  #once(name: string, nowMs: number): void {
    if (!this.#onceMs.has(name)) {
      this.#onceMs.set(name, nowMs - (this.#startMs ?? nowMs));
    }
  }
}
