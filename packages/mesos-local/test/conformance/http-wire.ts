import { RecordIoDecoder } from '@spark-mesos/mesos-proto';

/** The head and what has come of the body of one HTTP message. */
export interface WireMessage {
  readonly firstLine: string;
  /** Names as they were written. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  readonly isComplete: boolean;
}

/** The value of a header, whatever the case of its name. */
export function headerOf(message: Pick<WireMessage, 'headers'>, name: string): string | undefined {
  return message.headers.find(([known]) => known.toLowerCase() === name)?.[1];
}

/**
 * Splits the bytes of one direction of a connection into HTTP messages, as far as they have come. A body that ends
 * with the connection does not occur in what Mesos says.
 */
export function parseMessages(bytes: Buffer): WireMessage[] {
  const messages: WireMessage[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf('\r\n\r\n', at);
    if (end < 0) break;
    const [firstLine = '', ...lines] = bytes.subarray(at, end).toString('latin1').split('\r\n');
    const headers = lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
    });
    const { body, length, isComplete } = parseBody(headers, bytes.subarray(end + 4));
    messages.push({ firstLine, headers, body, isComplete });
    at = end + 4 + length;
    if (!isComplete) break;
  }
  return messages;
}

function parseBody(
  headers: WireMessage['headers'],
  rest: Buffer,
): { body: Buffer; length: number; isComplete: boolean } {
  if (headerOf({ headers }, 'transfer-encoding') === 'chunked') return joinChunks(rest);
  const length = Number(headerOf({ headers }, 'content-length') ?? 0);
  return { body: rest.subarray(0, length), length, isComplete: rest.length >= length };
}

function joinChunks(bytes: Buffer): { body: Buffer; length: number; isComplete: boolean } {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = bytes.indexOf('\r\n', at);
    const length = end < 0 ? Number.NaN : Number.parseInt(bytes.subarray(at, end).toString('latin1'), 16);
    if (!(length >= 0) || bytes.length < end + 2 + length + 2) break;
    chunks.push(bytes.subarray(end + 2, end + 2 + length));
    at = end + 2 + length + 2;
    if (length === 0) return { body: Buffer.concat(chunks), length: at, isComplete: true };
  }
  return { body: Buffer.concat(chunks), length: bytes.length, isComplete: false };
}

/** The whole records of a stream's body. */
export function recordsOf(message: WireMessage): Uint8Array[] {
  return new RecordIoDecoder().push(message.body);
}

/** Whether a response is a stream of events rather than one answer. */
export function isStream(response: WireMessage): boolean {
  return (
    headerOf(response, 'transfer-encoding') === 'chunked' &&
    headerOf(response, 'mesos-stream-id') !== undefined
  );
}

/** The message as bytes again, with another body; its framing is made anew. */
export function messageBytes(message: WireMessage, body: Buffer): Buffer {
  const isChunked = headerOf(message, 'transfer-encoding') === 'chunked';
  const lines = message.headers.map(([name, value]) =>
    name.toLowerCase() === 'content-length' ? `${name}: ${body.length}` : `${name}: ${value}`,
  );
  const head = Buffer.from(`${[message.firstLine, ...lines].join('\r\n')}\r\n\r\n`, 'latin1');
  if (!isChunked) return Buffer.concat([head, body]);
  const size = Buffer.from(`${body.length.toString(16)}\r\n`);
  return Buffer.concat([head, size, body, Buffer.from('\r\n0\r\n\r\n')]);
}
