import { type Properties, parseSettings, type SparkSettings } from '../../src/index.ts';

/** The settings of properties in which nothing is wrong. */
export function settingsOf(properties: Properties): SparkSettings {
  const result = parseSettings(properties);
  if (!result.ok) {
    throw new Error(result.problems.map(({ message }) => message).join('\n'));
  }
  return result.settings;
}

/** What is wrong with properties: code and message of each problem. */
export function problemsOf(properties: Properties): string[] {
  const result = parseSettings(properties);
  return result.ok ? [] : result.problems.map(({ code, message }) => `${code} ${message}`);
}

/** What properties are warned of. */
export function warningsOf(properties: Properties): readonly string[] {
  return parseSettings(properties).warnings;
}
