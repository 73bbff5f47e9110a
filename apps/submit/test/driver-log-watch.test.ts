import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DriverLogReader, DriverLogWatch } from '../src/driver-log-watch.ts';

const finished = (task: number) =>
  `26/11/21 10:31:50 INFO TaskSetManager: Finished task ${task}.0 in stage 0.0 (TID ${task}) in 24 ms on localhost (executor 1) (${task + 1}/20)\n`;
const REGISTERED =
  '26/11/21 10:31:48 INFO StandaloneSchedulerBackend$StandaloneDriverEndpoint: Registered executor NettyRpcEndpointRef(spark-client://Executor) (127.0.0.1:50118) with ID 1,  ResourceProfileId 0\n';

describe('the log of a driver', () => {
  test('tells of executors that register and of tasks that are done', () => {
    const told: string[] = [];
    const reader = new DriverLogReader((text) => told.push(text));
    reader.read(`INFO Something else\n${REGISTERED}${finished(0)}`);
    reader.tellTasks();
    reader.read(finished(1));
    reader.read(finished(2));
    reader.tellTasks();
    reader.tellTasks();
    expect(told).toEqual([
      'executor 1 has registered with its driver',
      '1 Spark task done',
      '3 Spark tasks done',
    ]);
  });

  test('tells the same however it is cut', () => {
    const log = `${REGISTERED}${[0, 1, 2, 3].map(finished).join('')}`;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 200 })), (sizes) => {
        const told: string[] = [];
        const reader = new DriverLogReader((text) => told.push(text));
        let rest = log;
        for (const size of sizes) {
          reader.read(rest.slice(0, size));
          rest = rest.slice(size);
        }
        reader.read(rest);
        reader.tellTasks();
        expect(told).toEqual(['executor 1 has registered with its driver', '4 Spark tasks done']);
      }),
    );
  });

  test('is read to its last line when the driver has ended', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'spark-mesos-log-'));
    const file = path.join(folder, 'driver.log');
    await writeFile(file, '');
    const told: string[] = [];
    const watch = await DriverLogWatch.open(file, (text) => told.push(text));
    await writeFile(file, finished(0).repeat(2000), { flag: 'a' });
    await watch.close();
    expect(told.at(-1)).toBe('2000 Spark tasks done');
    await rm(folder, { recursive: true });
  });
});
