import { ReconciliationRounds } from '@spark-mesos/mesos-client';
import {
  type ConnectionState,
  type ConstraintMatcher,
  constraintMatcher,
  type Endable,
  type ExecutorStateDetail,
  type LifePhase,
  OfferFlow,
  type SparkTaskState,
  Strays,
} from '@spark-mesos/scheduler-utils';
import type { ReconciledTask } from '../core/events.ts';
import type { DispatchEffect, DispatchSettings, TaskDispatchOptions } from './dispatch-events.ts';
import { type DispatchedTask, DispatchedTasks } from './dispatched-tasks.ts';
import type { TaskScheduler } from './model.ts';

/** The state of a `TaskDispatch`, shared by the steps that work on it. */
export class DispatchContext implements Endable {
  readonly settings: DispatchSettings;
  readonly taskIdPrefix: string;
  readonly resourceOffers: TaskScheduler['resourceOffers'];
  readonly meetsConstraints: ConstraintMatcher;
  readonly tasks: DispatchedTasks;
  readonly flow: OfferFlow;
  readonly reconciliation: ReconciliationRounds<ReconciledTask>;
  readonly strays = new Strays();
  phase: LifePhase = 'active';
  connection: ConnectionState = 'none';
  frameworkId: string | undefined;
  /** Whether the program has tasks to place, as far as it has said so. */
  isWanted = false;
  nextTask = 0;
  nowMs = 0;
  #effects: DispatchEffect[] = [];

  constructor({ settings, taskIdPrefix, resourceOffers, random }: TaskDispatchOptions) {
    this.settings = settings;
    this.taskIdPrefix = taskIdPrefix;
    this.resourceOffers = resourceOffers;
    this.meetsConstraints = constraintMatcher(settings.constraints);
    this.flow = new OfferFlow({
      intervalMs: 10_000,
      longestMs: settings.longestDeclineSeconds * 1000,
      spacingMs: settings.reviveSpacingMs,
      slowestSpacingMs: 1000,
      suppressAfterMs: 1000,
    });
    this.reconciliation = new ReconciliationRounds({ intervalMs: settings.reconcileIntervalMs, random });
    this.tasks = new DispatchedTasks(settings.unreachableTimeoutMs);
  }

  get alive(): number {
    return this.tasks.size;
  }

  get shutdownTimeoutMs(): number {
    return this.settings.shutdownTimeoutMs;
  }

  /** Has something done. */
  emit(effect: DispatchEffect): void {
    this.#effects.push(effect);
  }

  /** What is to be done since the last call. */
  takeEffects(): readonly DispatchEffect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  /** The program may have tasks to place: it is asked with the next offers. */
  want(): void {
    if (this.phase === 'active') {
      this.isWanted = true;
      this.flow.progressed();
      this.flow.need();
    }
  }

  wantNothing(): void {
    this.isWanted = false;
  }

  kill(task: DispatchedTask): void {
    this.tasks.kill(task, this.nowMs);
    this.emit({ kind: 'kill', taskId: task.taskId, agentId: task.agentId });
  }

  killAll(): void {
    for (const task of this.tasks.all()) {
      this.kill(task);
    }
  }

  tearDown(): void {
    this.emit({ kind: 'teardown' });
  }

  /** Tells the program what has become of a task of its own. */
  tell(taskId: string, state: SparkTaskState, detail: ExecutorStateDetail): void {
    this.emit({ kind: 'taskState', taskId, state, detail });
  }

  /** Says that it cannot go on, and wants nothing more. */
  fail(error: Error): void {
    if (this.phase === 'active') {
      this.phase = 'failed';
      this.wantNothing();
      this.emit({ kind: 'failed', error });
    }
  }
}
