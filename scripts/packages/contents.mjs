// What has to be right in a package before anybody installs it: its manifest, its files, and what it imports.

import { readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { ROOT } from '../support/workspace.mjs';

/** @typedef {import('./tarballs.mjs').Packed} Packed */
/** @typedef {import('./tarballs.mjs').PackedManifest} PackedManifest */
/** @typedef {import('./tarballs.mjs').Conditions} Conditions */

/** What is published besides the manifest; anything else is a mistake. */
const MEANT =
  /^(?:dist|src|bin|deploy|examples|proto)\/|^(?:README\.md|CHANGELOG\.md|LICENSE|package\.json)$/;
const NEVER = /(?:^|\/)(?:test|node_modules|\.[^/]+)(?:\/|$)|\.test\.[jt]sx?$|\.tsbuildinfo$/;
const EVERYWHERE = ['README.md', 'CHANGELOG.md', 'LICENSE'];

const EXECUTABLE = 0o111;
const SHEBANG = '#!/usr/bin/env node\n';

/** Modules that a compiled file or its types import: the compiler begins a line with each statement, but for `import(…)`. */
const IMPORT =
  /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*(['"])([^'"\n]+)\1|^\s*import\s*(['"])([^'"\n]+)\3|\bimport\(\s*(['"])([^'"\n]+)\5/gm;
const TYPE_REFERENCE = /^\/\/\/ <reference types="([^"]+)"/gm;
const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/(?!\/).*$/gm;

/**
 * The manifest of the whole workspace, which says what all have in common.
 * @returns {PackedManifest & { repository?: { url?: string } }}
 */
const workspaceManifest = () => JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/**
 * Everything that is wrong with what is in a tarball, one sentence each.
 * @param {Packed} packed
 * @returns {string[]}
 */
export function contentProblems(packed) {
  const { manifest, source, files, folder } = packed;
  return [
    ...manifestProblems(manifest, source, workspaceManifest()),
    ...fileProblems(manifest, files),
    ...binProblems(packed),
    ...importProblems(manifest, codeOf(files, folder)),
  ];
}

/**
 * What is wrong with a manifest.
 * @param {PackedManifest} manifest
 * @param {string} source its folder in the workspace
 * @param {PackedManifest} workspace
 * @returns {string[]}
 */
export function manifestProblems(manifest, source, workspace) {
  const { dependencies = {}, peerDependencies = {}, optionalDependencies = {}, exports = {} } = manifest;
  /** @type {string[]} */
  const problems = [];
  const expect = (/** @type {boolean} */ holds, /** @type {string} */ otherwise) => {
    if (!holds) problems.push(otherwise);
  };
  for (const [name, range] of Object.entries({
    ...dependencies,
    ...peerDependencies,
    ...optionalDependencies,
  })) {
    expect(!/^(?:workspace|catalog|link|file):/.test(range), `it depends on ${name} as ${range}`);
  }
  expect(manifest.type === 'module', 'its type is not module');
  expect(manifest.license === workspace.license, `its license is not ${workspace.license}`);
  expect((manifest.description ?? '') !== '', 'it has no description');
  expect((manifest.keywords ?? []).length > 0, 'it has no keywords');
  expect(manifest.engines?.node === workspace.engines?.node, `its engines are not those of the workspace`);
  expect(manifest.sideEffects !== undefined, 'it does not say whether its modules have side effects');
  expect(/^\d+\.\d+\.\d+/.test(manifest.version) && manifest.version !== '0.0.0', 'it has no version');
  expect(exports['.'] !== undefined, 'it has no main export');
  if (workspace.repository !== undefined) {
    expect(manifest.repository?.directory === source, `its repository has not the directory ${source}`);
  }
  return problems;
}

/**
 * What is missing among the files of a package, or should not be there.
 * @param {PackedManifest} manifest
 * @param {readonly string[]} files
 * @returns {string[]}
 */
