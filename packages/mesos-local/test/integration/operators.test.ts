import { encodeRecord, mesos, RecordIoDecoder } from '@spark-mesos/mesos-proto';
import { request } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalCluster } from '../../src/index.ts';
import { getJson, type Json, JsonScheduler, PLAIN_FRAMEWORK, shellTask } from '../support/json-client.ts';

let cluster: LocalCluster;

beforeEach(async () => {
  cluster = await LocalCluster.start({ agents: [{ cpus: 4, memMiB: 4096 }], speed: 20 });
});

afterEach(() => cluster.close());

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function call(body: object | string, headers: Record<string, string> = {}): Promise<Answer> {
  const answer = await request(`${cluster.master.url}/api/v1`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: answer.statusCode, text: await answer.body.text() };
}

async function send(method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: string): Promise<Answer> {
  const answer = await request(cluster.master.url + path, { method, ...(body !== undefined && { body }) });
  return { status: answer.statusCode, text: await answer.body.text() };
}

function agentId(): { value: string } {
  return { value: cluster.agents[0]?.id ?? '' };
}

/** Events of an operator's stream up to the one of this type. */
async function eventsUntil(type: string, during: () => Promise<void>): Promise<Json[]> {
  const abort = new AbortController();
  const answer = await request(`${cluster.master.url}/api/v1`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ type: 'SUBSCRIBE' }),
    signal: abort.signal,
  });
  expect(answer.headers['mesos-stream-id']).toBeUndefined();
  const done = during();
  const decoder = new RecordIoDecoder();
  const events: Json[] = [];
  for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
    for (const record of decoder.push(chunk)) events.push(JSON.parse(Buffer.from(record).toString()));
    if (events.some((event) => event.type === type)) break;
  }
  await done;
  return events;
}

