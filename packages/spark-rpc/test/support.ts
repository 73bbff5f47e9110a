import { readdirSync, readFileSync } from 'node:fs';
import { JavaObject, type JavaValue, readObjectStream } from '@spark-mesos/java-serialization';
import type { Envelope } from '../src/envelope.ts';
import { RpcSession } from '../src/rpc-session.ts';

const FIXTURES = new URL('./fixtures/', import.meta.url);

/** A recorded file. */
export function fixture(path: string): Uint8Array {
  return readFileSync(new URL(path, FIXTURES));
}

/** A recorded file of text. */
export function textFixture(path: string): string {
  return readFileSync(new URL(path, FIXTURES), 'utf8');
}

/** The names of the recorded files in a folder. */
export function fixtureNames(folder: string): string[] {
  return readdirSync(new URL(folder, FIXTURES)).sort();
}

/** The value of a recorded object stream. */
export function streamFixture(path: string): JavaValue {
  return readObjectStream(fixture(path));
}

/** What a recorded frame held. */
export function envelopeFixture(path: string): Envelope {
  const [event] = new RpcSession().push(fixture(path));
  if (event?.kind === 'request' || event?.kind === 'oneWay') return event.envelope;
  throw new Error(`${path} holds ${event?.kind}`);
}

/** The object of a recorded frame, also of an answer. */
export function messageFixture(path: string): JavaObject {
  const [event] = new RpcSession().push(fixture(path));
  const content = event?.kind === 'response' ? event.content : envelopeFixture(path).content;
  const message = readObjectStream(content);
  if (message instanceof JavaObject) return message;
  throw new Error(`${path} holds no object`);
}
