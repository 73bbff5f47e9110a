import { mesos, RecordIoDecoder } from '@spark-mesos/mesos-proto';
import { MesosError } from '../errors.ts';
import { expectStream } from '../http/event-stream.ts';
import type { OpenAnswer, OperatorConnection } from './connection.ts';

const { Call, Event } = mesos.v1.master;

/** Until the master has said how often it gives a sign of life. */
const FIRST_HEARTBEAT_MS = 15_000;

/** The events of a master, but for its heartbeats, which are watched. */
export async function* readOperatorEvents(
  connection: OperatorConnection,
  missedHeartbeats: number,
  signal?: AbortSignal,
): AsyncGenerator<mesos.v1.master.Event, void> {
  const ending = signal === undefined ? connection.ending : AbortSignal.any([connection.ending, signal]);
  let stream: OpenAnswer | undefined;
  try {
    const subscribe = { type: Call, message: { type: Call.Type.SUBSCRIBE } };
    stream = await connection.openStream(subscribe, ending);
    yield* eventsOf(connection, stream, missedHeartbeats);
    const text = `master ${stream.channel.url.host} has ended the stream`;
    throw new MesosError('MESOS_CONNECTION_LOST', text);
  } catch (error) {
    if (!ending.aborted) {
      throw connection.problemOf(error);
    }
  } finally {
    await stream?.channel.close();
  }
}

async function* eventsOf(
  connection: OperatorConnection,
  { channel, response }: OpenAnswer,
  missedHeartbeats: number,
): AsyncGenerator<mesos.v1.master.Event, void> {
  expectStream(channel.url, response, connection.codec, connection.peer);
  const decoder = new RecordIoDecoder({ maxRecordBytes: connection.settings.maxAnswerBytes });
  const chunks = response.body[Symbol.asyncIterator]();
  let silenceMs = FIRST_HEARTBEAT_MS * missedHeartbeats;
  for (;;) {
    const chunk = await within(connection, chunks.next(), silenceMs, channel.url);
    if (chunk.done === true) {
      decoder.end();
      return;
    }
    for (const record of decoder.push(chunk.value)) {
      const event = connection.codec.decode(Event, record);
      const seconds = event.subscribed?.heartbeatIntervalSeconds;
      silenceMs = seconds == null || seconds <= 0 ? silenceMs : seconds * 1000 * missedHeartbeats;
      if (event.type !== Event.Type.HEARTBEAT) {
        yield event;
      }
    }
    if (decoder.fault !== undefined) {
      throw decoder.fault;
    }
  }
}

/** Only while somebody waits for the next event: a slow reader must not make heartbeats look missing. */
function within<T>(
  connection: OperatorConnection,
  coming: Promise<T>,
  silenceMs: number,
  { host }: URL,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = connection.settings.clock.setTimer(() => {
      const text = `master ${host} has been silent for ${silenceMs / 1000} s`;
      reject(new MesosError('MESOS_CONNECTION_LOST', text));
    }, silenceMs);
    coming.then(resolve, reject).finally(cancel);
  });
}