describe('POST /api/v1', () => {
  it.each([
    ['GET /', {}, 400, "Failed to validate master::Call: Expecting 'type' to be present"],
    [
      'no part',
      { type: 'DRAIN_AGENT' },
      400,
      "Failed to validate master::Call: Expecting 'drain_agent' to be",
    ],
    ['no JSON', '{', 400, 'Failed to parse body into JSON: syntax error at line 1 near: '],
    [
      'nothing of ours',
      { type: 'GET_HEALTH', x: 1 },
      200,
      '{"type":"GET_HEALTH","get_health":{"healthy":true}}',
    ],
    ['a file', { type: 'READ_FILE', read_file: { path: '/x', offset: 0 } }, 404, ''],
    ['a folder', { type: 'LIST_FILES', list_files: { path: '/master/log' } }, 404, ''],
  ])('answers a body with %s', async (_what, body, status, text) => {
    const answer = await call(body);
    expect(answer.status).toBe(status);
    expect(answer.text.slice(0, text.length)).toBe(text);
  });

  it('looks at the method, the content type and what is accepted', async () => {
    expect((await send('GET', '/api/v1')).status).toBe(405);
    expect((await call({}, { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await call({ type: 'GET_HEALTH' }, { accept: 'text/plain' })).status).toBe(406);
  });

  it('speaks protobuf as well', async () => {
    const { Call, Response } = mesos.v1.master;
    const answer = await request(`${cluster.master.url}/api/v1`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf', accept: 'application/x-protobuf' },
      body: Call.encode({ type: Call.Type.GET_AGENTS }).finish(),
    });
    const response = Response.decode(new Uint8Array(await answer.body.arrayBuffer()));
    expect(response.getAgents?.agents?.[0]?.agentInfo.id?.value).toBe(cluster.agents[0]?.id);
  });

  it('makes volumes larger and smaller', async () => {
    const reservations = [{ type: 'DYNAMIC', role: 'spark' }];
    const ofSize = (value: number) => ({ name: 'disk', type: 'SCALAR', scalar: { value }, reservations });
    const disk = { persistence: { id: 'v' }, volume: { mode: 'RW', container_path: 'data' } };
    const agent_id = agentId();
    const volumeSizes = async () => {
      const [agent] = JSON.parse((await call({ type: 'GET_AGENTS' })).text).get_agents.agents;
      return agent.total_resources.flatMap((resource: Json) =>
        resource.disk ? [resource.scalar.value] : [],
      );
    };
    const steps = [
      [{ type: 'RESERVE_RESOURCES', reserve_resources: { agent_id, resources: [ofSize(100)] } }],
      [{ type: 'CREATE_VOLUMES', create_volumes: { agent_id, volumes: [{ ...ofSize(10), disk }] } }, 10],
      [
        {
          type: 'GROW_VOLUME',
          grow_volume: { agent_id, volume: { ...ofSize(10), disk }, addition: ofSize(20) },
        },
        30,
      ],
      [
        {
          type: 'SHRINK_VOLUME',
          shrink_volume: { agent_id, volume: { ...ofSize(30), disk }, subtract: { value: 25 } },
        },
        5,
      ],
    ] as const;
    for (const [body, size] of steps) {
      expect(await call(body)).toEqual({ status: 202, text: '' });
      if (size !== undefined) expect(await volumeSizes()).toEqual([size]);
    }
    const addition = ofSize(1000);
    const volume = { ...ofSize(5), disk };
    const tooMuch = await call({ type: 'GROW_VOLUME', grow_volume: { agent_id, volume, addition } });
    expect(tooMuch.status).toBe(409);
    const nowhere = await call({
      type: 'GROW_VOLUME',
      grow_volume: { agent_id: { value: 'x' }, volume, addition },
    });
    expect(nowhere).toEqual({ status: 400, text: 'No agent found with specified ID' });
  });

  it('sets and removes quotas in the older way, too', async () => {
    const scalar = { name: 'cpus', type: 'SCALAR', scalar: { value: 1 } };
    const quota = JSON.stringify({ role: 'spark', guarantee: [scalar] });
    expect((await send('POST', '/quota', quota)).status).toBe(200);
    expect(JSON.parse((await send('GET', '/quota')).text).configs).toMatchObject([
      { role: 'spark', guarantees: { cpus: { value: 1 } }, limits: { cpus: { value: 1 } } },
    ]);
    expect((await send('POST', '/quota', quota)).text).toContain('which already has quota');
    expect((await send('DELETE', '/quota/spark')).status).toBe(200);
    expect(JSON.parse((await send('GET', '/quota')).text).configs ?? []).toEqual([]);
    expect(await send('DELETE', '/quota/spark')).toMatchObject({ status: 400 });
  });

  it('any bytes are answered', async () => {
    for (const body of [encodeRecord(new Uint8Array(9)), new Uint8Array([255, 255, 255, 255, 255])]) {
      const answer = await request(`${cluster.master.url}/api/v1`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-protobuf' },
        body,
      });
      expect(answer.statusCode).toBe(400);
      await answer.body.dump();
    }
  });
});

describe('the stream of SUBSCRIBE', () => {
  it('tells how everything is, and then what changes', async () => {
    const events = await eventsUntil('FRAMEWORK_REMOVED', async () => {
      const scheduler = await JsonScheduler.subscribe(cluster.master.url, PLAIN_FRAMEWORK);
      await scheduler.launch(await scheduler.nextOffer(), [shellTask('t', { agent_id: agentId() }, 'true')]);
      await scheduler.statusesUntil('t', 'TASK_FINISHED');
      await call({ type: 'TEARDOWN', teardown: { framework_id: { value: scheduler.frameworkId } } });
    });
    const types = events.map(({ type }) => type).filter((type) => type !== 'HEARTBEAT');
    expect(types).toEqual([
      'SUBSCRIBED',
      'FRAMEWORK_ADDED',
      'TASK_ADDED',
      'TASK_UPDATED',
      'TASK_UPDATED',
      'TASK_UPDATED',
      'FRAMEWORK_REMOVED',
    ]);
    expect(events[1]).toEqual({ type: 'HEARTBEAT' });
  });
});

