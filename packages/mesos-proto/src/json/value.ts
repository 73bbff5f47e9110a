import { MesosProtoError } from '../errors.ts';

/** JSON as a value; integers that a number cannot hold exactly are bigints. */
export type JsonValue = null | boolean | number | bigint | string | JsonValue[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  [name: string]: JsonValue;
}

/** How deep arrays and objects may nest; Mesos's own messages need some 15. */
export const MAX_JSON_DEPTH = 200;

/** Fewer digits than this are always exact as a number. */
const LONG_INTEGER = /\d{16}/;
const STRING = /"(?:[^"\\\p{Cc}]|\\.|[\x7f-\x9f])*"/uy;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const SPACE = /[ \t\r\n]*/y;

/** Parses JSON without losing digits of integers; throws MESOS_JSON_SYNTAX. */
export function parseJson(text: string): JsonValue {
  if (LONG_INTEGER.test(text)) {
    return new ExactParser(text).parse();
  }
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw syntaxError(text, undefined, cause);
  }
}

/** Writes JSON; bigints become plain numbers. */
export function stringifyJson(value: JsonValue): string {
  if (typeof value === 'bigint') {
    return value.toString();
  }
  if (Array.isArray(value)) {
    return `[${value.map(stringifyJson).join(',')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(
      ([name, member]) => `${JSON.stringify(name)}:${stringifyJson(member)}`,
    );
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}

/** Sets a member whatever its name is: a plain assignment to `__proto__` would change the object's nature. */
export function setMember<T>(object: Record<string, T>, name: string, value: T): void {
  if (name === '__proto__') {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[name] = value;
  }
}

function syntaxError(text: string, position?: number, cause?: unknown): MesosProtoError {
  const near = text.slice(position ?? 0, (position ?? 0) + 40);
  const where = position === undefined ? 'it begins with' : `at character ${position}:`;
  return new MesosProtoError('MESOS_JSON_SYNTAX', `not JSON, ${where} ${JSON.stringify(near)}`, { cause });
}

/** Reads by grammar where JSON.parse would round: it gives no sight of a number's digits. */
class ExactParser {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): JsonValue {
    const value = this.#value(0);
    this.#match(SPACE);
    if (this.#position !== this.#text.length) {
      throw this.#error();
    }
    return value;
  }

  #value(depth: number): JsonValue {
    if (depth > MAX_JSON_DEPTH) {
      throw new MesosProtoError('MESOS_JSON_SYNTAX', `JSON nests deeper than ${MAX_JSON_DEPTH}`);
    }
    this.#match(SPACE);
    switch (this.#text[this.#position]) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case '"':
        return this.#string();
      case 't':
      case 'f':
      case 'n':
        return JSON.parse(this.#require(WORD)) as JsonValue;
      default:
        return this.#number();
    }
  }

  #object(depth: number): JsonObject {
    const object: JsonObject = {};
    this.#position += 1;
    if (this.#takes('}')) {
      return object;
    }
    do {
      this.#match(SPACE);
      const name = this.#string();
      if (!this.#takes(':')) {
        throw this.#error();
      }
      setMember(object, name, this.#value(depth + 1));
    } while (this.#takes(','));
    if (!this.#takes('}')) {
      throw this.#error();
    }
    return object;
  }

  #array(depth: number): JsonValue[] {
    const array: JsonValue[] = [];
    this.#position += 1;
    if (this.#takes(']')) {
      return array;
    }
    do {
      array.push(this.#value(depth + 1));
    } while (this.#takes(','));
    if (!this.#takes(']')) {
      throw this.#error();
    }
    return array;
  }

  #string(): string {
    const start = this.#position;
    const literal = this.#require(STRING);
    try {
      return JSON.parse(literal) as string;
    } catch (cause) {
      throw syntaxError(this.#text, start, cause);
    }
  }

  #number(): number | bigint {
    const literal = this.#require(NUMBER);
    const number = Number(literal);
    if (Number.isSafeInteger(number) || /[.eE]/.test(literal)) {
      return number;
    }
    return BigInt(literal);
  }

  #takes(character: string): boolean {
    this.#match(SPACE);
    if (this.#text[this.#position] !== character) {
      return false;
    }
    this.#position += 1;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position;
    const found = pattern.exec(this.#text)?.[0];
    this.#position += found?.length ?? 0;
    return found;
  }

  #require(pattern: RegExp): string {
    const found = this.#match(pattern);
    if (found === undefined) {
      throw this.#error();
    }
    return found;
  }

  #error(): MesosProtoError {
    return syntaxError(this.#text, this.#position);
  }
}
