import { type MesosCodec, MesosProtoError, mesos, RecordIoDecoder } from '@spark-mesos/mesos-proto';
import { MesosError } from '../errors.ts';
import type { ChannelResponse, HttpChannel } from '../http/channel.ts';
import { connectionProblem, refusal } from '../http/problems.ts';
import type { SubscriptionInput } from './state.ts';

const { Call, Event } = mesos.v1.scheduler;

/** What one try to subscribe needs. */
export interface SubscriptionStreamOptions {
  readonly attempt: number;
  readonly channel: HttpChannel;
  readonly codec: MesosCodec;
  readonly call: mesos.v1.scheduler.ICall;
  readonly maxRecordBytes: number;
  /** Ends the try; nothing is told after it. */
  readonly signal: AbortSignal;
  /** Takes what happens. */
  readonly apply: (input: SubscriptionInput) => void;
  /** Resolves when the consumer can take more; undefined when it can at once. */
  readonly room: () => Promise<void> | undefined;
}

/** Sends SUBSCRIBE and reads the stream to its end. Never rejects: the end, however it comes, is told as an input. */
export async function runSubscription(options: SubscriptionStreamOptions): Promise<void> {
  const { attempt, channel, codec, signal, apply } = options;
  try {
    const body = codec.encode(Call, options.call);
    const headers = { 'content-type': codec.mediaType, accept: codec.mediaType };
    const response = await channel.post(body, headers, signal);
    const input = await readAnswer(options, response);
    if (!signal.aborted) {
      apply(input);
    }
  } catch (error) {
    if (!signal.aborted) {
      apply({ kind: 'lost', attempt, problem: problemOf(channel.url, error) });
    }
  }
}

/** Where a redirect leads; Mesos leaves the scheme out (`//host:port/path`). Undefined when this is none. */
export function redirectTarget(from: URL, response: ChannelResponse): URL | undefined {
  const location = response.header('location');
  if (response.status < 300 || response.status > 399 || location === undefined) {
    return undefined;
  }
  const target = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (target?.protocol !== from.protocol) {
    throw new MesosError('MESOS_PROTOCOL', `master ${from.host} redirects to ${JSON.stringify(location)}`);
  }
  return target;
}

async function readAnswer(
  options: SubscriptionStreamOptions,
  response: ChannelResponse,
): Promise<SubscriptionInput> {
  const { attempt, channel, codec, apply } = options;
  const target = redirectTarget(channel.url, response);
  if (target !== undefined) {
    return { kind: 'redirected', attempt, url: target };
  }
  if (response.status !== 200) {
    return { kind: 'lost', attempt, problem: refusal(channel.url, response.status, await response.text()) };
  }
  const mediaType = response.header('content-type');
  if (mediaType !== codec.mediaType) {
    throw new MesosError(
      'MESOS_NOT_A_MASTER',
      `what answers at ${channel.url.host} is no Mesos master: it answers SUBSCRIBE with ${mediaType}; check host and port`,
    );
  }
  apply({ kind: 'accepted', attempt, streamId: response.header('mesos-stream-id') });
  await readRecords(options, response.body);
  const problem = new MesosError('MESOS_CONNECTION_LOST', `master ${channel.url.host} has ended the stream`);
  return { kind: 'lost', attempt, problem };
}

async function readRecords(
  options: SubscriptionStreamOptions,
  body: AsyncIterable<Uint8Array>,
): Promise<void> {
  const { attempt, codec, maxRecordBytes, signal, apply } = options;
  const decoder = new RecordIoDecoder({ maxRecordBytes });
  for await (const chunk of body) {
    apply({ kind: 'received', attempt });
    for (const record of decoder.push(chunk)) {
      apply({ kind: 'event', attempt, event: codec.decode(Event, record) });
      await waitForRoom(options);
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

/** Not reading makes the master wait; it must not make its heartbeats look missing. */
async function waitForRoom({ attempt, signal, apply, room }: SubscriptionStreamOptions): Promise<void> {
  const waiting = room();
  if (waiting === undefined) {
    return;
  }
  apply({ kind: 'stalled', attempt });
  await Promise.race([waiting, aborted(signal)]);
  apply({ kind: 'received', attempt });
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

function problemOf(url: URL, error: unknown): MesosError {
  if (error instanceof MesosProtoError) {
    const text = `master ${url.host} does not keep to the protocol: ${error.message}`;
    return new MesosError('MESOS_PROTOCOL', text, { cause: error });
  }
  return connectionProblem(url, error);
}
