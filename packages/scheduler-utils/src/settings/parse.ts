import type { ConfigErrorCode } from '../errors.ts';
import { crossCheck } from './cross-checks.ts';
import type { Setting, SettingValues } from './definition.ts';
import { SETTINGS } from './table.ts';
import { isOfAnotherPart, isUnsupported } from './unsupported.ts';
import { issueCode } from './value-schemas.ts';

/** Settings by name, as they stand in a properties file or as a driver tells them. */
export type Properties = ReadonlyMap<string, string> | Readonly<Record<string, string | undefined>>;

/** The typed values of all settings, and the environment that executors shall see. */
export type SparkSettings = SettingValues<typeof SETTINGS> & {
  /** `spark.executorEnv.NAME`. */
  readonly executorEnvironment: ReadonlyMap<string, string>;
};

/** What is wrong with one setting. The message never holds a secret. */
export interface SettingProblem {
  readonly setting: string;
  readonly code: ConfigErrorCode;
  readonly message: string;
}

/** The settings, or all that is wrong with them; warnings (old names, unknown ones) in both cases. */
export type ParsedSettings =
  | { readonly ok: true; readonly settings: SparkSettings; readonly warnings: readonly string[] }
  | {
      readonly ok: false;
      readonly problems: readonly SettingProblem[];
      readonly warnings: readonly string[];
    };

const EXECUTOR_ENVIRONMENT = 'spark.executorEnv.';
const DEFINITIONS: readonly (readonly [string, Setting<unknown>])[] = Object.entries(SETTINGS);
const KNOWN_NAMES = new Set(DEFINITIONS.flatMap(([, setting]) => [setting.name, ...setting.aliases]));

/**
 * Reads all settings of coarse mode at once. An empty value counts as unset; where a setting is unset, its
 * environment variable counts, then its default.
 */
export function parseSettings(
  properties: Properties,
  options: { readonly environment?: Readonly<Record<string, string | undefined>> } = {},
): ParsedSettings {
  const given = asMap(properties);
  const warnings: string[] = [];
  const problems: SettingProblem[] = [];
  const values: Record<string, unknown> = { executorEnvironment: executorEnvironment(given) };
  for (const [key, setting] of DEFINITIONS) {
    const source = findText(setting, given, options.environment ?? {}, warnings);
    values[key] = source === undefined ? undefined : readValue(setting, source, problems);
  }
  reportNames(given, problems, warnings);
  // Each value came out of its own schema, which TypeScript cannot follow through the loop.
  const settings = values as unknown as SparkSettings;
  if (problems.length === 0) {
    problems.push(...crossCheck(settings));
  }
  return problems.length === 0 ? { ok: true, settings, warnings } : { ok: false, problems, warnings };
}

function asMap(properties: Properties): ReadonlyMap<string, string> {
  const entries: Iterable<readonly [string, string | undefined]> =
    properties instanceof Map ? properties : Object.entries(properties);
  const given = new Map<string, string>();
  for (const [name, value] of entries) {
    if (value !== undefined && value !== '') {
      given.set(name, value);
    }
  }
  return given;
}

interface SettingSource {
  /** What the user wrote it as, for messages: the setting's name, an alias, an environment variable. */
  readonly label: string;
  readonly value: string;
}

function findText(
  setting: Setting<unknown>,
  given: ReadonlyMap<string, string>,
  environment: Readonly<Record<string, string | undefined>>,
  warnings: string[],
): SettingSource | undefined {
  for (const alias of setting.aliases.filter((name) => given.has(name))) {
    warnings.push(`${alias} is an old name of ${setting.name}: use the new one`);
  }
  for (const label of [setting.name, ...setting.aliases]) {
    const value = given.get(label);
    if (value !== undefined) {
      return { label, value };
    }
  }
  const variable = setting.environmentVariable;
  const value = variable === undefined ? undefined : environment[variable];
  if (variable !== undefined && value) {
    return { label: `${setting.name} (from the environment, ${variable})`, value };
  }
  return setting.default === undefined ? undefined : { label: setting.name, value: setting.default };
}

function readValue(setting: Setting<unknown>, source: SettingSource, problems: SettingProblem[]): unknown {
  const result = setting.schema.safeParse(source.value);
  if (result.success) {
    return result.data;
  }
  for (const issue of result.error.issues) {
    const what = setting.secret ? 'its value cannot be read' : issue.message;
    problems.push({ setting: setting.name, code: issueCode(issue), message: `${source.label}: ${what}` });
  }
  return undefined;
}

function executorEnvironment(given: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  for (const [name, value] of given) {
    if (name.startsWith(EXECUTOR_ENVIRONMENT) && name.length > EXECUTOR_ENVIRONMENT.length) {
      variables.set(name.slice(EXECUTOR_ENVIRONMENT.length), value);
    }
  }
  return variables;
}

function reportNames(
  given: ReadonlyMap<string, string>,
  problems: SettingProblem[],
  warnings: string[],
): void {
  for (const name of given.keys()) {
    if (isUnsupported(name)) {
      problems.push({
        setting: name,
        code: 'NOT_SUPPORTED',
        message: `${name} is not supported: leave it out`,
      });
    } else if (name.startsWith('spark.mesos.') && !KNOWN_NAMES.has(name) && !isOfAnotherPart(name)) {
      warnings.push(`${name} is no setting that is known here; is it misspelt?`);
    }
  }
}
