import { mesos } from '@spark-mesos/mesos-proto';
import type { ConstraintUnmet, Granted } from '../refusal.ts';
import { GRANTED } from '../refusal.ts';
import type { OfferPlace } from './fields.ts';
import { attributeOf, formatAttribute } from './fields.ts';
import type { Constraint } from './grammar.ts';
import { operatorCheck } from './operator-checks.ts';
import type { PlacedExecutors } from './placed.ts';
import { NONE_PLACED } from './placed.ts';

const { SCALAR, RANGES, SET, TEXT } = mesos.v1.Value.Type;

/** Whether an offer meets all constraints that it was made from, given where other executors run. */
export type ConstraintMatcher = (offer: OfferPlace, placed?: PlacedExecutors) => Granted | ConstraintUnmet;

/** Whether an offer meets one constraint. */
export type ConstraintCheck = (offer: OfferPlace, placed: PlacedExecutors) => Granted | ConstraintUnmet;

/**
 * Prepares constraints for many offers: all must hold (rule U52).
 *
 * Text: one of the values, to the letter (U53). Set: all of the values are in it (U54). Scalar: one of the values is
 * at most the offered one (U55). Ranges: one of the values lies inside (U56; the original never matched them, see
 * SPARK-33513). Of attributes of one name the last counts (U57). Operators: U58.
 */
export function constraintMatcher(constraints: readonly Constraint[]): ConstraintMatcher {
  const checks = constraints.map((constraint) =>
    constraint.operator === undefined
      ? attributeCheck(constraint)
      : operatorCheck(constraint, constraint.operator),
  );
  return (offer, placed = NONE_PLACED) => {
    for (const check of checks) {
      const result = check(offer, placed);
      if (!result.ok) {
        return result;
      }
    }
    return GRANTED;
  };
}

/** Matchers of constraints that were asked for before. */
const matchers = new WeakMap<readonly Constraint[], ConstraintMatcher>();

/** As {@link constraintMatcher}, for callers that keep the constraints alone: they are prepared at the first call. */
export function matchConstraints(
  constraints: readonly Constraint[],
  offer: OfferPlace,
  placed: PlacedExecutors = NONE_PLACED,
): Granted | ConstraintUnmet {
  let matcher = matchers.get(constraints);
  if (matcher === undefined) {
    matcher = constraintMatcher(constraints);
    matchers.set(constraints, matcher);
  }
  return matcher(offer, placed);
}

interface PreparedConstraint extends Constraint {
  readonly valueSet: ReadonlySet<string>;
  readonly numbers: readonly number[];
  readonly integers: readonly number[];
}

function attributeCheck(constraint: Constraint): ConstraintCheck {
  const prepared = prepare(constraint);
  return (offer) => {
    const attribute = attributeOf(offer, constraint.name);
    if (attribute !== undefined && meets(prepared, attribute)) {
      return GRANTED;
    }
    return {
      ok: false,
      reason: 'CONSTRAINT_UNMET',
      constraint: constraint.name,
      need: constraint.values,
      have: attribute === undefined ? undefined : formatAttribute(attribute),
    };
  };
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
    case SCALAR: {
      const offered = attribute.scalar?.value ?? 0;
      return constraint.numbers.some((number) => number <= offered);
    }
    case RANGES: {
      const offered = attribute.ranges?.range ?? [];
      return constraint.integers.some((integer) =>
        offered.some(({ begin, end }) => Number(begin) <= integer && integer <= Number(end)),
      );
    }
    default:
      return false;
  }
}
