import {
  JavaArray,
  JavaObject,
  type JavaValue,
  readObjectStream,
  writeObjectStream,
} from '@spark-mesos/java-serialization';
import { objectOf, requiredField } from '../scala/values.ts';
import type { EndedTask } from './executor-stream.ts';
import { bodyOffsetOf } from './message-shape.ts';

/** Where a StatusUpdate lies whole in the piece that it came in. */
export interface WholeFrame {
  readonly start: number;
  readonly end: number;
  /** Where its Java stream begins, from the body on. */
  readonly contentOffset: number;
}

/**
 * The cores with which a driver counts an executor.
 *
 * A driver takes over what an executor registers with, and from then on subtracts the cores of each task that it sends
 * and adds those that the task's last StatusUpdate says (`taskCpus`, from Spark 3.3 on). So where the agent can give more or fewer
 * cores than were announced, the next task to end says so: it gives more, or fewer, cores back than it had.
 *
 * An executor that is counted with no cores gets no tasks, so none ends there. It is given its tasks again by what it said
 * when it was ready for its first one (`LaunchedExecutor`): its driver then counts it with all the cores that it registered with.
 */
export class AnnouncedCores {
  #registered = 0;
  #counted = 0;
  #wanted = 0;
  #canChange = true;

  /** The executor registers with these. */
  register(cores: number): void {
    this.#registered = cores;
    this.#counted = cores;
    this.#wanted = cores;
  }

  /** It shall count with these from the end of the next task on. */
  change(cores: number): void {
    this.#wanted = cores;
  }

  /** Whether it is counted with none, and should be with some: no end of a task can say so. */
  get isToReturn(): boolean {
    return this.#counted === 0 && this.#wanted > 0;
  }

  /** It has said once more that it is ready. */
  returned(): void {
    this.#counted = this.#registered;
  }

  /** What goes on instead of a piece in which these tasks end. */
  settle(chunk: Buffer, ended: readonly EndedTask[]): readonly Buffer[] {
    const change = this.#wanted - this.#counted;
    if (change === 0 || !this.#canChange) return [chunk];
    const frame = ended.find((task) => task.frame !== undefined)?.frame;
    // One in several pieces has gone on already, but for the last.
    if (frame === undefined) return [chunk];
    const { start, end, contentOffset } = frame;
    const changed = withTaskCpus(chunk.subarray(start, end), contentOffset, change);
    if (changed === undefined) {
      this.#canChange = false;
      return [chunk];
    }
    this.#counted = this.#wanted;
    const pieces = [chunk.subarray(0, start), changed, chunk.subarray(end)];
    return pieces.filter(({ byteLength }) => byteLength > 0);
  }
}

/** A StatusUpdate whose task gives so many more cores back; undefined where it does not say how many. */
export function withTaskCpus(frame: Buffer, contentOffset: number, change: number): Buffer | undefined {
  const bodyOffset = bodyOffsetOf(frame);
  const contentStart = bodyOffset + contentOffset;
  const message = objectOf(readObjectStream(frame.subarray(contentStart)), 'a StatusUpdate');
  const cpus = message.fields.get('taskCpus');
  if (typeof cpus === 'number') message.setField('taskCpus', cpus + change);
  else if (cpus === undefined || !addTo(cpus, change)) return undefined;
  const content = writeObjectStream(message);
  const changed = Buffer.concat([frame.subarray(0, contentStart), content]);
  changed.writeBigInt64BE(BigInt(changed.byteLength));
  changed.writeInt32BE(changed.byteLength - bodyOffset, bodyOffset - 4);
  return changed;
}

/**
 * Adds to a `scala.math.BigDecimal`, as Spark 4.3 has it: it holds a `java.math.BigDecimal`, which is a
 * `java.math.BigInteger` divided by a power of ten.
 */
function addTo(value: JavaValue, change: number): boolean {
  if (!(value instanceof JavaObject) || value.className !== 'scala.math.BigDecimal') return false;
  const decimal = objectOf(requiredField(value, 'bigDecimal'), 'a BigDecimal');
  const integer = objectOf(requiredField(decimal, 'intVal'), 'a BigInteger');
  const [scale, sign, magnitude] = [
    decimal.field('scale'),
    integer.field('signum'),
    integer.field('magnitude'),
  ];
  if (typeof scale !== 'number' || scale < 0 || typeof sign !== 'number') return false;
  if (!(magnitude instanceof JavaArray) || !(magnitude.elements instanceof Uint8Array)) return false;
  const unscaled = BigInt(sign) * BigInt(`0x0${Buffer.from(magnitude.elements).toString('hex')}`);
  const sum = unscaled + BigInt(change) * 10n ** BigInt(scale);
  integer.setField('signum', Number(sum > 0n) - Number(sum < 0n));
  integer.setField('magnitude', new JavaArray(magnitude.descriptor, bytesOf(sum < 0n ? -sum : sum)));
  return true;
}

/** Without leading zeros; 0 has no bytes at all. */
function bytesOf(value: bigint): Uint8Array {
  if (value === 0n) return Buffer.alloc(0);
  const digits = value.toString(16);
  return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
}
