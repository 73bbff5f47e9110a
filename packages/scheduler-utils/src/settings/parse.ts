import type { ConfigErrorCode } from '../errors.ts';
import { crossCheck, crossCheckWarnings } from './cross-checks.ts';
import type { Setting, SettingsTable, SettingValues } from './definition.ts';
import { familyPrefix } from './definition.ts';
import { Readings } from './readings.ts';
import { isSecretSetting } from './redaction.ts';
import { remembered } from './remembered.ts';
import { APPLICATION_SETTINGS, SETTINGS } from './table.ts';
import { issueCode } from './value-schemas.ts';

/** Settings by name, as they stand in a properties file or as a driver tells them. */
export type Properties = ReadonlyMap<string, string> | Readonly<Record<string, string | undefined>>;

/** The typed values of all settings that an application can have. */
export type SparkSettings = SettingValues<typeof APPLICATION_SETTINGS>;

/** The typed values of a dispatcher's settings, with what it reads of an application's. */
export type DispatcherSettings = SettingValues<typeof SETTINGS>;

/** What is wrong with one setting. The message never holds a secret. */
export interface SettingProblem {
  readonly setting: string;
  readonly code: ConfigErrorCode;
  readonly message: string;
}

/** The settings, or all that is wrong with them; warnings (old names, unknown ones) in both cases. */
export type ParsedSettings<Settings = SparkSettings> =
  | { readonly ok: true; readonly settings: Settings; readonly warnings: readonly string[] }
  | {
      readonly ok: false;
      readonly problems: readonly SettingProblem[];
      readonly warnings: readonly string[];
    };

