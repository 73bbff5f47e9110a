import { readObjectStream } from '@spark-mesos/java-serialization';
import { SparkRpcError } from '../errors.ts';
import { enumerationId, numberField, objectOf, requiredField } from '../scala/values.ts';
import { STREAM_TAG } from './class-scan.ts';
import { TASK_STATES, type TaskState } from './gate.ts';
import type { MessageLayout, MessageShape } from './message-shape.ts';

/** There is one for each state, and for each set of resources such as GPUs that a task has. */
const MAX_TAILS = 32;
/** They have some 1,300 bytes. */
const MAX_TAIL_BYTES = 16 * 1024;
const END_OF_BUFFER = Buffer.of(STREAM_TAG.END_BLOCK_DATA);

interface KnownTail {
  readonly bytes: Buffer;
  readonly state: TaskState;
}

/**
 * Knows the states of tasks by the bytes that stand behind their results.
 *
 *     StatusUpdate => taskId:long data:SerializableBuffer executorId:String [resources:Map] state:TaskState.Value …
 *
 * Source: Spark's `CoarseGrainedClusterMessages.StatusUpdate`. A state takes over a kilobyte, as it may bring its
 * whole enumeration with it, and the same for each task of an executor: behind the same beginning, the same bytes have the same meaning.
 * So they are read once, without the result, by the reader for all streams, and then compared.
 */
export class TaskStates {
  readonly #tails = new WeakMap<MessageLayout, KnownTail[]>();

  /** @param tail what stands behind the result, to the end of the message */
  stateOf(shape: MessageShape, layout: MessageLayout, tail: Buffer): TaskState {
    const known = this.#tails.get(layout) ?? [];
    for (const { bytes, state } of known) {
      if (bytes.equals(tail)) return state;
    }
    const { state } = decodeStatusUpdate(withoutResult(shape, layout, tail));
    if (tail.byteLength > MAX_TAIL_BYTES) return state;
    this.#tails.set(layout, [{ bytes: Buffer.from(tail), state }, ...known].slice(0, MAX_TAILS));
    return state;
  }
}

/** Reads a whole StatusUpdate, for what the relay wants of it. */
export function decodeStatusUpdate(stream: Uint8Array): {
  readonly taskId: number;
  readonly state: TaskState;
} {
  const message = objectOf(readObjectStream(stream), 'a StatusUpdate');
  const id = enumerationId(requiredField(message, 'state'), 'StatusUpdate.state');
  const state = TASK_STATES[id];
  if (state === undefined) {
    throw new SparkRpcError('SPARK_RPC_UNEXPECTED_VALUE', `StatusUpdate.state: ${id} is no state of a task`);
  }
  return { taskId: numberField(message, 'taskId'), state };
}

function withoutResult(
  { contentOffset }: MessageShape,
  { start, primitiveBytes, buffer }: MessageLayout,
  tail: Buffer,
): Uint8Array {
  const primitives = Buffer.alloc(primitiveBytes);
  return Buffer.concat([
    start.subarray(contentOffset),
    primitives,
    buffer ?? END_OF_BUFFER,
    END_OF_BUFFER,
    tail,
  ]);
}
