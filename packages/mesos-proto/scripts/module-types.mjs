// Purpose: types of single modules, as other names for what mesos.d.ts declares.

import { moduleOf } from './split-modules.mjs';

const DECLARATION = /^(\s*)(?:export )?(namespace|class|interface|enum) (\w+)/;

/**
 * @param {string} types the text of mesos.d.ts
 * @param {readonly string[]} packages
 * @returns {Map<string, string>} texts by name of file
 */
export function moduleTypes(types, packages) {
  const names = new Map(packages.map((name) => [name, new Set()]));
  const path = [];
  for (const line of types.split('\n')) {
    const [, indent, kind, name] = DECLARATION.exec(line) ?? [];
    if (name === undefined) {
      continue;
    }
    path.length = indent.length / 4;
    const isPackage = packages.some((known) => `${known}.`.startsWith(`${[...path, name].join('.')}.`));
    if (!isPackage) {
      names.get(path.join('.'))?.add(name);
    }
    if (kind === 'namespace') {
      path.push(name);
    }
  }
  const files = new Map();
  for (const [packageName, declared] of names) {
    const [root] = packageName.split('.');
    const lines = [...declared].map((name) => `export import ${name} = ${packageName}.${name};\n`);
    files.set(`${moduleOf(packageName)}.d.ts`, `import { ${root} } from './mesos.js';\n\n${lines.join('')}`);
  }
  return files;
}
