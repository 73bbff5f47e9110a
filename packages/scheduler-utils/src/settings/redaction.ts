import type { Setting } from './definition.ts';
import { familyPrefix } from './definition.ts';
import { SETTINGS } from './table.ts';

/** What stands where a secret was; Spark's own pages show the same. */
export const REDACTED = '*********(redacted)';

const DEFINITIONS: readonly Setting<unknown>[] = Object.values(SETTINGS);
const KNOWN = new Map(DEFINITIONS.flatMap((setting) => names(setting).map((name) => [name, setting])));
const SECRET_PREFIXES = DEFINITIONS.filter(({ kind, secret }) => secret && kind === 'family').map(
  familyPrefix,
);

/** Names that sound like secrets: Spark's default of spark.redaction.regex. */
const SOUNDS_SECRET = /secret|password|token|access[.]?key/i;

/** The same inside a value, such as `-Dspark.authenticate.secret=x` among the options of a JVM. */
const SECRET_INSIDE =
  /([\w.-]*(?:secret|password|token|access[.]?key)[\w.-]*\s*=\s*)("[^"]*"|'[^']*'|[^\s,;]+)/gi;

/**
 * The properties as they may be shown (rules U24, U103): without the values of settings that are secret, or that sound
 * like it, and without what looks like one inside other values.
 */
export function redactProperties(properties: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...properties].map(([name, value]) => [name, redactProperty(name, value)]));
}

/** The value of one property as it may be shown. */
export function redactProperty(name: string, value: string): string {
  if (isSecretSetting(name)) {
    return REDACTED;
  }
  return value.replace(SECRET_INSIDE, `$1${REDACTED}`);
}

/** Whether the value of the setting must never be shown. Of settings that are known here, their definition says. */
export function isSecretSetting(name: string): boolean {
  if (SECRET_PREFIXES.some((prefix) => name.startsWith(prefix))) {
    return true;
  }
  return KNOWN.get(name)?.secret ?? SOUNDS_SECRET.test(name);
}

function names(setting: Setting<unknown>): readonly string[] {
  return [setting.name, ...setting.aliases];
}
