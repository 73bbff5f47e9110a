import { type mesos, toSafeNumber } from '@spark-mesos/mesos-proto';

/** A stretch of whole numbers with both ends in it, as Mesos has them for ports. */
export interface WholeRange {
  readonly begin: number;
  readonly end: number;
}

/**
 * The amount that one resource stands for. Scalars are held in thousandths, the precision of Mesos
 * itself, so that any number of additions and subtractions returns to the start.
 */
export type ResourceValue =
  | { readonly kind: 'scalar'; readonly milli: number }
  | { readonly kind: 'ranges'; readonly ranges: readonly WholeRange[] }
  | { readonly kind: 'set'; readonly items: readonly string[] };

/** A Mesos double in thousandths; what is smaller than half of one is nothing. */
export function toMilli(value: number): number {
  return Math.round(value * 1000);
}

/** Thousandths as the double that goes on the wire. */
export function fromMilli(milli: number): number {
  return milli / 1000;
}

/** Sorts and joins ranges, so that equal amounts look equal. */
export function normalizeRanges(ranges: readonly WholeRange[]): WholeRange[] {
  const sorted = ranges.filter((range) => range.begin <= range.end).sort((a, b) => a.begin - b.begin);
  const joined: WholeRange[] = [];
  for (const range of sorted) {
    const last = joined.at(-1);
    if (last !== undefined && range.begin <= last.end + 1) {
      joined[joined.length - 1] = { begin: last.begin, end: Math.max(last.end, range.end) };
    } else {
      joined.push({ begin: range.begin, end: range.end });
    }
  }
  return joined;
}

function subtractRanges(left: readonly WholeRange[], right: readonly WholeRange[]): WholeRange[] {
  let rest = [...left];
  for (const hole of right) {
    rest = rest.flatMap((range) => {
      if (hole.end < range.begin || hole.begin > range.end) return [range];
      return [
        { begin: range.begin, end: hole.begin - 1 },
        { begin: hole.end + 1, end: range.end },
      ].filter((piece) => piece.begin <= piece.end);
    });
  }
  return rest;
}

/** The value part of a message, or undefined when it has none or one of another type. */
export function readValue(resource: mesos.v1.IResource): ResourceValue | undefined {
  if (resource.scalar) return { kind: 'scalar', milli: toMilli(resource.scalar.value) };
  if (resource.ranges) {
    const ranges = (resource.ranges.range ?? []).map((range) => ({
      begin: toSafeNumber(range.begin),
      end: toSafeNumber(range.end),
    }));
    return { kind: 'ranges', ranges: normalizeRanges(ranges) };
  }
  if (resource.set) return { kind: 'set', items: [...new Set(resource.set.item ?? [])].sort() };
  return undefined;
}

/** The same value as the field of a message that carries it. */
export function writeValue(value: ResourceValue): Pick<mesos.v1.IResource, 'scalar' | 'ranges' | 'set'> {
  if (value.kind === 'scalar') return { scalar: { value: fromMilli(value.milli) } };
  if (value.kind === 'ranges') return { ranges: { range: value.ranges.map((range) => ({ ...range })) } };
  return { set: { item: [...value.items] } };
}

/** Whether nothing is left of it. */
export function isEmptyValue(value: ResourceValue): boolean {
  if (value.kind === 'scalar') return value.milli === 0;
  return value.kind === 'ranges' ? value.ranges.length === 0 : value.items.length === 0;
}

/** Both together; the kinds are the same, or the left one stays. */
export function addValues(left: ResourceValue, right: ResourceValue): ResourceValue {
  if (left.kind === 'scalar' && right.kind === 'scalar') {
    return { kind: 'scalar', milli: left.milli + right.milli };
  }
  if (left.kind === 'ranges' && right.kind === 'ranges') {
    return { kind: 'ranges', ranges: normalizeRanges([...left.ranges, ...right.ranges]) };
  }
  if (left.kind === 'set' && right.kind === 'set') {
    return { kind: 'set', items: [...new Set([...left.items, ...right.items])].sort() };
  }
  return left;
}

/** What is left of the first when the second is taken away; never below nothing. */
export function subtractValues(left: ResourceValue, right: ResourceValue): ResourceValue {
  if (left.kind === 'scalar' && right.kind === 'scalar') {
    return { kind: 'scalar', milli: Math.max(0, left.milli - right.milli) };
  }
  if (left.kind === 'ranges' && right.kind === 'ranges') {
    return { kind: 'ranges', ranges: subtractRanges(left.ranges, right.ranges) };
  }
  if (left.kind === 'set' && right.kind === 'set') {
    const gone = new Set(right.items);
    return { kind: 'set', items: left.items.filter((item) => !gone.has(item)) };
  }
  return left;
}

/** Whether the second fits into the first. */
export function containsValue(left: ResourceValue, right: ResourceValue): boolean {
  if (left.kind === 'scalar' && right.kind === 'scalar') return right.milli <= left.milli;
  if (left.kind === 'ranges' && right.kind === 'ranges') {
    return right.ranges.every((inner) =>
      left.ranges.some((outer) => outer.begin <= inner.begin && inner.end <= outer.end),
    );
  }
  if (left.kind === 'set' && right.kind === 'set') {
    const have = new Set(left.items);
    return right.items.every((item) => have.has(item));
  }
  return false;
}

/** The amount as Mesos prints it in its messages: `3.5`, `[31000-32000]`, `{a, b}`. */
export function valueText(value: ResourceValue): string {
  if (value.kind === 'scalar') return String(fromMilli(value.milli));
  if (value.kind === 'ranges') return `[${value.ranges.map((r) => `${r.begin}-${r.end}`).join(', ')}]`;
  return `{${value.items.join(', ')}}`;
}

/** How many: thousandths of a scalar, whole numbers in ranges, items of a set, all in thousandths. */
export function quantityMilli(value: ResourceValue): number {
  if (value.kind === 'scalar') return value.milli;
  if (value.kind === 'set') return value.items.length * 1000;
  return value.ranges.reduce((sum, range) => sum + (range.end - range.begin + 1), 0) * 1000;
}
