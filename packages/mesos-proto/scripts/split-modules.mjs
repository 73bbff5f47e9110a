// Purpose: make modules of which a bundler takes what is used out of the one file that pbjs writes.
//
// pbjs nests all classes in functions that assign to one another's objects, and no bundler dares to leave one out.
// Here each package of the .proto files becomes a module, and each class at the top of a package an export of its own.

import { checkedMessages, completenessCheck } from './completeness.mjs';

/** @typedef {import('./describe-messages.mjs').FieldDescription} FieldDescription */

const HEADER = `import $protobuf from "protobufjs/minimal.js";

const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;
`;

/**
 * @param {object} options
 * @param {string} options.code what pbjs has written as static-module for ES modules
 * @param {Map<string, FieldDescription[]>} options.messages
 * @param {readonly string[]} options.packages
 * @returns {Map<string, string>} texts by name of file
 */
export function splitModules({ code, messages, packages }) {
  const checked = checkedMessages(messages);
  const modules = new Map(packages.map((name) => [name, { blocks: [], exports: [], imports: new Set() }]));
  for (const { packageName, name, lines } of topLevelBlocks(code, packages)) {
    const module = modules.get(packageName);
    const local = resolver(packages, packageName, module.imports);
    const described = describeClasses({ lines, packageName, messages, checked, expressionOf: local });
    const margin = ' '.repeat(packageName.split('.').length * 4);
    const body = described
      .map((line) => (line.startsWith(margin) ? line.slice(margin.length) : line))
      .join('\n')
      .replaceAll(/\$root\.([\w.]+)/g, (_, path) => local(path));
    module.blocks.push(`const ${bindingOf(packageName, name)} = /*#__PURE__*/ (() => {\n${body}\n})();\n`);
    module.exports.push(name);
  }
  const files = new Map();
  for (const [packageName, module] of modules) {
    files.set(`${moduleOf(packageName)}.js`, moduleText(packageName, module));
  }
  for (const [file, text] of namespaceModules(packages)) {
    files.set(file, text);
  }
  for (const [file, text] of files) {
    if (text.includes('$root')) throw new Error(`${file}: pbjs writes something that is not understood here`);
  }
  return files;
}

/** `mesos.v1.scheduler` → `scheduler`, `google.protobuf` → `protobuf`. */
export function moduleOf(packageName) {
  return packageName.split('.').at(-1);
}

function bindingOf(packageName, name) {
  return `$${moduleOf(packageName)}_${name}`;
}

/** The classes and enums at the top of packages, each with the lines between its brackets. */
function topLevelBlocks(code, packages) {
  const blocks = [];
  const open = [];
  let block;
  for (const line of code.split('\n')) {
    const indent = line.length - line.trimStart().length;
    if (block !== undefined) {
      if (indent === block.indent && line.trim() === '})();') {
        blocks.push(block);
        block = undefined;
      } else {
        block.lines.push(line);
      }
      continue;
    }
    const name = /^(?:export const |\s+\w+\.)(\w+) = .*\(?(?:function ?)?\(\) (?:=> )?\{$/.exec(line)?.[1];
    if (name === undefined) {
      continue;
    }
    open.length = indent / 4;
    const packageName = open.join('.');
    const isPackage = packages.some((known) => `${known}.`.startsWith(`${[...open, name].join('.')}.`));
    if (isPackage) {
      open.push(name);
    } else {
      block = { packageName, name, indent, lines: [] };
    }
  }
  return blocks;
}

/** Puts what is known of each class into it, before the line that hands it out. */
function describeClasses({ lines, packageName, messages, checked, expressionOf }) {
  const path = [];
  const result = [];
  for (const line of lines) {
    const indent = line.length - line.trimStart().length;
    const opened = /^\s+const (\w+) = function \(properties\) \{$/.exec(line)?.[1];
    if (opened !== undefined) {
      path.push({ name: opened, indent });
    }
    const current = path.at(-1);
    if (current !== undefined && indent === current.indent && line.trim() === `return ${current.name};`) {
      const fullName = [packageName, ...path.map(({ name }) => name)].join('.');
      const fields = messages.get(fullName);
      if (fields === undefined) throw new Error(`${fullName} is in the code, and not in the .proto files`);
      result.push(...description({ local: current.name, fullName, fields, checked, expressionOf }));
      path.pop();
    }
    result.push(line);
  }
  return result;
}

function description({ local, fullName, fields, checked, expressionOf }) {
  const literals = fields.map(({ reference, ...rest }) => {
    const plain = JSON.stringify(rest).slice(0, -1);
    return reference === undefined ? `${plain}}` : `${plain},"reference":${expressionOf(reference)}}`;
  });
  // A function, because classes refer to one another in circles.
  const lines = [`${local}.$schema = { name: "${fullName}", fields: () => [${literals.join(', ')}] };`];
  if (checked.has(fullName)) {
    const body = completenessCheck(fields, checked, expressionOf);
    lines.push(`${local}.$complete = (message) => {`, ...body, '};');
  }
  return lines;
}

/** What stands for a full name within a module: a name of its own, since classes within classes hide others. */
function resolver(packages, packageName, imports) {
  return (path) => {
    const home = packages
      .filter((known) => path.startsWith(`${known}.`))
      .sort((a, b) => b.length - a.length)[0];
    if (home === undefined) throw new Error(`${path} is in no package`);
    const [name, ...rest] = path.slice(home.length + 1).split('.');
    if (home !== packageName) {
      imports.add(`import { ${name} as ${bindingOf(home, name)} } from "./${moduleOf(home)}.js";`);
    }
    return [bindingOf(home, name), ...rest].join('.');
  };
}

function moduleText(packageName, { blocks, exports, imports }) {
  const names = exports.map((name) => `  ${bindingOf(packageName, name)} as ${name},\n`).join('');
  return [HEADER, [...imports].sort().join('\n'), ...blocks, `export {\n${names}};\n`].join('\n');
}

/** `mesos.v1.scheduler.Call` by modules that hold modules: bundlers see through them. */
function namespaceModules(packages) {
  const apis = packages.filter((name) => name.startsWith('mesos.v1.')).map(moduleOf);
  const inner = apis.map((name) => `export * as ${name} from "./${name}.js";\n`).join('');
  return new Map([
    ['mesos-v1.js', `export * from "./v1.js";\n${inner}`],
    ['mesos-root.js', 'export * as v1 from "./mesos-v1.js";\n'],
    ['mesos.js', 'export * as mesos from "./mesos-root.js";\n'],
  ]);
}
