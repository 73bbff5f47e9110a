import { expect, test } from 'vitest';
import { type AgentId, submissionIdOf, type TaskId } from '../../src/index.ts';
import { taskMaker } from '../../src/shell/task-maker.ts';
import { CoreBench, rulesOf } from '../core/bench.ts';

test('an attempt is handed properties of its own, which are secret where they sound so, and goes before the submission', async () => {
  const bench = await CoreBench.subscribed();
  const id = bench.take({ 'spark.mesos.dispatcher.driverToken': 'forged', 'spark.of.attempt': 'old' });
  const record = bench.core.context.fleet.records.get(submissionIdOf(id));
  if (record === undefined) throw new Error('there is no such driver');
  const make = taskMaker(
    rulesOf(),
    () => 'spark://gateway:7077',
    ({ taskId }) => ({ 'spark.mesos.dispatcher.driverToken': `of-${taskId}`, 'spark.of.attempt': 'new' }),
  );
  const attempt = {
    number: 1,
    taskId: id as TaskId,
    driverFrameworkId: `fw-${id}`,
    agentId: 'a' as AgentId,
    hostname: 'a',
    launchedAtMs: 0,
  };
  const { command } = make(record, attempt, []);
  expect(command?.arguments).toContain('spark.of.attempt=new');
  expect(JSON.stringify(command?.arguments)).not.toMatch(/driverToken|forged/);
  const hidden = command?.environment?.variables?.find(
    ({ name }) => name === 'SPARK_MESOS_DRIVER_PROPERTIES',
  );
  expect(hidden?.value).toBe(`spark.mesos.dispatcher.driverToken=of-${id}`);
});
