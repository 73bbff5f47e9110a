import type { WholeFrame } from './announced-cores.ts';
import { FrameCutter, type FrameSink } from './frame-cutter.ts';
import type { FinalTaskState, RelayedExecutor, TaskState } from './gate.ts';
import { bodyOffsetOf, type MessageLayout, type MessageShape, taskIdOf, tooLong } from './message-shape.ts';
import { PieceList } from './piece-list.ts';
import { decodeRegisterExecutor } from './register-executor.ts';
import { ShapeBook } from './shape-book.ts';
import { StatusScan } from './status-scan.ts';
import { decodeStatusUpdate, TaskStates } from './task-states.ts';

/** A task of which its executor says no more. */
export interface EndedTask {
  readonly taskId: number;
  readonly state: FinalTaskState;
  /** Where it says so, if that came in one piece. */
  readonly frame: WholeFrame | undefined;
}

/** What an {@link ExecutorStream} may cost. */
export interface ExecutorStreamLimits {
  readonly maxFrameBytes: number;
  readonly maxMessageBytes: number;
}

/** What is made of the frame that is coming in. */
type Course =
  | { readonly kind: 'ignore' }
  | {
      readonly kind: 'scan';
      readonly taskId: number;
      readonly shape: MessageShape;
      readonly layout: MessageLayout;
    }
  /** Only all of it tells what it is about. */
  | { readonly kind: 'read'; readonly pieces: PieceList; readonly shape: MessageShape };

const IGNORE: Course = { kind: 'ignore' };

/** Listens to what an executor sends its driver, of which nothing is held back: the bytes go on as they come. */
export class ExecutorStream implements FrameSink {
  readonly #limits: ExecutorStreamLimits;
  readonly #registered: (executor: RelayedExecutor) => void;
  readonly #cutter: FrameCutter;
  readonly #book = new ShapeBook();
  readonly #states = new TaskStates();
  readonly #scan: StatusScan;
  #course: Course = IGNORE;
  #ended: EndedTask[] = [];
  /** The piece that is listened to, and where the frame that is coming in begins in it. */
  #chunk: Buffer | undefined;
  #readiness: Buffer | undefined;
  #frameStart: number | undefined;
  #isNew = false;

  /** @param registered called before the last of the registration goes on */
  constructor(limits: ExecutorStreamLimits, registered: (executor: RelayedExecutor) => void) {
    this.#limits = limits;
    this.#registered = registered;
    this.#cutter = new FrameCutter(this, limits.maxFrameBytes);
    this.#scan = new StatusScan(limits.maxMessageBytes);
  }

  /** The message by which the executor said that it is ready for tasks; there is none before Spark 3. */
  get readiness(): Buffer | undefined {
    return this.#readiness;
  }

  /** Whether something else may go to the driver behind what has been listened to. */
  get isBetweenFrames(): boolean {
    return this.#cutter.isBetweenFrames;
  }

  /**
   * Listens to the next bytes, which may go on then, and returns the tasks that end with them. Throws where they make
   * no sense; the connection is then over, and they must not go on.
   */
  push(chunk: Buffer): readonly EndedTask[] {
    this.#chunk = chunk;
    this.#cutter.push(chunk);
    this.#chunk = undefined;
    this.#frameStart = undefined;
    const ended = this.#ended;
    if (ended.length > 0) this.#ended = [];
    return ended;
  }

  inspect(head: Buffer, frameBytes: number): number {
    const finding = this.#book.find(head, frameBytes);
    if (typeof finding === 'number') return finding;
    this.#course = IGNORE;
    this.#isNew = true;
    if (finding?.kind === 'RegisterExecutor' || finding?.kind === 'LaunchedExecutor') {
      this.#readWhole(finding, frameBytes);
    }
    if (finding?.kind === 'StatusUpdate') this.#inspectStatus(finding, head, frameBytes);
    return 0;
  }

  take(chunk: Buffer, start: number, end: number, last: boolean): void {
    const course = this.#course;
    if (this.#isNew) this.#frameStart = chunk === this.#chunk ? start : undefined;
    this.#isNew = false;
    if (course.kind === 'scan') this.#scan.push(chunk, start, end);
    else if (course.kind === 'read') course.pieces.push(chunk.subarray(start, end));
    if (!last) return;
    if (course.kind === 'scan') this.#endScan(course.taskId, course.shape, course.layout, end);
    else if (course.kind === 'read') this.#read(course.pieces.join(), course.shape, end);
  }

  #inspectStatus(shape: MessageShape, head: Buffer, frameBytes: number): void {
    const { layout } = shape;
    const taskId = taskIdOf(shape, head);
    if (layout?.buffer === undefined || taskId === undefined) {
      this.#readWhole(shape, frameBytes);
      return;
    }
    const { start, primitiveBytes, buffer } = layout;
    this.#scan.begin(bodyOffsetOf(head) + start.byteLength + primitiveBytes + buffer.byteLength);
    this.#course = { kind: 'scan', taskId, shape, layout };
  }

  #readWhole(shape: MessageShape, frameBytes: number): void {
    const { maxMessageBytes } = this.#limits;
    if (frameBytes > maxMessageBytes) throw tooLong(shape.kind, frameBytes, maxMessageBytes);
    this.#course = { kind: 'read', pieces: new PieceList(), shape };
  }

  #endScan(taskId: number, shape: MessageShape, layout: MessageLayout, end: number): void {
    this.#note(taskId, this.#states.stateOf(shape, layout, this.#scan.end()), shape, end);
  }

  #read(frame: Buffer, shape: MessageShape, end: number): void {
    if (shape.kind === 'LaunchedExecutor') {
      // What it came in may be much larger.
      this.#readiness = Buffer.from(frame);
      return;
    }
    const stream = frame.subarray(bodyOffsetOf(frame) + shape.contentOffset);
    if (shape.kind === 'RegisterExecutor') {
      this.#registered(decodeRegisterExecutor(stream));
      return;
    }
    const { taskId, state } = decodeStatusUpdate(stream);
    this.#note(taskId, state, shape, end);
  }

  #note(taskId: number, state: TaskState, { contentOffset }: MessageShape, end: number): void {
    if (state === 'LAUNCHING' || state === 'RUNNING') return;
    const start = this.#frameStart;
    this.#ended.push({
      taskId,
      state,
      frame: start === undefined ? undefined : { start, end, contentOffset },
    });
  }
}
