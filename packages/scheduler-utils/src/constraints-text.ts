import { ConfigError } from './errors.ts';
import { splitLikeJava } from './split.ts';

/** One attribute that an agent must have. No values: it must be there, whatever its value. */
export interface Constraint {
  readonly name: string;
  readonly values: readonly string[];
}

/**
 * Reads `spark.mesos.constraints` (rules U50, U51): `name:[value[,value…]][;name:…]`.
 *
 * White space around entries is dropped, inside them it counts. Throws a {@link ConfigError} that says which entry
 * is wrong and why.
 */
export function parseConstraints(text: string): Constraint[] {
  if (text === '') {
    return [];
  }
  const constraints = new Map<string, Constraint>();
  for (const chunk of text.split(';')) {
    const constraint = parseEntry(text, chunk.trim());
    if (constraints.has(constraint.name)) {
      throw malformed(text, `'${constraint.name}' is there twice; separate its values with ','`);
    }
    constraints.set(constraint.name, constraint);
  }
  return [...constraints.values()];
}

function parseEntry(text: string, entry: string): Constraint {
  const [name, valuesText, ...more] = entry.split(':');
  if (entry === '') {
    throw malformed(text, "there is an empty entry; is there a ';' too many?");
  }
  if (valuesText === undefined) {
    throw malformed(text, `'${entry}' has no ':'; write '${entry}:' if any value will do`);
  }
  if (more.length > 0) {
    throw malformed(text, `'${entry}' has more than one ':'`);
  }
  if (!name) {
    throw malformed(text, `'${entry}' names no attribute before its ':'`);
  }
  return { name, values: [...new Set(splitLikeJava(valuesText, ','))] };
}

function malformed(text: string, why: string): ConfigError {
  return new ConfigError('CONFIG_MALFORMED', `Bad constraint string: ${text}: ${why}`);
}
