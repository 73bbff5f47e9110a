import type { ExecutorPlacement } from '@spark-mesos/coarse-backend';
import type {
  FineApplication,
  FineBackend,
  FineExecutorLaunch,
  FineExecutorPlacement,
  FineTask,
  FineWaitingReport,
  PassReason,
  SlotEnd,
  SlotLinePlace,
  TaskLossDetail,
} from '@spark-mesos/fine-backend';
import {
  type Clock,
  type ExecutorState,
  type ExecutorStateDetail,
  type Logger,
  SYSTEM_CLOCK,
} from '@spark-mesos/scheduler-utils';
import {
  DEFAULT_PROFILE_ID,
  formatEndpointAddress,
  type HeldTask,
  type RelayedExecutor,
  type RelayGate,
  type TaskRelay,
} from '@spark-mesos/spark-rpc';
import type { EngineApplication } from './backend.ts';
import { GatewayError } from './errors.ts';
import type { SlotTeller } from './slot-lines.ts';

/** The endpoint that executors register with, in a driver and so in its relay. */
const SCHEDULER_ENDPOINT = 'CoarseGrainedScheduler';

/** An executor without its driver exits by itself; one that has not done so by then never will. */
const LAST_STEPS_MS = 10_000;

/** What is asked of the backend, task by task. */
type FineTasks = Pick<FineBackend, 'hold' | 'ended' | 'killed' | 'killExecutors'>;

/**
 * Executors of fine mode between the relay, which has their tasks, and the backend, which has the cores for them.
 *
 * A driver hears of a task only in the words of the executor that has it. So a task that shall not run is passed on and
 * killed there, which counts as no failure of the task; and where the executor is gone, its connection is closed, whereupon the
 * driver runs all of its tasks elsewhere.
 */
export class FineExecutors implements FineApplication {
  readonly #application: EngineApplication;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #executors = new Map<number, ExecutorPlacement>();
  /** Take back what is done with executors that outlive their connection. */
  readonly #deadlines = new Map<number, () => void>();
  #tasks: FineTasks | undefined;
  #relay: TaskRelay | undefined;
  #slotLines: SlotTeller | undefined;

  constructor(application: EngineApplication, logger: Logger, clock: Clock = SYSTEM_CLOCK) {
    this.#application = application;
    this.#logger = logger;
    this.#clock = clock;
  }

  /** What decides about its tasks from now on. */
  workFor(tasks: FineTasks): void {
    this.#tasks = tasks;
  }

  /** Where its tasks are held from now on. */
  connectBy(relay: TaskRelay): void {
    this.#relay = relay;
  }

  /** Where its slots are told to end from now on. */
  tellSlotsBy(lines: SlotTeller): void {
    this.#slotLines = lines;
  }

  has(executorId: number): boolean {
    return this.#executors.has(executorId);
  }

  async close(): Promise<void> {
    for (const cancel of this.#deadlines.values()) cancel();
    await this.#slotLines?.close();
    await this.#relay?.close();
  }

  /** What the relay asks. */
  get gate(): RelayGate {
    return {
      executorConnected: (executor) => this.#connected(executor),
      executorDisconnected: (executorId) => this.#disconnected(Number(executorId)),
      taskHeld: (task) => this.#held(task),
      killTask: (_, taskId) => this.#tasks?.killed(String(taskId)),
      taskEnded: (_, taskId, state) => this.#tasks?.ended(String(taskId), state),
    };
  }

  launchExecutor(executor: FineExecutorPlacement): FineExecutorLaunch {
    if (this.#relay === undefined) {
      throw new GatewayError('GATEWAY_ILLEGAL_TRANSITION', 'an executor was to be launched without a relay');
    }
    const driverUrl = formatEndpointAddress(SCHEDULER_ENDPOINT, this.#relay.address);
    return this.#application.launch(placementOf(executor), driverUrl);
  }

  slotLine(slotTaskId: string): SlotLinePlace | undefined {
    return this.#slotLines?.placeOf(slotTaskId);
  }

  endSlot(slotTaskId: string, end: SlotEnd): void {
    this.#slotLines?.tell(slotTaskId, end);
  }

  registered(frameworkId: string): void {
    this.#application.registered(frameworkId);
  }

  executorLaunched(executor: FineExecutorPlacement): void {
    const placement = placementOf(executor);
    this.#executors.set(executor.executorId, placement);
    this.#application.executorLaunched(placement);
  }

  executorState(executor: FineExecutorPlacement, state: ExecutorState, detail: ExecutorStateDetail): void {
    const { executorId } = executor;
    this.#application.executorState(placementOf(executor), state, detail);
    if (state === 'LAUNCHING' || state === 'RUNNING') return;
    this.#executors.delete(executorId);
    this.#deadlines.get(executorId)?.();
    this.#deadlines.delete(executorId);
    // Of an agent that is cut off a connection may stay that nobody answers on.
    this.#disconnect(executorId, detail.message ?? `Mesos says that it is ${state}`);
  }

  executorCores({ executorId }: FineExecutorPlacement, taskCores: number): void {
    this.#relay?.announceCores(String(executorId), taskCores);
  }

  pass(task: FineTask, reason: PassReason): void {
    const isThere = this.#relay?.pass(String(task.executorId), Number(task.taskId)) ?? false;
    // It has gone with its executor's connection, and nobody will say that it has ended.
    if (!isThere && reason === 'paid') this.#tasks?.ended(task.taskId);
  }

  taskLost({ executorId }: FineTask, { message, wasPassed }: TaskLossDetail): void {
    // One that ran is heard of by its driver when the executor's connection goes.
    if (!wasPassed) this.#disconnect(executorId, message);
  }

  unpaid({ executorId, taskId, name }: FineTask, message: string): void {
    this.#logger.info({ executorId, task: name, reason: message }, 'a task is ended and run again');
    this.#relay?.kill(String(executorId), Number(taskId), message);
  }

  handBack({ executorId, taskId }: FineTask, message: string): void {
    this.#relay?.kill(String(executorId), Number(taskId), message);
  }

  draining(executor: FineExecutorPlacement, deadlineMs: number): void {
    this.#application.draining?.(placementOf(executor), deadlineMs);
  }

  waiting(report: FineWaitingReport): void {
    this.#application.waiting(report);
  }

  failed(error: Error): void {
    this.#application.failed(error);
  }

  #connected({ executorId, hostname }: RelayedExecutor): void {
    if (this.has(Number(executorId))) return;
    this.#logger.warn({ executorId, hostname }, 'an executor came that nobody has launched');
    this.#disconnect(executorId, 'nobody has launched it');
  }

  #held({ executorId, taskId, name }: HeldTask): void {
    this.#tasks?.hold({ taskId: String(taskId), name, executorId: Number(executorId) });
  }

  #disconnected(executorId: number): void {
    if (!this.has(executorId)) return;
    const cancel = this.#clock.setTimer(() => this.#tasks?.killExecutors([executorId]), LAST_STEPS_MS);
    this.#deadlines.set(executorId, cancel);
  }

  #disconnect(executorId: number | string, reason: string): void {
    this.#relay?.disconnectExecutor(String(executorId), reason);
  }
}

/** In the terms that are the same for both modes: the cores that it announces are not those that it holds. */
function placementOf(executor: FineExecutorPlacement): ExecutorPlacement {
  const { taskCores, ...rest } = executor;
  return { ...rest, advertisedCores: taskCores, ports: [], place: [], profileId: DEFAULT_PROFILE_ID };
}
