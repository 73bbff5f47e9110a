import { codecOf, mesos, toMesosJson } from '@spark-mesos/mesos-proto';
import { describe, expect, it } from 'vitest';
import { AgentOperatorClient, OperatorClient, type OperatorClientOptions } from '../../src/index.ts';
import { ManualClock, type ScriptedExchange, ScriptedMaster } from '../../src/testing/index.ts';
import { closing, Mailbox } from '../support/stage.ts';

const { Call, Response, Event } = mesos.v1.master;
const codec = codecOf('protobuf');

/** A server whose requests a test takes one by one. */
async function openServer(port?: number) {
  const requests = new Mailbox<ScriptedExchange>();
  const server = await ScriptedMaster.listen((exchange) => requests.deliver(exchange), port);
  closing.push(() => server.close());
  return { server, next: () => requests.take() };
}

function clientFor(master: string, options: Partial<OperatorClientOptions> = {}) {
  const clock = new ManualClock();
  const operator = new OperatorClient({ master, clock, random: () => 1, ...options });
  closing.push(() => operator.close());
  return { operator, clock };
}

const callOf = (exchange: ScriptedExchange) => toMesosJson(Call, codec.decode(Call, exchange.request.body));
const answer = (exchange: ScriptedExchange, response: mesos.v1.master.IResponse) => {
  const body = Buffer.from(codec.encode(Response, response));
  const head = `HTTP/1.1 200 OK\r\nContent-Type: ${codec.mediaType}\r\nContent-Length: ${body.length}\r\n\r\n`;
  return exchange.write(Buffer.concat([Buffer.from(head), body]));
};
const healthy = { type: Response.Type.GET_HEALTH, getHealth: { healthy: true } };
/** Lets the clock run once a timer is there. */
async function passing(clock: ManualClock, ms: number) {
  while (clock.pendingMs.length === 0) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  clock.advance(ms);
}

