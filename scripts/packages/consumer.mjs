// An empty folder far from this workspace, in which the packed packages are installed as a user installs them.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../support/run.mjs';
import { lastLines, ROOT, toolEnvironment } from '../support/workspace.mjs';
import { must } from './tarballs.mjs';

/** @typedef {import('./tarballs.mjs').Packed} Packed */

/** Nothing can be imported that is not declared: neither here nor inside of any package. */
const STRICT = 'node-linker=isolated\nhoist=false\nshamefully-hoist=false\n';

/** What checks the types: the compiler of this workspace, and the last one that is written in JavaScript. */
const COMPILERS = ['node_modules/typescript/bin/tsc', 'docs/api/node_modules/typescript/bin/tsc'];

/**
 * Installs all packages, each from its tarball, whichever package asks for it.
 * @param {string} folder
 * @param {readonly Packed[]} packages
 */
export async function installAll(folder, packages) {
  mkdirSync(folder);
  const tarballs = Object.fromEntries(packages.map(({ name, tarball }) => [name, `file:${tarball}`]));
  const types = JSON.parse(readFileSync(join(ROOT, 'node_modules/@types/node/package.json'), 'utf8'));
  const manifest = {
    name: 'consumer',
    private: true,
    type: 'module',
    dependencies: tarballs,
    devDependencies: { '@types/node': types.version },
    pnpm: { overrides: tarballs },
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  writeFileSync(join(folder, '.npmrc'), STRICT);
  await must(
    'pnpm',
    ['install', '--prefer-offline', '--no-frozen-lockfile', '--reporter=append-only'],
    folder,
  );
}

/**
 * What the compilers of TypeScript say of the types of all exports of all packages, without leaving any of them out.
 * @param {string} folder
 * @param {readonly Packed[]} packages
 * @returns {Promise<string[]>}
 */
export async function typeProblems(folder, packages) {
  const modules = packages.flatMap(({ name, manifest }) =>
    Object.entries(manifest.exports ?? {})
      .filter(([, conditions]) => typeof conditions !== 'string')
      .map(([path]) => `${name}${path.slice(1)}`),
  );
  const lines = modules.map((module, index) => `export * as module${index} from '${module}';`);
  writeFileSync(join(folder, 'types.ts'), `${lines.join('\n')}\n`);
  const options = ['--module', 'nodenext', '--target', 'es2022', '--types', 'node', '--noEmit'];
  const strict = ['--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false'];
  const found = [];
  for (const compiler of COMPILERS) {
    const { status, output } = await run(
      process.execPath,
      [join(ROOT, compiler), ...options, ...strict, 'types.ts'],
      { cwd: folder, env: toolEnvironment() },
    );
    if (status !== 0) found.push(`${compiler}: ${lastLines(output)}`);
  }
  return found;
}
