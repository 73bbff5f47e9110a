import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  codecOf,
  decodeMessage,
  encodeMessage,
  fromMesosJson,
  type JsonValue,
  mesos,
  parseJson,
  RecordIoDecoder,
  stringifyMesosJson,
  toMesosJson,
} from '../src/index.ts';
import { type HttpExchange, readExchanges, readTrace } from '../src/testing/index.ts';

const directory = new URL('./fixtures/mesos-v1/', import.meta.url);
const files = readdirSync(directory, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith('.jsonl'))
  // A master without a leader answers no call at all.
  .filter((name) => name !== '11-no-leader-json.jsonl');

/** What is asked and answered at the paths of the API. */
function typesAt(peer: string, path: string) {
  const { scheduler, executor, master, agent } = mesos.v1;
  switch (`${peer} ${path}`) {
    case 'master /api/v1/scheduler':
    case 'master /master/api/v1/scheduler':
      return { call: scheduler.Call, event: scheduler.Event, response: scheduler.Response };
    case 'agent /api/v1/executor':
      return { call: executor.Call, event: executor.Event, response: undefined };
    case 'master /api/v1':
      return { call: master.Call, event: master.Event, response: master.Response };
    case 'agent /api/v1':
      return { call: agent.Call, event: undefined, response: agent.Response };
    default:
      return undefined;
  }
}

type MessageTypes = NonNullable<ReturnType<typeof typesAt>>;
type AnyMessageType = typeof mesos.v1.scheduler.Event;

interface RecordedMessage {
  readonly type: AnyMessageType;
  readonly media: string;
  readonly bytes: Uint8Array;
  /** Of the operator API, whose answers are put together by hand in the master and hold fields outside the v1 messages. */
  readonly operator: boolean;
  /** From the server, which writes in its own canonical form. */
  readonly answer: boolean;
  readonly event: unknown;
}

function messagesOf(file: string): RecordedMessage[] {
  const trace = readTrace(readFileSync(new URL(file, directory), 'utf8'));
  return trace.connections.flatMap((connection) => {
    const events = [...connection.events];
    return readExchanges(connection).flatMap((exchange) => {
      const types = typesAt(connection.peer, exchange.request.target);
      const ok = exchange.response?.status === 200 || exchange.response?.status === 202;
      return types !== undefined && ok ? exchangeMessages(types, exchange, events) : [];
    });
  });
}

function exchangeMessages(types: MessageTypes, { request, response }: HttpExchange, events: unknown[]) {
  const messages: RecordedMessage[] = [];
  const operator = request.target === '/api/v1';
  if (request.headers.get('content-encoding') === undefined) {
    const media = request.headers.get('content-type') ?? '';
    messages.push({
      type: types.call as unknown as AnyMessageType,
      media,
      bytes: request.body,
      operator,
      answer: false,
      event: undefined,
    });
  }
  const media = response?.headers.get('content-type') ?? '';
  const body = response?.body ?? new Uint8Array();
  const isStream = response?.headers.get('transfer-encoding') === 'chunked';
  if (isStream) {
    for (const bytes of new RecordIoDecoder().push(body)) {
      messages.push({
        type: types.event as AnyMessageType,
        media,
        bytes,
        operator,
        answer: true,
        event: events.shift(),
      });
    }
  } else if (body.length > 0 && types.response !== undefined) {
    messages.push({
      type: types.response as unknown as AnyMessageType,
      media,
      bytes: body,
      operator,
      answer: true,
      event: undefined,
    });
  }
  return messages;
}

/** Mesos does not always find the shortest digits of a double; the order of members stays as it is. */
function shortestDigits(text: string): string {
  return JSON.stringify(JSON.parse(text));
}

describe.each(files)('every message recorded in %s', (file) => {
  const messages = messagesOf(file);
  const asJson = messages.filter((message) => message.media === 'application/json');
  const asProtobuf = messages.filter((message) => message.media === 'application/x-protobuf');

  it('is found', () => {
    expect(messages.length).toBeGreaterThan(0);
    expect(messages.every((message) => message.type !== undefined)).toBe(true);
  });

  it('is read, and as the recorder read it', () => {
    for (const { type, media, bytes, event } of messages) {
      const codec = codecOf(media === 'application/json' ? 'json' : 'protobuf');
      const message = codec.decode(type, bytes);
      if (event !== undefined) {
        const expected = fromMesosJson(type, event as JsonValue);
        expect(toMesosJson(type, message)).toEqual(toMesosJson(type, expected));
      }
    }
  });

  it('is written with the same bytes again, when it was protobuf', () => {
    for (const { type, bytes, operator } of asProtobuf) {
      const written = encodeMessage(type, decodeMessage(type, bytes));
      // Unknown fields are all there, though after the known ones.
      expect(written.length).toBe(bytes.length);
      expect(operator || Buffer.from(written).equals(bytes)).toBe(true);
    }
  });

  it('is written with the same text again, when it was JSON of Mesos', () => {
    for (const { type, bytes } of asJson.filter((message) => message.answer && !message.operator)) {
      const text = new TextDecoder().decode(bytes);
      const message = fromMesosJson(type, parseJson(text));
      const written = stringifyMesosJson(type, message, { defaults: true });
      expect(shortestDigits(written)).toBe(shortestDigits(text));
    }
  });

  it('comes through the other form unharmed', () => {
    for (const { type, bytes } of asProtobuf) {
      const message = decodeMessage(type, bytes);
      const through = fromMesosJson(type, parseJson(stringifyMesosJson(type, message)));
      expect(toMesosJson(type, through)).toEqual(toMesosJson(type, message));
    }
  });
});