describe('OperatorClient', () => {
  it('asks the leader to whom a redirect leads, and stays with it', async () => {
    const follower = await openServer();
    const leader = await openServer();
    const { operator } = clientFor(`mesos://${follower.server.address}`, {
      credentials: { principal: 'p', secret: 's' },
    });
    const health = operator.getHealth();
    const sentOn = await follower.next();
    expect(sentOn.request).toMatchObject({ method: 'POST', path: '/api/v1' });
    await sentOn.answer(307, '', { Location: `//${leader.server.address}/master/api/v1` });
    const asked = await leader.next();
    expect(asked.request.path).toBe('/master/api/v1');
    expect(asked.request.headers.get('authorization')).toBe(`Basic ${Buffer.from('p:s').toString('base64')}`);
    expect(callOf(asked)).toEqual({ type: 'GET_HEALTH' });
    await answer(asked, healthy);
    expect(await health).toBe(true);

    const again = operator.getHealth();
    await answer(await leader.next(), { type: Response.Type.GET_HEALTH, getHealth: { healthy: false } });
    expect(await again).toBe(false);
    expect(leader.server.connectionsOpened).toBe(1);
    await follower.server.idle();
  });

  it('goes on to the next master of a list, and waits for one that recovers', async () => {
    const first = await openServer();
    const second = await openServer();
    const { operator, clock } = clientFor(`${first.server.address},${second.server.address}`);
    const health = operator.getHealth();
    (await first.next()).destroy();
    await passing(clock, 250);
    await (await second.next()).answer(503, 'Master has not finished recovery');
    await passing(clock, 500);
    await answer(await first.next(), healthy);
    expect(await health).toBe(true);
  });

  it('sends again what changes something only when it cannot have arrived', async () => {
    const { server, next } = await openServer();
    const { operator, clock } = clientFor(server.address);
    const deactivated = operator.deactivateAgent('A');
    await (await next()).answer(503, 'Master has not finished recovery');
    await passing(clock, 250);
    const asked = await next();
    expect(callOf(asked)).toEqual({
      type: 'DEACTIVATE_AGENT',
      deactivate_agent: { agent_id: { value: 'A' } },
    });
    asked.destroy();
    await expect(deactivated).rejects.toMatchObject({ code: 'MESOS_CONNECTION_LOST' });

    const teardown = operator.teardown('F');
    await (await next()).answer(504, 'the proxy waits no longer');
    await expect(teardown).rejects.toMatchObject({ code: 'MESOS_UNAVAILABLE', status: 504 });
  });

  it('gives up after a few tries, with the last problem', async () => {
    const { server, next } = await openServer();
    const { operator, clock } = clientFor(server.address, { maxTries: 2 });
    const health = operator.getHealth();
    await (await next()).answer(503, 'No leader elected');
    await passing(clock, 250);
    await (await next()).answer(503, 'No leader elected');
    await expect(health).rejects.toMatchObject({
      code: 'MESOS_UNAVAILABLE',
      masterText: 'No leader elected',
    });
  });

  it('hands on the words of a refusal, and goes on on a new connection', async () => {
    const { server, next } = await openServer();
    const { operator } = clientFor(server.address);
    const refused = operator.markAgentGone('A');
    await (await next()).answer(409, 'Agent is currently being marked gone');
    await expect(refused).rejects.toMatchObject({
      code: 'MESOS_REFUSED',
      status: 409,
      masterText: 'Agent is currently being marked gone',
    });
    const absent = operator.listFiles('/nowhere');
    await (await next()).answer(404);
    await expect(absent).rejects.toMatchObject({
      code: 'MESOS_REFUSED',
      status: 404,
      message: expect.stringContaining('what was asked for is not there'),
    });
    const health = operator.getHealth();
    await answer(await next(), healthy);
    await health;
  });

  it.each([
    ['an answer that is none', 'junk'],
    ['an answer of another type', undefined],
  ])('does not believe %s', async (_, body) => {
    const { server, next } = await openServer();
    const { operator } = clientFor(server.address);
    const version = operator.getVersion();
    const exchange = await next();
    await (body === undefined ? answer(exchange, healthy) : exchange.answer(200, body));
    await expect(version).rejects.toMatchObject({ code: 'MESOS_PROTOCOL' });
  });

  it('refuses an answer that is too long', async () => {
    const { server, next } = await openServer();
    const { operator } = clientFor(server.address, { maxAnswerBytes: 1000 });
    const state = operator.getState();
    await (await next()).answer(200, 'x'.repeat(2000));
    await expect(state).rejects.toMatchObject({
      code: 'MESOS_PROTOCOL',
      message: expect.stringContaining('maxAnswerBytes'),
    });
  });

  it.each<[string, (operator: OperatorClient) => Promise<unknown>, object]>([
    [
      'drains',
      (operator) => operator.drainAgent({ value: 'A' }, { maxGracePeriodSeconds: 90.5, markGone: true }),
      {
        type: 'DRAIN_AGENT',
        drain_agent: {
          agent_id: { value: 'A' },
          max_grace_period: { seconds: 90, nanos: 500_000_000 },
          mark_gone: true,
        },
      },
    ],
    [
      'drains plainly',
      (operator) => operator.drainAgent('A'),
      { type: 'DRAIN_AGENT', drain_agent: { agent_id: { value: 'A' } } },
    ],
    [
      'reactivates',
      (operator) => operator.reactivateAgent('A'),
      { type: 'REACTIVATE_AGENT', reactivate_agent: { agent_id: { value: 'A' } } },
    ],
    [
      'weighs',
      (operator) => operator.updateWeights([{ role: 'r', weight: 2 }]),
      { type: 'UPDATE_WEIGHTS', update_weights: { weight_infos: [{ role: 'r', weight: 2 }] } },
    ],
    [
      'sets quota',
      (operator) => operator.updateQuota([{ role: 'r', limits: { cpus: { value: 4 } } }], { force: true }),
      {
        type: 'UPDATE_QUOTA',
        update_quota: { force: true, quota_configs: [{ role: 'r', limits: { cpus: { value: 4 } } }] },
      },
    ],
    [
      'schedules maintenance',
      (operator) =>
        operator.updateMaintenanceSchedule({
          windows: [{ machineIds: [{ hostname: 'h' }], unavailability: { start: { nanoseconds: 5 } } }],
        }),
      {
        type: 'UPDATE_MAINTENANCE_SCHEDULE',
        update_maintenance_schedule: {
          schedule: {
            windows: [{ machine_ids: [{ hostname: 'h' }], unavailability: { start: { nanoseconds: 5 } } }],
          },
        },
      },
    ],
    [
      'starts maintenance',
      (operator) => operator.startMaintenance([{ hostname: 'h' }]),
      { type: 'START_MAINTENANCE', start_maintenance: { machines: [{ hostname: 'h' }] } },
    ],
    [
      'stops maintenance',
      (operator) => operator.stopMaintenance([{ ip: '10.0.0.1' }]),
      { type: 'STOP_MAINTENANCE', stop_maintenance: { machines: [{ ip: '10.0.0.1' }] } },
    ],
    [
      'logs more',
      (operator) => operator.setLoggingLevel(2, 60_000),
      {
        type: 'SET_LOGGING_LEVEL',
        set_logging_level: { level: 2, duration: { nanoseconds: 60_000_000_000 } },
      },
    ],
  ])('%s', async (_, act, expected) => {
    const { server, next } = await openServer();
    const { operator } = clientFor(server.address);
    const done = act(operator);
    const exchange = await next();
    expect(callOf(exchange)).toEqual(expected);
    await exchange.answer(200);
    await done;
  });

  it('sends calls in the order in which they are made', async () => {
    const { server, next } = await openServer();
    const { operator } = clientFor(server.address);
    const all = Promise.all([
      operator.deactivateAgent('A'),
      operator.reactivateAgent('A'),
      operator.getHealth(),
    ]);
    for (const type of ['DEACTIVATE_AGENT', 'REACTIVATE_AGENT', 'GET_HEALTH']) {
      const exchange = await next();
      expect(callOf(exchange).type).toBe(type);
      await (type === 'GET_HEALTH' ? answer(exchange, healthy) : exchange.answer(202));
    }
    await all;
    expect(server.connectionsOpened).toBe(1);
  });

  it('leaves nobody waiting when it is closed', async () => {
    const { server, next } = await openServer();
    const { operator } = clientFor(server.address);
    const health = operator.getHealth();
    const later = operator.getState();
    const events = operator.events();
    const first = events.next();
    await next();
    await operator.close();
    await expect(health).rejects.toMatchObject({ code: 'MESOS_CLOSED' });
    await expect(later).rejects.toMatchObject({ code: 'MESOS_CLOSED' });
    expect((await first).done).toBe(true);
    await expect(operator.getHealth()).rejects.toMatchObject({ code: 'MESOS_CLOSED' });
    await server.idle();
  });

  it('subscribes to nothing by a plain call', async () => {
    const { operator } = clientFor('127.0.0.1:1');
    await expect(operator.call({ type: Call.Type.SUBSCRIBE })).rejects.toMatchObject({
      code: 'MESOS_NOT_SUPPORTED',
    });
  });
});

