import { readFileSync } from 'node:fs';
import { codecOf, type DecodableClass, type MesosContentType } from '@spark-mesos/mesos-proto';
import {
  type HttpExchange,
  type HttpResponse,
  readExchanges,
  readTrace,
  type Trace,
  type TraceConnection,
} from '@spark-mesos/mesos-proto/testing';

/** Where the recordings of a real Mesos are. */
export const RECORDINGS = new URL('../../../mesos-proto/test/fixtures/mesos-v1/', import.meta.url);

/** A call with its answer, as they were recorded. */
export interface RecordedExchange<C> extends HttpExchange {
  readonly response: HttpResponse;
  readonly connection: TraceConnection;
  readonly contentType: MesosContentType;
  /** What was asked, unless it makes no sense. */
  readonly call: C | undefined;
  /** All that the server sent on the connection. */
  readonly answer: Buffer;
  /** When the request was sent. */
  readonly atSeconds: number;
}

/** One of the recordings, by its path below {@link RECORDINGS}. */
export function readRecording(file: string): Trace {
  return readTrace(readFileSync(new URL(file, RECORDINGS), 'utf8'));
}

/**
 * The calls of a recording that went to such a target. Connections with several requests are left out: they are about
 * HTTP, not about Mesos.
 */
export function exchangesOf<C>(
  { connections }: Trace,
  callType: DecodableClass<C>,
  isTarget: (target: string, connection: TraceConnection) => boolean,
): RecordedExchange<C>[] {
  return connections.flatMap((connection) => {
    const exchanges = readExchanges(connection);
    const [exchange] = exchanges;
    if (exchange?.response === undefined || exchanges.length > 1) {
      return [];
    }
    const { request, response } = exchange;
    if (!isTarget(request.target, connection)) {
      return [];
    }
    const contentType = request.headers.get('content-type') === 'application/json' ? 'json' : 'protobuf';
    const sent = connection.slices.filter(({ direction }) => direction === 's2c');
    return [
      {
        request,
        response,
        connection,
        contentType,
        call: tryDecode(contentType, callType, request.body),
        answer: Buffer.concat(sent.map(({ bytes }) => bytes)),
        atSeconds: connection.slices[0]?.atSeconds ?? 0,
      },
    ];
  });
}

function tryDecode<C>(
  contentType: MesosContentType,
  callType: DecodableClass<C>,
  body: Uint8Array,
): C | undefined {
  try {
    return codecOf(contentType).decode(callType, body);
  } catch {
    return undefined;
  }
}
