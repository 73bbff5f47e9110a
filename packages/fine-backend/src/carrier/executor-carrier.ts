import { mesos } from '@spark-mesos/mesos-proto';
import type { CarrierEffect, CarrierEvent, ChildEnd } from './carrier-events.ts';
import { decodeEndMessage, type TaskEnd } from './end-message.ts';

/**
 * Where an executor stands.
 *
 * - `waiting`: its first task, the one that is called like itself, has not come. Left when it does.
 * - `starting`: its child is being started. Left when it runs.
 * - `running`: tasks are taken. Left when the child ends, or is to.
 * - `ending`: the child was told to end; no task is taken. Left when it has ended.
 * - `over`: all has been said.
 */
export type CarrierPhase = 'waiting' | 'starting' | 'running' | 'ending' | 'over';

/** What an {@link ExecutorCarrier} is made of. */
export interface ExecutorCarrierOptions {
  /** The id of the executor, and of the task that stands for its child. */
  readonly executorId: string;
}

const { TaskState } = mesos.v1;

/** What Mesos itself gives a command that is to end. */
const DEFAULT_GRACE_MS = 3000;

/** So much earlier than the agent kills us we kill the child, so that its end can still be told. */
const MARGIN_MS = 1000;

/** After a SIGKILL that has not helped, another is sent. */
const KILL_REPEAT_MS = 1000;

const STATE_OF_END: Readonly<Record<TaskEnd, mesos.v1.TaskState>> = {
  FINISHED: TaskState.TASK_FINISHED,
  FAILED: TaskState.TASK_FAILED,
  KILLED: TaskState.TASK_KILLED,
  LOST: TaskState.TASK_LOST,
};

/**
 * A Mesos executor that runs one program, a Spark executor, as its child, and has tasks that only stand for what goes on
 * in there: events in, effects out, no I/O.
 *
 * ```text
 *  first task, called like the executor ──► start the child ──► its end is the end of all
 *  any other task                       ──► runs at once, until it is killed or told to have ended
 * ```
 */
export class ExecutorCarrier {
  readonly #executorId: string;
  readonly #tasks = new Set<string>();
  #phase: CarrierPhase = 'waiting';
  /** Whether the end was asked for. */
  #isKilled = false;
  #graceMs = DEFAULT_GRACE_MS;
  #killAtMs: number | undefined;
  #fault: string | undefined;
  #effects: CarrierEffect[] = [];

  constructor({ executorId }: ExecutorCarrierOptions) {
    this.#executorId = executorId;
  }

  /** How far it is. */
  get phase(): CarrierPhase {
    return this.#phase;
  }

  /** Takes an event in and says what is to be done about it, in order. */
  handle(event: CarrierEvent, nowMs: number): readonly CarrierEffect[] {
    if (this.#phase !== 'over') {
      this.#dispatch(event, nowMs);
    }
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  /** When to send `wake` at the latest; `undefined`: not unless something else happens. */
  nextWakeMs(): number | undefined {
    return this.#killAtMs;
  }

  #dispatch(event: CarrierEvent, nowMs: number): void {
    switch (event.kind) {
      case 'launch':
        this.#launch(event.task);
        break;
      case 'kill':
        this.#kill(event.taskId, event.graceMs, nowMs);
        break;
      case 'message':
        this.#hear(event.data);
        break;
      case 'childStarted':
        this.#childStarted();
        break;
      case 'childEnded':
        this.#childEnded(event.end);
        break;
      case 'shutdown':
        this.#shutDown(event.reason, Math.max(event.graceMs - MARGIN_MS, event.graceMs / 2), nowMs);
        break;
      case 'abandoned':
        this.#fault = this.#phase === 'ending' ? undefined : event.reason;
        this.#shutDown(event.reason, this.#graceMs, nowMs);
        break;
      case 'wake':
        this.#wake(nowMs);
        break;
    }
  }

