import type { TextSchema } from './value-schemas.ts';

/** One setting: the only place where its name, default, unit and meaning are written down. */
export interface Setting<Value> {
  /** Makes the type remember whether there is always a value. */
  readonly kind: 'optional' | 'withDefault' | 'family';
  /** A family of settings ends in `.[Name]`, where `[Name]` stands for whatever the user writes there. */
  readonly name: string;
  /** What a number alone counts, and what the value is kept in: 'MiB', 's', 'ms', 'cores'; '' where there is none. */
  readonly unit: string;
  /** The default as a user would write it; `undefined` where the setting is unset. */
  readonly default: string | undefined;
  /** The setting that counts where this one is unset: for the documentation, whoever reads the values applies it. */
  readonly fallback: string | undefined;
  /** The first Spark, or the first release of ours ('spark-mesos 1.0'), that knew the setting. */
  readonly since: string;
  readonly meaning: string;
  /** Whether the value must never be shown. */
  readonly secret: boolean;
  /** Older or misspelt names that still work, with a warning. */
  readonly aliases: readonly string[];
  /** An environment variable that counts where the setting is unset. */
  readonly environmentVariable: string | undefined;
  readonly schema: TextSchema<Value>;
}

/** A setting with a default: always has a value. */
export interface SettingWithDefault<Value> extends Setting<Value> {
  readonly kind: 'withDefault';
  readonly default: string;
}

/** A setting that may be unset. */
export interface OptionalSetting<Value> extends Setting<Value> {
  readonly kind: 'optional';
  readonly default: undefined;
}

/** All settings that begin alike, as a map from what follows to the value; empty where none is set. */
export interface SettingFamily<Value> extends Setting<Value> {
  readonly kind: 'family';
  readonly default: undefined;
}

/** Settings by the name that their values have in the code. */
export type SettingsTable = Readonly<Record<string, Setting<unknown>>>;

interface SettingText<Value> {
  readonly name: string;
  readonly schema: TextSchema<Value>;
  readonly since: string;
  readonly meaning: string;
  readonly unit?: string;
  readonly fallback?: string;
  readonly secret?: boolean;
  readonly aliases?: readonly string[];
  readonly environmentVariable?: string;
}

/** What the name of a family of settings ends in. */
export const FAMILY_SUFFIX = '[Name]';

/** Describes a setting that may be unset. */
export function optional<Value>(definition: SettingText<Value>): OptionalSetting<Value> {
  return { ...common(definition), kind: 'optional', default: undefined };
}

/** Describes a setting with a default, written as a user would write it. */
export function withDefault<Value>(
  definition: SettingText<Value> & { readonly default: string },
): SettingWithDefault<Value> {
  return { ...common(definition), kind: 'withDefault', default: definition.default };
}

/** Describes all settings that begin like `definition.name` without its `[Name]`. */
export function family<Value>(definition: SettingText<Value>): SettingFamily<Value> {
  return { ...common(definition), kind: 'family', default: undefined };
}

/** What the names of a family begin with: 'spark.executorEnv.'. */
export function familyPrefix(setting: Setting<unknown>): string {
  return setting.name.slice(0, -FAMILY_SUFFIX.length);
}

/** The values of a table of settings. */
export type SettingValues<Table> = {
  readonly [Key in keyof Table]: Table[Key] extends SettingWithDefault<infer Value>
    ? Value
    : Table[Key] extends OptionalSetting<infer Value>
      ? Value | undefined
      : Table[Key] extends SettingFamily<infer Value>
        ? ReadonlyMap<string, Value>
        : never;
};

function common<Value>(definition: SettingText<Value>) {
  return {
    unit: '',
    fallback: undefined,
    secret: false,
    aliases: [],
    environmentVariable: undefined,
    ...definition,
  };
}
