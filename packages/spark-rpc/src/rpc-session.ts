import {
  type ChunkFetchRequest,
  type ClientAuthenticationOptions,
  DEFAULT_MAX_FRAME_BYTES,
  type Frame,
  FrameChannel,
  type FrameDecoderOptions,
  type MergedBlockMetaRequest,
  type OneWayMessage,
  type RpcRequest,
  type ServerAuthenticationOptions,
  type StreamRequest,
  type UploadStream,
} from '@spark-mesos/spark-network';
import { decodeEnvelope, type Envelope, encodeEnvelope, isEnvelope } from './envelope.ts';
import { SparkRpcError } from './errors.ts';
import { type AuthenticationOutcome, bytesOf, ClientFence, type Fence, ServerFence } from './fences.ts';
import { unwantedAuthentication } from './refusals.ts';

/** No step of an authentication is as long; nobody who is not known yet shall cost more. */
const MAX_STRANGER_FRAME_BYTES = 64 * 1024;

/** First bytes of the bodies that authenticate a connection, which are no envelopes. */
const AUTHENTICATION_BYTES = new Map([
  [0xea, 'SASL'],
  [0xfa, 'the AuthEngine of Spark 2'],
  [0xfb, 'AuthEngine'],
]);

/** What the bytes of a peer mean. */
export type RpcEvent =
  /** A question; answer it with `respond` or `fail`. */
  | { readonly kind: 'request'; readonly requestId: bigint; readonly envelope: Envelope }
  /** A message that wants no answer. */
  | { readonly kind: 'oneWay'; readonly envelope: Envelope }
  /** An answer to a question of ours: a Java object stream. */
  | { readonly kind: 'response'; readonly requestId: bigint; readonly content: Uint8Array }
  /** The refusal of a question of ours. */
  | { readonly kind: 'failure'; readonly requestId: bigint; readonly error: string }
  /** A step of authentication; the answer, if there is one, is to be sent before anything else. */
  | {
      readonly kind: 'authentication';
      readonly answer?: Uint8Array;
      readonly outcome: AuthenticationOutcome;
    }
  /** Something that is refused; the answer, if there is one, is to be sent. */
  | { readonly kind: 'refused'; readonly reason: string; readonly answer?: Uint8Array };

/** How the two ends of a connection know each other; where neither is given, they do not. */
export interface RpcSessionOptions extends FrameDecoderOptions {
  /** The peer must authenticate itself before it is listened to. */
  readonly server?: ServerAuthenticationOptions;
  /** We authenticate ourselves: send what {@link RpcSession.begin} gives, and wait for the outcome. */
  readonly client?: ClientAuthenticationOptions;
}

/**
 * One connection's RPC in both directions, with no I/O: bytes in, events out, and messages to bytes. Either
 * side may ask the other. What is made here must be sent, all of it and in that order.
 */
export class RpcSession {
  readonly #channel: FrameChannel;
  readonly #fence: Fence | undefined;
  readonly #maxFrameBytes: number;
  #ended = false;

  constructor(options: RpcSessionOptions = {}) {
    this.#channel = new FrameChannel(options);
    const { server, client, maxFrameBytes = DEFAULT_MAX_FRAME_BYTES } = options;
    this.#maxFrameBytes = maxFrameBytes;
    if (server !== undefined || client !== undefined) {
      this.#channel.maxFrameBytes = Math.min(MAX_STRANGER_FRAME_BYTES, maxFrameBytes);
    }
    if (server !== undefined) this.#fence = new ServerFence(this.#channel, { ...options, ...server });
    else if (client !== undefined) this.#fence = new ClientFence(this.#channel, { ...options, ...client });
  }

  /** Bytes of a frame that has not arrived wholly. */
  get pendingBytes(): number {
    return this.#channel.pendingBytes;
  }

  /** Whether messages can be sent and are listened to. */
  get isOpen(): boolean {
    return this.#fence?.isOpen ?? true;
  }

  /** What a client sends first, if anything. */
  begin(): Uint8Array | undefined {
    return this.#fence instanceof ClientFence ? this.#fence.begin() : undefined;
  }

