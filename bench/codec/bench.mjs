// Messages and records of Mesos: ours against @bufbuild/protobuf, against JSON.parse and JSON.stringify, and against
// a plain copy of the bytes.

import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { codecOf, encodeRecord, mesos, RecordIoDecoder } from '@spark-mesos/mesos-proto';
import { step } from '../../scripts/support/progress.mjs';
import { alternate, row } from '../harness.mjs';
import { offersEvent, taskInfos } from './messages.mjs';
import { loadPeerSchema } from './peer-schema.mjs';

const { Event } = mesos.v1.scheduler;
const { TaskInfo } = mesos.v1;
const codec = codecOf('protobuf');

const ROUNDS = 15;
/** Long enough for the clock, and for the garbage that a run leaves to be part of its time. */
const ROUND_MS = 60;
const WARM_UP_MS = 400;
/** As Node hands out what comes from a socket. */
const CHUNK_BYTES = 64 * 1024;
const STREAM_BYTES = 8 * 1024 * 1024;

/** What is computed is added up here, so that no run can be left out as useless. */
let used = 0;

/**
 * Milliseconds for one run of `work`, over many.
 * @param {() => number} work
 * @param {number} forMs
 */
function time(work, forMs) {
  const started = performance.now();
  let runs = 0;
  let elapsed = 0;
  while (elapsed < forMs) {
    used += work();
    runs += 1;
    elapsed = performance.now() - started;
  }
  return elapsed / runs;
}

/**
 * @param {object} options
 * @param {string} options.scenario
 * @param {() => number} options.ours
 * @param {() => number} options.peer
 * @param {number} options.goal
 * @param {number} [options.bytes] that a run works on: the unit is then MB/s, else ms
 */
async function compare({ scenario, ours, peer, goal, bytes }) {
  return await step(scenario, async () => {
    for (const work of [ours, peer]) time(work, WARM_UP_MS);
    const value = (/** @type {() => number} */ work) => async () => {
      const ms = time(work, ROUND_MS);
      return bytes === undefined ? ms : bytes / 1000 / ms;
    };
    const sides = await alternate({ rounds: ROUNDS, ours: value(ours), peer: value(peer) });
    const unit = bytes === undefined ? 'ms' : 'MB/s';
    return row({ scenario, unit, ...sides, better: bytes === undefined ? 'less' : 'more', goal });
  });
}

/** @param {Awaited<ReturnType<typeof loadPeerSchema>>} schema @param {string} name */
function peerType(schema, name) {
  const type = schema.getMessage(name);
  if (type === undefined) throw new Error(`the peer knows no ${name}`);
  return type;
}

/** @param {Awaited<ReturnType<typeof loadPeerSchema>>} schema */
async function measureDecoding(schema) {
  const event = offersEvent();
  // No Buffer, with which the peer is slower.
  const bytes = new Uint8Array(codec.encode(Event, event));
  const text = JSON.stringify(event);
  const type = peerType(schema, 'mesos.v1.scheduler.Event');
  const ours = () => codec.decode(Event, bytes).offers?.offers?.length ?? 0;
  const scenario = 'decode an event with 1,000 offers';
  return [
    await compare({
      scenario: `${scenario}, against @bufbuild/protobuf`,
      ours,
      peer: () => Object.keys(fromBinary(type, bytes)).length,
      goal: 1,
    }),
    await compare({
      scenario: `${scenario}, against JSON.parse of a string`,
      ours,
      peer: () => JSON.parse(text).offers.offers.length,
      goal: 1,
    }),
  ];
}

/** @param {Awaited<ReturnType<typeof loadPeerSchema>>} schema */
async function measureEncoding(schema) {
  const tasks = taskInfos();
  const type = peerType(schema, 'mesos.v1.TaskInfo');
  const peerTasks = tasks.map((task) => fromBinary(type, codec.encode(TaskInfo, task)));
  const ours = () => tasks.reduce((sum, task) => sum + codec.encode(TaskInfo, task).length, 0);
  const scenario = 'encode 1,000 TaskInfos';
  return [
    await compare({
      scenario: `${scenario}, against @bufbuild/protobuf`,
      ours,
      peer: () => peerTasks.reduce((sum, task) => sum + toBinary(type, task).length, 0),
      goal: 1,
    }),
    await compare({
      scenario: `${scenario}, against JSON.stringify to a string`,
      ours,
      peer: () => tasks.reduce((sum, task) => sum + JSON.stringify(task).length, 0),
      goal: 1,
    }),
  ];
}

/** @param {Uint8Array} stream */
function chunksOf(stream) {
  const count = Math.ceil(stream.length / CHUNK_BYTES);
  return Array.from({ length: count }, (_, index) =>
    stream.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES),
  );
}

/**
 * @param {string} name
 * @param {Uint8Array} message
 */
async function measureRecords(name, message) {
  const count = Math.ceil(STREAM_BYTES / message.length);
  const messages = Array.from({ length: count }, () => message);
  const stream = Buffer.concat(messages.map(encodeRecord));
  const chunks = chunksOf(stream);
  const decode = () => {
    const decoder = new RecordIoDecoder();
    let sum = 0;
    for (const chunk of chunks) for (const record of decoder.push(chunk)) sum += record.length;
    decoder.end();
    return sum;
  };
  const encode = () => messages.reduce((sum, bytes) => sum + encodeRecord(bytes).length, 0);
  const copy = (/** @type {readonly Uint8Array[]} */ parts) => () =>
    parts.reduce((sum, part) => sum + new Uint8Array(part).length, 0);
  const goal = 0.5;
  const bytes = stream.length;
  return [
    await compare({
      scenario: `RecordIO, ${name}: cut records out of a stream, against a copy of each record`,
      ours: decode,
      peer: copy(messages),
      goal,
      bytes,
    }),
    await compare({
      scenario: `RecordIO, ${name}: frame records, against a copy of each record`,
      ours: encode,
      peer: copy(messages),
      goal,
      bytes,
    }),
  ];
}

/** Whether this bench needs a Spark. */
export const needsSpark = false;

/** @returns {Promise<import('../harness.mjs').Row[]>} */
export async function measure() {
  const schema = await loadPeerSchema();
  const [task] = taskInfos();
  const rows = [
    ...(await measureDecoding(schema)),
    ...(await measureEncoding(schema)),
    ...(await measureRecords('1,000 offers each', codec.encode(Event, offersEvent()))),
    ...(await measureRecords('one task each', codec.encode(TaskInfo, task ?? taskInfos()[0]))),
  ];
  if (!Number.isFinite(used)) throw new Error('nothing was computed');
  return rows;
}
