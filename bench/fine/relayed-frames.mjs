// Frames of one task, as a relay sees them: recorded ones with other ids.

import { readFileSync } from 'node:fs';

const RECORDED = new URL('../../packages/spark-rpc/test/fixtures/relay/', import.meta.url);
/** Where the id of the first task stands: behind what begins its TaskDescription, or its StatusUpdate's fields. */
const TASK_ID_BYTES = 8;

/** @param {string} spark @param {string} name */
const recorded = (spark, name) => readFileSync(new URL(`${spark}-relay/${name}.bin`, RECORDED));

/** An executor's registration. @param {string} spark */
export const registration = (spark) => recorded(spark, 'exec2driver-RegisterExecutor');

/**
 * Makes the frames of any task.
 * @param {string} spark
 * @returns {{ launch: (taskId: number) => Buffer, updates: (taskId: number) => Buffer }}
 */
export function framesOf(spark) {
  const launch = recorded(spark, 'driver2exec-LaunchTask');
  const running = recorded(spark, 'exec2driver-StatusUpdate');
  const finished = recorded(spark, 'exec2driver-StatusUpdate.2');
  const launchAt = launch.indexOf(Buffer.of(0x7a, 0, 0, 4, 0)) + 5 + 4;
  // The first instance's fields begin behind the first class without a superclass: 0x78 0x70, then perhaps an int.
  const updateAt = running.indexOf(Buffer.of(0x78, 0x70)) + 2 + (spark.startsWith('3') ? 4 : 0);
  return {
    launch: (taskId) => withId(launch, launchAt, taskId),
    updates: (taskId) =>
      Buffer.concat([withId(running, updateAt, taskId), withId(finished, updateAt, taskId)]),
  };
}

/** @param {Buffer} frame @param {number} at @param {number} taskId */
function withId(frame, at, taskId) {
  const copy = Buffer.from(frame);
  if (at + TASK_ID_BYTES > copy.byteLength) throw new Error('this frame is too short');
  copy.writeBigInt64BE(BigInt(taskId), at);
  return copy;
}
