// Purpose: what the JSON form and the check for missing fields need to know of each message.

import protobuf from 'protobufjs';

/**
 * @typedef {object} FieldDescription
 * @property {string} name as in the .proto file, which is how JSON has it
 * @property {string} property as the generated class has it
 * @property {string} type
 * @property {'required' | 'optional' | 'repeated' | 'map'} rule
 * @property {string} [reference] full name of the message or enum
 * @property {unknown} [default]
 */

/**
 * All messages as lists of fields in the order of their declaration, which is the order of Mesos's own JSON.
 * @param {readonly string[]} protoFiles
 * @param {(target: string) => string} resolvePath of an import
 * @returns {Promise<{ messages: Map<string, FieldDescription[]>, packages: string[] }>}
 */
export async function describeMessages(protoFiles, resolvePath) {
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) => resolvePath(target);
  await root.load([...protoFiles], { keepCase: true });
  root.resolveAll();
  const messages = new Map();
  const packages = new Set();
  const visit = (item) => {
    const isPackage = !(item instanceof protobuf.Type);
    if (item instanceof protobuf.Type) {
      messages.set(nameOf(item), item.fieldsArray.map(describeField));
    }
    for (const nested of item.nestedArray ?? []) {
      if (isPackage && (nested instanceof protobuf.Type || nested instanceof protobuf.Enum)) {
        packages.add(nameOf(item));
      }
      visit(nested);
    }
  };
  visit(root);
  return { messages, packages: [...packages] };
}

function describeField(field) {
  const described = { name: field.name, property: protobuf.util.camelCase(field.name) };
  const resolved = field.resolvedType;
  if (resolved === null) {
    described.type = field.type;
  } else {
    described.type = resolved instanceof protobuf.Enum ? 'enum' : 'message';
    described.reference = nameOf(resolved);
  }
  described.rule = ruleOf(field);
  // Mesos prints such a field even when it is not set.
  if (field.options?.default !== undefined && field.options.deprecated !== true) {
    described.default = field.options.default;
  }
  return described;
}

function ruleOf(field) {
  if (field.map) {
    if (field.keyType !== 'string') {
      throw new Error(`${field.fullName}: maps have string keys in Mesos`);
    }
    return 'map';
  }
  if (field.repeated) {
    return 'repeated';
  }
  return field.required ? 'required' : 'optional';
}

function nameOf(item) {
  return item.fullName.replace(/^\./, '');
}
