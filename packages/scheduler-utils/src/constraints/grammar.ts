import { ConfigError } from '../errors.ts';
import { splitLikeJava } from '../split.ts';
import type { ConstraintOperator } from './operators.ts';
import { CONSTRAINT_OPERATORS, constraintOperator, operatorProblem } from './operators.ts';

/** What an agent must have or be. */
export interface Constraint {
  /** An attribute; with an operator also `hostname`, `@hostname`, `@region`, `@zone`. */
  readonly name: string;
  /** No values: the attribute must be there, whatever its value. With an operator: its value, if it has one. */
  readonly values: readonly string[];
  /** None: one of the values, as Spark has it. */
  readonly operator?: ConstraintOperator;
}

/**
 * Reads `spark.mesos.constraints` (rules U50, U51, U58): entries with `;` between, white space around them dropped.
 *
 * - `name:` and `name:value[,value…]`: Spark's own, one `:` each. A name stands once.
 * - `field:OPERATOR:` and `field:OPERATOR:value`: two `:` at least, which Spark refuses; so no text changes its
 *   meaning. The value is all behind the second `:`, and may hold more of them.
 *
 * Throws a {@link ConfigError} that says which entry is wrong and why.
 */
export function parseConstraints(text: string): readonly Constraint[] {
  if (text === '') {
    return [];
  }
  const constraints: Constraint[] = [];
  const names = new Set<string>();
  for (const chunk of text.split(';')) {
    const constraint = parseEntry(text, chunk.trim());
    constraints.push(constraint);
    if (constraint.operator === undefined) {
      if (names.has(constraint.name)) {
        throw malformed(text, `'${constraint.name}' is there twice; separate its values with ','`);
      }
      names.add(constraint.name);
    }
  }
  return constraints;
}

/** A constraint as a user would write it. */
export function formatConstraint({ name, operator, values }: Constraint): string {
  return operator === undefined ? `${name}:${values.join(',')}` : [name, operator, values.join('')].join(':');
}

/** What in constraints may not mean what its author thinks: an operator's name where Spark reads a value. */
export function constraintWarnings(setting: string, constraints: readonly Constraint[]): string[] {
  return constraints
    .filter(({ operator, values }) => operator === undefined && constraintOperator(values[0] ?? ''))
    .map(
      ({ name, values: [value] }) =>
        `${setting}: '${name}:${value}' asks for the value ${value} of an attribute; ` +
        `for the operator write '${name}:${value}:'`,
    );
}

function parseEntry(text: string, entry: string): Constraint {
  const [name, valuesText, ...more] = entry.split(':');
  if (entry === '') {
    throw malformed(text, "there is an empty entry; is there a ';' too many?");
  }
  if (valuesText === undefined) {
    throw malformed(text, `'${entry}' has no ':'; write '${entry}:' if any value will do`);
  }
  if (!name) {
    throw malformed(text, `'${entry}' names no attribute before its ':'`);
  }
  if (more.length > 0) {
    return parseOperator(text, entry, { name, operatorText: valuesText, value: more.join(':') });
  }
  return { name, values: [...new Set(splitLikeJava(valuesText, ','))] };
}

function parseOperator(
  text: string,
  entry: string,
  { name, operatorText, value }: { name: string; operatorText: string; value: string },
): Constraint {
  const operator = constraintOperator(operatorText);
  if (operator === undefined) {
    const known = CONSTRAINT_OPERATORS.join(', ');
    throw malformed(
      text,
      `'${entry}' has more than one ':', and '${operatorText}' is no operator; they are ${known}`,
    );
  }
  const problem = operatorProblem(operator, value);
  if (problem !== undefined) {
    throw malformed(text, `'${entry}': ${problem}`);
  }
  return { name, values: value === '' ? [] : [value], operator };
}

function malformed(text: string, why: string): ConfigError {
  return new ConfigError('CONFIG_MALFORMED', `Bad constraint string: ${text}: ${why}`);
}
