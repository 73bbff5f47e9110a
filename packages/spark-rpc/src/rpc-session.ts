import {
  type ChunkFetchRequest,
  encodeFrame,
  type Frame,
  FrameDecoder,
  type FrameDecoderOptions,
  type OneWayMessage,
  type RpcRequest,
  type StreamRequest,
} from '@spark-mesos/spark-network';
import { decodeEnvelope, type Envelope, encodeEnvelope, isEnvelope } from './envelope.ts';
import { SparkRpcError } from './errors.ts';

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
  /** A step of authentication; answer it with `respond` (raw bytes) or `fail`. */
  | {
      readonly kind: 'authentication';
      readonly requestId: bigint;
      readonly mechanism: string;
      readonly body: Uint8Array;
    }
  /** Something that is refused; the answer, if there is one, is to be sent. */
  | { readonly kind: 'refused'; readonly reason: string; readonly answer?: Uint8Array };

/**
 * One connection's RPC in both directions, with no I/O: bytes in, events out, and messages to bytes. Either
 * side may ask the other.
 */
export class RpcSession {
  readonly #decoder: FrameDecoder;

  constructor(options: FrameDecoderOptions = {}) {
    this.#decoder = new FrameDecoder(options);
  }

  /** Bytes of a frame that has not arrived wholly. */
  get pendingBytes(): number {
    return this.#decoder.pendingBytes;
  }

  /** Takes the next bytes. Throws a SparkNetworkError when they can be no frames; the connection is then over. */
  push(chunk: Uint8Array): RpcEvent[] {
    return this.#decoder.push(chunk).map(eventOf);
  }

  request(requestId: bigint, envelope: Envelope): Uint8Array {
    return encodeFrame({ type: 'RpcRequest', requestId, body: encodeEnvelope(envelope) });
  }

  oneWay(envelope: Envelope): Uint8Array {
    return encodeFrame({ type: 'OneWayMessage', body: encodeEnvelope(envelope) });
  }

  /** Answers a question. An answer has no envelope. */
  respond(requestId: bigint, content: Uint8Array): Uint8Array {
    return encodeFrame({ type: 'RpcResponse', requestId, body: content });
  }

  /** Refuses a question; the peer sees a `java.lang.RuntimeException` with this text. */
  fail(requestId: bigint, error: string): Uint8Array {
    return encodeFrame({ type: 'RpcFailure', requestId, error });
  }
}

function eventOf(frame: Frame): RpcEvent {
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
    case 'ChunkFetchFailure':
    case 'StreamFailure':
      return { kind: 'refused', reason: `${frame.type} for something that was not asked for` };
  }
}

function requestEvent({ requestId, body }: RpcRequest): RpcEvent {
  const mechanism = AUTHENTICATION_BYTES.get(body[0] ?? -1);
  if (mechanism !== undefined) return { kind: 'authentication', requestId, mechanism, body };
  const read = readEnvelope(body);
  if (read.ok) return { kind: 'request', requestId, envelope: read.envelope };
  const answer = encodeFrame({ type: 'RpcFailure', requestId, error: read.reason });
  return { kind: 'refused', reason: read.reason, answer };
}

function oneWayEvent({ body }: OneWayMessage): RpcEvent {
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
function refusedChunk({ streamId, chunkIndex }: ChunkFetchRequest): RpcEvent {
  const error = 'java.lang.UnsupportedOperationException: there are no chunks here';
  return {
    kind: 'refused',
    reason: 'a chunk of a stream was asked for; there are none',
    answer: encodeFrame({ type: 'ChunkFetchFailure', streamId, chunkIndex, error }),
  };
}

/** No files are served here; Spark's own answers so when it has no such file. */
function refusedStream({ streamId }: StreamRequest): RpcEvent {
  const error = `Stream '${streamId}' was not found.`;
  return {
    kind: 'refused',
    reason: 'a file was asked for; there are none',
    answer: encodeFrame({ type: 'StreamFailure', streamId, error }),
  };
}
