import { ReconciliationRounds } from '@spark-mesos/mesos-client';
import {
  AgentDrains,
  AgentHealth,
  type AgentId,
  type ConnectionState,
  type ConstraintMatcher,
  constraintMatcher,
  DueQueue,
  type Endable,
  type ExecutorMemory,
  executorMemory,
  type LifePhase,
  OfferFlow,
  PlacementCounts,
  type Refusal,
  StartBackoff,
  Strays,
  type TaskId,
  type Thousandths,
  toThousandths,
  WaitingClock,
} from '@spark-mesos/scheduler-utils';
import type { SlotLinePlace } from '../carrier/slot-line.ts';
import type { FineExecutorLaunch, FineExecutorPlacement } from '../model.ts';
import type { FineSettings } from '../settings.ts';
import type { FineEffect, ReconciledTask } from './events.ts';
import type { Executor } from './executor.ts';
import { kill } from './executor-end.ts';
import type { Slot } from './slot.ts';
import { SlotHistory } from './slot-history.ts';
import { endSlot } from './slots.ts';
import type { TaskRecord } from './task-queue.ts';
import { dropHeld } from './tasks.ts';

/** A KILL can get lost when its agent is cut off, so it is repeated. */
const KILL_REPEAT_MS = 10_000;

/** After this time without a word of a launched task, the master is asked for it. */
const LAUNCH_SILENCE_MS = 30_000;

/** Nothing is held for so long before offers are suppressed: a job's next stage comes sooner. */
const SUPPRESS_AFTER_MS = 1000;

/** However often REVIVE is in vain, it may be sent once in this time, as often as Mesos allocates by itself. */
const SLOWEST_REVIVE_MS = 1000;

/** A slot that is to end opens its line within this time, or is killed: it takes some 10 ms where it can be opened. */
const LINE_PATIENCE_MS = 3000;

/** What a scheduler is made from. */
export interface FineSchedulerOptions {
  readonly settings: FineSettings;
  /** Random text before each task id, so that no two frameworks or restarts ever share one. */
  readonly taskIdPrefix: string;
  /** How to start an executor; pure. */
  readonly launchExecutor: (executor: FineExecutorPlacement) => FineExecutorLaunch;
  /**
   * Where a slot that is a command task opens a line, by its task id; pure. If not given, or for `undefined`, slots sleep
   * until they are killed.
   */
  readonly slotLine?: ((taskId: TaskId) => SlotLinePlace | undefined) | undefined;
  /** The framework has lived before: what Mesos knows of it is asked for at once, and killed. */
  readonly isReturning?: boolean | undefined;
  /** No executor of the framework has had this number, nor any above; 0 if not given. */
  readonly nextExecutorId?: number | undefined;
  /** At least 0, below 1; `Math.random` if not given. */
  readonly random?: (() => number) | undefined;
}

/** What an agent offered when nothing was placed there at the last look at it, and why. */
export interface AgentLook {
  readonly hostname: string;
  readonly cores: number;
  readonly memoryMiB: number;
  readonly gpus: number;
  readonly atMs: number;
  readonly refusal: Refusal | { readonly ok: false; readonly reason: 'AGENT_EXCLUDED' | 'AGENT_DRAINING' };
  /** How often in a row there was too little. */
  readonly shortages: number;
}

/** The state of a scheduler, shared by the steps that work on it. */
export class FineContext implements Endable {
  readonly settings: FineSettings;
  readonly taskIdPrefix: string;
  readonly launchExecutor: (executor: FineExecutorPlacement) => FineExecutorLaunch;
  readonly slotLine: (taskId: TaskId) => SlotLinePlace | undefined;
  readonly memory: ExecutorMemory;
  readonly meetsConstraints: ConstraintMatcher;
  readonly places: PlacementCounts;
  readonly executors = new Map<number, Executor>();
  readonly executorsByTask = new Map<TaskId, Executor>();
  readonly executorsByAgent = new Map<AgentId, Executor>();
  readonly slots = new Map<TaskId, Slot>();
  readonly slotHistory = new SlotHistory();
  /** Every task that has not ended. */
  readonly tasks = new Map<string, TaskRecord>();
  /** Executors for which more tasks are held than slots are being launched. */
  readonly needy = new Set<Executor>();
  /** Executors whose next slot waits, since the last ones could not start. */
  readonly paused = new Set<Executor>();
  /** Executors that are to leave their agents once none of their tasks runs any more. */
  readonly draining = new Set<Executor>();
  readonly drains: AgentDrains;
  readonly health: AgentHealth;
  readonly backoff: StartBackoff;
  readonly flow: OfferFlow;
  readonly reconciliation: ReconciliationRounds<ReconciledTask>;
  readonly strays = new Strays();
  readonly waiting = new WaitingClock();
  readonly looks = new Map<AgentId, AgentLook>();
  /** Slots without a task, until their hold is over. */
  readonly holds: DueQueue<Slot>;
  /** Executors without a task, until they are let go. */
  readonly idleExecutors: DueQueue<Executor>;
  readonly silent = new DueQueue<Executor | Slot>(LAUNCH_SILENCE_MS);
  readonly killed = new DueQueue<Executor | Slot>(KILL_REPEAT_MS);
  /** Slots that are told to end once their line is open. */
  readonly lineless = new DueQueue<Slot>(LINE_PATIENCE_MS);
  readonly unreachable: DueQueue<Executor | Slot>;
  /** Executors for whose tasks there are no slots, since one of them was passed on last. */
  readonly stuck: DueQueue<Executor>;
  /** Executors that announce no more cores than they have, since tasks were handed back. */
  readonly reduced = new Set<Executor>();
  phase: LifePhase = 'active';
  connection: ConnectionState = 'none';
  disconnectedBecause: string | undefined = 'not registered yet';
  frameworkId: string | undefined;
  /** Whether Mesos may know tasks of the framework that we have not launched. */
  isReturning: boolean;
  executorTotal: number | undefined;
  /** Executors were let go for want of tasks: no others are placed until there are tasks. */
  isDormant = false;
  /** Cores of all executors and slots, also of those that are ending. */
  heldCpus: Thousandths = 0;
  heldGpus = 0;
  nextExecutorId: number;
  nextSlot = 0;
  nowMs = 0;
  #effects: FineEffect[] = [];

