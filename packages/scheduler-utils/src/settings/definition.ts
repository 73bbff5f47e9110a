import type { TextSchema } from './value-schemas.ts';

/** One setting: the only place where its name, default, unit and meaning are written down. */
export interface Setting<Value> {
  readonly name: string;
  /** What a number alone counts, and what the value is kept in: 'MiB', 's', 'ms', 'cores'; '' where there is none. */
  readonly unit: string;
  /** The default as a user would write it; `undefined` where the setting is unset. */
  readonly default: string | undefined;
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
  /** Makes the type remember whether there is always a value. */
  readonly hasDefault: boolean;
}

/** A setting with a default: always has a value. */
export interface SettingWithDefault<Value> extends Setting<Value> {
  readonly default: string;
  readonly hasDefault: true;
}

/** A setting that may be unset. */
export interface OptionalSetting<Value> extends Setting<Value> {
  readonly default: undefined;
  readonly hasDefault: false;
}

interface SettingText<Value> {
  readonly name: string;
  readonly schema: TextSchema<Value>;
  readonly since: string;
  readonly meaning: string;
  readonly unit?: string;
  readonly secret?: boolean;
  readonly aliases?: readonly string[];
  readonly environmentVariable?: string;
}

/** Describes a setting that may be unset. */
export function optional<Value>(definition: SettingText<Value>): OptionalSetting<Value> {
  return { ...common(definition), default: undefined, hasDefault: false };
}

/** Describes a setting with a default, written as a user would write it. */
export function withDefault<Value>(
  definition: SettingText<Value> & { readonly default: string },
): SettingWithDefault<Value> {
  return { ...common(definition), default: definition.default, hasDefault: true };
}

/** The values of a table of settings. */
export type SettingValues<Table> = {
  readonly [Key in keyof Table]: Table[Key] extends SettingWithDefault<infer Value>
    ? Value
    : Table[Key] extends OptionalSetting<infer Value>
      ? Value | undefined
      : never;
};

function common<Value>(definition: SettingText<Value>) {
  return {
    unit: '',
    secret: false,
    aliases: [],
    environmentVariable: undefined,
    ...definition,
  };
}
