import { createServer, type Server } from 'node:net';
import { codecOf, fromMesosJson, type JsonValue, mesos, toMesosJson } from '@spark-mesos/mesos-proto';
import { describe, expect, it } from 'vitest';
import {
  acceptCall,
  declineCall,
  isRetriable,
  killCall,
  reviveCall,
  SchedulerClient,
  suppressCall,
  updateFrameworkCall,
} from '../../src/index.ts';
import { ScriptedMaster } from '../../src/testing/index.ts';
import { callOf, clientFor, closing, nextOf, nextWhile, Stage } from '../support/stage.ts';

const { Call, Event } = mesos.v1.scheduler;
const codec = codecOf('protobuf');
const framework = { user: 'u', name: 'n' };

const heartbeat = { type: Event.Type.HEARTBEAT };
const update = (taskId: string) => ({
  type: Event.Type.UPDATE,
  update: {
    status: {
      taskId: { value: taskId },
      agentId: { value: 'A' },
      state: mesos.v1.TaskState.TASK_RUNNING,
      uuid: Uint8Array.of(1),
    },
  },
});

describe('SchedulerClient', () => {
  it('subscribes, hands on events, sends calls with the stream id in order, and tears down', async () => {
    const stage = await Stage.open();
    const { client, next, events } = clientFor(`mesos://${stage.master.address}`, {
      suppressedRoles: ['dev'],
    });
    const stream = await stage.subscribed();
    expect(stream.request.path).toBe('/api/v1/scheduler');
    expect(Object.fromEntries(stream.request.headers)).toMatchObject({
      'content-type': 'application/x-protobuf',
      accept: 'application/x-protobuf',
    });
    for (const absent of ['mesos-stream-id', 'expect', 'transfer-encoding', 'authorization']) {
      expect(stream.request.headers.has(absent)).toBe(false);
    }
    expect(toMesosJson(Call, callOf(stream))).toEqual({
      type: 'SUBSCRIBE',
      subscribe: { framework_info: framework, suppressed_roles: ['dev'] },
    });
    expect(await next()).toMatchObject({ kind: 'subscribed', frameworkId: 'F-1', resubscribed: false });
    expect(client.frameworkId).toBe('F-1');

    await stream.event(codec, heartbeat);
    await stream.event(codec, update('t'));
    const event = await next();
    expect(event).toMatchObject({ kind: 'mesos', event: { type: Event.Type.UPDATE } });

    const sent = Promise.all([
      client.acknowledge(event.kind === 'mesos' ? (event.event.update?.status ?? never()) : never()),
      client.call(suppressCall()),
      client.call(reviveCall()),
    ]);
    const names: (string | undefined)[] = [];
    for (let index = 0; index < 3; index += 1) {
      const exchange = await stage.nextCall();
      expect(exchange.request.headers.get('mesos-stream-id')).toBe('stream');
      expect(callOf(exchange).frameworkId?.value).toBe('F-1');
      names.push(Call.Type[callOf(exchange).type]);
      await exchange.answer(202);
    }
    await sent;
    expect(names).toEqual(['ACKNOWLEDGE', 'SUPPRESS', 'REVIVE']);
    // One for the stream, and one for all calls.
    expect(stage.master.connectionsOpened).toBe(2);

    const teardown = client.teardown();
    const last = await stage.nextCall();
    expect(callOf(last).type).toBe(Call.Type.TEARDOWN);
    // As a master does it: the stream may end before the call is answered.
    await stream.endStream();
    await last.answer(202);
    await teardown;
    expect((await events.next()).done).toBe(true);
    await stage.master.idle();
    await expect(client.call(reviveCall())).rejects.toMatchObject({ code: 'MESOS_CLOSED' });
  });

  it('speaks JSON when asked to', async () => {
    const json = codecOf('json');
    // The stage reads protobuf only.
    const master = await ScriptedMaster.listen((exchange) => {
      const call = fromMesosJson(
        Call,
        JSON.parse(Buffer.from(exchange.request.body).toString()) as JsonValue,
      );
      expect(call.type).toBe(Call.Type.SUBSCRIBE);
      exchange
        .openStream(json)
        .then(() =>
          exchange.event(json, {
            type: Event.Type.SUBSCRIBED,
            subscribed: { frameworkId: { value: 'F-2' } },
          }),
        )
        .catch(() => exchange.destroy());
    });
    closing.push(() => master.close());
    const { next } = clientFor(master.address, { contentType: 'json' });
    expect(await next()).toMatchObject({ kind: 'subscribed', frameworkId: 'F-2' });
  });

  it('sends the credentials with every call, and their principal in the framework', async () => {
    const stage = await Stage.open();
    const { client, next } = clientFor(stage.master.address, {
      credentials: { principal: 'p', secret: 'ß:x' },
    });
    const stream = await stage.subscribed();
    await next();
    const expected = `Basic ${Buffer.from('p:ß:x').toString('base64')}`;
    expect(stream.request.headers.get('authorization')).toBe(expected);
    expect(callOf(stream).subscribe?.frameworkInfo.principal).toBe('p');
    const call = client.call(reviveCall());
    const exchange = await stage.nextCall();
    expect(exchange.request.headers.get('authorization')).toBe(expected);
    await exchange.answer(202);
    await call;
  });

  it('acknowledges an update by itself when asked to, once the reader comes back for the next event', async () => {
    const stage = await Stage.open();
    const { next } = clientFor(stage.master.address, { acknowledgeAutomatically: true });
    const stream = await stage.subscribed();
    await next();
    await stream.event(codec, update('t'));
    await stream.event(codec, {
      type: Event.Type.UPDATE_OPERATION_STATUS,
      updateOperationStatus: {
        status: {
          operationId: { value: 'o' },
          state: mesos.v1.OperationState.OPERATION_FINISHED,
          uuid: { value: Uint8Array.of(2) },
        },
      },
    });
    const { uuid: _, ...made } = update('by the master').update.status;
    await stream.event(codec, { type: Event.Type.UPDATE, update: { status: made } });
    await stream.event(codec, update('last'));
    await next();
    // The reader is still at work on the first one.
    expect(stage.master.connectionsOpened).toBe(1);
    for (let taken = 1; taken < 4; taken += 1) {
      await next();
    }
    const acknowledged: unknown[] = [];
    for (let index = 0; index < 2; index += 1) {
      const exchange = await stage.nextCall();
      const { acknowledge, acknowledgeOperationStatus } = callOf(exchange);
      acknowledged.push(acknowledge?.taskId.value ?? acknowledgeOperationStatus?.operationId.value);
      await exchange.answer(202);
    }
    expect(acknowledged).toEqual(['t', 'o']);
  });

  it('comes back with its id when the stream ends, and drops both connections before', async () => {
    const stage = await Stage.open();
    const { client, clock, events, next } = clientFor(stage.master.address);
    const first = await stage.subscribed('one');
    await next();
    await first.endStream();
    expect(await next()).toEqual({
      kind: 'disconnected',
      reason: `master ${stage.master.address} has ended the stream`,
    });
    await expect(client.call(reviveCall())).rejects.toMatchObject({ code: 'MESOS_NOT_SUBSCRIBED' });
    await expect(client.acknowledge(update('t').update.status)).resolves.toBeUndefined();
    await stage.master.idle();

    clock.advance(250);
    const second = await stage.subscribed('two');
    expect(callOf(second).frameworkId?.value).toBe('F-1');
    expect(callOf(second).subscribe?.frameworkInfo.id?.value).toBe('F-1');
    expect(await next()).toMatchObject({ kind: 'subscribed', resubscribed: true });
    const call = client.call(reviveCall());
    const exchange = await stage.nextCall();
    expect(exchange.request.headers.get('mesos-stream-id')).toBe('two');
    await exchange.answer(202);
    await call;

    second.destroy();
    const lost = await nextOf(events);
    expect(lost).toMatchObject({ kind: 'disconnected', reason: expect.stringContaining('broke') });
  });

  it('gives up a master whose heartbeats stay out five times', async () => {
    const stage = await Stage.open();
    const { clock, next } = clientFor(stage.master.address);
    const stream = await stage.subscribed();
    await next();
    clock.advance(4_000);
    await stream.event(codec, heartbeat);
    await stream.event(codec, update('t'));
    await next();
    clock.advance(4_999);
    clock.advance(1);
    expect(await next()).toMatchObject({
      kind: 'disconnected',
      reason: expect.stringContaining('silent for 5 s'),
    });
    await stage.master.idle();
  });

  it('follows a redirect without a scheme to the leader, and sends its calls there', async () => {
    const follower = await Stage.open();
    const leader = await Stage.open();
    const { client, next } = clientFor(follower.master.address);
    const asked = await follower.nextSubscribe();
    await asked.answer(307, '', { Location: `//${leader.master.address}/master/api/v1/scheduler` });
    const stream = await leader.subscribed();
    expect(stream.request.path).toBe('/master/api/v1/scheduler');
    expect(await next()).toMatchObject({ kind: 'subscribed' });
    await follower.master.idle();
    const call = client.call(reviveCall());
    const exchange = await leader.nextCall();
    expect(exchange.request.path).toBe('/master/api/v1/scheduler');
    await exchange.answer(202);
    await call;
  });

  it('tries again while there is no leader, and goes on to the next master of a list', async () => {
    const first = await Stage.open();
    const second = await Stage.open();
    const { clock, events } = clientFor(`${first.master.address},${second.master.address}`);
    await (await first.nextSubscribe()).answer(503, 'No leader elected');
    const subscribed = nextWhile(clock, events, 10);
    await second.subscribed();
    expect(await subscribed).toMatchObject({ kind: 'subscribed' });
  });

  it('U16: says who does not answer when nobody does until the time is up', async () => {
    const port = await unusedPort();
    const { clock, events } = clientFor(`127.0.0.1:${port}`);
    const event = await nextWhile(clock, events, 100);
    expect(event).toMatchObject({ kind: 'failed', error: { code: 'MESOS_REGISTRATION_TIMEOUT' } });
    expect(event.kind === 'failed' && event.error.message).toBe(
      `not registered within 15 s: no Mesos master answers at 127.0.0.1:${port}: the connection was refused; check the address, and that the master runs there`,
    );
    expect((await events.next()).done).toBe(true);
  });

  it.each([
    [401, '401 Unauthorized.', 'MESOS_UNAUTHENTICATED', 'check principal and secret'],
    [
      400,
      "Authenticated principal 'a' does not match",
      'MESOS_REFUSED',
      "Authenticated principal 'a' does not match",
    ],
    [403, 'no', 'MESOS_FORBIDDEN', '(403): no'],
    [404, '', 'MESOS_NOT_A_MASTER', 'is no Mesos master: it answers 404'],
  ])('fails at once when SUBSCRIBE is answered with %i', async (status, text, code, message) => {
    const stage = await Stage.open();
    const { next } = clientFor(stage.master.address);
    await (await stage.nextSubscribe()).answer(status, text);
    const event = await next();
    expect(event).toMatchObject({
      kind: 'failed',
      error: { code, status, message: expect.stringContaining(message) },
    });
    await stage.master.idle();
  });

  it.each([
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', 'MESOS_NOT_A_MASTER'],
    [
      'a web page',
      'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi',
      'MESOS_NOT_A_MASTER',
    ],
  ])('fails at once when it is answered with %s', async (_, bytes, code) => {
    const stage = await Stage.open();
    const { next } = clientFor(stage.master.address);
    await (await stage.nextSubscribe()).write(bytes);
    expect(await next()).toMatchObject({ kind: 'failed', error: { code } });
  });

  it.each([
    ['garbage', 'zz\n'],
    ['a record that is no event', '2\n\xff\xff'],
    ['a record without end', '99999999999\n'],
  ])('drops a stream of %s and tries again', async (_, text) => {
    const stage = await Stage.open();
    const { clock } = clientFor(stage.master.address);
    const stream = await stage.nextSubscribe();
    await stream.openStream(codec);
    const bytes = Buffer.from(text, 'latin1');
    await stream.write(
      Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]),
    );
    await stage.master.idle();
    clock.advance(250);
    await stage.nextSubscribe();
  });

  it('fails when the master ends the subscription with an ERROR', async () => {
    const stage = await Stage.open();
    const { client, next } = clientFor(stage.master.address);
    const stream = await stage.subscribed();
    await next();
    await stream.event(codec, { type: Event.Type.ERROR, error: { message: 'Framework failed over' } });
    expect(await next()).toMatchObject({ kind: 'failed', error: { code: 'MESOS_FRAMEWORK_FAILED_OVER' } });
    await expect(client.call(reviveCall())).rejects.toMatchObject({
      code: 'MESOS_CLOSED',
      message: expect.stringContaining('another scheduler'),
    });
    await stage.master.idle();
  });

  it('subscribes again when a call is told that there is no subscription', async () => {
    const stage = await Stage.open();
    const { client, clock, next } = clientFor(stage.master.address);
    await stage.subscribed();
    await next();
    const call = client.call(reviveCall());
    await (await stage.nextCall()).answer(403, 'Framework is not subscribed');
    const error = await call.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'MESOS_NOT_SUBSCRIBED', masterText: 'Framework is not subscribed' });
    expect(isRetriable(error)).toBe(true);
    expect(await next()).toMatchObject({ kind: 'disconnected' });
    clock.advance(250);
    await stage.subscribed();
    expect(await next()).toMatchObject({ kind: 'subscribed', resubscribed: true });
  });

  it('subscribes again when a call is sent elsewhere', async () => {
    const stage = await Stage.open();
    const { client, next } = clientFor(stage.master.address);
    await stage.subscribed();
    await next();
    const call = client.call(reviveCall());
    await (await stage.nextCall()).answer(307, '', { Location: '//other:5050/master/api/v1/scheduler' });
    await expect(call).rejects.toMatchObject({ code: 'MESOS_NOT_LEADER' });
    expect(await next()).toMatchObject({
      kind: 'disconnected',
      reason: expect.stringContaining('other:5050 does'),
    });
  });

  it('sends a call again while the master is busy, and gives up after five times', async () => {
    const stage = await Stage.open();
    const { client, clock, next } = clientFor(stage.master.address);
    const stream = await stage.subscribed();
    await next();
    const beat = async (ms: number) => {
      // The heartbeats of the time that passes.
      await stream.event(codec, heartbeat);
      clock.advance(ms);
    };
    const good = client.call(reviveCall());
    await (await stage.nextCall()).answer(503, 'busy');
    await waitFor(() => clock.pendingMs.includes(250));
    await beat(250);
    await (await stage.nextCall()).answer(202);
    await good;

    const bad = client.call(reviveCall()).catch((thrown: unknown) => thrown);
    for (const delay of [250, 500, 1_000, 2_000]) {
      await (await stage.nextCall()).answer(429, 'slow down');
      await waitFor(() => clock.pendingMs.includes(delay));
      await beat(delay);
      await stream.event(codec, update('sign of life'));
      await next();
    }
    await (await stage.nextCall()).answer(429, 'slow down');
    expect(await bad).toMatchObject({ code: 'MESOS_UNAVAILABLE', status: 429, masterText: 'slow down' });
  });

  it('repeats a call whose connection broke where that does no harm, and never an ACCEPT', async () => {
    const stage = await Stage.open();
    const { client, clock, next } = clientFor(stage.master.address);
    await stage.subscribed();
    await next();
    const kill = client.call(killCall('t'));
    (await stage.nextCall()).destroy();
    await waitFor(() => clock.pendingMs.includes(250));
    clock.advance(250);
    await (await stage.nextCall()).answer(202);
    await kill;

    const accept = client.call(acceptCall(['o'], [])).catch((thrown: unknown) => thrown);
    (await stage.nextCall()).destroy();
    const error = await accept;
    expect(error).toMatchObject({ code: 'MESOS_CONNECTION_LOST' });
    expect(isRetriable(error)).toBe(false);
  });

  it.each([500, 502, 504])('repeats after a %i what does no harm, and never an ACCEPT', async (status) => {
    const stage = await Stage.open();
    const { client, clock, next } = clientFor(stage.master.address);
    await stage.subscribed();
    await next();
    const kill = client.call(killCall('t'));
    await (await stage.nextCall()).answer(status, 'the proxy waits no longer');
    await waitFor(() => clock.pendingMs.includes(250));
    clock.advance(250);
    await (await stage.nextCall()).answer(202);
    await kill;

    const accept = client.call(acceptCall(['o'], [])).catch((thrown: unknown) => thrown);
    await (await stage.nextCall()).answer(status, 'the proxy waits no longer');
    const error = await accept;
    expect(error).toMatchObject({ code: 'MESOS_UNAVAILABLE', status });
    expect(isRetriable(error)).toBe(false);
  });

  it('subscribes again as the framework that UPDATE_FRAMEWORK has made of it', async () => {
    const constraints = { roleConstraints: { dev: { groups: [{ attributeConstraints: [] }] } } };
    const stage = await Stage.open();
    const { client, clock, next } = clientFor(stage.master.address, {
      credentials: { principal: 'p', secret: 's' },
      suppressedRoles: ['dev'],
      offerConstraints: constraints,
    });
    const first = await stage.subscribed('one');
    expect(callOf(first).subscribe?.offerConstraints).toMatchObject(constraints);
    await next();
    const refused = client.call(updateFrameworkCall({ ...framework, name: 'bad' }));
    await (await stage.nextCall()).answer(400, 'Supplied FrameworkInfo is not valid: no');
    await expect(refused).rejects.toMatchObject({ code: 'MESOS_REFUSED' });
    const updated = client.call(updateFrameworkCall({ ...framework, name: 'new' }, ['ops']));
    const update = await stage.nextCall();
    expect(toMesosJson(Call, callOf(update))).toMatchObject({
      framework_id: { value: 'F-1' },
      update_framework: { framework_info: { id: { value: 'F-1' }, principal: 'p', name: 'new' } },
    });
    await update.answer(200);
    await updated;
    await first.endStream();
    await next();
    clock.advance(250);
    const second = await stage.nextSubscribe();
    expect(toMesosJson(Call, callOf(second)).subscribe).toEqual({
      framework_info: { ...framework, id: { value: 'F-1' }, principal: 'p', name: 'new' },
      suppressed_roles: ['ops'],
    });
  });

  it('waits for a master whose process answers though it only starts', async () => {
    const stage = await Stage.open();
    const { clock, next } = clientFor(stage.master.address);
    await (await stage.nextSubscribe()).answer(404, '404 Not Found.');
    await waitFor(() => clock.pendingMs.includes(250));
    clock.advance(250);
    await stage.subscribed();
    expect(await next()).toMatchObject({ kind: 'subscribed' });
  });

  it('hands the words of a refusal to the caller and stays subscribed', async () => {
    const stage = await Stage.open();
    const { client, next } = clientFor(stage.master.address);
    const stream = await stage.subscribed();
    await next();
    const call = client.call(declineCall([]));
    await (await stage.nextCall()).answer(400, 'Failed to validate scheduler::Call: no');
    await expect(call).rejects.toMatchObject({
      code: 'MESOS_REFUSED',
      masterText: 'Failed to validate scheduler::Call: no',
    });
    await stream.event(codec, update('t'));
    expect(await next()).toMatchObject({ kind: 'mesos' });
  });

  it('refuses a call that lacks a required field before anything is sent', async () => {
    const stage = await Stage.open();
    const { client, next } = clientFor(stage.master.address);
    await stage.subscribed();
    await next();
    const call = { type: Call.Type.KILL, kill: {} } as mesos.v1.scheduler.ICall;
    await expect(client.call(call)).rejects.toMatchObject({ code: 'MESOS_MESSAGE_INCOMPLETE' });
    expect(() => new SchedulerClient({ master: 'm', framework: { user: 'u' } as never })).toThrow(
      expect.objectContaining({ code: 'MESOS_MESSAGE_INCOMPLETE' }),
    );
  });

  it('stops reading while its consumer is behind, and misses no heartbeat over it', async () => {
    const stage = await Stage.open();
    const { clock, next, client } = clientFor(stage.master.address, { maxQueuedEvents: 3 });
    const stream = await stage.subscribed();
    const events = 400;
    const padded = { ...update('t').update.status, message: 'x'.repeat(100_000) };
    let written = 0;
    const writing = (async () => {
      for (let index = 0; index < events; index += 1) {
        await stream.event(codec, { type: Event.Type.UPDATE, update: { status: padded } });
        written += 1;
      }
    })();
    // Nobody reads: the socket fills up, and the writer has to wait, with 40 MB to go.
    await waitFor(() => client.frameworkId === 'F-1');
    let seen = -1;
    await waitFor(() => {
      const still = written === seen;
      seen = written;
      return still && written > 3;
    }, 30);
    expect(written).toBeLessThan(events);
    clock.advance(3_600_000);
    expect((await next()).kind).toBe('subscribed');
    for (let index = 0; index < events; index += 1) {
      expect((await next()).kind).toBe('mesos');
    }
    await writing;
  });

  it('leaves no socket behind when it is closed, whatever it was doing', async () => {
    const stage = await Stage.open();
    const idle = clientFor(stage.master.address);
    await stage.nextSubscribe();
    await idle.client.close();
    await stage.master.idle();

    const busy = clientFor(stage.master.address);
    await stage.subscribed();
    await busy.next();
    const call = busy.client.call(reviveCall()).catch((thrown: unknown) => thrown);
    await stage.nextCall();
    await busy.client.close();
    expect(await call).toMatchObject({ name: 'MesosError' });
    expect((await busy.events.next()).done).toBe(true);
    await stage.master.idle();
    expect(busy.clock.pendingMs).toEqual([]);
    await busy.client.close();
  });

  it('takes the words of a refusal that says nothing of its length, up to the end of the connection', async () => {
    const stage = await Stage.open();
    const { client, next } = clientFor(stage.master.address);
    await stage.subscribed();
    await next();
    const outcome = client.call(killCall('t')).catch((thrown: unknown) => thrown);
    const call = await stage.nextCall();
    await call.write(
      'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nno such',
    );
    await call.write(' task');
    call.end();
    expect(await outcome).toMatchObject({ code: 'MESOS_REFUSED', masterText: 'no such task' });
  });

  it('does not wait for the rest of an answer for longer than for its beginning', async () => {
    const stage = await Stage.open();
    const { client, next } = clientFor(stage.master.address, { callTimeoutMs: 100 });
    await stage.subscribed();
    await next();
    const outcome = client.call(acceptCall(['o'], [])).catch((thrown: unknown) => thrown);
    const call = await stage.nextCall();
    await call.write('HTTP/1.1 400 Bad Request\r\nContent-Length: 100\r\n\r\nno');
    expect(await outcome).toMatchObject({ code: 'MESOS_CONNECTION_LOST' });
  });

  it('closes when its signal aborts', async () => {
    const stage = await Stage.open();
    const controller = new AbortController();
    const { events, next } = clientFor(stage.master.address, { signal: controller.signal });
    await stage.subscribed();
    await next();
    controller.abort();
    expect((await events.next()).done).toBe(true);
    await stage.master.idle();
  });

  it('waits for the subscription that is being made again before it tears down', async () => {
    const stage = await Stage.open();
    const { client, clock, next } = clientFor(stage.master.address);
    const first = await stage.subscribed();
    await next();
    await first.endStream();
    await next();
    const teardown = client.teardown();
    clock.advance(250);
    await stage.subscribed();
    const call = await stage.nextCall();
    expect(callOf(call).type).toBe(Call.Type.TEARDOWN);
    await call.answer(202);
    await teardown;
    await stage.master.idle();
  });

  it('says when it could not tear down, and is closed all the same', async () => {
    const stage = await Stage.open();
    const { client, clock, next } = clientFor(stage.master.address);
    const stream = await stage.subscribed();
    await next();
    await stream.endStream();
    await next();
    const teardown = client.teardown().catch((thrown: unknown) => thrown);
    clock.advance(5_000);
    expect(await teardown).toMatchObject({
      code: 'MESOS_NOT_SUBSCRIBED',
      message: expect.stringContaining('framework F-1 is not torn down'),
    });
    await stage.master.idle();
  });

  it('closes without a word when it was never subscribed', async () => {
    const client = new SchedulerClient({ master: '127.0.0.1:1', framework });
    await client.teardown();
    expect((await client.events().next()).done).toBe(true);
  });
});

function never(): never {
  throw new Error('not reached');
}

/** Turns of the event loop until something is so; for what sockets do, never for time. */
async function waitFor(condition: () => boolean, inRow = 1): Promise<void> {
  for (let met = 0; met < inRow; ) {
    await new Promise((resolve) => setImmediate(resolve));
    met = condition() ? met + 1 : 0;
  }
}

async function unusedPort(): Promise<number> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