  constructor(options: FineSchedulerOptions) {
    const { settings, taskIdPrefix, launchExecutor, slotLine, isReturning, random } = options;
    this.settings = settings;
    this.nextExecutorId = options.nextExecutorId ?? 0;
    this.taskIdPrefix = taskIdPrefix;
    this.launchExecutor = launchExecutor;
    this.slotLine = slotLine ?? (() => undefined);
    this.memory = executorMemory({ memoryMiB: settings.executorMemoryMiB }, settings.memory);
    this.meetsConstraints = constraintMatcher(settings.constraints);
    this.places = new PlacementCounts(settings.constraints);
    this.isReturning = isReturning ?? false;
    this.drains = new AgentDrains({ leadMs: settings.drainLeadMs, graceMs: settings.shutdownTimeoutMs });
    this.health = new AgentHealth({
      maxFailures: settings.agentMaxFailures,
      windowMs: settings.agentFailureWindowMs,
      exclusionMs: settings.agentExclusionMs,
    });
    this.backoff = new StartBackoff(settings.maxStartFailures);
    this.flow = new OfferFlow({
      intervalMs: settings.reviveIntervalMs,
      longestMs: settings.longestDeclineSeconds * 1000,
      spacingMs: settings.reviveSpacingMs,
      slowestSpacingMs: SLOWEST_REVIVE_MS,
      suppressAfterMs: SUPPRESS_AFTER_MS,
    });
    this.reconciliation = new ReconciliationRounds({
      intervalMs: settings.reconcileIntervalMs,
      random: random ?? Math.random,
    });
    this.holds = new DueQueue(settings.holdMs);
    this.idleExecutors = new DueQueue(settings.executorIdleMs);
    this.unreachable = new DueQueue(settings.unreachableTimeoutMs);
    this.stuck = new DueQueue(settings.handBackMs);
  }

  /** How many Mesos tasks it holds. */
  get alive(): number {
    return this.executors.size + this.slots.size;
  }

  get shutdownTimeoutMs(): number {
    return this.settings.shutdownTimeoutMs;
  }

  /** Whether so many more cores stay within `spark.cores.max`. */
  mayHold(cpus: Thousandths): boolean {
    const { coresMax } = this.settings;
    return coresMax === undefined || this.heldCpus + cpus <= toThousandths(coresMax);
  }

  /** All that Mesos may have an answer to. */
  *everything(): IterableIterator<Executor | Slot> {
    yield* this.executors.values();
    yield* this.slots.values();
  }

  /** Has something done. */
  emit(effect: FineEffect): void {
    this.#effects.push(effect);
  }

  /** What is to be done since the last call. */
  takeEffects(): readonly FineEffect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  /** Wants no executor and no slot; tasks that wait never run, and slots that are not used go back. */
  wantNothing(): void {
    this.executorTotal = 0;
    for (const executor of this.executors.values()) {
      dropHeld(this, executor, 'the application ends');
    }
    for (const slot of this.slots.values()) {
      if (slot.status !== 'busy') {
        endSlot(this, slot);
      }
    }
  }

  killAll(): void {
    for (const executor of [...this.executors.values()]) {
      kill(this, executor);
    }
    for (const slot of [...this.slots.values()]) {
      endSlot(this, slot, 'KILLED');
    }
  }

  tearDown(): void {
    this.emit({ kind: 'teardown' });
  }

  /** Says that it cannot go on, and wants nothing more. */
  fail(error: Error): void {
    if (this.phase !== 'active') {
      return;
    }
    this.phase = 'failed';
    this.wantNothing();
    this.emit({ kind: 'failed', error });
  }
}
