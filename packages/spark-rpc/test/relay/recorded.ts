import type { ClassDescriptorSource } from '@spark-mesos/java-serialization';
import type { FinalTaskState, HeldTask, RelayedExecutor } from '../../src/relay/gate.ts';
import { DEFAULT_RELAY_LIMITS, type RelayLimits } from '../../src/relay/limits.ts';
import { bodyOffsetOf, type MessageLayout, scanMessage } from '../../src/relay/message-shape.ts';
import { RelaySession } from '../../src/relay/relay-session.ts';
import { recordedClasses } from '../classes.ts';
import { fixture } from '../support.ts';

/** The conversations that a relay has recorded, by Spark. */
export const CONVERSATIONS = [
  '2.4.8-relay',
  '3.5.6-relay',
  '3.5.6-relaykill',
  '4.3.0-relay',
  '4.3.0-relaykill',
];

/** One of each Spark. */
export const RELAYED_SPARKS = ['2.4.8', '3.5.6', '4.3.0'];

/** A recorded frame: `driver2exec-LaunchTask`. */
export function relayFrame(conversation: string, name: string): Buffer {
  return Buffer.from(fixture(`relay/${conversation}/${name}.bin`));
}

/** A recorded LaunchTask with another id, and with as many bytes behind it. */
export function launchTask(spark: string, taskId: number, extraBytes = 0): Buffer {
  const frame = relayFrame(`${spark}-relay`, 'driver2exec-LaunchTask');
  const start = blocksOf(frame);
  const payload = payloadOf(frame, start);
  payload.bytes.writeBigInt64BE(BigInt(taskId), 4);
  const bytes = Buffer.concat([payload.bytes, Buffer.alloc(extraBytes, 7)]);
  bytes.writeInt32BE(bytes.byteLength - 4);
  return withLengths(Buffer.concat([frame.subarray(0, start), blocks(bytes), frame.subarray(payload.end)]));
}

/** The conversation in which a KillTask was recorded; its class is the same in 2.4.8. */
export function killConversation(spark: string): string {
  return spark === '2.4.8' ? '3.5.6-relaykill' : `${spark}-relaykill`;
}

/** A recorded KillTask of another task. */
export function killTask(spark: string, taskId: number): Buffer {
  return withTaskId(relayFrame(killConversation(spark), 'driver2exec-KillTask'), taskId);
}

/** A recorded StatusUpdate, RUNNING or FINISHED, of another task, with a result of as many bytes. */
export function statusUpdate(
  spark: string,
  taskId: number,
  state: 'RUNNING' | 'FINISHED',
  resultBytes?: number,
): Buffer {
  const suffix = state === 'RUNNING' ? '' : '.2';
  const frame = withTaskId(relayFrame(`${spark}-relay`, `exec2driver-StatusUpdate${suffix}`), taskId);
  if (resultBytes === undefined) return frame;
  const start = blocksOf(frame);
  const result = Buffer.alloc(4 + resultBytes, 0x78);
  result.writeInt32BE(resultBytes);
  return withLengths(
    Buffer.concat([frame.subarray(0, start), blocks(result), frame.subarray(payloadOf(frame, start).end)]),
  );
}

/** The bytes in pieces of one size. */
export function* slices(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size);
}

/** What a gate has heard, in words. */
export class HeardGate {
  readonly heard: string[] = [];
  readonly held: HeldTask[] = [];
  readonly executors: RelayedExecutor[] = [];
  /** Called for each task, before `taskHeld` returns. */
  decide: (task: HeldTask) => void = () => {};

  executorRegistered(executor: RelayedExecutor): boolean {
    this.executors.push(executor);
    this.heard.push(`registered ${executor.executorId}`);
    return true;
  }

  taskHeld(task: HeldTask): void {
    this.held.push(task);
    this.heard.push(`held ${task.taskId}`);
    this.decide(task);
  }

  killTask(executorId: string, taskId: number): void {
    this.heard.push(`kill ${taskId} on ${executorId}`);
  }

  taskEnded(executorId: string, taskId: number, state: FinalTaskState): void {
    this.heard.push(`${state} ${taskId} on ${executorId}`);
  }
}

/** A session of which the executor has registered. */
export function registeredSession(
  spark: string,
  gate: HeardGate,
  limits: Partial<RelayLimits> = {},
  classes: ClassDescriptorSource = recordedClasses(spark),
): RelaySession {
  const session = new RelaySession({
    limits: { ...DEFAULT_RELAY_LIMITS, ...limits },
    classes,
    listener: gate,
  });
  session.fromExecutor(relayFrame(`${spark}-relay`, 'exec2driver-RegisterExecutor'), () => {});
  return session;
}

function layoutOf(frame: Buffer): MessageLayout {
  const layout = scanMessage(frame, bodyOffsetOf(frame))?.layout;
  if (layout === undefined) throw new Error('not a message of the relay');
  return layout;
}

function blocksOf(frame: Buffer): number {
  const { start, primitiveBytes, buffer } = layoutOf(frame);
  return bodyOffsetOf(frame) + start.byteLength + primitiveBytes + (buffer?.byteLength ?? 0);
}

function withTaskId(frame: Buffer, taskId: number): Buffer {
  const { start, offsets } = layoutOf(frame);
  frame.writeBigInt64BE(
    BigInt(taskId),
    bodyOffsetOf(frame) + start.byteLength + (offsets.get('taskId') ?? 0),
  );
  return frame;
}

function withLengths(frame: Buffer): Buffer {
  frame.writeBigInt64BE(BigInt(frame.byteLength));
  frame.writeInt32BE(frame.byteLength - bodyOffsetOf(frame), bodyOffsetOf(frame) - 4);
  return frame;
}

function blocks(bytes: Buffer): Buffer {
  const parts = [...slices(bytes, 1024)].map((part) => {
    if (part.byteLength < 256) return Buffer.concat([Buffer.of(0x77, part.byteLength), part]);
    const head = Buffer.of(0x7a, 0, 0, 0, 0);
    head.writeInt32BE(part.byteLength, 1);
    return Buffer.concat([head, part]);
  });
  return Buffer.concat(parts);
}

function payloadOf(frame: Buffer, start: number): { readonly bytes: Buffer; readonly end: number } {
  const parts: Buffer[] = [];
  let at = start;
  while (frame[at] === 0x77 || frame[at] === 0x7a) {
    const isShort = frame[at] === 0x77;
    const length = isShort ? frame.readUInt8(at + 1) : frame.readInt32BE(at + 1);
    at += isShort ? 2 : 5;
    parts.push(frame.subarray(at, at + length));
    at += length;
  }
  return { bytes: Buffer.concat(parts), end: at };
}