/** What settings are read from beside the properties. */
export interface ParseOptions {
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

const KNOWN: readonly Setting<unknown>[] = Object.values(SETTINGS);
const KNOWN_NAMES = new Set(KNOWN.flatMap((setting) => [setting.name, ...setting.aliases]));
const KNOWN_PREFIXES = KNOWN.filter(({ kind }) => kind === 'family').map(familyPrefix);

/**
 * Reads all settings of an application at once. An empty value counts as unset; where a setting is unset, its
 * environment variable counts, then its default.
 */
export function parseSettings(properties: Properties, options: ParseOptions = {}): ParsedSettings {
  return parseTable(APPLICATION_SETTINGS, properties, options);
}

/** Reads all settings of a dispatcher at once, in the same way. */
export function parseDispatcherSettings(
  properties: Properties,
  options: ParseOptions = {},
): ParsedSettings<DispatcherSettings> {
  return parseTable(SETTINGS, properties, options);
}

function parseTable<Table extends SettingsTable & typeof APPLICATION_SETTINGS>(
  table: Table,
  properties: Properties,
  { environment = {} }: ParseOptions,
): ParsedSettings<SettingValues<Table>> {
  const given = asMap(properties);
  const prepared = preparedOf(table);
  const source = sourceOf(prepared, given, environment);
  const known = source === undefined ? undefined : prepared.readings.get(source);
  if (known !== undefined) {
    // Each was read by this same table.
    const settings = known.settings as SettingValues<Table>;
    return { ok: true, settings, warnings: [...known.names, ...unknownNames(given), ...known.crossed] };
  }
  const names: string[] = [];
  const problems: SettingProblem[] = [];
  const values: Record<string, unknown> = { ...prepared.defaults };
  for (const [key, setting] of mentioned(prepared, given, environment)) {
    values[key] =
      setting.kind === 'family'
        ? readFamily(setting, given, problems)
        : readSetting(setting, findText(setting, given, environment, names), problems);
  }
  // Each value came out of its own schema, which TypeScript cannot follow through the loop.
  const settings = values as unknown as SettingValues<Table>;
  const warnings = [...names, ...unknownNames(given)];
  if (problems.length > 0) {
    return { ok: false, problems, warnings };
  }
  const ofApplication = values as unknown as SparkSettings;
  const conflicts = crossCheck(ofApplication);
  const crossed = crossCheckWarnings(ofApplication);
  warnings.push(...crossed);
  if (conflicts.length > 0) {
    return { ok: false, problems: conflicts, warnings };
  }
  if (source !== undefined) prepared.readings.add(source, { settings, names, crossed });
  return { ok: true, settings, warnings };
}

/** A table as it is needed to read only what is set: a dispatcher reads it with each submission. */
interface PreparedTable {
  readonly entries: readonly (readonly [key: string, setting: Setting<unknown>])[];
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Places in `entries` that a name is about: a setting by its name or an alias, and families. */
  readonly placesOf: (name: string) => readonly number[];
  readonly variables: readonly (readonly [variable: string, place: number])[];
  readonly readings: Readings;
}

const PREPARED = new WeakMap<SettingsTable, PreparedTable>();

function preparedOf(table: SettingsTable): PreparedTable {
  const known = PREPARED.get(table);
  if (known !== undefined) {
    return known;
  }
  const entries = Object.entries(table);
  const defaults: Record<string, unknown> = {};
  for (const [key, setting] of entries) {
    if (setting.kind === 'family') {
      defaults[key] = new Map();
    } else {
      defaults[key] = setting.default === undefined ? undefined : setting.schema.parse(setting.default);
    }
  }
  const places = entries.map(([, setting], place) => ({ setting, place }));
  const prepared: PreparedTable = {
    entries,
    defaults,
    placesOf: remembered((name) =>
      places.flatMap(({ setting, place }) => (isAbout(name, setting) ? [place] : [])),
    ),
    variables: places.flatMap(({ setting: { environmentVariable }, place }) =>
      environmentVariable === undefined ? [] : [[environmentVariable, place] as const],
    ),
    readings: new Readings(),
  };
  PREPARED.set(table, prepared);
  return prepared;
}

function isAbout(name: string, setting: Setting<unknown>): boolean {
  const isOfFamily = setting.kind === 'family' && name.startsWith(familyPrefix(setting));
  return isOfFamily || setting.name === name || setting.aliases.includes(name);
}

/**
 * All that settings are read from, in a text that nothing else has: lengths stand before names and values, which may be anything.
 * Undefined where a secret is among it, which nobody needs to remember.
 */
function sourceOf(
  { entries, placesOf, variables }: PreparedTable,
  given: ReadonlyMap<string, string>,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  let source = '';
  for (const [name, value] of given) {
    if (placesOf(name).length === 0) continue;
    if (isSecretSetting(name)) return undefined;
    source += `${name.length} ${name}${value.length} ${value}`;
  }
  for (const [variable, place] of variables) {
    const value = environment[variable];
    if (!value) continue;
    if (entries[place]?.[1].secret) return undefined;
    source += `$${variable} ${value.length} ${value}`;
  }
  return source;
}

/** The settings that something is said of, in the order of their table. */
function mentioned(
  { entries, placesOf, variables }: PreparedTable,
  given: ReadonlyMap<string, string>,
  environment: Readonly<Record<string, string | undefined>>,
): (readonly [key: string, setting: Setting<unknown>])[] {
  const places = new Set<number>();
  for (const name of given.keys()) {
    for (const place of placesOf(name)) {
      places.add(place);
    }
  }
  for (const [variable, place] of variables) {
    if (environment[variable]) {
      places.add(place);
    }
  }
  return [...places]
    .sort((one, other) => one - other)
    .flatMap((place) => {
      const entry = entries[place];
      return entry === undefined ? [] : [entry];
    });
}

function asMap(properties: Properties): ReadonlyMap<string, string> {
  const given = new Map<string, string>();
  if (properties instanceof Map) {
    for (const [name, value] of properties) {
      if (value !== undefined && value !== '') given.set(name, value);
    }
    return given;
  }
  const record = properties as Readonly<Record<string, string | undefined>>;
  for (const name of Object.keys(record)) {
    const value = record[name];
    if (value !== undefined && value !== '') given.set(name, value);
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

function readSetting(
  setting: Setting<unknown>,
  source: SettingSource | undefined,
  problems: SettingProblem[],
): unknown {
  if (source === undefined) {
    return undefined;
  }
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

function readFamily(
  setting: Setting<unknown>,
  given: ReadonlyMap<string, string>,
  problems: SettingProblem[],
): ReadonlyMap<string, unknown> {
  const prefix = familyPrefix(setting);
  const members = new Map<string, unknown>();
  for (const [name, value] of given) {
    if (name.startsWith(prefix) && name.length > prefix.length) {
      members.set(
        name.slice(prefix.length),
        readSetting({ ...setting, name }, { label: name, value }, problems),
      );
    }
  }
  return members;
}

/** Names that begin as ours do and are none. */
function unknownNames(given: ReadonlyMap<string, string>): string[] {
  return [...given.keys()]
    .filter(isUnknown)
    .map((name) => `${name} is no setting that is known here; is it misspelt?`);
}

const isUnknown = remembered(
  (name) =>
    name.startsWith('spark.mesos.') &&
    !KNOWN_NAMES.has(name) &&
    !KNOWN_PREFIXES.some((prefix) => name.startsWith(prefix)),
);
