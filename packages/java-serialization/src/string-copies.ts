// Java tells two equal strings apart when they are two objects, and so does its stream: the second is
// written out again instead of referred to. JavaScript cannot. Nobody who reads a stream cares, but who
// wants the very same bytes back needs to know, so the reader notes on request which slots held such a copy.

/** The identity of a string that equals an earlier one of its stream and is yet another object. */
export class StringCopy {
  readonly value: string;

  constructor(value: string) {
    this.value = value;
  }
}

const copies = new WeakMap<object, Map<number, StringCopy>>();
// Hardly anybody asks for them, and then no string needs to be looked up.
let anyCopies = false;

/** Notes that a slot of this container (field values, elements, annotations, fields' types) holds a copy. */
export function rememberStringCopy(container: object, slot: number, copy: StringCopy): void {
  anyCopies = true;
  const known = copies.get(container);
  if (known === undefined) copies.set(container, new Map([[slot, copy]]));
  else known.set(slot, copy);
}

/** What the writer takes as the string's identity: the copy, unless the slot was given another value since. */
export function stringIdentity(container: object, slot: number, value: string): string | StringCopy {
  if (!anyCopies) return value;
  const copy = copies.get(container)?.get(slot);
  return copy !== undefined && copy.value === value ? copy : value;
}