  /** Takes the next bytes. Throws a SparkNetworkError when they can be no frames; the connection is then over. */
  push(chunk: Uint8Array): RpcEvent[] {
    if (this.#ended) return [];
    this.#channel.append(chunk);
    const events: RpcEvent[] = [];
    // One by one: how the bytes behind a frame are read may depend on it.
    for (let frame = this.#channel.next(); frame !== undefined; frame = this.#channel.next()) {
      const event = this.#eventOf(frame);
      events.push(event);
      this.#ended =
        event.kind === 'authentication' && event.outcome.state === 'refused' && event.outcome.ends;
      if (this.#ended) break;
    }
    return events;
  }

  /** The bytes of a question; its answer has the same id. */
  request(requestId: bigint, envelope: Envelope): Uint8Array {
    return this.#bytesOf({ type: 'RpcRequest', requestId, body: encodeEnvelope(envelope) });
  }

  /** The bytes of a message that wants no answer. */
  oneWay(envelope: Envelope): Uint8Array {
    return this.#bytesOf({ type: 'OneWayMessage', body: encodeEnvelope(envelope) });
  }

  /** Answers a question. An answer has no envelope. */
  respond(requestId: bigint, content: Uint8Array): Uint8Array {
    return this.#bytesOf({ type: 'RpcResponse', requestId, body: content });
  }

  /** Refuses a question; the peer sees a `java.lang.RuntimeException` with this text. */
  fail(requestId: bigint, error: string): Uint8Array {
    return this.#bytesOf({ type: 'RpcFailure', requestId, error });
  }

  #bytesOf(frame: Frame): Uint8Array {
    if (this.isOpen) return bytesOf(this.#channel, frame);
    throw new SparkRpcError('SPARK_RPC_AUTHENTICATION_FAILED', 'the connection is not authenticated yet');
  }

  #eventOf(frame: Frame): RpcEvent {
    if (this.#fence?.isOpen === false) {
      const step = this.#fence.take(frame);
      if (this.#fence.isOpen) this.#channel.maxFrameBytes = this.#maxFrameBytes;
      return { kind: 'authentication', ...step };
    }
    const event = eventOf(frame);
    if (event.kind !== 'unwanted') return this.#withAnswer(event);
    const error = unwantedAuthentication(event.mechanism);
    return {
      kind: 'authentication',
      answer: this.fail(event.requestId, error.message),
      outcome: { state: 'refused', error, ends: false },
    };
  }

  #withAnswer(event: Exclude<FrameEvent, Unwanted>): RpcEvent {
    if (event.kind !== 'refused') return event;
    const { reason, answer } = event;
    return { kind: 'refused', reason, ...(answer === undefined ? {} : { answer: this.#bytesOf(answer) }) };
  }
}

/** A step of authentication where nobody asked for one. */
interface Unwanted {
  readonly kind: 'unwanted';
  readonly requestId: bigint;
  readonly mechanism: string;
}

/** What a frame means by itself. */
type FrameEvent =
  | Extract<RpcEvent, { kind: 'request' | 'oneWay' | 'response' | 'failure' }>
  | Unwanted
  | { readonly kind: 'refused'; readonly reason: string; readonly answer?: Frame };

function eventOf(frame: Frame): FrameEvent {
  switch (frame.type) {
    case 'RpcRequest':
      return requestEvent(frame);
    case 'OneWayMessage':
      return oneWayEvent(frame);
    case 'RpcResponse':
      return { kind: 'response', requestId: frame.requestId, content: frame.body };
    case 'RpcFailure':
      return { kind: 'failure', requestId: frame.requestId, error: frame.error };
    case 'ChunkFetchRequest':
      return refusedChunk(frame);
    case 'StreamRequest':
      return refusedStream(frame);
    case 'ChunkFetchSuccess':
    case 'ChunkFetchFailure':
    case 'StreamResponse':
    case 'StreamData':
    case 'StreamFailure':
    case 'MergedBlockMetaSuccess':
      return { kind: 'refused', reason: `${frame.type} for something that was not asked for` };
    case 'UploadStream':
    case 'MergedBlockMetaRequest':
      return refusedQuestion(frame);
  }
}

function refusedQuestion({ type, requestId }: UploadStream | MergedBlockMetaRequest): FrameEvent {
  const reason = `${type} is not for a cluster manager`;
  return { kind: 'refused', reason, answer: { type: 'RpcFailure', requestId, error: reason } };
}

function requestEvent({ requestId, body }: RpcRequest): FrameEvent {
  const mechanism = AUTHENTICATION_BYTES.get(body[0] ?? -1);
  if (mechanism !== undefined) return { kind: 'unwanted', requestId, mechanism };
  const read = readEnvelope(body);
  if (read.ok) return { kind: 'request', requestId, envelope: read.envelope };
  const answer: Frame = { type: 'RpcFailure', requestId, error: read.reason };
  return { kind: 'refused', reason: read.reason, answer };
}

function oneWayEvent({ body }: OneWayMessage): FrameEvent {
  const read = readEnvelope(body);
  if (!read.ok) return { kind: 'refused', reason: read.reason };
  return { kind: 'oneWay', envelope: read.envelope };
}

type ReadEnvelope =
  | { readonly ok: true; readonly envelope: Envelope }
  | { readonly ok: false; readonly reason: string };

function readEnvelope(body: Uint8Array): ReadEnvelope {
  if (!isEnvelope(body)) return { ok: false, reason: 'this is no RPC message: it begins otherwise' };
  try {
    return { ok: true, envelope: decodeEnvelope(body) };
  } catch (error) {
    if (!(error instanceof SparkRpcError)) throw error;
    return { ok: false, reason: error.message };
  }
}

/** An RpcEnv has no streams of chunks; Spark's own answers so (`NettyStreamManager.getChunk`). */
function refusedChunk({ streamId, chunkIndex }: ChunkFetchRequest): FrameEvent {
  const error = 'java.lang.UnsupportedOperationException: there are no chunks here';
  return {
    kind: 'refused',
    reason: 'a chunk of a stream was asked for; there are none',
    answer: { type: 'ChunkFetchFailure', streamId, chunkIndex, error },
  };
}

/** No files are served here; Spark's own answers so when it has no such file. */
function refusedStream({ streamId }: StreamRequest): FrameEvent {
  const error = `Stream '${streamId}' was not found.`;
  return {
    kind: 'refused',
    reason: 'a file was asked for; there are none',
    answer: { type: 'StreamFailure', streamId, error },
  };
}
