// The messages of the bench as Java object streams: a registration as Spark 3.5's driver sent it, and the updates of
// executors that we write for it.

import { readFileSync } from 'node:fs';
import {
  ClassPath,
  readObjectStream,
  writeObjectStream,
} from '../../packages/java-serialization/dist/index.js';
import {
  ANSWER_CLASSES,
  decodeMasterMessage,
  ObjectBuilder,
  RpcSession,
} from '../../packages/spark-rpc/dist/index.js';
import { encodeExecutorUpdated } from '../../packages/spark-rpc/dist/messages/executor-updated.js';

const FRAMES = new URL('../../packages/spark-rpc/test/fixtures/frames/', import.meta.url);

/** How many different updates there are; they are read and written in turn. */
const DIFFERENT_UPDATES = 1000;

/**
 * What a recorded frame says.
 * @param {string} name
 */
export function recordedEvent(name) {
  const [event] = new RpcSession().push(readFileSync(new URL(name, FRAMES)));
  if (event === undefined) throw new Error(`${name} is no frame`);
  return event;
}

/** The envelope of a recorded message. @param {string} name */
export function recordedEnvelope(name) {
  const event = recordedEvent(name);
  if (event.kind !== 'request' && event.kind !== 'oneWay') throw new Error(`${name} is no message`);
  return event.envelope;
}

/** @param {number} index @returns {import('../../packages/spark-rpc/dist/index.js').ExecutorUpdated} */
function update(index) {
  return index % 2 === 0
    ? { executorId: index, state: 'RUNNING' }
    : {
        executorId: index,
        state: 'EXITED',
        message: `Command exited with code ${index % 7}`,
        exitStatus: index % 7,
      };
}

/**
 * What both sides read and write; `encodeAt` and `decodeAt` are our side of it.
 * @typedef {object} Streams
 * @property {readonly Uint8Array[]} bytes
 * @property {(index: number) => Uint8Array} encodeAt
 * @property {(index: number) => unknown} decodeAt
 */

/**
 * @param {string} sparkHome
 * @returns {Promise<{ registration: Streams, updates: Streams }>}
 */
export async function streams(sparkHome) {
  const classPath = await ClassPath.open(`${sparkHome}/jars`);
  // Types of what is built and of its sources are not the same to the compiler.
  const classes = /** @type {any} */ (await classPath.descriptors([...ANSWER_CLASSES]));
  const registration = recordedEnvelope('3.5.6/in-RegisterApplication.bin').content;
  const value = readObjectStream(registration);
  const messages = Array.from({ length: DIFFERENT_UPDATES }, (_, index) => update(index));
  const encodeUpdate = (/** @type {number} */ index) =>
    writeObjectStream(
      /** @type {any} */ (
        encodeExecutorUpdated(
          new ObjectBuilder(classes),
          /** @type {any} */ (messages[index % DIFFERENT_UPDATES]),
        )
      ),
    );
  const updates = messages.map((_, index) => encodeUpdate(index));
  return {
    registration: {
      bytes: [registration],
      encodeAt: () => writeObjectStream(value),
      decodeAt: () => decodeMasterMessage(/** @type {any} */ (readObjectStream(registration))),
    },
    updates: {
      bytes: updates,
      encodeAt: encodeUpdate,
      decodeAt: (index) => readObjectStream(/** @type {Uint8Array} */ (updates[index % DIFFERENT_UPDATES])),
    },
  };
}
