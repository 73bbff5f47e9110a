/**
 * Purpose: make the message code from the .proto files, into src/generated and, for the built package, into dist/generated.
 *
 * - v1.js, scheduler.js…  static encoders and decoders (protobufjs), a module for each package, without protobufjs's own
 *                         JSON conversion: Mesos's differs, see src/json. Each class has `$schema`, the names and types of
 *                         its fields, and `$complete`, which tells whether required ones are missing
 * - mesos.js              the same as namespaces: `mesos.v1.scheduler.Call`
 * - mesos.d.ts            the types
 * - scheduler.d.ts…       the types of single modules
 *
 * Runs at `pnpm install` and before every build; does nothing when its inputs have not changed.
 */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describeMessages } from './describe-messages.mjs';
import { moduleTypes } from './module-types.mjs';
import { splitModules } from './split-modules.mjs';

const require = createRequire(import.meta.url);
const scriptDirectory = dirname(fileURLToPath(import.meta.url));
const packageDirectory = join(scriptDirectory, '..');
const protoDirectory = join(packageDirectory, 'proto');
const targets = [join(packageDirectory, 'src/generated'), join(packageDirectory, 'dist/generated')];

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
  const scripts = (await readdir(scriptDirectory)).sort().map((name) => join(scriptDirectory, name));
  const hash = createHash('sha256');
  for (const file of [...protoFiles, ...scripts]) {
    hash.update(relative(packageDirectory, file)).update(await readFile(file));
  }
  for (const tool of ['protobufjs', 'protobufjs-cli']) {
    hash.update(require(`${tool}/package.json`).version);
  }
  return hash.digest('hex');
}

/** The stamp holds the fingerprint, and the names of the files that belong to it. */
async function isCurrent(target) {
  const present = await readdir(target).catch(() => []);
  const stamp = await readFile(join(target, '.fingerprint'), 'utf8').catch(() => '');
  const [stamped, ...names] = stamp.split('\n');
  return stamped === fingerprint && names.length > 0 && names.every((name) => present.includes(name));
}

/** Two installs may run at once: files appear whole, by renaming, and the fingerprint comes last. */
async function publish(source, target) {
  await mkdir(target, { recursive: true });
  const names = (await readdir(source)).filter((name) => !name.startsWith('.'));
  // What others import comes after what it imports itself.
  names.sort((a, b) => Number(a.startsWith('mesos')) - Number(b.startsWith('mesos')));
  for (const name of names) {
    const temporary = join(target, `.${name}.${process.pid}`);
    await copyFile(join(source, name), temporary);
    await rename(temporary, join(target, name));
  }
  await writeFile(join(target, '.fingerprint'), [fingerprint, ...names].join('\n'));
  for (const name of await readdir(target)) {
    if (!name.startsWith('.') && !names.includes(name)) {
      await rm(join(target, name), { force: true });
    }
  }
}

async function generate() {
  const directory = join(packageDirectory, 'node_modules/.cache', `generate-${process.pid}`);
  await mkdir(directory, { recursive: true });
  const code = await runPbjs(directory);
  const resolvePath = (target) => (target.startsWith('mesos/') ? join(protoDirectory, target) : target);
  const { messages, packages } = await describeMessages(protoFiles, resolvePath);
  const types = polishTypes(await readFile(join(directory, 'mesos.d.ts'), 'utf8'));
  await writeFile(join(directory, 'mesos.d.ts'), types);
  for (const [file, text] of moduleTypes(
    types,
    packages.filter((name) => name.startsWith('mesos.')),
  )) {
    await writeFile(join(directory, file), text);
  }
  for (const [file, text] of splitModules({ code, messages, packages })) {
    await writeFile(join(directory, file), text);
  }
  return directory;
}

async function runPbjs(directory) {
  const pbjs = promisify(require('protobufjs-cli/pbjs.js').main);
  const common = ['-t', 'static-module', '-w', 'esm', '-p', protoDirectory];
  const without = ['verify', 'delimited', 'typeurl', 'service', 'convert'].map((part) => `--no-${part}`);
  const file = join(directory, 'mesos.js');
  // The types are read from the comments, which then only make the code four times as long to load.
  await pbjs([...common, ...without, '-d', '-o', file, ...protoFiles]);
  await pbjs([...common, ...without, '--no-comments', '-o', file, ...protoFiles]);
  return await readFile(file, 'utf8');
}

function polishTypes(text) {
  return (
    text
      .replace('import Long = require("long");', "import type Long from 'long';")
      // There is no `verify` to link to: it was left out.
      .replaceAll(/ Does not implicitly \{@link \S+\.verify\|verify\} messages\./g, '')
      // `IOffer` is the name that our own interfaces speak; it is as good as `Offer.$Properties`.
      .replaceAll(/^\s*\* @deprecated Use \S+\$Properties instead\.\n/gm, '')
  );
}
