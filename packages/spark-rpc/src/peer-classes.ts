import {
  type ClassDescriptorSource,
  JavaArray,
  type JavaClassDescriptor,
  JavaClassReference,
  JavaEnum,
  JavaObject,
  type JavaValue,
} from '@spark-mesos/java-serialization';
import { ANSWER_CLASSES, HINTING_CLASSES, TELLING_CLASSES } from './answer-classes.ts';
import { SparkRpcError } from './errors.ts';
import type { SparkClasses } from './known-spark.ts';
import { MODULE_PROXY_CLASS } from './scala/values.ts';

/** A class of which the peer has another version than a Spark. */
export interface ClassMismatch {
  /** The Spark's name. */
  readonly spark: string;
  readonly className: string;
  readonly peerUid: bigint;
  readonly ownUid: bigint;
}

const DECIDING = new Set([...ANSWER_CLASSES, ...TELLING_CLASSES]);
const WANTED = new Set([...DECIDING, ...HINTING_CLASSES]);

/** More values than any honest message has; beyond them, nothing more is learnt from it. */
const MAX_VISITED = 100_000;

/**
 * The classes of one peer. What the peer has sent itself is taken as it sent it; the rest comes from the first Spark
 * that has all of that as the peer has it. What the peer sends later may move that on to another one.
 */
export class PeerClasses implements ClassDescriptorSource {
  readonly #sparks: readonly SparkClasses[];
  readonly #seen = new Map<string, JavaClassDescriptor>();
  readonly #seenModules = new Map<string, { readonly plain: boolean }>();
  #preferred: string | undefined;
  #fitting: readonly SparkClasses[];
  #current: SparkClasses;

  /** @param sparks at least one, the best first */
  constructor(sparks: readonly SparkClasses[]) {
    const [first] = sparks;
    if (first === undefined) throw new SparkRpcError('SPARK_RPC_CLASS_UNKNOWN', 'no Spark was given');
    this.#sparks = sparks;
    this.#fitting = sparks;
    this.#current = first;
  }

  /** The names of the Sparks that have everything as the peer has sent it; the first is the one that it is answered with. */
  get fitting(): readonly string[] {
    return this.#fitting.map(({ name }) => name);
  }

  has(className: string): boolean {
    return this.#seen.has(className) || this.#current.classes.has(className);
  }

  descriptor(className: string): JavaClassDescriptor {
    const seen = this.#seen.get(className);
    if (seen !== undefined) return seen;
    try {
      return this.#current.classes.descriptor(className);
    } catch (cause) {
      throw new SparkRpcError(
        'SPARK_RPC_CLASS_UNKNOWN',
        `${className} is neither known from the peer nor on the class path`,
        { cause },
      );
    }
  }

  /** For a Scala object, the way in which the peer wrote it, if it ever did. */
  hasReadResolve(className: string): boolean {
    return this.#seenModules.get(className)?.plain ?? this.#current.classes.hasReadResolve(className);
  }

  /** Takes note of the classes in a message of the peer's. Only those that answers need are kept. */
  learn(message: JavaValue): void {
    const known = this.#seen.size;
    this.#learnValues(message);
    if (this.#seen.size > known) this.#choose();
  }

  /** Where several fit, this one is the best, and the peer is answered with it. */
  prefer(name: string | undefined): void {
    if (name === undefined || name === this.#preferred) return;
    this.#preferred = name;
    this.#choose();
  }

  #choose(): void {
    const fitting = this.#sparks.filter((spark) => this.#mismatchesOf(spark, DECIDING).length === 0);
    const closest = fitting.filter((spark) => this.#mismatchesOf(spark, WANTED).length === 0);
    const chosen = closest.length > 0 ? closest : fitting;
    const rank = ({ name }: SparkClasses) => (name === this.#preferred ? 0 : 1);
    this.#fitting = chosen.toSorted((one, other) => rank(one) - rank(other));
    this.#current = this.#fitting[0] ?? this.#current;
  }

  /**
   * Classes that decide whether the peer can read our answers, and that it has otherwise than each of the Sparks: one for each
   * Spark, and none at all where one fits.
   */
  mismatches(): readonly ClassMismatch[] {
    if (this.#fitting.length > 0) return [];
    return this.#sparks.flatMap((spark) => this.#mismatchesOf(spark, DECIDING).slice(0, 1));
  }

  #learnValues(message: JavaValue): void {
    const waiting: JavaValue[] = [message];
    const visited = new Set<JavaValue>();
    for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
      if (value === null || typeof value !== 'object' || visited.has(value)) continue;
      if (visited.size >= MAX_VISITED) return;
      visited.add(value);
      if (value instanceof JavaObject) {
        this.#learnObject(value);
        // One by one, as a call with very many arguments overflows the stack.
        for (const level of value.levels) for (const field of level.values) waiting.push(field);
      } else if (value instanceof JavaEnum) {
        this.#note(value.descriptor);
      } else if (value instanceof JavaArray && !ArrayBuffer.isView(value.elements)) {
        for (const element of value.elements) waiting.push(element);
      }
    }
  }

  #mismatchesOf(
    { name: spark, classes }: SparkClasses,
    among: ReadonlySet<string>,
  ): readonly ClassMismatch[] {
    return [...this.#seen.values()].flatMap(({ name: className, serialVersionUid: peerUid }) => {
      if (!among.has(className) || !className.startsWith('org.apache.spark.') || !classes.has(className))
        return [];
      const ownUid = classes.descriptor(className).serialVersionUid;
      return ownUid === peerUid ? [] : [{ spark, className, peerUid, ownUid }];
    });
  }

  #learnObject(object: JavaObject): void {
    this.#note(object.descriptor);
    const { className } = object;
    if (className.endsWith('$') && WANTED.has(className)) this.#seenModules.set(className, { plain: true });
    if (className !== MODULE_PROXY_CLASS) return;
    const moduleClass = object.fields.get('moduleClass');
    if (moduleClass instanceof JavaClassReference && WANTED.has(moduleClass.descriptor.name)) {
      this.#note(moduleClass.descriptor);
      this.#seenModules.set(moduleClass.descriptor.name, { plain: false });
    }
  }

  #note(descriptor: JavaClassDescriptor): void {
    if (WANTED.has(descriptor.name) && !this.#seen.has(descriptor.name)) {
      this.#seen.set(descriptor.name, descriptor);
    }
  }
}
