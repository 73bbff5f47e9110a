import type { JsonObject, JsonValue } from '@spark-mesos/mesos-proto';
import type { Answers } from './replay.ts';

/** One thing that ours says otherwise than the original. */
export interface Difference {
  readonly recording: string;
  /** What is answered. */
  readonly answer: string;
  /** Where in the answer; empty: all of it. */
  readonly path: string;
  /** `undefined`: the original did not say so. */
  readonly original: unknown;
  /** `undefined`: ours does not say so. */
  readonly ours: unknown;
}

/** A difference that is meant. It must occur, or it is listed in vain. */
export interface AllowedDifference {
  /** The rule that asks for it. */
  readonly rule: string;
  readonly reason: string;
  readonly recording?: string;
  readonly answer: RegExp;
  readonly path: RegExp;
  /** Whether these two values are what the rule asks for. */
  readonly holds: (original: unknown, ours: unknown) => boolean;
}

/** All differences between two sets of answers. */
export function differences(recording: string, original: Answers, ours: Answers): Difference[] {
  const answers = new Set([...original.keys(), ...ours.keys()]);
  return [...answers].flatMap((answer) =>
    differencesOf(original.get(answer), ours.get(answer), '').map((difference) => ({
      recording,
      answer,
      ...difference,
    })),
  );
}

type Found = Pick<Difference, 'path' | 'original' | 'ours'>;

function differencesOf(original: JsonValue | undefined, ours: JsonValue | undefined, path: string): Found[] {
  if (Array.isArray(original) && Array.isArray(ours) && [...original, ...ours].every(hasName)) {
    return differencesOfNamed(original as Named[], ours as Named[], path);
  }
  if (isObject(original) && isObject(ours)) {
    const names = new Set([...Object.keys(original), ...Object.keys(ours)]);
    return [...names].flatMap((name) =>
      differencesOf(member(original, name), member(ours, name), path === '' ? name : `${path}.${name}`),
    );
  }
  // 64-bit integers are text in one and numbers in the other.
  return String(original) === String(ours) && !isObject(original) && !isObject(ours)
    ? []
    : [{ path, original, ours }];
}

type Named = JsonObject;

/** What lists of messages are told apart by. */
const NAMES = ['key', 'container_path', 'name', 'type'] as const;

function nameOf(message: JsonValue): string | undefined {
  const name = isObject(message) ? NAMES.find((field) => member(message, field) !== undefined) : undefined;
  return name === undefined ? undefined : String(member(message as object, name));
}

function hasName(message: JsonValue): boolean {
  return nameOf(message) !== undefined;
}

/** Message by message, whatever comes between them; and whether those in both have the same order. */
function differencesOfNamed(original: readonly Named[], ours: readonly Named[], path: string): Found[] {
  const [one, other] = [original, ours].map(
    (list) => new Map(list.map((message) => [nameOf(message) ?? '', message])),
  ) as [Map<string, Named>, Map<string, Named>];
  const common = (of: Map<string, Named>, in_: Map<string, Named>) =>
    [...of.keys()].filter((name) => in_.has(name));
  const orders = { original: common(one, other).join(' '), ours: common(other, one).join(' ') };
  return [
    ...differencesOf(Object.fromEntries(one), Object.fromEntries(other), path),
    ...(orders.original === orders.ours ? [] : [{ path: `${path}.order`, ...orders }]),
  ];
}

function member(object: object, name: string): JsonValue | undefined {
  return (object as Record<string, JsonValue>)[name];
}

function isObject(value: unknown): value is object {
  return value !== null && typeof value === 'object';
}

/** Which entries of the table allow a difference. */
export function allowing(table: readonly AllowedDifference[], difference: Difference): AllowedDifference[] {
  const { recording, answer, path, original, ours } = difference;
  return table.filter(
    (entry) =>
      (entry.recording === undefined || entry.recording === recording) &&
      entry.answer.test(answer) &&
      entry.path.test(path) &&
      entry.holds(original, ours),
  );
}

/** For a person to read. */
export function describeDifference({ recording, answer, path, original, ours }: Difference): string {
  return `${recording}, ${answer}, ${path || 'all of it'}: original ${JSON.stringify(original)}, ours ${JSON.stringify(ours)}`;
}
