// Loaded into a dispatcher before its own program (node --import): makes it kill itself with SIGKILL at a point of its
// life. Points are each change of the store (asked for, half in the file, in the file, safe and not yet told) and each
// request to Mesos (made, sent, answered). Which of them it dies at says DRILL_KILL; with DRILL_POINTS it writes all
// of them down.

import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync, existsSync } from 'node:fs';
import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { fileURLToPath } from 'node:url';
import { FileStore, ZooKeeperStore } from '@spark-mesos/durable-store';
import { mesos } from '@spark-mesos/mesos-proto';

/**
 * When to die: at the point with that number, counted from 1, or at the first of those names.
 * @typedef {{ number?: number, names?: readonly string[] }} KillOrder
 */

const { DRILL_KILL = '{}', DRILL_KILLED = '', DRILL_POINTS, DRILL_FULL_DISK } = process.env;
/** @type {KillOrder} */
const { number, names = [] } = JSON.parse(DRILL_KILL);
const wanted = new Set(names);
/** The store's log is written anew when it is longer than this, so that this happens in each run. */
const COMPACT_ABOVE_BYTES = 6000;

const PARENT_LOOK_MS = 1000;

let passed = 0;

/**
 * Whether it is to die here.
 * @param {string} name
 */
function isDue(name) {
  passed += 1;
  if (DRILL_POINTS !== undefined) appendFileSync(DRILL_POINTS, `${name}\n`);
  return passed === number || wanted.has(name);
}

/**
 * @param {string} name
 * @returns {never}
 */
function die(name) {
  appendFileSync(DRILL_KILLED, `${name}\n`);
  process.kill(process.pid, 'SIGKILL');
  for (;;);
}

/** @param {string} name */
function point(name) {
  if (isDue(name)) die(name);
}

/**
 * What a change of the store is about, without the id in it.
 * @param {string} key
 * @param {Uint8Array} [value]
 */
function nameOfChange(key, value) {
  const [kind = key] = key.split('/');
  if (value === undefined) return `forget ${kind}`;
  if (kind !== 'state') return `write ${kind}`;
  const { state, finalState, killRequestedAtMs } = JSON.parse(Buffer.from(value).toString());
  const isToEnd = killRequestedAtMs !== undefined && state !== 'killing' && state !== 'finished';
  return `write ${finalState ?? state}${isToEnd ? ' (to be killed)' : ''}`;
}

/** Changes that are asked for and not safe yet, oldest first: whatever reaches the file next begins with the first. */
/** @type {string[]} */
const underWay = [];

/** @param {typeof FileStore | typeof ZooKeeperStore} Store */
function watchStore({ prototype }) {
  const { put, delete: remove } = prototype;
  const watched = async (/** @type {string} */ name, /** @type {() => Promise<any>} */ change) => {
    point(`${name}: asked for`);
    underWay.push(name);
    try {
      const result = await change();
      point(`${name}: safe`);
      return result;
    } finally {
      underWay.splice(underWay.indexOf(name), 1);
    }
  };
  prototype.put = function (key, value, options) {
    return watched(nameOfChange(key, value), () => put.call(this, key, value, options));
  };
  prototype.delete = function (key, options) {
    return watched(nameOfChange(key), () => remove.call(this, key, options));
  };
}

/** What reaches the disk; of file handles a dispatcher has those of its stores alone. */
async function watchFiles() {
  const handle = await files.open(fileURLToPath(import.meta.url));
  const prototype = Object.getPrototypeOf(handle);
  await handle.close();
  const { write } = prototype;
  prototype.write = async function (
    /** @type {Uint8Array} */ bytes,
    /** @type {number} */ offset,
    /** @type {number} */ length,
    /** @type {number} */ position,
  ) {
    const name = underWay[0] ?? 'the log itself';
    const isFull = DRILL_FULL_DISK !== undefined && existsSync(DRILL_FULL_DISK);
    const isTorn = isDue(`${name}: half in the file`);
    if (isTorn || isFull) await write.call(this, bytes, offset, length >> 1, position);
    if (isTorn) die(`${name}: half in the file`);
    if (isFull) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const result = await write.call(this, bytes, offset, length, position);
    point(`${name}: in the file`);
    return result;
  };
  const { rename } = files;
  files.rename = async (from, to) => {
    point('the log anew: not in its place');
    await rename(from, to);
    point('the log anew: in its place');
  };
  syncBuiltinESMExports();
  const { open } = FileStore;
  FileStore.open = (options) => open.call(FileStore, { ...options, compactAboveBytes: COMPACT_ABOVE_BYTES });
}

/** @type {WeakMap<object, string>} */
const callNames = new WeakMap();

function watchCalls() {
  subscribe('undici:request:create', (message) => {
    const { request } = /** @type {{ request: { path: string, body?: unknown } }} */ (message);
    if (!request.path.startsWith('/api/v1/scheduler') || !(request.body instanceof Uint8Array)) return;
    const { type } = mesos.v1.scheduler.Call.decode(request.body);
    const name = `call ${mesos.v1.scheduler.Call.Type[type]}`;
    callNames.set(request, name);
    point(`${name}: made`);
  });
  /** @type {readonly (readonly [channel: string, what: string])[]} */
  const later = [
    ['undici:request:bodySent', 'sent'],
    ['undici:request:headers', 'answered'],
  ];
  for (const [channel, what] of later) {
    subscribe(channel, (message) => {
      const name = callNames.get(/** @type {{ request: object }} */ (message).request);
      if (name !== undefined) point(`${name}: ${what}`);
    });
  }
}

/** No dispatcher outlives its drill. */
function watchParent() {
  const { ppid } = process;
  setInterval(() => process.ppid === ppid || process.kill(process.pid, 'SIGKILL'), PARENT_LOOK_MS).unref();
}

watchParent();
watchStore(FileStore);
watchStore(ZooKeeperStore);
await watchFiles();
watchCalls();
