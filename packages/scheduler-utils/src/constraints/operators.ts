import { ConfigError } from '../errors.ts';
import { wholeExpression } from './expressions.ts';

/** Operators beyond Spark's own constraints, with the meaning that Marathon gives them (rule U58). */
export const CONSTRAINT_OPERATORS = [
  /** Executors of the application run where the field has different values. */
  'UNIQUE',
  /** All run where the field has this value; without one, where it has the value of the first. */
  'CLUSTER',
  /** They are spread evenly over the values of the field; the number is how many values there are at least. */
  'GROUP_BY',
  /** At most so many run where the field has the same value. */
  'MAX_PER',
  /** The whole value matches the regular expression. */
  'LIKE',
  /** It does not, or there is none. */
  'UNLIKE',
  /** The value is this one: text, number, {set} or [ranges]. */
  'IS',
] as const;

/** One of {@link CONSTRAINT_OPERATORS}. */
export type ConstraintOperator = (typeof CONSTRAINT_OPERATORS)[number];

/** The operator of that name, if it is one. */
export function constraintOperator(name: string): ConstraintOperator | undefined {
  return CONSTRAINT_OPERATORS.find((operator) => operator === name);
}

/** Whether the operator depends on where other executors of the application run. */
export function dependsOnPlaced(operator: ConstraintOperator | undefined): boolean {
  return operator === 'UNIQUE' || operator === 'CLUSTER' || operator === 'GROUP_BY' || operator === 'MAX_PER';
}

/** Why the operator cannot have this value; `undefined` if it can. */
export function operatorProblem(operator: ConstraintOperator, value: string): string | undefined {
  switch (operator) {
    case 'UNIQUE':
      return value === '' ? undefined : 'UNIQUE takes no value';
    case 'CLUSTER':
      return undefined;
    case 'GROUP_BY':
      return value === '' || isCount(value) ? undefined : `GROUP_BY takes a number from 1 up, not '${value}'`;
    case 'MAX_PER':
      return isCount(value) ? undefined : `MAX_PER takes a number from 1 up, not '${value}'`;
    case 'IS':
      return value === '' ? 'IS takes a value' : undefined;
    default:
      return regularExpressionProblem(operator, value);
  }
}

function regularExpressionProblem(operator: ConstraintOperator, value: string): string | undefined {
  if (value === '') {
    return `${operator} takes a regular expression`;
  }
  try {
    wholeExpression(value);
    return undefined;
  } catch (error) {
    if (error instanceof ConfigError) {
      return error.message;
    }
    throw error;
  }
}

function isCount(text: string): boolean {
  return /^[1-9]\d{0,8}$/.test(text);
}
