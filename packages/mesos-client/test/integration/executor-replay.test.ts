import { readdirSync, readFileSync } from 'node:fs';
import { codecOf, mesos, RecordIoDecoder, toMesosJson } from '@spark-mesos/mesos-proto';
import { afterAll, describe, expect, it } from 'vitest';
import { ExecutorClient, type ExecutorClientEvent, parseExecutorEnvironment } from '../../src/index.ts';
import { ManualClock, type ScriptedExchange, ScriptedMaster } from '../../src/testing/index.ts';
import { exchangesOf, RECORDINGS, type RecordedExchange, readRecording } from '../support/recordings.ts';

/*
 * What a real agent sent to executors is given to the client in the order in which it came, and each call that an
 * executor made is made through the client, with the same UUIDs and times, and answered with the recorded bytes.
 */

const { Call, Event } = mesos.v1.executor;
const directory = new URL('executor/', RECORDINGS);
const files = readdirSync(directory).filter((name) => name.endsWith('.jsonl'));
const replayed = { streams: 0, events: 0, calls: 0, refusals: 0 };

type Recorded = RecordedExchange<mesos.v1.executor.ICall>;

function readFile(file: string) {
  const recorded = exchangesOf(
    readRecording(`executor/${file}`),
    Call,
    (target) => target === '/api/v1/executor',
  );
  const variables = readFileSync(new URL(file, directory), 'utf8')
    .split('\n')
    .filter((line) => line.includes('"env"'))
    .map((line) => (JSON.parse(line) as { env: Record<string, string> }).env)[0];
  return { variables: variables ?? {}, recorded };
}

const statusOf = (exchange: Recorded) => exchange.response.status;
const jsonOf = (call: mesos.v1.executor.ICall | undefined) => call && toMesosJson(Call, call);

/** The client of a recorded executor, before an agent that says what it is told to. */
async function open(stream: Recorded, variables: Record<string, string>, calls: readonly Recorded[]) {
  const asked: ScriptedExchange[] = [];
  let heard: () => void = () => {};
  const agent = await ScriptedMaster.listen((exchange) => {
    asked.push(exchange);
    heard();
    const answer = calls[asked.length - 2];
    if (answer !== undefined) {
      exchange.write(answer.answer).catch(() => exchange.destroy());
    }
  });
  const updates = calls.flatMap(({ call }) => call?.update?.status ?? []);
  const uuids = updates.map((status) => status.uuid ?? new Uint8Array(16));
  const times = updates.map((status) => status.timestamp ?? 0);
  const executor = new ExecutorClient({
    environment: parseExecutorEnvironment({ ...variables, MESOS_AGENT_ENDPOINT: agent.address }),
    contentType: stream.contentType,
    clock: new ManualClock(),
    randomBytes: () => uuids.shift() ?? new Uint8Array(16),
    nowSeconds: () => times.shift() ?? 0,
  });
  const events = executor.events();
  await new Promise<void>((resolve) => {
    heard = resolve;
  });
  const close = async () => {
    await executor.close();
    await agent.close();
  };
  return { executor, events, asked, close };
}

async function expectEvents(
  events: AsyncIterator<ExecutorClientEvent>,
  recorded: readonly mesos.v1.executor.IEvent[],
) {
  for (const event of recorded) {
    replayed.events += 1;
    const { value } = (await events.next()) as { value: ExecutorClientEvent };
    switch (event.type) {
      case Event.Type.SUBSCRIBED:
        expect(value).toMatchObject({ kind: 'subscribed', resubscribed: false });
        expect(value.kind === 'subscribed' && value.containerId?.value).toBe(
          event.subscribed?.containerId?.value,
        );
        break;
      case Event.Type.SHUTDOWN:
        expect(value).toMatchObject({ kind: 'shutdown', graceMs: 5_000 });
        break;
      default:
        expect(value.kind === 'mesos' && toMesosJson(Event, value.event)).toEqual(toMesosJson(Event, event));
    }
  }
}

