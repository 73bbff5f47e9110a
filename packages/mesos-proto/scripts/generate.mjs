/**
 * Purpose: make the message code from the .proto files, into src/generated and, for the built package, into dist/generated.
 *
 * Three files come out:
 * - mesos.js    static encoders and decoders (protobufjs), without its own JSON conversion: Mesos's differs, see src/json
 * - mesos.d.ts  their types
 * - schema.js   names and types of every field, which the JSON form needs (static code has no reflection)
 *
 * Runs at `pnpm install` and before every build; does nothing when its inputs have not changed.
 */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const require = createRequire(import.meta.url);
const packageDirectory = join(dirname(fileURLToPath(import.meta.url)), '..');
const protoDirectory = join(packageDirectory, 'proto');
const targets = [join(packageDirectory, 'src/generated'), join(packageDirectory, 'dist/generated')];
const outputs = ['mesos.js', 'mesos.d.ts', 'schema.js', 'schema.d.ts'];

/** Types of the schema module; a declaration file, because TypeScript reads no types from plain JavaScript here. */
const SCHEMA_TYPES = `export interface FieldSchema {
  readonly name: string;
  readonly property: string;
  readonly type: string;
  readonly rule: 'required' | 'optional' | 'repeated' | 'map';
  readonly reference?: string;
  readonly default?: boolean | number | string;
}
export const messages: Readonly<Record<string, readonly FieldSchema[]>>;
export const enums: Readonly<Record<string, Readonly<Record<string, number>>>>;
`;

const protoFiles = (await readdir(protoDirectory, { recursive: true }))
  .filter((name) => name.endsWith('.proto'))
  .sort()
  .map((name) => join(protoDirectory, name));

const fingerprint = await inputFingerprint();
const current = await Promise.all(targets.map((target) => isCurrent(target)));
if (!current.every(Boolean)) {
  const source = current[0] ? targets[0] : await generate();
  for (const target of targets) {
    if (target !== source) {
      await publish(source, target);
    }
  }
  if (source !== targets[0]) {
    await rm(source, { recursive: true, force: true });
  }
}

/** Hash over everything that decides what comes out. */
async function inputFingerprint() {
  const hash = createHash('sha256');
  for (const file of [...protoFiles, fileURLToPath(import.meta.url)]) {
    hash.update(relative(packageDirectory, file)).update(await readFile(file));
  }
  for (const tool of ['protobufjs', 'protobufjs-cli']) {
    hash.update(require(`${tool}/package.json`).version);
  }
  return hash.digest('hex');
}

async function isCurrent(target) {
  const present = await readdir(target).catch(() => []);
  const stamp = await readFile(join(target, '.fingerprint'), 'utf8').catch(() => '');
  return stamp === fingerprint && outputs.every((name) => present.includes(name));
}

/** Two installs may run at once: files appear whole, by renaming, and the fingerprint comes last. */
async function publish(source, target) {
  await mkdir(target, { recursive: true });
  for (const name of outputs) {
    const temporary = join(target, `.${name}.${process.pid}`);
    await copyFile(join(source, name), temporary);
    await rename(temporary, join(target, name));
  }
  await writeFile(join(target, '.fingerprint'), fingerprint);
}

async function generate() {
  const directory = join(packageDirectory, 'node_modules/.cache', `generate-${process.pid}`);
  await mkdir(directory, { recursive: true });
  const pbjs = promisify(require('protobufjs-cli/pbjs.js').main);
  const common = ['-t', 'static-module', '-w', 'esm', '-p', protoDirectory];
  const without = ['verify', 'delimited', 'typeurl', 'service', 'convert'].map((part) => `--no-${part}`);
  const code = join(directory, 'mesos.js');
  // The types are read from the comments, which then only make the code four times as long to load.
  await pbjs([...common, ...without, '-d', '-o', code, ...protoFiles]);
  await pbjs([...common, ...without, '--no-comments', '-o', code, ...protoFiles]);
  await polishTypes(join(directory, 'mesos.d.ts'));
  const schema = await describeSchema();
  await writeFile(join(directory, 'schema.js'), schemaModule(schema));
  await writeFile(join(directory, 'schema.d.ts'), SCHEMA_TYPES);
  return directory;
}

async function polishTypes(file) {
  const text = await readFile(file, 'utf8');
  const polished = text
    .replace('import Long = require("long");', "import type Long from 'long';")
    // `IOffer` is the name that our own interfaces speak; it is as good as `Offer.$Properties`.
    .replaceAll(/^\s*\* @deprecated Use \S+\$Properties instead\.\n/gm, '');
  await writeFile(file, polished);
}

/** Messages as lists of fields in the order of their declaration, which is the order of Mesos's own JSON. */
async function describeSchema() {
  const protobuf = require('protobufjs');
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) =>
    target.startsWith('mesos/') ? join(protoDirectory, target) : target;
  await root.load(protoFiles, { keepCase: true });
  root.resolveAll();
  const messages = {};
  const enums = {};
  const visit = (item) => {
    if (item instanceof protobuf.Enum) {
      enums[nameOf(item)] = item.values;
    } else if (item instanceof protobuf.Type) {
      messages[nameOf(item)] = Object.values(item.fields).map((field) => describeField(protobuf, field));
    }
    for (const nested of item.nestedArray ?? []) {
      visit(nested);
    }
  };
  visit(root);
  return { messages, enums };
}

function describeField(protobuf, field) {
  const described = { name: field.name, property: protobuf.util.camelCase(field.name) };
  const resolved = field.resolvedType;
  if (resolved === null) {
    described.type = field.type;
  } else {
    described.type = resolved instanceof protobuf.Enum ? 'enum' : 'message';
    described.reference = nameOf(resolved);
  }
  if (field.map) {
    described.rule = 'map';
    if (field.keyType !== 'string') {
      throw new Error(`${field.fullName}: maps have string keys in Mesos`);
    }
  } else if (field.repeated) {
    described.rule = 'repeated';
  } else {
    described.rule = field.required ? 'required' : 'optional';
  }
  // Mesos prints such a field even when it is not set.
  if (field.options?.default !== undefined && field.options.deprecated !== true) {
    described.default = field.options.default;
  }
  return described;
}

function nameOf(item) {
  return item.fullName.replace(/^\./, '');
}

function schemaModule({ messages, enums }) {
  const lines = (table) =>
    Object.entries(table).map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},\n`);
  return `export const messages = {\n${lines(messages).join('')}};\n\nexport const enums = {\n${lines(enums).join('')}};\n`;
}
