import type { Json } from '../support/json-client.ts';

/** What is another each time, and says nothing of how a master behaves. */
const CHANGING: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(-[SO]?\d+)?/g, 'ID'],
  [/"timestamp":[\d.e+]+/g, '"timestamp":0'],
  [/"uuid":"[^"]*"/g, '"uuid":"…"'],
  [/"executor_pid":\d+/g, '"executor_pid":0'],
  [/"port":\d+/g, '"port":0'],
  [/(127\.0\.0\.1|localhost):\d+/g, '$1:0'],
  [/"pid":"[^"]*"/g, '"pid":"…"'],
  [/"unreachable_time":\{[^}]*\}/g, '"unreachable_time":{}'],
  [/"nanoseconds":\d+/g, '"nanoseconds":0'],
  // What is free when a task asks for too much depends on what happened to end just before.
  [/is more than available [^"]*/g, 'is more than available …'],
];

/** The text without what is another each time. */
export function canonicalText(text: string): string {
  return CHANGING.reduce((changed, [pattern, by]) => changed.replaceAll(pattern, by), text);
}

/** An event in one line, its fields in order, without what is another each time. */
export function canonicalEvent(event: Json): string {
  return canonicalText(JSON.stringify(sorted(event)));
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([name, part]) => [name, sorted(part)] as const);
  return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** The paths of all fields and the kinds of their values: `offers[].resources[].name string`. */
export function fieldPaths(value: Json, at = ''): Set<string> {
  if (Array.isArray(value)) return union(value.map((part) => fieldPaths(part, `${at}[]`)));
  if (value === null || typeof value !== 'object')
    return new Set([`${at} ${value === null ? 'null' : typeof value}`]);
  const parts = Object.entries(value).map(([name, part]) =>
    fieldPaths(part, at === '' ? name : `${at}.${name}`),
  );
  return union([new Set([at]), ...parts]);
}

function union(sets: Iterable<Set<string>>): Set<string> {
  const all = new Set<string>();
  for (const set of sets) for (const path of set) if (path !== '') all.add(path);
  return all;
}

/** Below these lists one side has nothing, so there is nothing to compare: what they hold is the recording's past. */
function emptyLists(...all: Set<string>[]): string[] {
  const lists = union(all.map((paths) => new Set([...paths].filter((path) => path.endsWith('[]')))));
  return [...lists].filter((list) => !all.every((paths) => paths.has(list)));
}

/** What is in one of two sets of fields only, in words; undefined when they are the same. */
export function fieldDifference(recorded: Json, ours: Json): string | undefined {
  const [theirs, own] = [fieldPaths(recorded), fieldPaths(ours)];
  const past = emptyLists(theirs, own);
  const only = (here: Set<string>, there: Set<string>) =>
    [...here].filter((path) => !there.has(path) && !past.some((list) => path.startsWith(list)));
  const [missing, extra] = [only(theirs, own), only(own, theirs)];
  if (missing.length + extra.length === 0) return undefined;
  return `missing fields: ${missing.join(', ') || 'none'}; extra fields: ${extra.join(', ') || 'none'}`;
}

/** Which values of two canonical events are not the same, in words. */
export function valueDifference(recorded: string, ours: string): string {
  const [theirs, own] = [leaves(JSON.parse(recorded)), leaves(JSON.parse(ours))];
  const paths = union([new Set(theirs.keys()), new Set(own.keys())]);
  return [...paths]
    .filter((path) => theirs.get(path) !== own.get(path))
    .map((path) => `${path} is ${own.get(path) ?? 'absent'} instead of ${theirs.get(path) ?? 'absent'}`)
    .join('; ');
}

function leaves(value: Json, at = ''): Map<string, string> {
  if (value === null || typeof value !== 'object') return new Map([[at, JSON.stringify(value)]]);
  const parts = Object.entries(value).map(([name, part]) => leaves(part, at === '' ? name : `${at}.${name}`));
  return new Map(parts.flatMap((part) => [...part]));
}