async function makeCall(executor: ExecutorClient, recorded: Recorded, asked: readonly ScriptedExchange[]) {
  replayed.calls += 1;
  const { update, message } = recorded.call ?? {};
  if (update == null) {
    await executor.message(message?.data ?? new Uint8Array());
  } else {
    const { uuid, source: _, executorId: __, timestamp: ___, ...status } = update.status;
    expect(await executor.update(status)).toEqual(new Uint8Array(uuid ?? []));
  }
  const body = asked.at(-1)?.request.body ?? new Uint8Array();
  expect(jsonOf(codecOf(recorded.contentType).decode(Call, body))).toEqual(jsonOf(recorded.call));
}

describe.each(files)('the client, as the executor of %s', (file) => {
  const { variables, recorded } = readFile(file);
  const streams = recorded.filter((exchange) => statusOf(exchange) === 200);

  it('asks as it was asked, hears what was said, and has its calls answered', async () => {
    expect(streams.length).toBeGreaterThan(0);
    for (const [index, stream] of streams.entries()) {
      replayed.streams += 1;
      const until = streams[index + 1]?.atSeconds ?? Number.POSITIVE_INFINITY;
      const calls = recorded.filter(
        (one) => statusOf(one) === 202 && one.atSeconds > stream.atSeconds && one.atSeconds < until,
      );
      const { executor, events, asked, close } = await open(stream, variables, calls);
      expect(asked[0]?.request.headers.get('authorization')).toBe(
        stream.request.headers.get('authorization'),
      );
      const body = asked[0]?.request.body ?? new Uint8Array();
      expect(jsonOf(codecOf(stream.contentType).decode(Call, body))).toEqual(jsonOf(stream.call));

      const slices = stream.connection.slices.filter((slice) => slice.direction === 's2c');
      for (const call of calls) {
        while (slices[0] !== undefined && slices[0].atSeconds < call.atSeconds) {
          await asked[0]?.write(slices.shift()?.bytes ?? '');
        }
        // The first one waits for the subscription, as the executor did.
        if (executor.unacknowledged === 0 && asked.length === 1) {
          await expectEvents(events, takeEvents(stream, 1));
        }
        await makeCall(executor, call, asked);
      }
      for (const { bytes } of slices) {
        await asked[0]?.write(bytes);
      }
      const all = takeEvents(stream);
      await expectEvents(events, calls.length === 0 ? all : all.slice(1));
      const acknowledged = all.filter((event) => event.type === Event.Type.ACKNOWLEDGED).length;
      const updates = calls.filter(({ call }) => call?.update != null).length;
      expect(executor.unacknowledged).toBe(updates - acknowledged);
      await close();
    }
  });

  it('hands on the words with which calls were refused', async () => {
    const [stream] = streams;
    for (const refused of recorded.filter((exchange) => statusOf(exchange) >= 400)) {
      const masterText = Buffer.from(refused.response.body).toString();
      const status = refused.call?.update?.status;
      if (statusOf(refused) === 401) {
        replayed.refusals += 1;
        const { MESOS_EXECUTOR_AUTHENTICATION_TOKEN: _, ...tokenless } = variables;
        const { asked, events, close } = await open(refused, tokenless, []);
        expect(asked[0]?.request.headers.has('authorization')).toBe(false);
        await asked[0]?.write(refused.answer);
        expect((await events.next()).value).toMatchObject({
          kind: 'failed',
          error: { code: 'MESOS_UNAUTHENTICATED', masterText },
        });
        await close();
      } else if (status !== undefined && stream !== undefined) {
        replayed.refusals += 1;
        const { executor, asked, events, close } = await open(stream, variables, [refused]);
        await asked[0]?.write(stream.answer);
        await events.next();
        await expect(executor.update(status)).rejects.toMatchObject({ code: 'MESOS_REFUSED', masterText });
        expect(executor.unacknowledged).toBe(0);
        await close();
      }
    }
  });
});

function takeEvents(stream: Recorded, count?: number): mesos.v1.executor.IEvent[] {
  const records = new RecordIoDecoder().push(stream.response.body);
  return records.slice(0, count).map((record) => codecOf(stream.contentType).decode(Event, record));
}

afterAll(() => {
  // So that a change of the reader cannot make the replay empty without anybody noticing.
  expect(replayed).toEqual({ streams: 20, events: 119, calls: 62, refusals: 7 });
});
