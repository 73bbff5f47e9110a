import { ReconciliationRounds } from '@spark-mesos/mesos-client';
import type { mesos } from '@spark-mesos/mesos-proto';
import {
  type AgentId,
  agentIdOf,
  type ConnectionState,
  type ConstraintMatcher,
  constraintMatcher,
  DeclineBatch,
  type DeclineReason,
  DueQueue,
  type Endable,
  Ending,
  type EngineCore,
  type EngineInput,
  type ExecutorStateDetail,
  earliest,
  type LifePhase,
  newTaskId,
  OfferFlow,
  type SparkTaskState,
  Strays,
  type TaskId,
  type Thousandths,
  taskIdOf,
  taskOutcome,
  toThousandths,
} from '@spark-mesos/scheduler-utils';
import { type AgentOffer, agentOffers } from '../core/agent-offer.ts';
import type { FineEffect, ReconciledTask } from '../core/events.ts';
import { FineError } from '../errors.ts';
import type { FineSettings } from '../settings.ts';
import type { ProgramTask, TaskScheduler, WorkerOffer } from './model.ts';

/** A KILL can get lost when its agent is cut off, so it is repeated. */
const KILL_REPEAT_MS = 10_000;

/** After this time without a word of a launched task, the master is asked for it. */
const LAUNCH_SILENCE_MS = 30_000;

/** What happens to a {@link TaskDispatch}. */
export type DispatchEvent =
  | EngineInput
  | { readonly kind: 'reviveOffers' }
  | { readonly kind: 'killTask'; readonly taskId: string }
  | { readonly kind: 'acceptFailed'; readonly taskIds: readonly TaskId[] }
  | { readonly kind: 'reviveSettled'; readonly ok: boolean }
  | { readonly kind: 'stop'; readonly graceMs?: number | undefined };

/** What a {@link TaskDispatch} wants done. */
export type DispatchEffect =
  | Extract<
      FineEffect,
      {
        kind:
          | 'accept'
          | 'decline'
          | 'acknowledge'
          | 'kill'
          | 'reconcile'
          | 'revive'
          | 'suppress'
          | 'teardown'
          | 'registered'
          | 'failed';
      }
    >
  | {
      readonly kind: 'taskState';
      readonly taskId: string;
      readonly state: SparkTaskState;
      readonly detail: ExecutorStateDetail;
    };

/** What of the settings concerns tasks that a program places. */
export type DispatchSettings = Pick<
  FineSettings,
  | 'coresMax'
  | 'constraints'
  | 'reservedFirst'
  | 'taskLabels'
  | 'declineSeconds'
  | 'longestDeclineSeconds'
  | 'shutdownTimeoutMs'
  | 'unreachableTimeoutMs'
  | 'reviveSpacingMs'
  | 'reconcileIntervalMs'
>;

/** What a {@link TaskDispatch} is made from. */
export interface TaskDispatchOptions {
  readonly settings: DispatchSettings;
  readonly taskIdPrefix: string;
  readonly resourceOffers: TaskScheduler['resourceOffers'];
  readonly random: () => number;
}

interface DispatchedTask {
  readonly taskId: TaskId;
  readonly programId: string;
  readonly agentId: AgentId;
  readonly cpus: Thousandths;
  isKilled: boolean;
  state: SparkTaskState | undefined;
}

/**
 * Places the tasks of a program as Mesos tasks, one each: events in, effects out. It asks the program in between, which
 * is why `resourceOffers` must not wait for anything.
 */
export class TaskDispatch implements EngineCore<DispatchEvent, DispatchEffect>, Endable {
  readonly #settings: DispatchSettings;
  readonly #taskIdPrefix: string;
  readonly #resourceOffers: TaskScheduler['resourceOffers'];
  readonly #meetsConstraints: ConstraintMatcher;
  readonly #tasks = new Map<TaskId, DispatchedTask>();
  readonly #byProgramId = new Map<string, DispatchedTask>();
  readonly #flow: OfferFlow;
  readonly #reconciliation: ReconciliationRounds<ReconciledTask>;
  readonly #strays = new Strays();
  readonly #silent = new DueQueue<DispatchedTask>(LAUNCH_SILENCE_MS);
  readonly #killed = new DueQueue<DispatchedTask>(KILL_REPEAT_MS);
  readonly #unreachable: DueQueue<DispatchedTask>;
  readonly #ending = new Ending();
  phase: LifePhase = 'active';
  connection: ConnectionState = 'none';
  nowMs = 0;
  #frameworkId: string | undefined;
  #isWanted = false;
  #heldCpus: Thousandths = 0;
  #nextTask = 0;
  #effects: DispatchEffect[] = [];

