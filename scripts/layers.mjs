// Which package may import which (design: arrows point down only). `node scripts/layers.mjs` checks every
// package.json and biome.layers.json against the table below; `--write` renews biome.layers.json.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The layers from the bytes upwards. A package imports from the layers below its own, never from its own.
 * Everything in apps/ stands on top of the last one.
 * @type {readonly (readonly string[])[]}
 */
export const LAYERS = [
  ['mesos-proto', 'spark-network', 'java-serialization', 'durable-store'],
  ['mesos-client', 'spark-rpc', 'scheduler-utils'],
  ['coarse-backend', 'fine-backend', 'external-shuffle'],
  ['spark-gateway', 'cluster-dispatcher', 'mesos-local'],
];

/** Tests of any package may start the embedded Mesos, whatever layer they are in. */
const ALLOWED_IN_TESTS = ['mesos-local'];

/** The console is built to static files: an app may ask it where they are. No other app is ever imported. */
const IMPORTABLE_APPS = ['console'];

/** The rules below as the linter reads them; biome.json extends this file. */
const RULES_FILE = 'biome.layers.json';

const SCOPE = '@spark-mesos/';

/**
 * @typedef {object} Manifest
 * @property {string} folder where the package is, relative to the workspace: `packages/mesos-proto`
 * @property {string} name
 * @property {Record<string, string>} dependencies
 * @property {Record<string, string>} devDependencies
 */

/**
 * The packages and apps of a workspace.
 * @param {string} root
 * @returns {Manifest[]}
 */
export function readManifests(root) {
  return ['packages', 'apps'].flatMap((group) =>
    readdirSync(join(root, group), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => {
        const folder = `${group}/${entry.name}`;
        const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
        const { name, dependencies = {}, devDependencies = {} } = manifest;
        return { folder, name, dependencies, devDependencies };
      }),
  );
}

/**
 * The folder names of the packages that a package may import from its sources.
 * @param {string} packageName folder name below packages/
 */
export function allowedImports(packageName) {
  const layer = LAYERS.findIndex((names) => names.includes(packageName));
  if (layer < 0) {
    throw new Error(`packages/${packageName} stands in no layer: add it to LAYERS in scripts/layers.mjs`);
  }
  return LAYERS.slice(0, layer).flat();
}

/**
 * One override of biome.json: what the files of a folder must not import.
 * @param {string} files
 * @param {readonly string[]} allowed
 * @param {string} message
 */
function importRule(files, allowed, message) {
  const exceptions = allowed.flatMap((name) => [`!${SCOPE}${name}`, `!${SCOPE}${name}/**`]);
  const patterns = [
    { group: ['spark-mesos', 'spark-mesos/**', `${SCOPE}*`, `${SCOPE}*/**`, ...exceptions], message },
    {
      group: ['**/src/**', '!./src/**', '!../src/**', '!../../src/**', '!../../../src/**'],
      message: 'Import another package by its name, not by the path of its files.',
    },
  ];
  const noRestrictedImports = { level: 'error', options: { patterns } };
  return { includes: [files], linter: { rules: { style: { noRestrictedImports } } } };
}

/**
 * The overrides of biome.json that state the layers for these packages.
 * @param {readonly Manifest[]} manifests
 */
export function layerOverrides(manifests) {
  const names = manifests
    .filter(({ folder }) => folder.startsWith('packages/'))
    .map(({ folder }) => folder.slice('packages/'.length));
  const ofPackages = names.sort().flatMap((name) => {
    const allowed = allowedImports(name);
    const message = `packages/${name} imports from the layers below its own only (scripts/layers.mjs).`;
    const inTests = [...new Set([name, ...allowed, ...ALLOWED_IN_TESTS])];
    return [
      importRule(`packages/${name}/src/**`, allowed, message),
      importRule(`packages/${name}/test/**`, inTests, message),
    ];
  });
  const everyPackage = [...LAYERS.flat(), ...IMPORTABLE_APPS];
  return [...ofPackages, importRule('apps/*/{src,test}/**', everyPackage, 'Nothing imports an app.')];
}

/**
 * What breaks the rule in the dependencies that the packages declare.
 * @param {readonly Manifest[]} manifests
 * @returns {string[]}
 */
export function dependencyProblems(manifests) {
  const folders = new Map(manifests.map(({ name, folder }) => [name, folder]));
  return manifests.flatMap(({ folder, dependencies, devDependencies }) => {
    const isApp = folder.startsWith('apps/');
    const allowed = isApp
      ? [...LAYERS.flat(), ...IMPORTABLE_APPS]
      : allowedImports(folder.slice('packages/'.length));
    const find = (/** @type {Record<string, string>} */ declared, /** @type {string[]} */ permitted) =>
      Object.keys(declared)
        .filter((name) => folders.has(name) || name.startsWith(SCOPE))
        .filter((name) => !permitted.includes(name.slice(SCOPE.length)))
        .map((name) => `${folder}/package.json depends on ${name}, which is not in a layer below it`);
    return [...find(dependencies, allowed), ...find(devDependencies, [...allowed, ...ALLOWED_IN_TESTS])];
  });
}

/**
 * Everything that is wrong with the layers of a workspace, one sentence each.
 * @param {string} root
 * @returns {string[]}
 */
export function layerProblems(root) {
  const manifests = readManifests(root);
  const problems = dependencyProblems(manifests);
  const stated = JSON.parse(readFileSync(join(root, RULES_FILE), 'utf8'));
  if (JSON.stringify(stated) !== JSON.stringify({ overrides: layerOverrides(manifests) })) {
    problems.push(`${RULES_FILE} is not what the layers say: node scripts/layers.mjs --write`);
  }
  return problems;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  if (process.argv.includes('--write')) {
    const rules = layerOverrides(readManifests(root)).map((rule) => `    ${JSON.stringify(rule)}`);
    writeFileSync(join(root, RULES_FILE), `{\n  "overrides": [\n${rules.join(',\n')}\n  ]\n}\n`);
  }
  const problems = layerProblems(root);
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
