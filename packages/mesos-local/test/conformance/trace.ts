import { readFileSync } from 'node:fs';
import { isStream, parseMessages, recordsOf, type WireMessage } from './http-wire.ts';

/** What happens next in a recorded trace. */
export type TraceStep = { readonly t: number; readonly note: string; readonly conn: number } & (
  | { readonly kind: 'request'; readonly peer: string; readonly port: number; readonly request: WireMessage }
  /** Bytes that are no HTTP. */
  | { readonly kind: 'garbage'; readonly peer: string; readonly bytes: Buffer }
  /** A response that is whole, or the head of a stream. */
  | { readonly kind: 'response'; readonly request: WireMessage; readonly response: WireMessage }
  /** One record of a stream. */
  | { readonly kind: 'event'; readonly record: Uint8Array; readonly response: WireMessage }
  /** The server has ended a stream in good order. */
  | { readonly kind: 'stream-end' }
  | { readonly kind: 'client-close' }
);

interface Line {
  readonly t: number;
  readonly note?: string;
  readonly conn?: number;
  readonly peer?: string;
  readonly dir?: 'open' | 'c2s' | 's2c' | 'closed-by-client' | 'closed-by-server';
  readonly text?: string;
  readonly b64?: string;
}

interface Connection {
  readonly peer: string;
  /** Where the peer listened. */
  readonly port: number;
  c2s: Buffer;
  s2c: Buffer;
  requests: number;
  responses: number;
  events: number;
  ended: boolean;
}

/** Reads a trace as steps in the order in which they were complete on the wire. */
export function readTrace(name: string): TraceStep[] {
  const text = readFileSync(
    new URL(`../../../mesos-proto/test/fixtures/mesos-v1/${name}.jsonl`, import.meta.url),
    'utf8',
  );
  const connections = new Map<number, Connection>();
  const steps: TraceStep[] = [];
  let note = '';
  for (const line of text
    .trimEnd()
    .split('\n')
    .map((json) => JSON.parse(json) as Line)) {
    if (line.note !== undefined) note = line.note;
    const { conn, dir, t } = line;
    if (conn === undefined || dir === undefined) continue;
    const [peer = '', address = ''] = (line.peer ?? 'master').split(' ');
    const connection = connections.get(conn) ?? newConnection(peer, Number(address.split(':')[1]));
    connections.set(conn, connection);
    const place = { t, note, conn };
    if (dir === 'closed-by-client') steps.push({ ...place, kind: 'client-close' });
    if (dir !== 'c2s' && dir !== 's2c') continue;
    const bytes = line.text === undefined ? Buffer.from(line.b64 ?? '', 'base64') : Buffer.from(line.text);
    connection[dir] = Buffer.concat([connection[dir], bytes]);
    if (dir === 'c2s') steps.push(...requestSteps(connection).map((step) => ({ ...place, ...step })));
    else steps.push(...responseSteps(connection).map((step) => ({ ...place, ...step })));
  }
  return steps;
}

type Step<K extends TraceStep['kind']> = Omit<Extract<TraceStep, { kind: K }>, 't' | 'note' | 'conn'>;

function newConnection(peer: string, port: number): Connection {
  const none = Buffer.alloc(0);
  return { peer, port, c2s: none, s2c: none, requests: 0, responses: 0, events: 0, ended: false };
}

function requestSteps(connection: Connection): (Step<'request'> | Step<'garbage'>)[] {
  const { peer, port, c2s } = connection;
  if (!/^[A-Z]+ \//.test(c2s.subarray(0, 20).toString('latin1'))) {
    return [{ kind: 'garbage', peer, bytes: c2s }];
  }
  const complete = parseMessages(c2s).filter(({ isComplete }) => isComplete);
  const fresh = complete.slice(connection.requests);
  connection.requests = complete.length;
  return fresh.map((request) => ({ kind: 'request', peer, port, request }));
}

function responseSteps(connection: Connection): (Step<'response'> | Step<'event'> | Step<'stream-end'>)[] {
  const steps: (Step<'response'> | Step<'event'> | Step<'stream-end'>)[] = [];
  const requests = parseMessages(connection.c2s);
  for (const [index, response] of parseMessages(connection.s2c).entries()) {
    const request = requests[index];
    if (request === undefined) break;
    if (index >= connection.responses && (response.isComplete || isStream(response))) {
      connection.responses = index + 1;
      steps.push({ kind: 'response', request, response });
    }
    if (!isStream(response)) continue;
    const records = recordsOf(response);
    for (const record of records.slice(connection.events)) steps.push({ kind: 'event', record, response });
    connection.events = records.length;
    if (response.isComplete && !connection.ended) {
      connection.ended = true;
      steps.push({ kind: 'stream-end' });
    }
  }
  return steps;
}
