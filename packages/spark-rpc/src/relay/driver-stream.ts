import { type JavaObject, readObjectStream } from '@spark-mesos/java-serialization';
import { SparkRpcError } from '../errors.ts';
import { numberField, objectField, objectOf } from '../scala/values.ts';
import { FrameCutter, type FrameSink } from './frame-cutter.ts';
import { MoreBytesWanted, UnknownShape } from './head-cursor.ts';
import { bodyOffsetOf, type MessageShape, malformed, taskIdOf, tooLong } from './message-shape.ts';
import { PieceList } from './piece-list.ts';
import { RelayOutput } from './relay-output.ts';
import { ShapeBook } from './shape-book.ts';
import { decodeTaskDescription, readTaskDescription, type TaskDescriptionStart } from './task-description.ts';

// chunk ─► FrameCutter ─► LaunchTask? ─yes─► held ──pass──┐
//                              └──no──────────────────────┴─► RelayOutput

/** Hears what a {@link DriverStream} finds; may call it back at once. */
export interface DriverStreamListener {
  taskHeld(task: TaskDescriptionStart, byteLength: number): void;
  killTask(taskId: number): void;
}

/** What a {@link DriverStream} may cost. */
export interface DriverStreamLimits {
  readonly maxFrameBytes: number;
  readonly maxMessageBytes: number;
}

interface HeldFrame {
  readonly taskId: number;
  readonly pieces: PieceList;
}

/** What becomes of the frame that is coming in. */
type Course =
  | { readonly kind: 'pass' }
  | { readonly kind: 'hold'; readonly pieces: PieceList; readonly frame: HeldFrame }
  /** Only all of it tells what it is about. */
  | { readonly kind: 'read'; readonly pieces: PieceList; readonly shape: MessageShape };

const PASS: Course = { kind: 'pass' };

/**
 * What a driver sends one executor, with tasks held back. All else goes out at once and in its order; frames are never
 * put together, taken apart or changed.
 */
export class DriverStream implements FrameSink {
  readonly #listener: DriverStreamListener;
  readonly #limits: DriverStreamLimits;
  readonly #cutter: FrameCutter;
  readonly #book = new ShapeBook();
  readonly #held = new Map<number, HeldFrame>();
  readonly #output = new RelayOutput();
  /** What is to go out when the frame that is going out has ended. */
  #deferred: Buffer[] = [];
  #course: Course = PASS;
  #isMidFrame = false;
  #heldBytes = 0;
  #envelope: Buffer | undefined;
  /** Frames that have come wholly with the latest bytes, and were not passed at once. */
  #fresh: HeldFrame[] = [];

  constructor(limits: DriverStreamLimits, listener: DriverStreamListener) {
    this.#limits = limits;
    this.#listener = listener;
    this.#cutter = new FrameCutter(this, limits.maxFrameBytes);
  }

  /** What has arrived of tasks that are held. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** What stands before the stream in the driver's messages to the executor; undefined before its first task. */
  get envelope(): Uint8Array | undefined {
    return this.#envelope;
  }

