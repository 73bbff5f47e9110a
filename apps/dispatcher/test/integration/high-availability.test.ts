import { describe, expect, test } from 'vitest';
import { type Contender, contention, until } from '../support/contending-dispatchers.ts';
import { objectIn, request, submitter } from '../support/submitter.ts';

const stateOf = async (dispatcher: Contender, id: string) =>
  (await dispatcher.ask(`/v1/submissions/status/${id}`)).driverState;

async function frameworkOf(dispatcher: Contender): Promise<unknown> {
  return (await dispatcher.ask('/api/v2/readiness')).frameworkId;
}

describe('several dispatchers', () => {
  test('have one that leads; the others send requests there', async () => {
    const { stand, submission } = await contention();
    const a = await stand();
    await until(a.isReady);
    const b = await stand();
    await until(async () => (await b.sendsTo()) !== null);
    expect(await b.sendsTo()).toBe(`${a.url.replace('spark:', 'http:')}/v1/submissions/status/x`);
    expect(await b.isReady()).toBe(false);
    // fetch asks again where it is sent to, as the client in Spark does.
    const { submissionId } = await b.ask('/v1/submissions/create', submission('sleep'));
    await until(async () => (await stateOf(a, String(submissionId))) === 'RUNNING');
    expect((await fetch(`${b.webUrl}/`, { redirect: 'manual' })).headers.get('location')).toBe(
      `${a.webUrl}/`,
    );
  });

  test("answer Spark's RPC as a standalone master in standby does, until they lead", async () => {
    const { stand, folder, home } = await contention();
    const a = await stand();
    await until(a.isReady);
    const b = await stand();
    const message = await request(folder, home);
    const refused = objectIn(await (await submitter(b.url)).ask('Master', () => message));
    expect(refused.fields.get('success')).toBe(false);
    expect(refused.fields.get('message')).toMatch(/^Current state is not alive: STANDBY\. /);
    await a.close();
    await until(b.isReady);
    const taken = objectIn(await (await submitter(b.url)).ask('Master', () => message));
    expect(taken.fields.get('message')).toMatch(/^Driver successfully submitted as driver-/);
  });

  test('go on with the drivers and the framework of one whose session is over, which then stands by', async () => {
    const { cluster, stand, submission } = await contention();
    const a = await stand();
    await until(a.isReady);
    const b = await stand();
    const { submissionId } = await a.ask('/v1/submissions/create', submission('sleep'));
    const id = String(submissionId);
    await until(async () => (await stateOf(a, id)) === 'RUNNING');
    const framework = await frameworkOf(a);
    // It sleeps, as one does whose machine stands still: it does not hear that its session is over.
    a.session.expire(false);
    await until(b.isReady);
    expect(await frameworkOf(b)).toBe(framework);
    expect(await stateOf(b, id)).toBe('RUNNING');
    a.session.wakeUp();
    await until(
      async () => (await a.sendsTo()) === `${b.url.replace('spark:', 'http:')}/v1/submissions/status/x`,
    );
    expect((await a.ask(`/v1/submissions/kill/${id}`, {})).message).toBe('Killing running driver');
    await until(async () => (await stateOf(b, id)) === 'FINISHED');
    const state = (await (await fetch(`${cluster.master.url}/state`)).json()) as {
      frameworks: { id: string; completed_tasks: unknown[]; tasks: unknown[] }[];
    };
    const tasks = state.frameworks.flatMap((one) => [...one.tasks, ...one.completed_tasks]);
    expect([state.frameworks.length, tasks.length]).toEqual([1, 1]);
  });

  test('take over when the one that leads ends in order, and one after the other', async () => {
    const { stand, submission } = await contention();
    const a = await stand();
    await until(a.isReady);
    const b = await stand();
    const { submissionId } = await a.ask('/v1/submissions/create', submission('sleep'));
    const id = String(submissionId);
    await until(async () => (await stateOf(a, id)) === 'RUNNING');
    await a.close();
    await until(b.isReady);
    const c = await stand();
    await b.close();
    await until(c.isReady);
    expect(await stateOf(c, id)).toBe('RUNNING');
  });

  test('lose nothing when ZooKeeper is away for a while', async () => {
    const { ensemble, stand, submission } = await contention();
    const a = await stand();
    await until(a.isReady);
    ensemble.stop();
    const submitting = a.ask('/v1/submissions/create', submission('sleep'));
    ensemble.resume();
    const { success, submissionId } = await submitting;
    expect(success).toBe(true);
    await until(async () => (await stateOf(a, String(submissionId))) === 'RUNNING');
  });

  test('tell drivers of each other, so that one that starts in between finds the one that leads', async () => {
    const { stand, submission } = await contention();
    const a = await stand();
    await until(a.isReady);
    const b = await stand();
    await until(async () => (await b.sendsTo()) !== null);
    const { submissionId } = await a.ask('/v1/submissions/create', submission('sleep'));
    const masters = `${a.url},${b.url.replace('spark://', '')}`;
    await until(async () => {
      const { data } = await a.ask(`/api/v2/submissions/${submissionId}/log?file=stdout`);
      return String(data).includes(`--master\n${masters}\n`);
    });
  });
});
