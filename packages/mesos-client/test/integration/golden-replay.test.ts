import { readdirSync } from 'node:fs';
import { codecOf, mesos, RecordIoDecoder, toMesosJson } from '@spark-mesos/mesos-proto';
import { afterAll, describe, expect, it } from 'vitest';
import { type Logger, SchedulerClient, type SchedulerClientEvent } from '../../src/index.ts';
import { ManualClock, type ScriptedExchange, ScriptedMaster } from '../../src/testing/index.ts';
import { exchangesOf, RECORDINGS, type RecordedExchange, readRecording } from '../support/recordings.ts';

/*
 * Each stream that was recorded of a real master is given to a client, byte for byte, and each call that belonged to
 * it is made through the client and answered with the recorded bytes.
 */

const { Call, Event } = mesos.v1.scheduler;
const files = readdirSync(RECORDINGS).filter((name) => name.endsWith('.jsonl'));
const LAST_CHUNK = Buffer.from('0\r\n\r\n');
const framework = { user: 'u', name: 'n' };
const replayed = { streams: 0, events: 0, calls: 0, refusals: 0 };

type Recorded = RecordedExchange<mesos.v1.scheduler.ICall>;

function schedulerExchangesOf(file: string): Recorded[] {
  return exchangesOf(
    readRecording(file),
    Call,
    (target, { peer }) => peer === 'master' && target === '/api/v1/scheduler',
  );
}

const statusOf = (exchange: Recorded) => exchange.response.status;
const streamIdOf = (exchange: Recorded) => exchange.response.headers.get('mesos-stream-id') ?? '';

/** Streams whose answer came in the form of the request, since a client asks for no other. */
function isStream(exchange: Recorded): boolean {
  const sameForm =
    exchange.response.headers.get('content-type') === exchange.request.headers.get('content-type');
  return statusOf(exchange) === 200 && exchange.call?.type === Call.Type.SUBSCRIBE && sameForm;
}

function recordedEvents(exchange: Recorded): mesos.v1.scheduler.IEvent[] {
  const codec = codecOf(exchange.contentType);
  const records = new RecordIoDecoder().push(exchange.response.body);
  const events = records.map((record) => codec.decode(Event, record));
  // A few streams were recorded for the sake of their heads, and not read by the recorder.
  expect([0, events.length]).toContain(exchange.connection.events.length);
  return events;
}

/** A client before a master that answers SUBSCRIBE with recorded bytes, and each call with those of its twin. */
async function replay(stream: Recorded, calls: readonly Recorded[], logger?: Logger) {
  const complete = stream.response.complete === true && isStream(stream);
  const answer = complete ? stream.answer.subarray(0, -LAST_CHUNK.length) : stream.answer;
  const answers = calls.map((call) => call.answer);
  const asked: ScriptedExchange[] = [];
  const master = await ScriptedMaster.listen((exchange) => {
    asked.push(exchange);
    const bytes = asked.length === 1 ? answer : answers.shift();
    exchange.write(bytes ?? '').catch(() => exchange.destroy());
  });
  const client = new SchedulerClient({
    master: master.address,
    framework: stream.call?.subscribe?.frameworkInfo ?? framework,
    suppressedRoles: stream.call?.subscribe?.suppressedRoles ?? [],
    contentType: stream.contentType,
    clock: new ManualClock(),
    ...(logger === undefined ? {} : { logger }),
  });
  const close = async () => {
    await client.close();
    await master.close();
  };
  return { client, asked, close, complete };
}

async function take(events: AsyncIterator<SchedulerClientEvent>): Promise<SchedulerClientEvent> {
  return (await events.next()).value as SchedulerClientEvent;
}

const jsonOf = (event: mesos.v1.scheduler.IEvent) => toMesosJson(Event, event);
const decodeCall = (exchange: Recorded, body: Uint8Array) =>
  toMesosJson(Call, codecOf(exchange.contentType).decode(Call, body));

async function checkEvents(stream: Recorded, events: AsyncIterator<SchedulerClientEvent>) {
  for (const recorded of recordedEvents(stream)) {
    replayed.events += 1;
    switch (recorded.type) {
      case Event.Type.HEARTBEAT:
        break;
      case Event.Type.SUBSCRIBED:
        expect(await take(events)).toMatchObject({
          kind: 'subscribed',
          frameworkId: recorded.subscribed?.frameworkId.value,
          resubscribed: stream.call?.frameworkId != null,
        });
        break;
      case Event.Type.ERROR:
        expect(await take(events)).toMatchObject({
          kind: 'failed',
          error: { masterText: recorded.error?.message },
        });
        return 'failed';
      default: {
        const event = await take(events);
        expect(event.kind === 'mesos' && jsonOf(event.event)).toEqual(jsonOf(recorded));
      }
    }
  }
  return 'subscribed';
}

const CODES: Readonly<Record<number, string>> = {
  400: 'MESOS_REFUSED',
  401: 'MESOS_UNAUTHENTICATED',
  403: 'MESOS_NOT_SUBSCRIBED',
  406: 'MESOS_REFUSED',
};