  #launch({ taskId: { value: taskId }, killPolicy }: mesos.v1.ITaskInfo): void {
    if (this.#phase === 'ending') {
      this.#update(taskId, TaskState.TASK_KILLED, 'Its executor is ending');
    } else if (taskId !== this.#executorId) {
      this.#tasks.add(taskId);
      this.#update(taskId, TaskState.TASK_RUNNING);
    } else if (this.#phase === 'waiting') {
      const nanoseconds = killPolicy?.gracePeriod?.nanoseconds;
      this.#graceMs = nanoseconds == null ? DEFAULT_GRACE_MS : Number(nanoseconds) / 1e6;
      this.#phase = 'starting';
      this.#update(taskId, TaskState.TASK_STARTING);
      this.#effects.push({ kind: 'start' });
    }
  }

  #kill(taskId: string, graceMs: number | undefined, nowMs: number): void {
    if (taskId === this.#executorId) {
      this.#end(graceMs ?? this.#graceMs, nowMs);
    } else if (this.#tasks.delete(taskId)) {
      this.#update(taskId, TaskState.TASK_KILLED);
    }
  }

  #hear(data: Uint8Array): void {
    const message = decodeEndMessage(data);
    if (message !== undefined && this.#tasks.delete(message.taskId)) {
      this.#update(message.taskId, STATE_OF_END[message.end]);
    }
  }

  #childStarted(): void {
    if (this.#phase === 'starting') {
      this.#phase = 'running';
      this.#update(this.#executorId, TaskState.TASK_RUNNING);
    } else if (this.#phase === 'ending') {
      // What was said before could not reach it.
      this.#effects.push({ kind: 'signal', signal: 'SIGTERM' });
    }
  }

  #childEnded(end: ChildEnd): void {
    const { state, message } = finalState(end, this.#isKilled);
    this.#update(this.#executorId, state, message);
    for (const taskId of this.#tasks) {
      const ofTask = this.#isKilled ? TaskState.TASK_KILLED : TaskState.TASK_FAILED;
      this.#update(taskId, ofTask, `Its executor has ended: ${message}`);
    }
    this.#exit(message);
  }

  #shutDown(reason: string, graceMs: number, nowMs: number): void {
    if (this.#phase === 'waiting') {
      this.#exit(reason);
    } else {
      this.#end(graceMs, nowMs);
    }
  }

  /** The child is asked to end, and made to when the grace is over. A second word can only shorten the time. */
  #end(graceMs: number, nowMs: number): void {
    this.#isKilled = true;
    if (this.#phase === 'waiting') {
      this.#update(this.#executorId, TaskState.TASK_KILLED);
      this.#exit('it was killed before it had a task');
      return;
    }
    this.#killAtMs = Math.min(this.#killAtMs ?? Number.POSITIVE_INFINITY, nowMs + graceMs);
    if (this.#phase !== 'ending') {
      this.#phase = 'ending';
      this.#effects.push({ kind: 'signal', signal: 'SIGTERM' });
    }
  }

  #wake(nowMs: number): void {
    if (this.#killAtMs !== undefined && nowMs >= this.#killAtMs) {
      this.#killAtMs = nowMs + KILL_REPEAT_MS;
      this.#effects.push({ kind: 'signal', signal: 'SIGKILL' });
    }
  }

  #exit(reason: string): void {
    this.#phase = 'over';
    this.#killAtMs = undefined;
    this.#tasks.clear();
    this.#effects.push({ kind: 'exit', isFault: this.#fault !== undefined, reason: this.#fault ?? reason });
  }

  #update(taskId: string, state: mesos.v1.TaskState, message?: string): void {
    this.#effects.push({ kind: 'update', taskId, state, ...(message !== undefined && { message }) });
  }
}

/** In the words of Mesos's own command executor, whose exit statuses everybody reads. */
function finalState(end: ChildEnd, isKilled: boolean) {
  const killed = isKilled ? TaskState.TASK_KILLED : undefined;
  if ('problem' in end) {
    const message = `The command could not be started: ${end.problem}`;
    return { state: killed ?? TaskState.TASK_FAILED, message };
  }
  const signal = end.signal === undefined ? '' : ` (${end.signal})`;
  const ended = end.status === 0 ? TaskState.TASK_FINISHED : TaskState.TASK_FAILED;
  return { state: killed ?? ended, message: `Command exited with status ${end.status}${signal}` };
}
