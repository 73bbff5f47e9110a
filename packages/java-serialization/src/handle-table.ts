import { JavaSerializationError } from './errors.ts';
import {
  DESCRIPTOR_FLAGS,
  hierarchyOf,
  type JavaArray,
  type JavaClassDescriptor,
  type JavaClassReference,
  JavaDescriptorReference,
  type JavaEnum,
  type JavaObject,
} from './model.ts';
import { BASE_WIRE_HANDLE } from './protocol.ts';
import { malformed } from './stream-errors.ts';
import type { StringCopy } from './string-copies.ts';

/** One class descriptor of a stream, with what is worked out from it once. */
export class StreamClass {
  readonly descriptor: JavaClassDescriptor;
  readonly reference: JavaDescriptorReference;
  #hierarchy: readonly JavaClassDescriptor[] | undefined;

  constructor(descriptor: JavaClassDescriptor) {
    this.descriptor = descriptor;
    this.reference = new JavaDescriptorReference(descriptor);
  }

  /** The descriptors whose data an object of this class has in the stream, in the stream's order. */
  get hierarchy(): readonly JavaClassDescriptor[] {
    this.#hierarchy ??=
      (this.descriptor.flags & DESCRIPTOR_FLAGS.EXTERNALIZABLE) === 0
        ? hierarchyOf(this.descriptor)
        : [this.descriptor];
    return this.#hierarchy;
  }
}

/** What a handle may stand for. */
export type Handled =
  | string
  | StringCopy
  | JavaObject
  | JavaArray
  | JavaEnum
  | JavaClassReference
  | StreamClass;

/** What a stream has given a number to, so that it can refer to it later. */
export class HandleTable {
  readonly #handled: (Handled | undefined)[] = [];
  readonly #maxHandles: number;
  #entries = 0;

  constructor(maxHandles: number) {
    this.#maxHandles = maxHandles;
  }

  /** Accounts for what costs memory here without costing the sender a byte each. */
  count(entries: number): void {
    this.#entries += entries;
    if (this.#entries > this.#maxHandles) {
      throw new JavaSerializationError(
        'JAVA_LIMIT_EXCEEDED',
        `the stream holds more than ${this.#maxHandles} objects`,
      );
    }
  }

  add(handled: Handled): void {
    this.count(1);
    this.#handled.push(handled);
  }

  /** Gives out a handle that nobody may refer to before {@link complete}. */
  reserve(): number {
    this.count(1);
    return this.#handled.push(undefined) - 1;
  }

  complete(slot: number, handled: Handled): void {
    this.#handled[slot] = handled;
  }

  /** What a TC_REFERENCE that began at this byte means; it must be something that is complete. */
  at(handle: number, start: number): Handled {
    const handled = this.#handled[handle - BASE_WIRE_HANDLE];
    if (handled === undefined) {
      throw malformed(start, `nothing complete has the handle 0x${handle.toString(16)}`);
    }
    return handled;
  }

  clear(): void {
    this.#handled.length = 0;
  }
}
