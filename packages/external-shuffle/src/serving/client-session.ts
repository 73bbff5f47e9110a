import {
  type Frame,
  type ServerAuthentication,
  SparkNetworkError,
  type TransportCipher,
} from '@spark-mesos/spark-network';
import type { Logger } from '../logger.ts';
import type { BlockSegment } from '../model.ts';
import type { ServingTally } from './counters.ts';
import type { ServingLimits } from './limits.ts';
import { type ChunkRequest, RequestDecoder } from './request-decoder.ts';
import { type Client, noMerging, type RequestHandler } from './request-handler.ts';
import type { StreamTable } from './stream-table.ts';

/** What a connection has to do next, in this order. */
export type Action =
  /** Send a block behind the head of a ChunkFetchSuccess. */
  | {
      readonly kind: 'chunk';
      readonly streamId: number;
      readonly chunkIndex: number;
      readonly segment: BlockSegment;
    }
  /** Send a block behind a StreamResponse. */
  | { readonly kind: 'stream'; readonly streamId: string; readonly segment: BlockSegment }
  | { readonly kind: 'frame'; readonly frame: Frame }
  /** Send this in the clear, and encrypt what comes after it. */
  | { readonly kind: 'secure'; readonly frame: Frame; readonly cipher: TransportCipher }
  /** Send what was there before, and close. */
  | { readonly kind: 'close'; readonly frame?: Frame; readonly reason: string };

/** What a session is made of. */
export interface ClientSessionOptions {
  readonly handler: RequestHandler;
  readonly streams: StreamTable;
  readonly limits: ServingLimits;
  readonly tally: ServingTally;
  /** Undefined: anybody may ask for anything, as in Spark. */
  readonly authentication: ServerAuthentication | undefined;
  readonly address: string;
  readonly logger: Logger;
  /** Called when there is something to do that no bytes of the client have brought. */
  readonly wake: () => void;
}

/** A stranger has nothing longer to say. */
const MAX_HANDSHAKE_FRAME_BYTES = 64 * 1024;

/**
 * One client's conversation, without its socket: bytes in, actions out, in the order in which they were asked for but
 * for those that wait for the disk.
 *
 * States: `authenticating` (if it has to) → `open` → `closed`, after which there are no more actions.
 */
export class ClientSession {
  readonly #options: ClientSessionOptions;
  readonly #decoder: RequestDecoder;
  readonly #late: Frame[] = [];
  #state: 'authenticating' | 'open' | 'closed';
  #client: Client;
  #cipher: TransportCipher | undefined;
  #waiting = 0;