export function fileProblems(manifest, files) {
  const has = new Set(files);
  const missing = [...EVERYWHERE, ...exportedFiles(manifest.exports), ...Object.values(manifest.bin ?? {})]
    .map((path) => path.replace(/^\.\//, ''))
    .filter((path) => !has.has(path) && !path.includes('*'))
    .map((path) => `${path} is missing`);
  const unwanted = files
    .filter((path) => !MEANT.test(path) || NEVER.test(path))
    .map((path) => `${path} is no part of it`);
  return [...exportProblems(manifest), ...missing, ...unwanted, ...staleFiles(files)];
}

/**
 * Every file that an export leads to, whatever the condition.
 * @param {Conditions | undefined} conditions
 * @returns {string[]}
 */
function exportedFiles(conditions) {
  return typeof conditions === 'string'
    ? [conditions]
    : Object.values(conditions ?? {}).flatMap(exportedFiles);
}

/**
 * Exports that have no types, or nothing for whoever knows no condition.
 * @param {PackedManifest} manifest
 */
function exportProblems({ exports = {} }) {
  return Object.entries(exports)
    .filter(([, conditions]) => typeof conditions !== 'string')
    .filter(([, conditions]) => Object.keys(conditions).slice(-2).join() !== 'types,default')
    .map(([path]) => `its export ${path} does not end with types and default`);
}

/**
 * What the compiler has left of sources that are gone: it never deletes.
 * @param {readonly string[]} files
 */
function staleFiles(files) {
  if (!files.includes('dist/index.d.ts')) return [];
  const sources = new Set(files.filter((path) => path.startsWith('src/')).map(withoutEnding));
  const stale = files.filter(
    (path) => /^dist\/.*\.d\.ts$/.test(path) && !sources.has(withoutEnding(path.replace('dist/', 'src/'))),
  );
  if (stale.length === 0) return [];
  const which = stale.length === 1 ? `${stale[0]}` : `${stale[0]} and ${stale.length - 1} more`;
  return [`it was built of sources that are gone (${which}): npx pnpm clean && npx pnpm build`];
}

/** @param {string} path */
const withoutEnding = (path) => path.replace(/(?:\.d)?\.[jt]sx?$/, '');

/**
 * Commands have to be executable, and run by Node.
 * @param {Packed} packed
 * @returns {string[]}
 */
function binProblems({ manifest, folder, files }) {
  const bins = Object.values(manifest.bin ?? {}).map((path) => path.replace(/^\.\//, ''));
  return bins
    .filter((path) => files.includes(path))
    .flatMap((path) => {
      const file = join(folder, path);
      const isExecutable = (statSync(file).mode & EXECUTABLE) === EXECUTABLE;
      const hasShebang = readFileSync(file, 'utf8').startsWith(SHEBANG);
      return [
        ...(isExecutable ? [] : [`${path} is not executable`]),
        ...(hasShebang ? [] : [`${path} does not begin with ${SHEBANG.trim()}`]),
      ];
    });
}

/**
 * The code and the types of a package by their paths. Pages in a browser are bundled, and import nothing.
 * @param {readonly string[]} files
 * @param {string} folder
 * @returns {Map<string, string>}
 */
function codeOf(files, folder) {
  const code = files.filter(
    (path) => /^(?:dist|bin)\/.*\.(?:js|d\.ts)$/.test(path) && !/\/assets\//.test(path),
  );
  return new Map(code.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

/**
 * Imports of what a package does not declare, of other packages' inner files, and what is declared in vain.
 * @param {PackedManifest} manifest
 * @param {ReadonlyMap<string, string>} code by path
 * @returns {string[]}
 */
export function importProblems(manifest, code) {
  const { dependencies = {}, peerDependencies = {}, optionalDependencies = {} } = manifest;
  const declared = new Set(Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies }));
  /** @type {Set<string>} */
  const problems = new Set();
  for (const [path, text] of code) {
    for (const specifier of importsOf(text)) {
      if (specifier.startsWith('.') || specifier.startsWith('node:') || builtinModules.includes(specifier)) {
        continue;
      }
      const name = packageOf(specifier);
      if (/\/(?:dist|src|lib)\//.test(specifier)) problems.add(`${path} imports the inner file ${specifier}`);
      if (name === 'node' && path.endsWith('.d.ts')) continue;
      if (name !== manifest.name && !declared.has(name))
        problems.add(`${path} imports ${name}, which it does not declare`);
    }
  }
  // A package may also be loaded by its name when it is needed.
  const isNamed = (/** @type {string} */ name) =>
    [...code.values()].some((text) => new RegExp(`['"]${name}['"/]`).test(text));
  const unused = Object.keys(dependencies).filter((name) => !isNamed(name) && !name.startsWith('@types/'));
  return [...problems, ...unused.map((name) => `it depends on ${name}, and imports nothing of it`)];
}

/**
 * @param {string} text
 * @returns {string[]}
 */
function importsOf(text) {
  const code = text.replace(COMMENT, '');
  return [
    ...[...code.matchAll(IMPORT)].map((found) => found[2] ?? found[4] ?? found[6] ?? ''),
    ...[...text.matchAll(TYPE_REFERENCE)].map(([, specifier = '']) => specifier),
  ];
}

/** @param {string} specifier */
function packageOf(specifier) {
  const [scope = '', name = ''] = specifier.split('/');
  return scope.startsWith('@') ? `${scope}/${name}` : scope;
}
