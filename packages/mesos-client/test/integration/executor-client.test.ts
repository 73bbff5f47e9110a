import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codecOf, mesos, toMesosJson } from '@spark-mesos/mesos-proto';
import { describe, expect, it } from 'vitest';
import { ExecutorClient } from '../../src/index.ts';
import type { ManualClock } from '../../src/testing/index.ts';
import { AgentStage, executorCallOf, executorFor, sendEvent } from '../support/agent-stage.ts';
import { closing } from '../support/stage.ts';

const { Call, Event } = mesos.v1.executor;
const { TASK_RUNNING, TASK_FINISHED, TASK_KILLED } = mesos.v1.TaskState;
const task = (value: string): mesos.v1.ITaskInfo => ({
  name: value,
  taskId: { value },
  agentId: { value: 'A' },
});
const launch = (value: string) => ({ type: Event.Type.LAUNCH, launch: { task: task(value) } });
const acknowledged = (taskId: string, uuid: Uint8Array) => ({
  type: Event.Type.ACKNOWLEDGED,
  acknowledged: { taskId: { value: taskId }, uuid },
});
const status = (taskId: string, state: mesos.v1.TaskState) => ({ taskId: { value: taskId }, state });
const uuidOf = (update: mesos.v1.executor.Call.IUpdate | null | undefined) =>
  Buffer.from(update?.status.uuid ?? []).toString('hex');

