import { readdirSync } from 'node:fs';
import { codecOf, mesos, RecordIoDecoder, toMesosJson } from '@spark-mesos/mesos-proto';
import { afterAll, describe, expect, it } from 'vitest';
import { AgentOperatorClient, OperatorClient } from '../../src/index.ts';
import { ManualClock, ScriptedMaster, type ScriptedRequest } from '../../src/testing/index.ts';
import { exchangesOf, RECORDINGS, type RecordedExchange, readRecording } from '../support/recordings.ts';

/*
 * Each call that an operator made of a real master or agent is made through the client, by its method where it has
 * one, and answered with the recorded bytes.
 */

const { master, agent } = mesos.v1;
const files = readdirSync(RECORDINGS).filter((name) => name.endsWith('.jsonl'));
const replayed = { questions: 0, changes: 0, refusals: 0, streams: 0, events: 0, teardowns: 0 };

type Recorded = RecordedExchange<mesos.v1.master.ICall>;

function recordedIn(file: string): Recorded[] {
  const isTarget = (target: string) => target === '/api/v1' || /\/teardown$/.test(target);
  return exchangesOf(readRecording(file), master.Call, isTarget);
}

const statusOf = (recorded: Recorded) => recorded.response.status;

async function before(recorded: Recorded) {
  const asked: ScriptedRequest[] = [];
  const server = await ScriptedMaster.listen((exchange) => {
    asked.push(exchange.request);
    exchange.write(recorded.answer).catch(() => exchange.destroy());
  });
  const { contentType } = recorded;
  const authorization = recorded.request.headers.get('authorization');
  const [principal = '', secret = ''] = Buffer.from(authorization?.slice('Basic '.length) ?? '', 'base64')
    .toString()
    .split(':');
  const options = {
    contentType,
    clock: new ManualClock(),
    ...(authorization === undefined ? {} : { credentials: { principal, secret } }),
  };
  const operator = new OperatorClient({ master: server.address, ...options });
  const agentOperator = new AgentOperatorClient({ agent: server.address, ...options });
  const close = async () => {
    await operator.close();
    await agentOperator.close();
    await server.close();
  };
  return { operator, agentOperator, asked, close };
}

/** `GET_MAINTENANCE_STATUS` → `getMaintenanceStatus`. */
const methodOf = (type: string) =>
  type.toLowerCase().replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

type Method = (...values: unknown[]) => Promise<unknown>;

function masterMethod(operator: OperatorClient, call: mesos.v1.master.ICall): Promise<unknown> {
  const method = (operator as unknown as Record<string, Method>)[
    methodOf(master.Call.Type[call.type ?? 0] ?? '')
  ];
  const { reserveResources, unreserveResources } = call;
  const timeout = call.getMetrics?.timeout?.nanoseconds;
  const values: unknown[] = timeout === undefined ? [] : [Number(timeout) / 1e6];
  if (reserveResources != null) {
    values.push(reserveResources.agentId, reserveResources.resources);
  } else if (unreserveResources != null) {
    values.push(unreserveResources.agentId, unreserveResources.resources);
  } else if (call.listFiles != null) {
    values.push(call.listFiles.path);
  } else if (call.readFile != null) {
    values.push(call.readFile.path, Number(call.readFile.offset), Number(call.readFile.length));
  } else if (call.updateWeights != null) {
    values.push(call.updateWeights.weightInfos);
  } else if (call.updateQuota != null) {
    const { quotaConfigs, force } = call.updateQuota;
    values.push(quotaConfigs, force == null ? {} : { force });
  }
  return method === undefined ? operator.call(call) : method.apply(operator, values);
}

/** Whatever a method makes of an answer, the answer has it in it. */
function expectPartOf(value: unknown, response: object) {
  const all = JSON.stringify(response);
  const text = JSON.stringify(value);
  expect(value === undefined || text === '{}' || text === '[]' || all.includes(text)).toBe(true);
}