  /** Takes the next bytes. Throws where they make no sense; the connection is then over. */
  push(chunk: Buffer): void {
    this.#cutter.push(chunk);
    for (const { taskId, pieces } of this.#fresh) if (this.#held.has(taskId)) pieces.compact();
    this.#fresh = [];
  }

  /** Hands over what is to go out now. */
  takeOutput(): readonly Buffer[] {
    return this.#output.take();
  }

  /** Lets a held task go, also what is still to come of it; false if there is none. */
  pass(taskId: number): boolean {
    const frame = this.#held.get(taskId);
    if (frame === undefined) return false;
    this.#held.delete(taskId);
    this.#heldBytes -= frame.pieces.byteLength;
    for (const piece of frame.pieces.pieces) this.send(piece);
    if (this.#course.kind === 'hold' && this.#course.frame === frame) this.#settle(PASS);
    return true;
  }

  /** Sends whole frames, as soon as they may go out. */
  send(bytes: Buffer): void {
    if (this.#isMidFrame) this.#deferred.push(bytes);
    else this.#output.add(bytes);
  }

  inspect(head: Buffer, frameBytes: number): number {
    const finding = this.#book.find(head, frameBytes);
    if (typeof finding === 'number') return finding;
    switch (finding?.kind) {
      case 'LaunchTask':
        return this.#inspectLaunch(finding, head, frameBytes);
      case 'KillTask':
        return this.#inspectKill(finding, head, frameBytes);
      default:
        return this.#settle(PASS);
    }
  }

  take(chunk: Buffer, start: number, end: number, last: boolean): void {
    const bytes = chunk.subarray(start, end);
    const course = this.#course;
    if (course.kind === 'pass') this.#output.add(bytes);
    else course.pieces.push(bytes);
    if (course.kind === 'hold') this.#heldBytes += bytes.byteLength;
    if (last) this.#end(course);
  }

  #settle(course: Course): 0 {
    this.#course = course;
    this.#isMidFrame = course.kind === 'pass';
    return 0;
  }

  #end(course: Course): void {
    this.#settle(PASS);
    this.#isMidFrame = false;
    if (course.kind === 'hold') this.#fresh.push(course.frame);
    else if (course.kind === 'read') this.#read(course.pieces, course.shape);
    else if (this.#deferred.length > 0) {
      for (const bytes of this.#deferred) this.#output.add(bytes);
      this.#deferred = [];
    }
  }

  #inspectLaunch(shape: MessageShape, head: Buffer, frameBytes: number): number {
    const { contentOffset, layout } = shape;
    if (layout?.buffer === undefined) return this.#readWhole(shape, frameBytes);
    const buffer = bodyOffsetOf(head) + layout.start.byteLength + layout.primitiveBytes;
    try {
      const task = readTaskDescription(head, buffer + layout.buffer.byteLength);
      this.#envelope = layout.start.subarray(0, contentOffset);
      this.#hold(task, frameBytes, new PieceList());
      return 0;
    } catch (error) {
      if (error instanceof MoreBytesWanted && error.bytes <= frameBytes) return error.bytes;
      if (error instanceof MoreBytesWanted || error instanceof UnknownShape)
        throw malformed(shape.kind, error);
      throw error;
    }
  }

  #inspectKill(shape: MessageShape, head: Buffer, frameBytes: number): number {
    const taskId = taskIdOf(shape, head);
    if (taskId === undefined) return this.#readWhole(shape, frameBytes);
    this.#kill(taskId);
    return this.#settle(PASS);
  }

  #readWhole(shape: MessageShape, frameBytes: number): 0 {
    const { maxMessageBytes } = this.#limits;
    if (frameBytes > maxMessageBytes) throw tooLong(shape.kind, frameBytes, maxMessageBytes);
    return this.#settle({ kind: 'read', pieces: new PieceList(), shape });
  }

  #read(pieces: PieceList, shape: MessageShape): void {
    const frame = pieces.join();
    const body = frame.subarray(bodyOffsetOf(frame));
    const message = objectOf(readObjectStream(body.subarray(shape.contentOffset)), shape.kind);
    if (shape.kind === 'KillTask') {
      this.#kill(numberField(message, 'taskId'));
      this.send(frame);
      return;
    }
    this.#envelope = Buffer.from(body.subarray(0, shape.contentOffset));
    this.#hold(describedTask(message, shape), frame.byteLength, pieces);
  }

  /** @param pieces what there is of the frame; the rest is on its way if there is nothing */
  #hold(task: TaskDescriptionStart, frameBytes: number, pieces: PieceList): void {
    const { taskId } = task;
    if (this.#held.has(taskId)) {
      throw new SparkRpcError('SPARK_RPC_UNEXPECTED_VALUE', `task ${taskId} was sent twice`);
    }
    const frame = { taskId, pieces };
    this.#held.set(taskId, frame);
    this.#heldBytes += pieces.byteLength;
    if (pieces.byteLength === 0) this.#settle({ kind: 'hold', pieces, frame });
    else this.#fresh.push(frame);
    this.#listener.taskHeld(task, frameBytes);
  }

  #kill(taskId: number): void {
    this.#listener.killTask(taskId);
    this.pass(taskId);
  }
}

function describedTask(message: JavaObject, shape: MessageShape): TaskDescriptionStart {
  const blocks = objectField(message, 'data').levels.flatMap(({ annotations }) => annotations);
  const bytes = blocks.flatMap((block) => (block.kind === 'block' ? [block.bytes] : []));
  try {
    return decodeTaskDescription(Buffer.concat(bytes));
  } catch (error) {
    if (error instanceof MoreBytesWanted || error instanceof UnknownShape) throw malformed(shape.kind, error);
    throw error;
  }
}
