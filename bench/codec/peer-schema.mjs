// The messages of mesos-proto as @bufbuild/protobuf knows messages: by descriptors, made from the same .proto files.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { create, createFileRegistry } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import protobuf from 'protobufjs';
import { ROOT } from '../../scripts/support/workspace.mjs';

const PROTO_DIRECTORY = join(ROOT, 'packages', 'mesos-proto', 'proto');

/** Numbers of types in descriptor.proto. @type {Readonly<Record<string, number>>} */
const TYPES = {
  double: 1,
  float: 2,
  int64: 3,
  uint64: 4,
  int32: 5,
  bool: 8,
  string: 9,
  message: 11,
  bytes: 12,
  uint32: 13,
  enum: 14,
};
const LABEL_OPTIONAL = 1;
const LABEL_REQUIRED = 2;
const LABEL_REPEATED = 3;

async function loadMessages() {
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) =>
    target.startsWith('mesos/') ? join(PROTO_DIRECTORY, target) : target;
  const files = readdirSync(PROTO_DIRECTORY, { recursive: true }).map(String);
  await root.load(
    files.filter((name) => name.endsWith('.proto')).map((name) => join(PROTO_DIRECTORY, name)),
    { keepCase: true },
  );
  return root.resolveAll();
}

/** @param {protobuf.ReflectionObject} item @returns {string} */
function packageOf(item) {
  const isWithin = item instanceof protobuf.Type || item instanceof protobuf.Enum;
  return isWithin && item.parent !== null ? packageOf(item.parent) : item.fullName.slice(1);
}

/** @param {protobuf.Enum} item */
function describeEnum(item) {
  const value = Object.entries(item.values).map(([name, number]) => ({ name, number }));
  return { name: item.name, value, options: { allowAlias: true } };
}

/** @param {protobuf.FieldBase} field @param {number} label */
function describeField(field, label) {
  const { resolvedType, name, id: number } = field;
  const kind = resolvedType instanceof protobuf.Enum ? 'enum' : 'message';
  return resolvedType === null
    ? { name, number, label, type: TYPES[field.type] }
    : { name, number, label, type: TYPES[kind], typeName: resolvedType.fullName };
}

/** A map is a list of entries, of a message type of its own. @param {protobuf.MapField} field */
function describeMap(field) {
  const name = `${field.name.replaceAll(/(?:^|_)([a-z])/g, (_, letter) => letter.toUpperCase())}Entry`;
  const key = { name: 'key', number: 1, label: LABEL_OPTIONAL, type: TYPES.string };
  const value = { ...describeField(field, LABEL_OPTIONAL), name: 'value', number: 2 };
  return {
    entry: { name, options: { mapEntry: true }, field: [key, value] },
    field: {
      name: field.name,
      number: field.id,
      label: LABEL_REPEATED,
      type: TYPES.message,
      typeName: `${field.parent?.fullName}.${name}`,
    },
  };
}

/** @param {protobuf.Type} type @returns {object} */
function describeMessage(type) {
  const maps = type.fieldsArray.filter((field) => field instanceof protobuf.MapField).map(describeMap);
  const plain = type.fieldsArray.filter((field) => !(field instanceof protobuf.MapField));
  const label = (/** @type {protobuf.Field} */ field) => {
    if (field.repeated) return LABEL_REPEATED;
    return field.required ? LABEL_REQUIRED : LABEL_OPTIONAL;
  };
  const nested = type.nestedArray;
  return {
    name: type.name,
    field: [...plain.map((field) => describeField(field, label(field))), ...maps.map(({ field }) => field)],
    nestedType: [
      ...nested.filter((item) => item instanceof protobuf.Type).map(describeMessage),
      ...maps.map(({ entry }) => entry),
    ],
    enumType: nested.filter((item) => item instanceof protobuf.Enum).map(describeEnum),
  };
}

/** Packages whose messages a message holds. @param {protobuf.Type} type @returns {string[]} */
function referencedPackages(type) {
  const own = type.fieldsArray.flatMap((field) =>
    field.resolvedType === null ? [] : [packageOf(field.resolvedType)],
  );
  const nested = type.nestedArray.filter((item) => item instanceof protobuf.Type);
  return [...own, ...nested.flatMap(referencedPackages)];
}

/** @param {protobuf.NamespaceBase} namespace @returns {{ name: string, needs: string[], descriptor: object }[]} */
function describeFiles(namespace) {
  const name = namespace.fullName.slice(1);
  const types = namespace.nestedArray.filter((item) => item instanceof protobuf.Type);
  const enums = namespace.nestedArray.filter((item) => item instanceof protobuf.Enum);
  const inner = namespace.nestedArray.filter(
    (item) => item instanceof protobuf.Namespace && !(item instanceof protobuf.Type),
  );
  const needs = [...new Set(types.flatMap(referencedPackages))].filter((needed) => needed !== name);
  const descriptor = {
    name: `${name}.proto`,
    package: name,
    dependency: needs.map((needed) => `${needed}.proto`),
    messageType: types.map(describeMessage),
    enumType: enums.map(describeEnum),
  };
  const own = types.length + enums.length > 0 ? [{ name, needs, descriptor }] : [];
  return [...own, ...inner.flatMap((item) => describeFiles(/** @type {protobuf.Namespace} */ (item)))];
}

/** All messages by full name, for `fromBinary` and `toBinary` of @bufbuild/protobuf. */
export async function loadPeerSchema() {
  const files = describeFiles(await loadMessages());
  /** @type {typeof files} */
  const ordered = [];
  const add = (/** @type {(typeof files)[number] | undefined} */ file) => {
    if (file === undefined || ordered.includes(file)) return;
    for (const needed of file.needs) add(files.find(({ name }) => name === needed));
    ordered.push(file);
  };
  for (const file of files) add(file);
  const file = ordered.map(({ descriptor }) => descriptor);
  return createFileRegistry(create(FileDescriptorSetSchema, /** @type {never} */ ({ file })));
}
