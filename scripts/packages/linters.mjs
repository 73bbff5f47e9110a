// What others say of a package: publint of its manifest and files, "are the types wrong" of its types as programs find
// them.

import { readFileSync } from 'node:fs';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { problemAffectsResolutionKind, problemKindInfo } from '@arethetypeswrong/core/problems';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/** @typedef {import('./tarballs.mjs').Packed} Packed */

/** Who can import an ES module at all; a CommonJS module and the resolution of Node 10 cannot. */
const ESM_ONLY = /** @type {const} */ (['node16-esm', 'bundler']);

/**
 * What publint finds, down to suggestions of how manifests are written.
 * @param {Packed} packed
 * @returns {Promise<string[]>}
 */
export async function publintProblems({ tarball, manifest }) {
  const { messages } = await publint({
    pack: { tarball: bytesOf(tarball) },
    level: 'suggestion',
    strict: true,
  });
  return messages.map((message) => `publint: ${formatMessage(message, manifest, { color: false })}`);
}

/**
 * What is wrong with the types, for programs that are ES modules themselves.
 * @param {Packed} packed
 * @returns {Promise<string[]>}
 */
export async function attwProblems({ tarball }) {
  const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(bytesOf(tarball))));
  if (analysis.types === false) return ['attw: it has no types'];
  return analysis.problems
    .filter((problem) => ESM_ONLY.some((kind) => problemAffectsResolutionKind(problem, kind, analysis)))
    .map((problem) => `attw: ${problemKindInfo[problem.kind].description} ${JSON.stringify(problem)}`);
}

/** @param {string} path */
function bytesOf(path) {
  const { buffer, byteOffset, byteLength } = readFileSync(path);
  return buffer.slice(byteOffset, byteOffset + byteLength);
}