async function replayMaster(recorded: Recorded) {
  const codec = codecOf(recorded.contentType);
  const call = codec.decode(master.Call, recorded.request.body);
  const { operator, asked, close } = await before(recorded);
  if (call.type === master.Call.Type.SUBSCRIBE) {
    await replayStream(recorded, operator);
    await close();
    return;
  }
  const outcome = masterMethod(operator, call);
  if (statusOf(recorded) >= 400) {
    replayed.refusals += 1;
    const masterText = Buffer.from(recorded.response.body).toString();
    // What is wrong with a call that a method would have made right is left to `call`.
    const status = statusOf(recorded);
    await expect(outcome).rejects.toMatchObject({ status, masterText });
  } else {
    const value = await outcome;
    if (recorded.response.body.length === 0) {
      replayed.changes += 1;
    } else {
      replayed.questions += 1;
      const body = recorded.response.body;
      expectPartOf(value, codec.decode(master.Response, body));
    }
    expect(toMesosJson(master.Call, codec.decode(master.Call, asked[0]?.body ?? new Uint8Array()))).toEqual(
      toMesosJson(master.Call, call),
    );
  }
  expect(asked[0]?.headers.get('authorization')).toBe(recorded.request.headers.get('authorization'));
  await close();
}

async function replayStream(recorded: Recorded, operator: OperatorClient) {
  replayed.streams += 1;
  const codec = codecOf(recorded.contentType);
  const records = new RecordIoDecoder().push(recorded.response.body);
  const events = operator.events();
  for (const record of records) {
    const expected = codec.decode(master.Event, record);
    if (expected.type !== master.Event.Type.HEARTBEAT) {
      replayed.events += 1;
      const { value } = await events.next();
      expect(toMesosJson(master.Event, value ?? {})).toEqual(toMesosJson(master.Event, expected));
    }
  }
  await events.return(undefined);
}

async function replayAgent(recorded: Recorded) {
  const codec = codecOf(recorded.contentType);
  const call = codec.decode(agent.Call, recorded.request.body);
  const { agentOperator, asked, close } = await before(recorded);
  const name = methodOf(agent.Call.Type[call.type ?? 0] ?? '');
  const method = (agentOperator as unknown as Record<string, Method>)[name];
  const value = await (method === undefined ? agentOperator.call(call) : method.apply(agentOperator, []));
  replayed.questions += 1;
  expectPartOf(value, codec.decode(agent.Response, recorded.response.body));
  expect(toMesosJson(agent.Call, codec.decode(agent.Call, asked[0]?.body ?? new Uint8Array()))).toEqual(
    toMesosJson(agent.Call, call),
  );
  await close();
}

async function replayTeardown(recorded: Recorded) {
  replayed.teardowns += 1;
  const { operator, asked, close } = await before(recorded);
  const id = new URLSearchParams(Buffer.from(recorded.request.body).toString()).get('frameworkId') ?? '';
  const outcome = operator.teardown(id);
  if (statusOf(recorded) === 200) {
    await outcome;
  } else {
    const masterText = Buffer.from(recorded.response.body).toString();
    await expect(outcome).rejects.toMatchObject({ status: statusOf(recorded), masterText });
  }
  expect(asked[0]?.path).toBe('/teardown');
  expect(Buffer.from(asked[0]?.body ?? []).toString()).toBe(`frameworkId=${id}`);
  await close();
}

/** Masters that could not answer are for other tests, and so are bodies that are no call. */
function isOfInterest(recorded: Recorded): boolean {
  const body = Buffer.from(recorded.request.body);
  return ![503, 307].includes(statusOf(recorded)) && body.length > 0 && recorded.request.method === 'POST';
}

const filesOfOperators = files.filter((file) => recordedIn(file).some(isOfInterest));

describe.each(filesOfOperators)('the client, as the operator of %s', (file) => {
  it('asks as it was asked, and gives what was answered', async () => {
    for (const recorded of recordedIn(file).filter(isOfInterest)) {
      const { target } = recorded.request;
      if (target.endsWith('/teardown')) {
        await replayTeardown(recorded);
      } else if (recorded.connection.peer === 'agent') {
        await replayAgent(recorded);
      } else {
        await replayMaster(recorded);
      }
    }
  });
});

afterAll(() => {
  // So that a change of the reader cannot make the replay empty without anybody noticing.
  expect(replayed).toEqual({ questions: 55, changes: 10, refusals: 5, streams: 2, events: 42, teardowns: 4 });
});