  constructor(options: ClientSessionOptions) {
    const { limits, authentication, address } = options;
    this.#options = options;
    this.#state = authentication === undefined ? 'open' : 'authenticating';
    this.#decoder = new RequestDecoder(
      authentication === undefined ? limits.maxFrameBytes : MAX_HANDSHAKE_FRAME_BYTES,
    );
    this.#client = { id: undefined, address };
  }

  /** Who it is, as far as it is known. */
  get client(): Client {
    return this.#client;
  }

  get authenticating(): boolean {
    return this.#state === 'authenticating';
  }

  /** Bytes that have come and wait for being answered. */
  get pendingBytes(): number {
    return this.#decoder.pendingBytes;
  }

  /** Whether it is for the disk, and not for the client, that there is nothing to do. */
  get isWaiting(): boolean {
    return this.#waiting >= this.#options.limits.maxWaitingRequests;
  }

  receive(chunk: Uint8Array): void {
    if (this.#state === 'closed') return;
    if (this.#cipher === undefined) this.#decoder.append(chunk);
    else for (const plain of this.#cipher.decrypt(chunk)) this.#decoder.append(plain);
  }

  /** The next thing to do; `turn` is another number whenever something else may have been done in between. */
  next(turn: number): Action | undefined {
    const late = this.#late.shift();
    if (late !== undefined) return { kind: 'frame', frame: late };
    while (this.#state !== 'closed' && !this.isWaiting) {
      try {
        const request = this.#decoder.next();
        if (request === undefined) return undefined;
        const action = this.#take(request, turn);
        if (action !== undefined) return action;
      } catch (error) {
        if (!(error instanceof SparkNetworkError)) throw error;
        return this.#breach(error.message);
      }
    }
    return undefined;
  }

  /** The connection is gone. */
  close(): void {
    this.#state = 'closed';
    this.#options.streams.close();
  }

  #take(request: ChunkRequest | Frame, turn: number): Action | undefined {
    if (this.#state === 'authenticating') return this.#authenticate(request);
    switch (request.type) {
      case 'chunk':
        return this.#chunk(request, turn);
      case 'RpcRequest':
        return this.#answer(request.requestId, request.body);
      case 'OneWayMessage':
        this.#notice(request.body);
        return undefined;
      case 'StreamRequest':
        return this.#stream(request.streamId, turn);
      case 'ChunkFetchRequest': {
        const { streamId, chunkIndex } = request;
        const error = `java.lang.IllegalStateException: Requested chunk not available since streamId ${streamId} is closed`;
        this.#options.tally.chunkFailuresTotal++;
        return { kind: 'frame', frame: { type: 'ChunkFetchFailure', streamId, chunkIndex, error } };
      }
      case 'MergedBlockMetaRequest':
        return { kind: 'frame', frame: this.#failure(request.requestId, noMerging()) };
      case 'UploadStream':
        // What comes behind it is not worth being read; Spark's own service ends the connection, too.
        return this.#end('the client uploads a block', this.#failure(request.requestId, noMerging()));
      default:
        return this.#breach(`the client sends a ${request.type}`);
    }
  }

  #chunk({ streamId, chunkIndex }: ChunkRequest, turn: number): Action {
    const { streams, tally, handler } = this.#options;
    try {
      const segment = streams.chunk(streamId, chunkIndex, turn);
      return { kind: 'chunk', streamId, chunkIndex, segment };
    } catch (error) {
      tally.chunkFailuresTotal++;
      const text = handler.failureText(error, this.#client);
      return { kind: 'frame', frame: chunkFailure(streamId, chunkIndex, text) };
    }
  }

  #stream(streamId: string, turn: number): Action {
    const { streams, tally, handler } = this.#options;
    try {
      const [id = '', index = ''] = /^(\d{1,16})_(\d{1,9})$/.exec(streamId)?.slice(1) ?? [];
      const segment = streams.chunk(id === '' ? -1 : Number(id), Number(index), turn);
      return { kind: 'stream', streamId, segment };
    } catch (error) {
      tally.chunkFailuresTotal++;
      const text = handler.failureText(error, this.#client);
      return { kind: 'frame', frame: { type: 'StreamFailure', streamId, error: text } };
    }
  }

  #answer(requestId: bigint, body: Uint8Array): Action | undefined {
    const { handler, streams } = this.#options;
    let answer: Uint8Array | Promise<Uint8Array>;
    try {
      answer = handler.answer(body, this.#client, streams);
    } catch (error) {
      return { kind: 'frame', frame: this.#failure(requestId, error) };
    }
    if (answer instanceof Uint8Array) {
      return { kind: 'frame', frame: { type: 'RpcResponse', requestId, body: answer } };
    }
    this.#waiting++;
    // It never rejects.
    void answer.then(
      (late) => this.#arrive({ type: 'RpcResponse', requestId, body: late }),
      (error: unknown) => this.#arrive(this.#failure(requestId, error)),
    );
    return undefined;
  }

  #arrive(frame: Frame): void {
    this.#waiting--;
    if (this.#state === 'closed') return;
    this.#late.push(frame);
    this.#options.wake();
  }

  #notice(body: Uint8Array): void {
    try {
      this.#options.handler.notice(body, this.#client);
    } catch (error) {
      // Nobody waits for an answer.
      this.#options.handler.failureText(error, this.#client);
    }
  }

  #failure(requestId: bigint, error: unknown): Frame {
    const text = this.#options.handler.failureText(error, this.#client);
    return { type: 'RpcFailure', requestId, error: text };
  }

  #authenticate(request: ChunkRequest | Frame): Action {
    const { authentication, tally, limits, logger } = this.#options;
    if (request.type !== 'RpcRequest' || authentication === undefined) {
      return this.#breach('the client does not authenticate itself');
    }
    const { requestId } = request;
    const step = authentication.step(request.body);
    switch (step.kind) {
      case 'challenged':
        return { kind: 'frame', frame: { type: 'RpcResponse', requestId, body: step.answer } };
      case 'declined':
        return { kind: 'frame', frame: { type: 'RpcFailure', requestId, error: step.error } };
      case 'failed':
        tally.authenticationFailuresTotal++;
        logger.warn({ client: this.#client, reason: step.reason }, 'a client was not let in');
        return this.#end(step.reason, { type: 'RpcFailure', requestId, error: step.error });
      case 'authenticated': {
        tally.authenticatedConnectionsTotal++;
        this.#state = 'open';
        this.#client = { ...this.#client, id: step.appId };
        this.#decoder.maxFrameBytes = limits.maxFrameBytes;
        const frame: Frame = { type: 'RpcResponse', requestId, body: step.answer };
        if (step.cipher === undefined) return { kind: 'frame', frame };
        this.#cipher = step.cipher;
        // What has come behind it in the clear is not what it looks like.
        const rest = this.#decoder.takeRest();
        if (rest.byteLength > 0) this.receive(rest);
        return { kind: 'secure', frame, cipher: step.cipher };
      }
    }
  }

  #breach(reason: string): Action {
    this.#options.tally.protocolErrorsTotal++;
    return this.#end(reason);
  }

  #end(reason: string, frame?: Frame): Action {
    this.close();
    return frame === undefined ? { kind: 'close', reason } : { kind: 'close', frame, reason };
  }
}

/** The failure of a chunk. */
export function chunkFailure(streamId: number, chunkIndex: number, error: string): Frame {
  return { type: 'ChunkFetchFailure', streamId: BigInt(streamId), chunkIndex, error };
}
