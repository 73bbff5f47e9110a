import { mesos } from '@spark-mesos/mesos-proto';
import type { Constraint } from './constraints-text.ts';
import type { ConstraintUnmet, Granted } from './refusal.ts';
import { GRANTED } from './refusal.ts';
import { rangesContain, readRanges } from './resources/ranges.ts';

const { SCALAR, RANGES, SET, TEXT } = mesos.v1.Value.Type;

/** Decides whether the attributes of an agent meet all constraints that it was made from. */
export type ConstraintMatcher = (
  attributes: readonly mesos.v1.IAttribute[] | null | undefined,
) => Granted | ConstraintUnmet;

/**
 * Prepares constraints for many offers: all must hold (rule U52).
 *
 * Text: one of the values, to the letter (U53). Set: all of the values are in it (U54). Scalar: one of the values is
 * at most the offered one (U55). Ranges: one of the values lies inside (U56; the original never matched them, see
 * SPARK-33513). Of attributes of one name the last counts (U57).
 */
export function constraintMatcher(constraints: readonly Constraint[]): ConstraintMatcher {
  const prepared = constraints.map(prepare);
  return (attributes) => {
    for (const constraint of prepared) {
      const attribute = lastNamed(attributes ?? [], constraint.name);
      if (attribute === undefined || !meets(constraint, attribute)) {
        return {
          ok: false,
          reason: 'CONSTRAINT_UNMET',
          constraint: constraint.name,
          need: constraint.values,
          have: attribute === undefined ? undefined : formatAttribute(attribute),
        };
      }
    }
    return GRANTED;
  };
}

/** The attribute's value as a person reads it: 'r1', '{a,b}', '4', '[1-5,9-9]'. */
export function formatAttribute(attribute: mesos.v1.IAttribute): string {
  switch (attribute.type) {
    case TEXT:
      return attribute.text?.value ?? '';
    case SET:
      return `{${(attribute.set?.item ?? []).join(',')}}`;
    case RANGES:
      return `[${readRanges(attribute.ranges).map(({ begin, end }) => `${begin}-${end}`)}]`;
    default:
      return String(attribute.scalar?.value ?? 0);
  }
}

interface PreparedConstraint extends Constraint {
  readonly valueSet: ReadonlySet<string>;
  readonly numbers: readonly number[];
  readonly integers: readonly number[];
}

function prepare(constraint: Constraint): PreparedConstraint {
  return {
    ...constraint,
    valueSet: new Set(constraint.values),
    numbers: constraint.values.map(toNumber),
    integers: constraint.values.map(toNumber).filter(Number.isInteger),
  };
}

/** What is no number never matches a number; Number('') would be 0. */
function toNumber(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

function lastNamed(
  attributes: readonly mesos.v1.IAttribute[],
  name: string,
): mesos.v1.IAttribute | undefined {
  for (let index = attributes.length - 1; index >= 0; index -= 1) {
    if (attributes[index]?.name === name) {
      return attributes[index];
    }
  }
  return undefined;
}

function meets(constraint: PreparedConstraint, attribute: mesos.v1.IAttribute): boolean {
  if (constraint.values.length === 0) {
    return true;
  }
  switch (attribute.type) {
    case TEXT:
      return constraint.valueSet.has(attribute.text?.value ?? '');
    case SET: {
      const offered = attribute.set?.item ?? [];
      return constraint.values.every((value) => offered.includes(value));
    }
    case SCALAR:
      return constraint.numbers.some((number) => number <= (attribute.scalar?.value ?? 0));
    case RANGES: {
      const offered = readRanges(attribute.ranges);
      return constraint.integers.some((integer) => rangesContain(offered, integer));
    }
    default:
      return false;
  }
}
