import { readFileSync } from 'node:fs';
import { RecordIoDecoder } from '@spark-mesos/mesos-proto';
import type { Json } from './json-client.ts';

/** One request of a recorded trace and what the real Mesos answered. */
export interface Exchange {
  /** What the recording client was about to do. */
  readonly note: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
  readonly status: number;
  readonly responseHeaders: Record<string, string>;
  readonly responseBody: Buffer;
  /** The records of a JSON event stream. */
  readonly events: Json[];
}

interface Line {
  readonly note?: string;
  readonly conn?: number;
  readonly dir?: 'c2s' | 's2c';
  readonly text?: string;
  readonly b64?: string;
}

function readLines(name: string): Line[] {
  const text = readFileSync(
    new URL(`../../../mesos-proto/test/fixtures/mesos-v1/${name}`, import.meta.url),
    'utf8',
  );
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

function bytesOf({ text, b64 = '' }: Line): Buffer {
  return text !== undefined ? Buffer.from(text) : Buffer.from(b64, 'base64');
}

/** Reads a trace with one request a connection, in the order of the requests. */
export function readTrace(name: string): Exchange[] {
  const connections = new Map<number, { note: string; c2s: Buffer[]; s2c: Buffer[] }>();
  let note = '';
  for (const line of readLines(name)) {
    if (line.note !== undefined) note = line.note;
    if (line.conn === undefined || (line.dir !== 'c2s' && line.dir !== 's2c')) continue;
    const connection = connections.get(line.conn) ?? { note, c2s: [], s2c: [] };
    connections.set(line.conn, connection);
    connection[line.dir].push(bytesOf(line));
  }
  return [...connections.values()].map((connection) => {
    const request = splitMessage(Buffer.concat(connection.c2s));
    const response = splitMessage(Buffer.concat(connection.s2c));
    const [method = '', path = ''] = request.firstLine.split(' ');
    const isChunked = response.headers['transfer-encoding'] === 'chunked';
    const responseBody = isChunked ? joinChunks(response.body) : response.body;
    const isJsonStream = isChunked && response.headers['content-type'] === 'application/json';
    return {
      note: connection.note,
      method,
      path,
      headers: request.headers,
      body: request.body,
      status: Number(response.firstLine.split(' ')[1]),
      responseHeaders: response.headers,
      responseBody,
      events: isJsonStream
        ? new RecordIoDecoder().push(responseBody).map((record) => JSON.parse(Buffer.from(record).toString()))
        : [],
    };
  });
}

function splitMessage(bytes: Buffer): { firstLine: string; headers: Record<string, string>; body: Buffer } {
  const end = bytes.indexOf('\r\n\r\n');
  const [firstLine = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { firstLine, headers, body: bytes.subarray(end + 4) };
}

function joinChunks(bytes: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf('\r\n', at);
    if (end < 0) break;
    const length = Number.parseInt(bytes.subarray(at, end).toString('latin1'), 16);
    if (!(length > 0)) break;
    chunks.push(bytes.subarray(end + 2, end + 2 + length));
    at = end + 2 + length + 2;
  }
  return Buffer.concat(chunks);
}
