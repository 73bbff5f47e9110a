import type { ClassDescriptorSource } from '@spark-mesos/java-serialization';
import { SparkRpcError } from '../errors.ts';
import { AnnouncedCores } from './announced-cores.ts';
import { DriverStream } from './driver-stream.ts';
import { ExecutorStream } from './executor-stream.ts';
import type { FinalTaskState, HeldTask, RelayedExecutor } from './gate.ts';
import { encodeKillTask } from './kill-task.ts';
import type { RelayLimits } from './limits.ts';
import type { TaskDescriptionStart } from './task-description.ts';

/** Hears what happens on one connection; may call the session back at once. */
export interface RelaySessionListener {
  /** False refuses the executor: its registration goes on, for the driver to judge, but no task may come for it. */
  executorRegistered(executor: RelayedExecutor): boolean;
  /** A task has come, and waits for the gate. */
  taskHeld(task: HeldTask): void;
  /** The driver wants a task ended. */
  killTask(executorId: string, taskId: number): void;
  /** The executor says that a task has ended. */
  taskEnded(executorId: string, taskId: number, state: FinalTaskState): void;
}

/** Options of {@link RelaySession}. */
export interface RelaySessionOptions {
  readonly limits: Pick<RelayLimits, 'maxFrameBytes' | 'maxMessageBytes' | 'maxHeldBytes'>;
  /** Has the class of `encodeKillTask`. */
  readonly classes: ClassDescriptorSource;
  readonly listener: RelaySessionListener;
}

/**
 * One connection of an executor to its driver, with no I/O: bytes in, bytes out. What the executor sends goes on as it
 * comes, once it was listened to; what the driver sends goes on when {@link RelaySession.takeOutput} gives it out.
 */
export class RelaySession {
  readonly #options: RelaySessionOptions;
  readonly #driver: DriverStream;
  readonly #executorStream: ExecutorStream;
  readonly #cores = new AnnouncedCores();
  /** Tasks that the driver has sent, and of which the executor has not said the last. */
  readonly #open = new Set<number>();
  #executor: RelayedExecutor | undefined;

  constructor(options: RelaySessionOptions) {
    const { limits, listener } = options;
    this.#options = options;
    this.#driver = new DriverStream(limits, {
      taskHeld: (task, byteLength) => this.#taskHeld(task, byteLength),
      killTask: (taskId) => listener.killTask(this.#executorId(), taskId),
    });
    this.#executorStream = new ExecutorStream(limits, (executor) => {
      if (this.#executor !== undefined) return;
      this.#executor = executor;
      this.#cores.register(executor.cores);
      if (!listener.executorRegistered(executor)) this.#executor = undefined;
    });
  }

  /** The executor, once it has registered. */
  get executor(): RelayedExecutor | undefined {
    return this.#executor;
  }

  /** What has arrived of tasks that are held. */
  get heldBytes(): number {
    return this.#driver.heldBytes;
  }

  /** Whether so much is held that nothing more of the driver's should be read. */
  get holdsTooMuch(): boolean {
    return this.heldBytes > this.#options.limits.maxHeldBytes;
  }

  /** Takes what the driver has sent. Throws where it makes no sense; the connection is then over. */
  fromDriver(chunk: Buffer): void {
    this.#driver.push(chunk);
  }

  /**
   * Listens to what the executor has sent, and has it sent on. Throws where it makes no sense, before it is sent on; the
   * connection is then over.
   */
  fromExecutor(chunk: Buffer, sendOn: (chunk: Buffer) => void): void {
    const ended = this.#executorStream.push(chunk);
    for (const piece of this.#cores.settle(chunk, ended)) sendOn(piece);
    for (const { taskId } of ended) this.#open.delete(taskId);
    this.#settleReturn(sendOn);
    const executorId = this.#executor?.executorId;
    if (executorId === undefined) return;
    for (const { taskId, state } of ended) this.#options.listener.taskEnded(executorId, taskId, state);
  }

  /** What is to go to the executor now. */
  takeOutput(): readonly Buffer[] {
    return this.#driver.takeOutput();
  }

  /** Lets a held task go; false if there is none. */
  pass(taskId: number): boolean {
    return this.#driver.pass(taskId);
  }

  /** Has the executor end a task; false if it never had one. */
  kill(taskId: number, reason: string): boolean {
    const { envelope } = this.#driver;
    if (envelope === undefined || this.#executor === undefined) return false;
    const { executorId } = this.#executor;
    const frame = encodeKillTask(this.#options.classes, envelope, { taskId, executorId, reason });
    this.#driver.pass(taskId);
    this.#driver.send(frame);
    return true;
  }

  /** The driver shall count with so many cores of the executor; what it must hear for that at once is sent on. */
  announceCores(cores: number, sendOn: (chunk: Buffer) => void): void {
    this.#cores.change(cores);
    this.#settleReturn(sendOn);
  }

  /** Not while it has tasks, which the driver would count twice. */
  #settleReturn(sendOn: (chunk: Buffer) => void): void {
    if (!this.#cores.isToReturn || this.#open.size > 0) return;
    const { readiness, isBetweenFrames } = this.#executorStream;
    if (readiness === undefined || !isBetweenFrames) return;
    this.#cores.returned();
    sendOn(readiness);
  }

  #taskHeld(task: TaskDescriptionStart, byteLength: number): void {
    const { taskId, attempt, name, index, partitionId } = task;
    const executorId = this.#executorId();
    this.#open.add(taskId);
    this.#options.listener.taskHeld({
      executorId,
      taskId,
      name,
      attempt,
      index,
      partitionId,
      byteLength,
    });
  }

  #executorId(): string {
    if (this.#executor !== undefined) return this.#executor.executorId;
    throw new SparkRpcError(
      'SPARK_RPC_UNEXPECTED_VALUE',
      'the driver sends a task to an executor that has not registered through the relay',
    );
  }
}