async function checkCall(client: SchedulerClient, recorded: Recorded, asked: readonly ScriptedExchange[]) {
  replayed.calls += 1;
  const { frameworkId: _, ...call } = recorded.call ?? {};
  const outcome = client.call(call).then(
    () => undefined,
    (error: unknown) => error,
  );
  const words = Buffer.from(recorded.response.body).toString();
  const code = CODES[statusOf(recorded)];
  const expected = code === undefined ? undefined : expect.objectContaining({ code, masterText: words });
  expect(await outcome).toEqual(expected);
  const request = asked.at(-1)?.request;
  expect(request?.headers.get('mesos-stream-id')).toBe(recorded.request.headers.get('mesos-stream-id'));
  expect(request?.headers.get('content-type')).toBe(recorded.request.headers.get('content-type'));
  expect(decodeCall(recorded, request?.body ?? new Uint8Array())).toEqual(
    decodeCall(recorded, recorded.request.body),
  );
}

describe.each(files)('the client, before what a real master sent in %s', (file) => {
  const exchanges = schedulerExchangesOf(file);
  const streams = exchanges.filter(isStream);

  it('asks as it was asked, hears what was said, and has its calls answered', async () => {
    for (const stream of streams) {
      replayed.streams += 1;
      const id = streamIdOf(stream);
      const calls = exchanges
        .filter(
          (exchange) => exchange.request.headers.get('mesos-stream-id') === id && exchange.call !== undefined,
        )
        // Calls of another framework with this stream's id are a test of the master.
        .filter((exchange) => exchange.call?.frameworkId?.value === frameworkIdOf(stream))
        // After this one the subscription is over.
        .sort((a, b) => Number(statusOf(a) === 403) - Number(statusOf(b) === 403))
        .filter((exchange, index, all) => statusOf(exchange) !== 403 || index === all.length - 1);
      const { client, asked, close, complete } = await replay(stream, calls);
      const events = client.events();
      const end = await checkEvents(stream, events);
      expect(decodeCall(stream, asked[0]?.request.body ?? new Uint8Array())).toEqual(
        decodeCall(stream, stream.request.body),
      );
      if (end === 'subscribed') {
        for (const call of calls) {
          await checkCall(client, call, asked);
        }
        if (complete && !calls.some((call) => statusOf(call) === 403)) {
          await asked[0]?.write(LAST_CHUNK);
          expect(await take(events)).toMatchObject({ kind: 'disconnected' });
        }
      }
      await close();
    }
  });

  it('fails with the words of a refusal, or tries again where these promise better', async () => {
    const refused = exchanges.filter((exchange) => {
      const asks = exchange.call === undefined || exchange.call.type === Call.Type.SUBSCRIBE;
      return asks && [400, 401, 403, 406, 503].includes(statusOf(exchange));
    });
    for (const exchange of refused) {
      replayed.refusals += 1;
      const words = Buffer.from(exchange.response.body).toString();
      if (statusOf(exchange) === 503) {
        const warned = await firstWarning(exchange);
        expect(warned).toMatchObject({ code: 'MESOS_UNAVAILABLE', problem: expect.stringContaining(words) });
      } else {
        const { client, close } = await replay(exchange, []);
        expect(await take(client.events())).toMatchObject({
          kind: 'failed',
          error: { code: CODES[statusOf(exchange)], masterText: words },
        });
        await close();
      }
    }
  });
});

/** The same stream as a proxy may send it: its bytes in chunks of another size than the master's. */
function rechunked({ answer, response }: Recorded, size: number): Buffer {
  const headEnd = answer.indexOf('\r\n\r\n') + 4;
  const parts: Buffer[] = [answer.subarray(0, headEnd)];
  for (let at = 0; at < response.body.length; at += size) {
    const chunk = response.body.subarray(at, at + size);
    parts.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), Buffer.from(chunk), Buffer.from('\r\n'));
  }
  return Buffer.concat(response.complete ? [...parts, LAST_CHUNK] : parts);
}

describe.each(['02-offers-json.jsonl', '02-offers-pb.jsonl'])('the streams of %s', (file) => {
  it.each([1, 2, 7, 100, 65_536])(
    'say the same when a proxy cuts them into chunks of %i bytes',
    async (size) => {
      for (const stream of schedulerExchangesOf(file).filter(isStream)) {
        const { client, close } = await replay({ ...stream, answer: rechunked(stream, size) }, []);
        await checkEvents(stream, client.events());
        await close();
      }
    },
  );
});

function frameworkIdOf(stream: Recorded): string | undefined {
  return recordedEvents(stream)[0]?.subscribed?.frameworkId.value;
}

async function firstWarning(exchange: Recorded): Promise<object> {
  let tell: (fields: object) => void = () => {};
  const warned = new Promise<object>((resolve) => {
    tell = resolve;
  });
  const silent = () => {};
  const { client, close } = await replay(exchange, [], {
    debug: silent,
    info: silent,
    warn: (fields) => tell(fields),
    error: silent,
  });
  client.events();
  const fields = await warned;
  await close();
  return fields;
}

afterAll(() => {
  // So that a change of the reader cannot make the replay empty without anybody noticing.
  expect(replayed.streams).toBeGreaterThanOrEqual(77);
  expect(replayed.events).toBeGreaterThanOrEqual(740);
  expect(replayed.calls).toBeGreaterThanOrEqual(540);
  expect(replayed.refusals).toBeGreaterThanOrEqual(31);
});
