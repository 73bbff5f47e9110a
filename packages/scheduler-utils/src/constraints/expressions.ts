import { createRequire } from 'node:module';
import { ConfigError } from '../errors.ts';

/**
 * The expressions of LIKE and UNLIKE, which come from users and are matched with each offer of an agent.
 *
 * JavaScript's own engine goes back and tries again, so that an expression such as `(a+)+b` can keep a scheduler busy
 * for ever, and with it the applications of everybody else. RE2 takes a time that grows with the text alone. It has
 * neither back references nor looking ahead or behind, and matching it is bounded by the size of its program, which is
 * limited here. Mesos's own offer constraints are of the same kind.
 */
export interface WholeExpression {
  test(value: string): boolean;
}

/** Of one expression. */
export const MAX_EXPRESSION_LENGTH = 1000;
/** Of all `{n}` in one expression: each repeats what is before it, also in memory. */
const MAX_REPEATS = 1000;
/** In the steps of RE2. */
const MAX_PROGRAM_SIZE = 2000;

/** The expression for whole values, as LIKE and UNLIKE mean it; throws a {@link ConfigError} for one that is none. */
export function wholeExpression(expression: string): WholeExpression {
  if (expression.length > MAX_EXPRESSION_LENGTH) {
    throw tooLarge(expression, `has ${expression.length} characters, and may have ${MAX_EXPRESSION_LENGTH}`);
  }
  if (repeatsIn(expression) > MAX_REPEATS) {
    throw tooLarge(expression, `repeats more than ${MAX_REPEATS} times in all`);
  }
  const compiled = compile(expression);
  if (compiled.programSize() > MAX_PROGRAM_SIZE) {
    throw tooLarge(expression, 'is too large');
  }
  return { test: (value) => compiled.testExact(value) };
}

function compile(expression: string): import('re2js').RE2JS {
  const { RE2JS, RE2JSException } = engine();
  try {
    return RE2JS.compile(expression);
  } catch (cause) {
    if (!(cause instanceof RE2JSException)) {
      throw cause;
    }
    const message = `'${shortened(expression)}' is no regular expression of RE2: ${cause.message}`;
    throw new ConfigError('CONFIG_MALFORMED', message, { cause });
  }
}

type Engine = typeof import('re2js');

const load = createRequire(import.meta.url);
let loaded: Engine | undefined;

/** Loaded when it is first needed, and that is rarely: it takes some megabytes. */
function engine(): Engine {
  loaded ??= load('re2js') as Engine;
  return loaded;
}

function repeatsIn(expression: string): number {
  let sum = 0;
  for (const [, least, most] of expression.matchAll(/\{(\d{1,9})(?:,(\d{0,9}))?\}/g)) {
    sum += Number(most || least);
  }
  return sum;
}

function tooLarge(expression: string, why: string): ConfigError {
  return new ConfigError('CONFIG_MALFORMED', `the regular expression '${shortened(expression)}' ${why}`);
}

function shortened(expression: string): string {
  return expression.length <= 100 ? expression : `${expression.slice(0, 100)}…`;
}
