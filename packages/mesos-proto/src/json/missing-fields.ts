import { type FieldType, isSet, type MessageRecord, type MessageType } from './schema.ts';

/**
 * Paths of the required fields that a message lacks, such as `subscribe.framework_info.name`.
 *
 * Each message's own come before those of the messages in it, as in the list that a master gives.
 */
export function missingFields(type: MessageType, message: MessageRecord): string[] {
  const missing: string[] = [];
  collect(type, message, '', missing);
  return missing;
}

function collect(type: MessageType, message: MessageRecord, path: string, missing: string[]): void {
  for (const field of type.fields) {
    if (field.rule === 'required' && !isSet(message, field)) {
      missing.push(path + field.name);
    }
  }
  for (const field of type.fields) {
    if (field.message !== undefined && isSet(message, field)) {
      collectInside(field, field.message, message[field.property], path, missing);
    }
  }
}

function collectInside(
  field: FieldType,
  type: MessageType,
  value: unknown,
  path: string,
  missing: string[],
): void {
  if (field.rule === 'repeated') {
    for (const [index, item] of (value as MessageRecord[]).entries()) {
      collect(type, item, `${path}${field.name}[${index}].`, missing);
    }
    return;
  }
  if (field.rule === 'map') {
    for (const [key, item] of Object.entries(value as Record<string, MessageRecord>)) {
      collect(type, item, `${path}${field.name}[${key}].`, missing);
    }
    return;
  }
  collect(type, value as MessageRecord, `${path}${field.name}.`, missing);
}