describe('the events of an OperatorClient', () => {
  const event = (exchange: ScriptedExchange, message: mesos.v1.master.IEvent) =>
    exchange.record(codec.encode(Event, message));
  const subscribed = { type: Event.Type.SUBSCRIBED, subscribed: { heartbeatIntervalSeconds: 1 } };
  const removed = { type: Event.Type.AGENT_REMOVED, agentRemoved: { agentId: { value: 'A' } } };

  async function stream(options: Partial<OperatorClientOptions> = {}, signal?: AbortSignal) {
    const { server, next } = await openServer();
    const { operator, clock } = clientFor(server.address, options);
    const events = operator.events(signal === undefined ? {} : { signal });
    const first = events.next();
    const exchange = await next();
    expect(callOf(exchange)).toEqual({ type: 'SUBSCRIBE' });
    await exchange.openStream(codec);
    await event(exchange, subscribed);
    expect((await first).value).toMatchObject({ type: Event.Type.SUBSCRIBED });
    return { server, operator, clock, events, exchange };
  }

  it('come as the master sends them, but for heartbeats, while calls go on beside them', async () => {
    const { events, exchange, operator, server } = await stream();
    await event(exchange, { type: Event.Type.HEARTBEAT });
    await event(exchange, removed);
    expect((await events.next()).value).toMatchObject({ agentRemoved: { agentId: { value: 'A' } } });
    const health = operator.getHealth().catch(() => false);
    while (server.connections < 2) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    await events.return(undefined);
    await operator.close();
    await health;
    await server.idle();
  });

  it('end with an error when the master ends them, or is silent for too long', async () => {
    const ended = await stream();
    await ended.exchange.endStream();
    await expect(ended.events.next()).rejects.toMatchObject({
      code: 'MESOS_CONNECTION_LOST',
      message: expect.stringContaining('has ended the stream'),
    });
    const silent = await stream({ missedHeartbeats: 3 });
    const next = silent.events.next();
    const failed = expect(next).rejects.toMatchObject({
      code: 'MESOS_CONNECTION_LOST',
      message: expect.stringContaining('silent for 3 s'),
    });
    await passing(silent.clock, 3_000);
    await failed;
    await silent.server.idle();
    const garbled = await stream();
    await garbled.exchange.write('3\r\nxyz\r\n');
    await expect(garbled.events.next()).rejects.toMatchObject({ code: 'MESOS_PROTOCOL' });
  });

  it('end quietly when nobody wants them any more', async () => {
    const abort = new AbortController();
    const { events, server } = await stream({}, abort.signal);
    const next = events.next();
    abort.abort();
    expect((await next).done).toBe(true);
    await server.idle();
  });

  it('are refused with the words of the master', async () => {
    const { server, next } = await openServer();
    const { operator } = clientFor(server.address);
    const first = operator.events().next();
    await (await next()).answer(401, '401 Unauthorized.');
    await expect(first).rejects.toMatchObject({ code: 'MESOS_UNAUTHENTICATED' });
  });
});

describe('AgentOperatorClient', () => {
  const { Call: AgentCall } = mesos.v1.agent;

  it.each(['', 'a:b', 'a:1,b:2', 'zk://a/mesos'])('refuses %j as an address', (agent) => {
    expect(() => new AgentOperatorClient({ agent })).toThrow(
      expect.objectContaining({ code: 'MESOS_ADDRESS_INVALID' }),
    );
  });

  it('has no streams', async () => {
    const agent = new AgentOperatorClient({ agent: 'https://a' });
    await expect(agent.call({ type: AgentCall.Type.ATTACH_CONTAINER_OUTPUT })).rejects.toMatchObject({
      code: 'MESOS_NOT_SUPPORTED',
    });
    await agent.close();
  });
});
