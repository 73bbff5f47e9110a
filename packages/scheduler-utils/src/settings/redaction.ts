import type { Setting } from './definition.ts';
import { familyPrefix } from './definition.ts';
import { remembered } from './remembered.ts';
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
  // Most values have no such word, and to see that is much faster than to look for what may stand around one.
  return SOUNDS_SECRET.test(value) ? redactAssignments(value) : value;
}

/**
 * A value without what is assigned to a name that sounds secret, such as `-Dspark.authenticate.secret=x` among the options of a
 * JVM. Values come from anybody and may be long: each character is looked at a few times, whatever they are, which no regular
 * expression for it would promise.
 */
function redactAssignments(value: string): string {
  let redacted = '';
  let from = 0;
  for (let equals = value.indexOf('='); equals >= 0; equals = value.indexOf('=', equals + 1)) {
    if (equals < from) continue;
    const nameEnd = backWhile(SPACE, value, equals, from);
    const nameStart = backWhile(NAME_CHARACTER, value, nameEnd, from);
    if (!SOUNDS_SECRET.test(value.slice(nameStart, nameEnd))) continue;
    const start = onWhile(SPACE, value, equals + 1);
    const end = assignedEnd(value, start);
    if (end === start) continue;
    redacted += `${value.slice(from, start)}${REDACTED}`;
    from = end;
  }
  return `${redacted}${value.slice(from)}`;
}

const SPACE = /\s/;
const NAME_CHARACTER = /[\w.-]/;
const ASSIGNED_CHARACTER = /[^\s,;]/;

/** Where what is assigned ends: with its quotes, or before a space or a comma. */
function assignedEnd(value: string, start: number): number {
  const quote = value[start];
  const close = quote === '"' || quote === "'" ? value.indexOf(quote, start + 1) : -1;
  return close >= 0 ? close + 1 : onWhile(ASSIGNED_CHARACTER, value, start);
}

function backWhile(holds: RegExp, text: string, from: number, least: number): number {
  let at = from;
  while (at > least && holds.test(text[at - 1] ?? '')) at -= 1;
  return at;
}

function onWhile(holds: RegExp, text: string, from: number): number {
  let at = from;
  while (at < text.length && holds.test(text[at] ?? '')) at += 1;
  return at;
}

/** Whether the value of the setting must never be shown. Of settings that are known here, their definition says. */
export const isSecretSetting: (name: string) => boolean = remembered((name) => {
  if (SECRET_PREFIXES.some((prefix) => name.startsWith(prefix))) {
    return true;
  }
  return KNOWN.get(name)?.secret ?? SOUNDS_SECRET.test(name);
});

function names(setting: Setting<unknown>): readonly string[] {
  return [setting.name, ...setting.aliases];
}
