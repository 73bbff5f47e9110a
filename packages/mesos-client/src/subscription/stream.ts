import { type MesosCodec, mesos } from '@spark-mesos/mesos-proto';
import { MesosError } from '../errors.ts';
import type { ChannelResponse, HttpChannel } from '../http/channel.ts';
import { expectStream, readEvents, streamProblem } from '../http/event-stream.ts';
import { refusal } from '../http/problems.ts';
import { redirectTarget } from '../http/redirect.ts';
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
      apply({ kind: 'lost', attempt, problem: streamProblem(channel.url, error, 'master') });
    }
  }
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
  expectStream(channel.url, response, codec, 'master');
  apply({ kind: 'accepted', attempt, streamId: response.header('mesos-stream-id') });
  await readEvents(response.body, {
    codec,
    eventType: Event,
    maxRecordBytes: options.maxRecordBytes,
    signal: options.signal,
    event: (event) => apply({ kind: 'event', attempt, event }),
    received: () => apply({ kind: 'received', attempt }),
    stalled: () => apply({ kind: 'stalled', attempt }),
    room: options.room,
  });
  const problem = new MesosError('MESOS_CONNECTION_LOST', `master ${channel.url.host} has ended the stream`);
  return { kind: 'lost', attempt, problem };
}
