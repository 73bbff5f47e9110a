import { delimiter } from 'node:path';
import { expect, test } from 'vitest';
import { testSpark } from '../support/pretended-driver.ts';
import { runningDispatcher } from '../support/running-dispatcher.ts';
import { objectIn, request, submitter } from '../support/submitter.ts';

test('D15: a driver that spark-submit sends by RPC is run, asked for and ended', async () => {
  const { service, folder, home } = await runningDispatcher();
  const client = await submitter(service.url);
  const message = await request(folder, home);
  const answer = objectIn(await client.ask('Master', () => message));
  expect(answer.fields.get('message')).toMatch(/^Driver successfully submitted as driver-/);
  expect(answer.fields.get('success')).toBe(true);
  const [driver] = service.dispatcher.list().submissions;
  const id = driver?.id ?? '';
  await expect
    .poll(() => service.dispatcher.status(id)?.attempts[0]?.taskState, { timeout: 20_000 })
    .toBe('TASK_FINISHED');
  expect(service.dispatcher.status(id)).toMatchObject({
    name: 'Main',
    finalState: 'FINISHED',
    request: { mainClass: 'Main', environment: {}, properties: { 'spark.driver.memory': '512m' } },
  });
});

test('D72: a driver that comes to a dispatcher of several Sparks has that of its submitter, whichever is the default', async () => {
  const homes = (process.env.SPARK_MESOS_TEST_SPARKS ?? '').split(delimiter).reverse();
  const { service, folder, home } = await runningDispatcher(new Map(), homes);
  const client = await submitter(service.url);
  const message = await request(folder, home);
  const answer = objectIn(await client.ask('Master', () => message));
  expect(answer.fields.get('success')).toBe(true);
  const [driver] = service.dispatcher.list().submissions;
  // With one Spark there is nothing to remember.
  const expected = homes.length > 1 ? testSpark() : undefined;
  expect(service.dispatcher.status(driver?.id ?? '')?.request.sparkHome).toBe(expected);
});