describe('what an operator has set', () => {
  it('outlives the master, and so do reservations', async () => {
    const reserve = (type: string, role: string, value: number) =>
      call({
        type,
        [type.toLowerCase()]: {
          agent_id: agentId(),
          resources: [
            { name: 'cpus', type: 'SCALAR', scalar: { value }, reservations: [{ type: 'DYNAMIC', role }] },
          ],
        },
      });
    expect((await reserve('RESERVE_RESOURCES', 'spark', 1)).status).toBe(202);
    await call({ type: 'UPDATE_WEIGHTS', update_weights: { weight_infos: [{ role: 'spark', weight: 2 }] } });
    const quota = { role: 'spark', limits: { cpus: { value: 2 } } };
    await call({ type: 'UPDATE_QUOTA', update_quota: { quota_configs: [quota] } });
    await call({ type: 'DEACTIVATE_AGENT', deactivate_agent: { agent_id: agentId() } });
    await cluster.faults.restartMaster();
    await cluster.waitFor((state) => state.slaves.length === 1);
    const { roles } = await getJson(`${cluster.master.url}/roles`);
    expect(roles).toMatchObject([
      { name: 'spark', weight: 2, quota: { limit: { cpus: 2 } }, reserved: { cpus: 1 } },
    ]);
    expect(cluster.state().slaves[0]).toMatchObject({ deactivated: true, active: false });
    expect((await reserve('UNRESERVE_RESOURCES', 'spark', 1)).status).toBe(202);
    expect((await reserve('UNRESERVE_RESOURCES', 'spark', 1)).status).toBe(409);
  });

  it('an agent that is marked gone ends, with what runs on it', async () => {
    const scheduler = await JsonScheduler.subscribe(cluster.master.url, PLAIN_FRAMEWORK);
    await scheduler.launch(await scheduler.nextOffer(), [
      shellTask('t', { agent_id: agentId() }, 'sleep 600'),
    ]);
    await scheduler.statusesUntil('t', 'TASK_RUNNING');
    await call({ type: 'MARK_AGENT_GONE', mark_agent_gone: { agent_id: agentId() } });
    expect((await scheduler.nextStatus('t')).state).toBe('TASK_LOST');
    expect(cluster.state().slaves).toEqual([]);
    const url = cluster.agents[0]?.url ?? '';
    await expect
      .poll(() =>
        fetch(`${url}/health`).then(
          () => 'answers',
          () => 'gone',
        ),
      )
      .toBe('gone');
  });
});

describe('the older endpoints', () => {
  it('set and show weights', async () => {
    expect(await send('GET', '/weights')).toEqual({ status: 200, text: '[]' });
    expect((await send('PUT', '/weights', '[{"role":"spark","weight":2.5}]')).status).toBe(200);
    expect((await send('GET', '/master/weights')).text).toBe('[{"weight":2.5,"role":"spark"}]');
    expect((await send('PUT', '/weights', '{}')).status).toBe(400);
    expect((await send('DELETE', '/weights')).text).toBe(
      "405 Method Not Allowed. Expecting one of { 'GET', 'PUT' }, but received 'DELETE'.",
    );
  });

  it('reserve and unreserve', async () => {
    const resources = JSON.stringify([
      { name: 'cpus', type: 'SCALAR', scalar: { value: 1 }, role: 'spark', reservation: {} },
    ]);
    const form = new URLSearchParams({ slaveId: agentId().value, resources }).toString();
    expect((await send('POST', '/reserve', form)).status).toBe(202);
    const { slaves } = await getJson(`${cluster.master.url}/slaves`);
    expect(slaves[0].reserved_resources).toMatchObject({ spark: { cpus: 1 } });
    expect((await send('POST', '/unreserve', form)).status).toBe(202);
    expect((await send('POST', '/unreserve', form)).status).toBe(409);
    expect(await send('POST', '/reserve', 'resources=[]')).toEqual({
      status: 400,
      text: "Missing 'slaveId' query parameter in the request body",
    });
  });

  it('plan maintenance, bring machines down and up', async () => {
    const machine = { hostname: 'localhost', ip: '127.0.0.1' };
    const windows = [{ machine_ids: [machine], unavailability: { start: { nanoseconds: 1 } } }];
    const machines = JSON.stringify([machine]);
    expect((await send('POST', '/maintenance/schedule', JSON.stringify({ windows }))).status).toBe(200);
    expect(JSON.parse((await send('GET', '/maintenance/schedule')).text)).toEqual({ windows });
    expect((await send('POST', '/machine/up', machines)).status).toBe(400);
    expect((await send('POST', '/machine/down', machines)).status).toBe(200);
    expect(JSON.parse((await send('GET', '/maintenance/status')).text)).toEqual({ down_machines: [machine] });
    expect((await send('POST', '/machine/up', machines)).status).toBe(200);
    expect((await send('GET', '/maintenance/schedule')).text).toBe('{}');
  });
});
