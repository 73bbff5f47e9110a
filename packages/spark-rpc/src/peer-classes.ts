import {
  type ClassDescriptorSource,
  JavaArray,
  type JavaClassDescriptor,
  JavaClassReference,
  JavaEnum,
  JavaObject,
  type JavaValue,
} from '@spark-mesos/java-serialization';
import { ANSWER_CLASSES, TELLING_CLASSES } from './answer-classes.ts';
import { SparkRpcError } from './errors.ts';
import { MODULE_PROXY_CLASS } from './scala/values.ts';

/** A class of which the peer has another version than the class path. */
export interface ClassMismatch {
  readonly className: string;
  readonly peerUid: bigint;
  readonly ownUid: bigint;
}

const WANTED = new Set([...ANSWER_CLASSES, ...TELLING_CLASSES]);

/** More values than any honest message has; beyond them, nothing more is learnt from it. */
const MAX_VISITED = 100_000;

/**
 * The classes of one peer. What the peer has sent itself is taken as it sent it; the rest comes from the
 * class path, which must be that of the same Spark.
 */
export class PeerClasses implements ClassDescriptorSource {
  readonly #classPath: ClassDescriptorSource;
  readonly #seen = new Map<string, JavaClassDescriptor>();
  readonly #seenModules = new Map<string, { readonly plain: boolean }>();

  constructor(classPath: ClassDescriptorSource) {
    this.#classPath = classPath;
  }

  has(className: string): boolean {
    return this.#seen.has(className) || this.#classPath.has(className);
  }

  descriptor(className: string): JavaClassDescriptor {
    const seen = this.#seen.get(className);
    if (seen !== undefined) return seen;
    try {
      return this.#classPath.descriptor(className);
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
    return this.#seenModules.get(className)?.plain ?? this.#classPath.hasReadResolve(className);
  }

  /** Takes note of the classes in a message of the peer's. Only those that answers need are kept. */
  learn(message: JavaValue): void {
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

  /** Classes that decide whether the peer can read our answers, and that it has otherwise than the class path. */
  mismatches(): readonly ClassMismatch[] {
    return [...this.#seen.values()].flatMap(({ name, serialVersionUid }) => {
      if (!name.startsWith('org.apache.spark.') || !this.#classPath.has(name)) return [];
      const ownUid = this.#classPath.descriptor(name).serialVersionUid;
      return ownUid === serialVersionUid ? [] : [{ className: name, peerUid: serialVersionUid, ownUid }];
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
