// Packs the packages of this workspace as they would be published.

import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { StepError } from '../support/progress.mjs';
import { run } from '../support/run.mjs';
import { lastLines, ROOT, toolEnvironment } from '../support/workspace.mjs';

/**
 * Where an export leads: a file, or one for each condition.
 * @typedef {string | { [condition: string]: Conditions }} Conditions
 */

/**
 * What of a manifest is looked at here.
 * @typedef {object} PackedManifest
 * @property {string} name
 * @property {string} version
 * @property {string} [description]
 * @property {string} [license]
 * @property {string} [type]
 * @property {boolean | string[]} [sideEffects]
 * @property {readonly string[]} [keywords]
 * @property {{ node?: string }} [engines]
 * @property {{ directory?: string }} [repository]
 * @property {Record<string, Conditions>} [exports]
 * @property {Record<string, string>} [bin]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, string>} [optionalDependencies]
 */

/**
 * A package as it would be published.
 * @typedef {object} Packed
 * @property {string} name
 * @property {string} source its folder in the workspace: `packages/mesos-proto`
 * @property {string} tarball
 * @property {number} bytes of the tarball
 * @property {string} folder where the tarball is unpacked
 * @property {readonly string[]} files in it, relative, with slashes
 * @property {PackedManifest} manifest as it is in the tarball
 */

/** @param {string} path */
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/**
 * The folders of everything that is published: all packages and apps that are not private.
 * @returns {{ name: string, source: string }[]}
 */
export function publishable() {
  return ['packages', 'apps']
    .flatMap((group) => readdirSync(join(ROOT, group)).map((folder) => `${group}/${folder}`))
    .map((source) => ({ source, ...readJson(join(ROOT, source, 'package.json')) }))
    .filter((manifest) => manifest.private !== true)
    .map(({ name, source }) => ({ name, source }));
}

/**
 * Packs everything that is published into a folder, and unpacks it beside the tarballs.
 * @param {string} folder an empty one
 * @returns {Promise<Packed[]>}
 */
export async function packAll(folder) {
  const packages = publishable();
  const filters = packages.flatMap(({ name }) => ['--filter', name]);
  const pack = ['pack', '--pack-destination', folder, '--config.ignore-scripts=true'];
  await must('pnpm', ['--recursive', ...filters, ...pack], ROOT);
  return Promise.all(packages.map((one) => unpack(one, folder)));
}

/**
 * @param {{ name: string, source: string }} one
 * @param {string} folder
 * @returns {Promise<Packed>}
 */
async function unpack({ name, source }, folder) {
  const fileName = name.replace('@', '').replace('/', '-');
  const { version } = readJson(join(ROOT, source, 'package.json'));
  const tarball = join(folder, `${fileName}-${version}.tgz`);
  const target = join(folder, fileName);
  mkdirSync(target);
  await must('tar', ['-xzf', tarball, '-C', target], ROOT);
  const content = join(target, 'package');
  const files = readdirSync(content, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(content.length + 1))
    .sort();
  const manifest = /** @type {PackedManifest} */ (readJson(join(content, 'package.json')));
  return { name, source, tarball, bytes: statSync(tarball).size, folder: content, files, manifest };
}

/**
 * Runs a program that has to succeed.
 * @param {string} program
 * @param {readonly string[]} programArguments
 * @param {string} cwd
 */
export async function must(program, programArguments, cwd) {
  const { status, output } = await run(program, programArguments, { cwd, env: toolEnvironment() });
  if (status !== 0) {
    throw new StepError(`${program} ${programArguments[0]} failed (exit ${status}):\n${lastLines(output)}`);
  }
}
