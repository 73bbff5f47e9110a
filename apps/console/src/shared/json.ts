/** A JSON object of unknown shape, as a server of any age or temper may send it. */
export type JsonObject = Readonly<Record<string, unknown>>;

const EMPTY_OBJECT: JsonObject = Object.freeze({});

/** The value itself where it is an object, else an empty one: what is missing then reads as its default. */
export function asObject(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : EMPTY_OBJECT;
}

/** A field's text; a number or flag is spelt out, anything else is the empty text. */
export function textOf(object: JsonObject, field: string): string {
  const value = ownValue(object, field);
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** A field's finite number; 0 where there is none. */
export function numberOf(object: JsonObject, field: string): number {
  const value = ownValue(object, field);
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

/** A field's flag; only a JSON `true` counts. */
export function flagOf(object: JsonObject, field: string): boolean {
  return ownValue(object, field) === true;
}

/** A field's object; an empty one where there is none. */
export function objectOf(object: JsonObject, field: string): JsonObject {
  return asObject(ownValue(object, field));
}

/** The objects in a field's list; what is no object in it is left out. */
export function objectsOf(object: JsonObject, field: string): readonly JsonObject[] {
  const value = ownValue(object, field);
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The texts in a field's list; what is no text in it is left out. */
export function textsOf(object: JsonObject, field: string): readonly string[] {
  const value = ownValue(object, field);
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Own fields only: a framework may be called `constructor`. */
function ownValue(object: JsonObject, field: string): unknown {
  return Object.hasOwn(object, field) ? object[field] : undefined;
}
