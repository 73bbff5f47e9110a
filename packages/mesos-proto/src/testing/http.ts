import type { TraceConnection } from './trace.ts';

/** A message of HTTP/1.1, its body free of chunks. */
export interface HttpMessage {
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
  /** False when the connection ended, or the recording did, before the body was whole. */
  readonly complete: boolean;
}

/** A recorded request. */
export interface HttpRequest extends HttpMessage {
  readonly method: string;
  readonly target: string;
}

/** A recorded response. */
export interface HttpResponse extends HttpMessage {
  readonly status: number;
}

/** A request with its answer, which is absent when none came. */
export interface HttpExchange {
  readonly request: HttpRequest;
  readonly response: HttpResponse | undefined;
}

interface ParsedMessage extends HttpMessage {
  readonly startLine: string;
  readonly end: number;
}

const BLANK_LINE = Buffer.from('\r\n\r\n');
const LINE_END = Buffer.from('\r\n');

/** The requests of a connection with their answers, in turn. Only for honest recordings: it trusts what it reads. */
export function readExchanges(connection: TraceConnection): HttpExchange[] {
  const requests = readMessages(joined(connection, 'c2s'), false);
  const responses = readMessages(joined(connection, 's2c'), true);
  return requests.map((request, index) => {
    const [method = '', target = ''] = request.startLine.split(' ');
    const response = responses[index];
    return {
      request: { ...request, method, target },
      response: response && { ...response, status: Number(response.startLine.split(' ')[1]) },
    };
  });
}

function joined(connection: TraceConnection, direction: 'c2s' | 's2c'): Buffer {
  return Buffer.concat(
    connection.slices.filter((slice) => slice.direction === direction).map((s) => s.bytes),
  );
}

function readMessages(bytes: Buffer, untilClose: boolean): ParsedMessage[] {
  const messages: ParsedMessage[] = [];
  let position = 0;
  while (position < bytes.length) {
    const headEnd = bytes.indexOf(BLANK_LINE, position);
    if (headEnd < 0) {
      break;
    }
    const message = readMessage(bytes, position, headEnd, untilClose);
    messages.push(message);
    position = message.end;
  }
  return messages;
}

function readMessage(bytes: Buffer, start: number, headEnd: number, untilClose: boolean): ParsedMessage {
  const [startLine = '', ...lines] = bytes.toString('latin1', start, headEnd).split('\r\n');
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  const bodyStart = headEnd + BLANK_LINE.length;
  if (headers.get('transfer-encoding') === 'chunked') {
    return { startLine, headers, ...readChunks(bytes, bodyStart) };
  }
  const announced = headers.get('content-length');
  const fallback = untilClose ? bytes.length - bodyStart : 0;
  const end = bodyStart + (announced === undefined ? fallback : Number(announced));
  return {
    startLine,
    headers,
    body: bytes.subarray(bodyStart, end),
    complete: end <= bytes.length,
    end: Math.min(end, bytes.length),
  };
}

function readChunks(bytes: Buffer, start: number): Pick<ParsedMessage, 'body' | 'complete' | 'end'> {
  const parts: Buffer[] = [];
  let position = start;
  for (;;) {
    const lineEnd = bytes.indexOf(LINE_END, position);
    const size = Number.parseInt(bytes.toString('latin1', position, Math.max(position, lineEnd)), 16);
    const dataStart = lineEnd + LINE_END.length;
    if (lineEnd < 0 || Number.isNaN(size) || dataStart + size > bytes.length) {
      return { body: Buffer.concat(parts), complete: false, end: bytes.length };
    }
    position = dataStart + size + LINE_END.length;
    if (size === 0) {
      return { body: Buffer.concat(parts), complete: true, end: position };
    }
    parts.push(bytes.subarray(dataStart, dataStart + size));
  }
}
