import { ReconciliationRounds } from '@spark-mesos/mesos-client';
import type { mesos } from '@spark-mesos/mesos-proto';
import {
  agentIdOf,
  type ConnectionState,
  type ConstraintMatcher,
  constraintMatcher,
  DeclineBatch,
  type DeclineReason,
  type Endable,
  Ending,
  type EngineCore,
  type ExecutorStateDetail,
  earliest,
  type LifePhase,
  newTaskId,
  OfferFlow,
  type SparkTaskState,
  Strays,
  type TaskId,
  taskIdOf,
  taskOutcome,
  toThousandths,
} from '@spark-mesos/scheduler-utils';
import { type AgentOffer, agentOffers } from '../core/agent-offer.ts';
import type { ReconciledTask } from '../core/events.ts';
import { FineError } from '../errors.ts';
import type {
  DispatchEffect,
  DispatchEvent,
  DispatchSettings,
  TaskDispatchOptions,
} from './dispatch-events.ts';
import { type DispatchedTask, DispatchedTasks } from './dispatched-tasks.ts';
import type { ProgramTask, TaskScheduler, WorkerOffer } from './model.ts';

/**
 * Places the tasks of a program as Mesos tasks, one each: events in, effects out. It asks the program in between, which
 * is why `resourceOffers` must not wait for anything.
 */
export class TaskDispatch implements EngineCore<DispatchEvent, DispatchEffect>, Endable {
  readonly #settings: DispatchSettings;
  readonly #taskIdPrefix: string;
  readonly #resourceOffers: TaskScheduler['resourceOffers'];
  readonly #meetsConstraints: ConstraintMatcher;
  readonly #tasks: DispatchedTasks;
  readonly #flow: OfferFlow;
  readonly #reconciliation: ReconciliationRounds<ReconciledTask>;
  readonly #strays = new Strays();
  readonly #ending = new Ending();
  phase: LifePhase = 'active';
  connection: ConnectionState = 'none';
  nowMs = 0;
  #frameworkId: string | undefined;
  #isWanted = false;
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
    this.#tasks = new DispatchedTasks(settings.unreachableTimeoutMs);
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
    const others = [this.#flow.nextWakeMs(), this.#strays.nextWakeMs(), this.#reconciliation.nextWakeMs()];
    return this.phase === 'stopped'
      ? undefined
      : earliest([this.#ending.deadlineMs, ...(isConnected ? [this.#tasks.nextDueMs(), ...others] : [])]);
  }

  wantNothing(): void {
    this.#isWanted = false;
  }

  killAll(): void {
    for (const task of this.#tasks.all()) {
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
        this.#reconciliation.request(this.#tasks.onAgent(event.agentId), this.nowMs);
        break;
      case 'reviveOffers':
        this.#want();
        break;
      case 'killTask': {
        const task = this.#tasks.byProgramId(event.taskId);
        if (task !== undefined && !task.isKilled) {
          this.#kill(task);
        }
        break;
      }
      case 'acceptFailed':
        this.#reconciliation.request(
          event.taskIds.map((taskId) => this.#tasks.byTask(taskId)).filter((task) => task !== undefined),
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
    const question = this.#reconciliation.settle(isConnected, () => this.#tasks.all(), this.nowMs);
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
    this.#tasks.reconnected(this.nowMs);
    if (this.#frameworkId === undefined) {
      this.#frameworkId = frameworkId;
      this.#effects.push({ kind: 'registered', frameworkId });
    } else {
      this.#reconciliation.request(this.#tasks.all(), this.nowMs);
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
        suited.push({ offer, worker: workerOf(offer) });
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
    const { taskId: programId, cpus, memMiB, gpus } = task;
    const { coresMax, taskLabels } = this.#settings;
    if (this.#tasks.byProgramId(programId) !== undefined) {
      return undefined;
    }
    const isOver = coresMax !== undefined && this.#tasks.cpus + toThousandths(cpus) > toThousandths(coresMax);
    const taking = isOver
      ? undefined
      : offer.take({ cpus, ...(memMiB && { memMiB }), ...(gpus && { gpus }) });
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
    this.#tasks.add(dispatched, this.nowMs);
    return taskInfoOf(task, dispatched, taking.resources, taskLabels);
  }

  #updated(status: mesos.v1.ITaskStatus): void {
    const taskId = taskIdOf(status.taskId);
    const task = this.#tasks.byTask(taskId);
    const outcome = taskOutcome(status, task?.isKilled ?? true);
    this.#reconciliation.answered(taskId);
    if (task === undefined) {
      this.#strayed(taskId, status, outcome.kind);
    } else if (outcome.kind === 'ended') {
      const { state, detail } = outcome;
      this.#end(task, state === 'EXITED' ? 'FINISHED' : (state as SparkTaskState), detail);
    } else if (outcome.kind === 'unreachable') {
      this.#tasks.cutOff(task, this.nowMs);
    } else {
      this.#tasks.heardOf(task);
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
    this.#tasks.remove(task);
    this.#tell(task.programId, state, detail);
    this.#want();
  }

  #kill(task: DispatchedTask): void {
    this.#tasks.kill(task, this.nowMs);
    this.#effects.push({ kind: 'kill', taskId: task.taskId, agentId: task.agentId });
  }

  #attendOverdue(): void {
    const { silent, unkilled, cutOff } = this.#tasks.overdue(this.nowMs);
    if (silent.length > 0) {
      this.#reconciliation.request(silent, this.nowMs);
    }
    for (const { taskId, agentId } of [...unkilled, ...this.#strays.overdue(this.nowMs)]) {
      this.#effects.push({ kind: 'kill', taskId, agentId });
    }
    for (const task of cutOff) {
      this.#end(task, task.isKilled ? 'KILLED' : 'LOST', {
        message: 'its agent is cut off',
        agentLost: true,
      });
    }
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

function workerOf({ agentId, hostname, offer, cpus, memMiB, gpus }: AgentOffer): WorkerOffer {
  return { agentId, hostname, role: offer.allocationInfo?.role ?? '*', cpus, memMiB, gpus, offer };
}

function taskInfoOf(
  { name, command, container, labels }: ProgramTask,
  { taskId, agentId }: DispatchedTask,
  resources: mesos.v1.IResource[],
  taskLabels: mesos.v1.ILabels,
): mesos.v1.ITaskInfo {
  return {
    name,
    taskId: { value: taskId },
    agentId: { value: agentId },
    resources,
    command,
    labels: labels ?? taskLabels,
    ...(container && { container }),
  };
}
