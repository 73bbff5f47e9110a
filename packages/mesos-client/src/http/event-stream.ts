import {
  type DecodableClass,
  type MesosCodec,
  MesosProtoError,
  RecordIoDecoder,
} from '@spark-mesos/mesos-proto';
import { MesosError } from '../errors.ts';
import type { ChannelResponse } from './channel.ts';
import { connectionProblem, type Peer } from './problems.ts';

/** What happens while a stream of events is read. */
export interface EventStreamReader<E> {
  readonly codec: MesosCodec;
  readonly eventType: DecodableClass<E>;
  readonly maxRecordBytes: number;
  /** Ends the reading. */
  readonly signal: AbortSignal;
  /** Takes an event. */
  readonly event: (event: E) => void;
  /** Bytes have come, whatever they are. */
  readonly received?: () => void;
  /** Reading has been stopped, because the consumer is behind. */
  readonly stalled?: () => void;
  /** Resolves when the consumer can take more; undefined when it can at once. */
  readonly room: () => Promise<void> | undefined;
}

/** Throws when an answer that should be a stream of events is something else. */
export function expectStream(url: URL, response: ChannelResponse, codec: MesosCodec, peer: Peer): void {
  // Proxies may add parameters, such as a charset.
  const mediaType = response.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== codec.mediaType) {
    throw new MesosError(
      'MESOS_NOT_A_MASTER',
      `what answers at ${url.host} is no Mesos ${peer}: it answers SUBSCRIBE with ${mediaType}; check host and port`,
    );
  }
}

/** Reads events to the end of the stream. Throws when it breaks off or makes no sense. */
export async function readEvents<E>(
  body: AsyncIterable<Uint8Array>,
  reader: EventStreamReader<E>,
): Promise<void> {
  const { codec, eventType, maxRecordBytes, signal } = reader;
  const decoder = new RecordIoDecoder({ maxRecordBytes });
  for await (const chunk of body) {
    reader.received?.();
    for (const record of decoder.push(chunk)) {
      reader.event(codec.decode(eventType, record));
      await waitForRoom(reader);
      if (signal.aborted) {
        return;
      }
    }
    if (decoder.fault !== undefined) {
      throw decoder.fault;
    }
  }
  decoder.end();
}

/** The problem that an error while asking or reading stands for. */
export function streamProblem(url: URL, error: unknown, peer: Peer): MesosError {
  if (error instanceof MesosProtoError) {
    const text = `${peer} ${url.host} does not keep to the protocol: ${error.message}`;
    return new MesosError('MESOS_PROTOCOL', text, { cause: error });
  }
  return connectionProblem(url, error, peer);
}

/** Not reading makes the other side wait; it must not make its heartbeats look missing. */
async function waitForRoom<E>({ signal, received, stalled, room }: EventStreamReader<E>): Promise<void> {
  const waiting = room();
  if (waiting === undefined) {
    return;
  }
  stalled?.();
  await Promise.race([waiting, aborted(signal)]);
  received?.();
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
    } else {
      signal.addEventListener('abort', () => resolve(), { once: true });
    }
  });
}
