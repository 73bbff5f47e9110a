// The shuffle files that both sides serve: as an executor leaves them, in its own local directory.

import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const KIB = 1024;
const MIB = 1024 * KIB;
const SUBDIRECTORIES = 64;
const LOCAL_DIRECTORY = 'blockmgr-5f0e1bc4-9d35-4a38-8a0c-6f1a3a2b7c11';

/**
 * @typedef {object} Shuffle blocks of one size, 64 MiB of them, so that they do not come out of the processor's caches
 * @property {number} id
 * @property {string} name
 * @property {number} blockBytes
 * @property {number} maps
 * @property {number} reducers the blocks of a map's output, and those of a fetch
 */

/** @type {readonly Shuffle[]} */
export const SHUFFLES = [
  { id: 0, name: '8 KiB', blockBytes: 8 * KIB, maps: 128, reducers: 64 },
  { id: 1, name: '64 KiB', blockBytes: 64 * KIB, maps: 64, reducers: 16 },
  { id: 2, name: '1 MiB', blockBytes: MIB, maps: 16, reducers: 4 },
  { id: 3, name: '16 MiB', blockBytes: 16 * MIB, maps: 4, reducers: 1 },
];

/**
 * Writes all of them, and gives the executor's local directory.
 * @param {string} root
 */
export function writeShuffles(root) {
  const directory = join(root, LOCAL_DIRECTORY);
  for (const shuffle of SHUFFLES) {
    for (let map = 0; map < shuffle.maps; map += 1) writeMapOutput(directory, shuffle, map);
  }
  return directory;
}

/** Each block begins with its map and its reducer. @param {string} directory @param {Shuffle} shuffle @param {number} map */
function writeMapOutput(directory, { id, blockBytes, reducers }, map) {
  const index = Buffer.alloc(8 * (reducers + 1));
  const block = Buffer.alloc(blockBytes, 0x5a);
  const data = openSync(placed(directory, `shuffle_${id}_${map}_0.data`), 'w');
  for (let reducer = 0; reducer < reducers; reducer += 1) {
    block.writeInt32BE(map, 0);
    block.writeInt32BE(reducer, 4);
    writeSync(data, block);
    index.writeBigInt64BE(BigInt((reducer + 1) * blockBytes), (reducer + 1) * 8);
  }
  closeSync(data);
  writeFileSync(placed(directory, `shuffle_${id}_${map}_0.index`), index);
}

/** Where Spark's `DiskBlockManager` puts a file. @param {string} directory @param {string} name */
function placed(directory, name) {
  let hash = 0;
  for (let at = 0; at < name.length; at += 1) hash = (Math.imul(hash, 31) + name.charCodeAt(at)) | 0;
  const folder = join(directory, (Math.abs(hash) % SUBDIRECTORIES).toString(16).padStart(2, '0'));
  mkdirSync(folder, { recursive: true });
  return join(folder, name);
}