/** Lets the clock run until something has come about, for what is decided on sockets and then timed. */
async function whileTimePasses<T>(clock: ManualClock, coming: Promise<T>): Promise<T> {
  let come = false;
  const done = coming.finally(() => {
    come = true;
  });
  while (!come) {
    clock.advance(50);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return await done;
}

describe('ExecutorClient', () => {
  it('subscribes, takes tasks, sends updates and messages, and hears acknowledgements', async () => {
    const stage = await AgentStage.open();
    const { executor, next } = executorFor(stage.agent.address, {
      MESOS_EXECUTOR_AUTHENTICATION_TOKEN: 'a.b.c',
    });
    const stream = await stage.subscribed();
    expect(stream.request.path).toBe('/api/v1/executor');
    expect(stream.request.headers.get('authorization')).toBe('Bearer a.b.c');
    expect(stream.request.headers.has('mesos-stream-id')).toBe(false);
    expect(toMesosJson(Call, executorCallOf(stream))).toEqual({
      type: 'SUBSCRIBE',
      framework_id: { value: 'F' },
      executor_id: { value: 'E' },
      subscribe: {},
    });
    expect(await next()).toMatchObject({
      kind: 'subscribed',
      agentInfo: { hostname: 'h' },
      resubscribed: false,
    });
    await sendEvent(stream, launch('t'));
    expect(await next()).toMatchObject({ kind: 'mesos', event: { launch: { task: { name: 't' } } } });

    const updated = executor.update({ ...status('t', TASK_RUNNING), data: Uint8Array.of(7) });
    const call = await stage.nextCall();
    expect(call.request.headers.get('authorization')).toBe('Bearer a.b.c');
    const { update } = executorCallOf(call);
    expect(update?.status).toMatchObject({
      source: mesos.v1.TaskStatus.Source.SOURCE_EXECUTOR,
      executorId: { value: 'E' },
      timestamp: 12.5,
      data: Uint8Array.of(7),
    });
    expect(uuidOf(update)).toMatch(/^.{12}4.{3}[89ab]/);
    await call.answer(202);
    const uuid = await updated;
    expect(executor.unacknowledged).toBe(1);
    const settled = executor.settled();
    await sendEvent(stream, acknowledged('t', uuid));
    expect(await next()).toMatchObject({ kind: 'mesos', event: { type: Event.Type.ACKNOWLEDGED } });
    await settled;
    expect(executor.unacknowledged).toBe(0);

    const message = executor.message(Uint8Array.of(1, 2));
    const sent = await stage.nextCall();
    expect(executorCallOf(sent).message?.data).toEqual(Uint8Array.of(1, 2));
    await sent.answer(202);
    await message;
    // One for the stream, and one for all calls.
    expect(stage.agent.connectionsOpened).toBe(2);
  });

  it('tells the agent that comes back what it may have missed, and nothing that it has dealt with', async () => {
    const stage = await AgentStage.open();
    const { executor, clock, next } = executorFor(stage.agent.address);
    const first = await stage.subscribed();
    await next();
    const group = { taskGroup: { tasks: [task('a'), task('b')] } };
    const launches = [
      launch('started'),
      launch('fresh'),
      { type: Event.Type.LAUNCH_GROUP, launchGroup: group },
    ];
    for (const event of launches) {
      await sendEvent(first, event);
      await next();
    }
    const running = executor.update(status('started', TASK_RUNNING));
    await (await stage.nextCall()).answer(202);
    await sendEvent(first, acknowledged('started', await running));
    await next();
    const finished = executor.update(status('started', TASK_FINISHED));
    await (await stage.nextCall()).answer(202);
    await finished;
    first.destroy();
    expect(await next()).toMatchObject({ kind: 'disconnected' });
    // Made while there is nobody to tell.
    await executor.update(status('fresh', TASK_RUNNING));

    clock.advance(1_000);
    const second = await stage.nextSubscribe();
    const { subscribe } = executorCallOf(second);
    expect(subscribe?.unacknowledgedTasks?.map((one) => one.name)).toEqual(['fresh', 'a', 'b']);
    expect(
      subscribe?.unacknowledgedUpdates?.map(({ status: told }) => [told.taskId.value, told.state]),
    ).toEqual([
      ['started', TASK_FINISHED],
      ['fresh', TASK_RUNNING],
    ]);
  });

  it('sends what came up while SUBSCRIBE was on its way, once there is somebody to send it to', async () => {
    const stage = await AgentStage.open();
    const { executor } = executorFor(stage.agent.address);
    const exchange = await stage.nextSubscribe();
    const uuid = await executor.update(status('t', TASK_RUNNING));
    await exchange.openStream(codecOf('protobuf'));
    await sendEvent(exchange, {
      type: Event.Type.SUBSCRIBED,
      subscribed: {
        executorInfo: { executorId: { value: 'E' } },
        frameworkInfo: { user: 'u', name: 'n' },
        agentInfo: { hostname: 'h' },
      },
    });
    const call = await stage.nextCall();
    expect(uuidOf(executorCallOf(call).update)).toBe(Buffer.from(uuid).toString('hex'));
    await call.answer(202);
  });

  it('sends updates in the order in which they were made, also when one has to be repeated', async () => {
    const stage = await AgentStage.open();
    const { executor, clock, next } = executorFor(stage.agent.address);
    await stage.subscribed();
    await next();
    const both = Promise.all([
      executor.update(status('t', TASK_RUNNING)),
      executor.update(status('t', TASK_FINISHED)),
    ]);
    await (await stage.nextCall()).answer(503, 'Agent has not finished recovery');
    const states: unknown[] = [];
    for (let index = 0; index < 2; index += 1) {
      const call = await whileTimePasses(clock, stage.nextCall());
      states.push(executorCallOf(call).update?.status.state);
      await call.answer(202);
    }
    await both;
    expect(states).toEqual([TASK_RUNNING, TASK_FINISHED]);
  });

  it('forgets an update that the agent calls wrong, and says why', async () => {
    const stage = await AgentStage.open();
    const { executor, next } = executorFor(stage.agent.address);
    await stage.subscribed();
    await next();
    const refused = executor.update(status('t', mesos.v1.TaskState.TASK_STAGING));
    const words = 'Failed to validate Executor::Call: Received TASK_STAGING';
    await (await stage.nextCall()).answer(400, words);
    await expect(refused).rejects.toMatchObject({ code: 'MESOS_REFUSED', masterText: words });
    expect(executor.unacknowledged).toBe(0);
  });

  it('has time for its last updates when it is told to shut down', async () => {
    const stage = await AgentStage.open();
    const { executor, clock, events, next } = executorFor(stage.agent.address, {
      MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD: '3secs',
    });
    const stream = await stage.subscribed();
    await next();
    await sendEvent(stream, { type: Event.Type.SHUTDOWN });
    expect(await next()).toEqual({
      kind: 'shutdown',
      reason: 'the agent asks for it',
      graceMs: 3_000,
    });
    const killed = executor.update(status('t', TASK_KILLED));
    await (await stage.nextCall()).answer(202);
    await sendEvent(stream, acknowledged('t', await killed));
    await executor.settled();
    await next();
    clock.advance(3_000);
    expect((await events.next()).done).toBe(true);
    await expect(executor.update(status('t', TASK_KILLED))).rejects.toMatchObject({ code: 'MESOS_CLOSED' });
    await stage.agent.idle();
  });

  it('is to shut down when the agent stays away for too long', async () => {
    const stage = await AgentStage.open();
    const { clock, events, next } = executorFor(stage.agent.address, { MESOS_RECOVERY_TIMEOUT: '10secs' });
    (await stage.subscribed()).destroy();
    await next();
    expect(await next()).toMatchObject({ kind: 'disconnected' });
    clock.advance(10_000);
    expect(await next()).toMatchObject({
      kind: 'shutdown',
      reason: expect.stringContaining('the agent has not come back within 10 s'),
    });
    clock.advance(5_000);
    expect((await events.next()).done).toBe(true);
  });

  it('is to shut down at once when the agent is lost, where there are no checkpoints', async () => {
    const stage = await AgentStage.open();
    const { next } = executorFor(stage.agent.address, { MESOS_CHECKPOINT: '0' });
    const stream = await stage.subscribed();
    await next();
    stream.destroy();
    expect(await next()).toMatchObject({ kind: 'disconnected' });
    expect(await next()).toMatchObject({
      kind: 'shutdown',
      reason: expect.stringContaining('would not know the tasks again'),
    });
  });

  it('waits for an agent that only starts, and fails for good without the right token', async () => {
    const stage = await AgentStage.open();
    const { clock, next } = executorFor(stage.agent.address);
    await (await stage.nextSubscribe()).answer(503, 'Agent has not finished recovery');
    const exchange = await whileTimePasses(clock, stage.nextSubscribe());
    await exchange.answer(401, '401 Unauthorized.');
    const failed = await next();
    expect(failed).toMatchObject({
      kind: 'failed',
      error: { code: 'MESOS_UNAUTHENTICATED', masterText: '401 Unauthorized.' },
    });
  });

  it('sends no message without a subscription, and nothing after it was closed', async () => {
    const stage = await AgentStage.open();
    const { executor } = executorFor(stage.agent.address);
    await expect(executor.message(Uint8Array.of(1))).rejects.toMatchObject({ code: 'MESOS_NOT_SUBSCRIBED' });
    await executor.update(status('t', TASK_RUNNING));
    const settled = executor.settled();
    await executor.close();
    await settled;
    await expect(executor.message(Uint8Array.of(1))).rejects.toMatchObject({ code: 'MESOS_CLOSED' });
    await stage.agent.idle();
  });

  it('reaches its agent through a Unix domain socket', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'agent-'));
    const path = join(directory, 'agent.sock');
    const asked = new Promise<string | undefined>((resolve) => {
      const server = createServer((request, response) => {
        resolve(request.url);
        response.writeHead(401).end();
      });
      server.listen(path);
      closing.push(async () => {
        server.closeAllConnections();
        await new Promise((done) => server.close(done));
        await rm(directory, { recursive: true });
      });
    });
    const { next } = executorFor('127.0.0.1:1', { MESOS_DOMAIN_SOCKET: path });
    expect(await asked).toBe('/api/v1/executor');
    expect(await next()).toMatchObject({ kind: 'failed', error: { code: 'MESOS_UNAUTHENTICATED' } });
  });

  it('says that this is no executor when it is none', () => {
    expect(() => new ExecutorClient()).toThrow(
      expect.objectContaining({
        code: 'MESOS_ENVIRONMENT_INVALID',
        message: expect.stringContaining('MESOS_FRAMEWORK_ID is missing'),
      }),
    );
  });
});
