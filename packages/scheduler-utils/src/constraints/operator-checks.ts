import { mesos } from '@spark-mesos/mesos-proto';
import type { ConstraintUnmet } from '../refusal.ts';
import { GRANTED } from '../refusal.ts';
import { wholeExpression } from './expressions.ts';
import type { OfferPlace } from './fields.ts';
import { attributeOf, fieldReader } from './fields.ts';
import type { Constraint } from './grammar.ts';
import type { ConstraintCheck } from './matching.ts';
import type { ConstraintOperator } from './operators.ts';
import type { PlacedExecutors } from './placed.ts';

const { SCALAR, SET } = mesos.v1.Value.Type;

/** Prepares a constraint with an operator (rule U58). A field that the agent lacks meets UNLIKE alone. */
export function operatorCheck(constraint: Constraint, operator: ConstraintOperator): ConstraintCheck {
  switch (operator) {
    case 'LIKE':
    case 'UNLIKE':
      return expressionCheck(constraint, operator);
    case 'IS':
      return isCheck(constraint);
    default:
      return placedCheck(constraint, operator);
  }
}

type PlacedOperator = Exclude<ConstraintOperator, 'LIKE' | 'UNLIKE' | 'IS'>;

function placedCheck(constraint: Constraint, operator: PlacedOperator): ConstraintCheck {
  const read = fieldReader(constraint.name);
  const allows = placedRule(constraint, operator);
  return (offer, placed) => {
    const value = read(offer);
    if (value !== undefined && allows(value, placed)) {
      return GRANTED;
    }
    const count = value === undefined ? 0 : placed.countOf(constraint.name, value);
    return { ...unmet(constraint, operator, value), placed: count };
  };
}

function placedRule(
  { name, values }: Constraint,
  operator: PlacedOperator,
): (value: string, placed: PlacedExecutors) => boolean {
  const [given] = values;
  switch (operator) {
    case 'UNIQUE':
      return (value, placed) => placed.countOf(name, value) === 0;
    case 'MAX_PER': {
      const most = Number(given);
      return (value, placed) => placed.countOf(name, value) < most;
    }
    case 'CLUSTER':
      return given === undefined
        ? (value, placed) => (placed.anyOf(name) ?? value) === value
        : (value) => value === given;
    case 'GROUP_BY': {
      const groups = Number(given ?? 0);
      return (value, placed) => {
        // While some groups have none at all, one that has any waits for them.
        const least = placed.groupsOf(name) < groups ? 0 : placed.leastOf(name);
        return placed.countOf(name, value) <= least;
      };
    }
  }
}

function expressionCheck(constraint: Constraint, operator: 'LIKE' | 'UNLIKE'): ConstraintCheck {
  const expression = wholeExpression(constraint.values[0] ?? '');
  const read = fieldReader(constraint.name);
  const matches = (offer: OfferPlace) => {
    // Of a set it is one item that matters: its text as a whole has an order that means nothing.
    const attribute = attributeOf(offer, constraint.name);
    if (attribute?.type === SET) {
      return (attribute.set?.item ?? []).some((item) => expression.test(item));
    }
    const value = read(offer);
    return value !== undefined && expression.test(value);
  };
  const wanted = operator === 'LIKE';
  return (offer) => (matches(offer) === wanted ? GRANTED : unmet(constraint, operator, read(offer)));
}

function isCheck(constraint: Constraint): ConstraintCheck {
  const wanted = constraint.values[0] ?? '';
  const number = wanted.trim() === '' ? Number.NaN : Number(wanted);
  const items = itemsOf(wanted);
  const read = fieldReader(constraint.name);
  return (offer) => {
    const attribute = attributeOf(offer, constraint.name);
    const value = read(offer);
    const same =
      (attribute?.type === SCALAR && attribute.scalar?.value === number) ||
      (attribute?.type === SET && hasItems(attribute, items)) ||
      (value !== undefined && value === wanted);
    return same ? GRANTED : unmet(constraint, 'IS', value);
  };
}

/** The items of '{a,b}'. */
function itemsOf(text: string): ReadonlySet<string> {
  return new Set(text.replace(/^\{(.*)\}$/, '$1').split(','));
}

function hasItems(attribute: mesos.v1.IAttribute, items: ReadonlySet<string>): boolean {
  const offered = new Set(attribute.set?.item ?? []);
  return offered.size === items.size && [...offered].every((item) => items.has(item));
}

function unmet(
  { name, values }: Constraint,
  operator: ConstraintOperator,
  have: string | undefined,
): ConstraintUnmet {
  return { ok: false, reason: 'CONSTRAINT_UNMET', constraint: name, operator, need: values, have };
}