  constructor({ settings, taskIdPrefix, resourceOffers, random }: TaskDispatchOptions) {
    this.#settings = settings;
    this.#taskIdPrefix = taskIdPrefix;
    this.#resourceOffers = resourceOffers;
    this.#meetsConstraints = constraintMatcher(settings.constraints);
    this.#flow = new OfferFlow({
      intervalMs: 10_000,
      longestMs: settings.longestDeclineSeconds * 1000,
      spacingMs: settings.reviveSpacingMs,
      slowestSpacingMs: 1000,
      suppressAfterMs: 1000,
    });
    this.#reconciliation = new ReconciliationRounds({ intervalMs: settings.reconcileIntervalMs, random });
    this.#unreachable = new DueQueue(settings.unreachableTimeoutMs);
  }

  get alive(): number {
    return this.#tasks.size;
  }

  get shutdownTimeoutMs(): number {
    return this.#settings.shutdownTimeoutMs;
  }

  handle(event: DispatchEvent, nowMs: number): readonly DispatchEffect[] {
    if (this.phase === 'stopped') {
      return [];
    }
    this.nowMs = nowMs;
    this.#dispatch(event);
    this.#settle();
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  nextWakeMs(): number | undefined {
    const isConnected = this.connection === 'subscribed';
    const queues = [this.#silent, this.#killed, this.#unreachable].map((queue) => queue.nextDueMs());
    const others = [this.#flow.nextWakeMs(), this.#strays.nextWakeMs(), this.#reconciliation.nextWakeMs()];
    return this.phase === 'stopped'
      ? undefined
      : earliest([this.#ending.deadlineMs, ...(isConnected ? [...queues, ...others] : [])]);
  }

  wantNothing(): void {
    this.#isWanted = false;
  }

  killAll(): void {
    for (const task of this.#tasks.values()) {
      this.#kill(task);
    }
  }

  tearDown(): void {
    this.#effects.push({ kind: 'teardown' });
  }

  #dispatch(event: DispatchEvent): void {
    switch (event.kind) {
      case 'subscribed':
        this.#subscribed(event.frameworkId);
        break;
      case 'disconnected':
        this.connection = 'lost';
        this.#flow.disconnected();
        break;
      case 'subscriptionFailed':
        this.connection = 'over';
        this.#flow.disconnected();
        this.#fail(new FineError('FINE_SUBSCRIPTION_LOST', event.error.message, { cause: event.error }));
        break;
      case 'offers':
        this.#offered(event.offers);
        break;
      case 'update':
        this.#updated(event.status);
        break;
      case 'agentLost':
        this.#reconciliation.request(
          [...this.#tasks.values()].filter(({ agentId }) => agentId === event.agentId),
          this.nowMs,
        );
        break;
      case 'reviveOffers':
        this.#want();
        break;
      case 'killTask': {
        const task = this.#byProgramId.get(event.taskId);
        if (task !== undefined && !task.isKilled) {
          this.#kill(task);
        }
        break;
      }
      case 'acceptFailed':
        this.#reconciliation.request(
          event.taskIds.map((taskId) => this.#tasks.get(taskId)).filter((task) => task !== undefined),
          this.nowMs,
        );
        break;
      case 'reviveSettled':
        this.#flow.reviveSettled(event.ok);
        break;
      case 'stop':
        this.#ending.begin(this, event.graceMs);
        break;
      default:
        break;
    }
  }

  #settle(): void {
    this.#ending.settleKill(this);
    const isConnected = this.connection === 'subscribed';
    if (isConnected) {
      this.#attendOverdue();
    }
    const effect = this.#flow.settle(this.#isWanted, this.nowMs);
    const question = this.#reconciliation.settle(isConnected, () => this.#tasks.values(), this.nowMs);
    for (const wanted of [effect, question]) {
      if (wanted !== undefined) {
        this.#effects.push(wanted);
      }
    }
    this.#ending.settleTeardown(this);
  }

  #subscribed(frameworkId: string): void {
    this.connection = 'subscribed';
    this.#flow.subscribed();
    this.#reconciliation.subscribed(this.nowMs);
    this.#unreachable.restart(this.nowMs);
    if (this.#frameworkId === undefined) {
      this.#frameworkId = frameworkId;
      this.#effects.push({ kind: 'registered', frameworkId });
    } else {
      this.#reconciliation.request(this.#tasks.values(), this.nowMs);
    }
  }

  #want(): void {
    if (this.phase === 'active') {
      this.#isWanted = true;
      this.#flow.progressed();
      this.#flow.need();
    }
  }

  /** Shows the program what is offered, and launches what it places (rules F20 to F23). */
  #offered(offers: readonly mesos.v1.IOffer[]): void {
    const { reservedFirst, declineSeconds, longestDeclineSeconds } = this.#settings;
    const declines = new DeclineBatch<DeclineReason>();
    const suited: { readonly offer: AgentOffer; readonly worker: WorkerOffer }[] = [];
    for (const offer of agentOffers(offers, reservedFirst)) {
      if (this.#meetsConstraints(offer.offer).ok) {
        suited.push({ offer, worker: this.#workerOf(offer) });
      } else {
        const refuseSeconds = declineSeconds.CONSTRAINTS_UNMET;
        declines.add(offer.offerIds, { reason: 'CONSTRAINTS_UNMET', refuseSeconds });
      }
    }
    const placed = this.#ask(suited.map(({ worker }) => worker));
    for (const { offer, worker } of suited) {
      const tasks = placed.filter((task) => task.worker === worker);
      const launched = tasks.map((task) => this.#launch(task, offer)).filter((task) => task !== undefined);
      if (launched.length === 0) {
        declines.add(offer.offerIds, { reason: 'NOTHING_WANTED', refuseSeconds: longestDeclineSeconds });
        continue;
      }
      const { agentId, offerIds } = offer;
      const taskIds = launched.map(({ taskId }) => taskId.value as TaskId);
      this.#flow.progressed();
      this.#effects.push({
        kind: 'accept',
        agentId,
        offerIds,
        tasks: launched,
        taskIds,
        executor: undefined,
      });
    }
    this.#effects.push(...declines.effects());
  }

  /** What the program places; once it places nothing, nothing is wanted until it says so or a task ends. */
  #ask(workers: readonly WorkerOffer[]): readonly ProgramTask[] {
    if (!this.#isWanted || workers.length === 0) {
      return [];
    }
    try {
      const placed = this.#resourceOffers(workers);
      this.#isWanted = placed.length > 0;
      return placed;
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      this.#fail(new FineError('FINE_LAUNCH_REFUSED', `The program failed on offers: ${why}`, { cause }));
      return [];
    }
  }

  #launch(task: ProgramTask, offer: AgentOffer): mesos.v1.ITaskInfo | undefined {
    const { taskId: programId, name, command, container, labels, cpus, memMiB = 0, gpus = 0 } = task;
    const { coresMax, taskLabels } = this.#settings;
    if (this.#byProgramId.has(programId)) {
      return undefined;
    }
    const isOver = coresMax !== undefined && this.#heldCpus + toThousandths(cpus) > toThousandths(coresMax);
    const taking = isOver ? undefined : offer.take({ cpus, memMiB, gpus });
    if (!taking?.ok) {
      const short =
        taking && 'resource' in taking ? `${taking.resource}: ${taking.have} of ${taking.need}` : 'cores';
      this.#tell(programId, 'LOST', {
        message: isOver ? `the limit of ${coresMax} cores is reached` : short,
      });
      return undefined;
    }
    const taskId = newTaskId(`${this.#taskIdPrefix}-t`, this.#nextTask);
    this.#nextTask += 1;
    const dispatched: DispatchedTask = {
      taskId,
      programId,
      agentId: offer.agentId,
      cpus: toThousandths(cpus),
      isKilled: false,
      state: undefined,
    };
    this.#tasks.set(taskId, dispatched);
    this.#byProgramId.set(programId, dispatched);
    this.#heldCpus += dispatched.cpus;
    this.#silent.set(dispatched, this.nowMs);
    return {
      name,
      taskId: { value: taskId },
      agentId: { value: offer.agentId },
      resources: taking.resources,
      command,
      labels: labels ?? taskLabels,
      ...(container && { container }),
    };
  }

  #updated(status: mesos.v1.ITaskStatus): void {
    const taskId = taskIdOf(status.taskId);
    const task = this.#tasks.get(taskId);
    const outcome = taskOutcome(status, task?.isKilled ?? true);
    this.#reconciliation.answered(taskId);
    if (task === undefined) {
      this.#strayed(taskId, status, outcome.kind);
    } else if (outcome.kind === 'ended') {
      const { state, detail } = outcome;
      this.#end(task, state === 'EXITED' ? 'FINISHED' : (state as SparkTaskState), detail);
    } else if (outcome.kind === 'unreachable') {
      this.#unreachable.set(task, this.nowMs);
    } else {
      this.#silent.delete(task);
      this.#unreachable.delete(task);
      const state = outcome.kind === 'starting' ? 'LAUNCHING' : 'RUNNING';
      if (task.state !== state) {
        task.state = state;
        this.#tell(task.programId, state, {});
      }
    }
    this.#effects.push({ kind: 'acknowledge', status });
  }

  #strayed(taskId: TaskId, status: mesos.v1.ITaskStatus, kind: string): void {
    if (kind === 'ended' || kind === 'unreachable') {
      this.#strays.gone(taskId);
      return;
    }
    const agentId = status.agentId ? agentIdOf(status.agentId) : undefined;
    this.#strays.seen({ taskId, agentId }, this.nowMs);
    this.#effects.push({ kind: 'kill', taskId, agentId });
  }

  #end(task: DispatchedTask, state: SparkTaskState, detail: ExecutorStateDetail): void {
    this.#tasks.delete(task.taskId);
    this.#byProgramId.delete(task.programId);
    this.#heldCpus -= task.cpus;
    for (const queue of [this.#silent, this.#killed, this.#unreachable]) {
      queue.delete(task);
    }
    this.#tell(task.programId, state, detail);
    this.#want();
  }

  #kill(task: DispatchedTask): void {
    task.isKilled = true;
    this.#killed.set(task, this.nowMs);
    this.#effects.push({ kind: 'kill', taskId: task.taskId, agentId: task.agentId });
  }

  #attendOverdue(): void {
    const silent = this.#silent.due(this.nowMs);
    if (silent.length > 0) {
      this.#reconciliation.request(silent, this.nowMs);
    }
    for (const { taskId, agentId } of [
      ...this.#killed.due(this.nowMs),
      ...this.#strays.overdue(this.nowMs),
    ]) {
      this.#effects.push({ kind: 'kill', taskId, agentId });
    }
    for (const task of this.#unreachable.takeDue(this.nowMs)) {
      this.#end(task, task.isKilled ? 'KILLED' : 'LOST', {
        message: 'its agent is cut off',
        agentLost: true,
      });
    }
  }

  #workerOf({ agentId, hostname, offer, cpus, memMiB, gpus }: AgentOffer): WorkerOffer {
    return { agentId, hostname, role: offer.allocationInfo?.role ?? '*', cpus, memMiB, gpus, offer };
  }

  #tell(taskId: string, state: SparkTaskState, detail: ExecutorStateDetail): void {
    this.#effects.push({ kind: 'taskState', taskId, state, detail });
  }

  #fail(error: Error): void {
    if (this.phase === 'active') {
      this.phase = 'failed';
      this.wantNothing();
      this.#effects.push({ kind: 'failed', error });
    }
  }
}
