import type { mesos } from '@spark-mesos/mesos-proto';
import type { DeadlineQueue } from '../deadline-queue.ts';
import type { FrameworkId, TaskId } from '../ids.ts';
import type { AgentEffect } from './messages.ts';

/** An update that nobody acknowledges is sent again after this long, then after twice that, and so on. */
const FIRST_RETRY_MS = 10_000;
/** But never more seldom than this. */
const MAX_RETRY_MS = 600_000;
const KEY_PREFIX = 'update ';

interface UpdateStream {
  readonly frameworkId: FrameworkId;
  readonly taskId: TaskId;
  /** The first is on its way; the next leaves when that is acknowledged. */
  readonly queue: mesos.v1.ITaskStatus[];
  retryMs: number;
}

/** The updates of every task of an agent, in order, one at a time, each sent until it is acknowledged. */
export class UpdateStreams {
  readonly #streams = new Map<string, UpdateStream>();
  readonly #deadlines: DeadlineQueue;
  readonly #emit: (effect: AgentEffect) => void;

  constructor(deadlines: DeadlineQueue, emit: (effect: AgentEffect) => void) {
    this.#deadlines = deadlines;
    this.#emit = emit;
  }

  add(frameworkId: FrameworkId, status: mesos.v1.ITaskStatus, nowMs: number): void {
    const taskId = status.taskId.value as TaskId;
    const key = streamKey(frameworkId, taskId);
    const stream = this.#streams.get(key) ?? { frameworkId, taskId, queue: [], retryMs: FIRST_RETRY_MS };
    this.#streams.set(key, stream);
    stream.queue.push(status);
    if (stream.queue.length === 1) this.#send(key, stream, nowMs);
  }

  /** Returns whether this was what the stream waited for. */
  acknowledge(frameworkId: FrameworkId, taskId: TaskId, uuid: Uint8Array, nowMs: number): boolean {
    const key = streamKey(frameworkId, taskId);
    const stream = this.#streams.get(key);
    const sent = stream?.queue[0]?.uuid;
    if (stream === undefined || !sent || Buffer.compare(sent, uuid) !== 0) return false;
    stream.queue.shift();
    stream.retryMs = FIRST_RETRY_MS;
    if (stream.queue.length > 0) {
      this.#send(key, stream, nowMs);
    } else {
      this.#streams.delete(key);
      this.#deadlines.delete(KEY_PREFIX + key);
    }
    return true;
  }

  /** Sends at once what a framework has not acknowledged: it listens again. */
  resend(frameworkId: FrameworkId, nowMs: number): void {
    for (const [key, stream] of this.#streams) {
      if (stream.frameworkId !== frameworkId) continue;
      stream.retryMs = FIRST_RETRY_MS;
      this.#send(key, stream, nowMs);
    }
  }

  /** Sends at once whatever waits: the master listens again. */
  resendAll(nowMs: number): void {
    for (const [key, stream] of this.#streams) {
      stream.retryMs = FIRST_RETRY_MS;
      this.#send(key, stream, nowMs);
    }
  }

  /** An update that a former agent has left behind; it is sent when the master listens. */
  restore(frameworkId: FrameworkId, status: mesos.v1.ITaskStatus): void {
    const taskId = status.taskId.value as TaskId;
    const key = streamKey(frameworkId, taskId);
    const stream = this.#streams.get(key) ?? { frameworkId, taskId, queue: [], retryMs: FIRST_RETRY_MS };
    this.#streams.set(key, stream);
    stream.queue.push(status);
  }

  /** All that waits, by framework, in order. */
  waiting(): { readonly frameworkId: FrameworkId; readonly statuses: readonly mesos.v1.ITaskStatus[] }[] {
    return [...this.#streams.values()].map(({ frameworkId, queue }) => ({ frameworkId, statuses: queue }));
  }

  dropFramework(frameworkId: FrameworkId): void {
    for (const [key, stream] of this.#streams) {
      if (stream.frameworkId !== frameworkId) continue;
      this.#streams.delete(key);
      this.#deadlines.delete(KEY_PREFIX + key);
    }
  }

  /** Does what a deadline asks for; false when the key is none of its own. */
  wake(key: string, nowMs: number): boolean {
    if (!key.startsWith(KEY_PREFIX)) return false;
    const own = key.slice(KEY_PREFIX.length);
    const stream = this.#streams.get(own);
    if (stream === undefined) return true;
    stream.retryMs = Math.min(stream.retryMs * 2, MAX_RETRY_MS);
    this.#send(own, stream, nowMs);
    return true;
  }

  /** The update of a task that was sent last and not acknowledged. */
  pendingOf(frameworkId: FrameworkId, taskId: TaskId): mesos.v1.ITaskStatus | undefined {
    return this.#streams.get(streamKey(frameworkId, taskId))?.queue[0];
  }

  /** How many updates wait, sent or not; a figure for tests. */
  get pendingCount(): number {
    let count = 0;
    for (const stream of this.#streams.values()) count += stream.queue.length;
    return count;
  }

  #send(key: string, stream: UpdateStream, nowMs: number): void {
    const [status] = stream.queue;
    const latestState = stream.queue.at(-1)?.state;
    if (status === undefined || latestState === undefined) return;
    this.#deadlines.set(KEY_PREFIX + key, nowMs + stream.retryMs);
    this.#emit({ kind: 'update', frameworkId: stream.frameworkId, status, latestState });
  }
}

function streamKey(frameworkId: FrameworkId, taskId: TaskId): string {
  return `${frameworkId}\u0000${taskId}`;
}
