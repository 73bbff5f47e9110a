import { secretsIn, showsSecret } from '../security/redaction.ts';

/**
 * The variable that brings a driver the properties that nobody else is to read: command lines of an agent's processes can be read
 * by whoever is on it, and their variables by their own user alone. The script makes a file of it and takes it away.
 */
export const HIDDEN_PROPERTIES_VARIABLE = 'SPARK_MESOS_DRIVER_PROPERTIES';

/** A property with its value. */
export type PropertyEntry = readonly [name: string, value: string];

/** Tells which of the properties stay off the command line: every one that is redacted where it is shown. */
export function hiddenAmong(properties: Readonly<Record<string, string>>): (entry: PropertyEntry) => boolean {
  const secrets = secretsIn({ properties, environment: {}, arguments: [] });
  return ([name, value]) => showsSecret(name, value) || secrets.some((secret) => value.includes(secret));
}

/** Properties as `java.util.Properties` reads them, a line each, in ASCII. */
export function propertiesText(entries: readonly PropertyEntry[]): string {
  return entries.map(([name, value]) => `${escaped(name, /[^\w.-]/g)}=${escapedValue(value)}`).join('\n');
}

/** A blank at the beginning would be taken for the space before the value. */
function escapedValue(value: string): string {
  return escaped(value, /[^ -[\]-~]|^ /g);
}

/** `\w` knows ASCII alone, as the format does; a character beyond 16 bits is two, as in Java. */
function escaped(text: string, characters: RegExp): string {
  return text.replace(
    characters,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
