import { randomBytes } from 'node:crypto';
import {
  type AuthenticationMechanism,
  ClientAuthentication,
  type ClientAuthenticationOptions,
  type ClientAuthenticationStep,
  type Frame,
  type FrameChannel,
  ServerAuthentication,
  type ServerAuthenticationOptions,
  type TransportCipher,
} from '@spark-mesos/spark-network';
import { SparkRpcError } from './errors.ts';

/** What a step of authentication has led to. */
export type AuthenticationOutcome =
  /** Another step is to come. */
  | { readonly state: 'open' }
  | {
      readonly state: 'authenticated';
      readonly appId: string;
      readonly mechanism: AuthenticationMechanism | undefined;
      readonly encrypted: boolean;
    }
  /** The peer is refused, and why; `ends` where the connection is to be closed. */
  | { readonly state: 'refused'; readonly error: SparkRpcError; readonly ends: boolean };

/** What a fence makes of a frame: something to send, if anything, and what has come of it. */
export interface FenceStep {
  readonly answer?: Uint8Array;
  readonly outcome: AuthenticationOutcome;
}

/** What keeps a connection's messages from everybody until the peer has authenticated itself. */
export interface Fence {
  readonly isOpen: boolean;
  take(frame: Frame): FenceStep;
}

/** The fence around a server: lets through nothing but steps of authentication. */
export class ServerFence implements Fence {
  readonly #channel: FrameChannel;
  readonly #authentication: ServerAuthentication;
  #isOpen = false;

  constructor(channel: FrameChannel, options: ServerAuthenticationOptions) {
    this.#channel = channel;
    this.#authentication = new ServerAuthentication(options);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  take(frame: Frame): FenceStep {
    if (frame.type !== 'RpcRequest') return { outcome: refused(`a ${frame.type} came before it`, true) };
    const { requestId } = frame;
    const step = this.#authentication.step(frame.body);
    switch (step.kind) {
      case 'challenged':
        return { answer: this.#respond(requestId, step.answer), outcome: { state: 'open' } };
      case 'declined':
        return { answer: this.#fail(requestId, step.error), outcome: { state: 'open' } };
      case 'failed':
        return { answer: this.#fail(requestId, step.error), outcome: refused(step.reason, true) };
      case 'authenticated': {
        // The answer is the last that goes out in the clear.
        const answer = this.#respond(requestId, step.answer);
        const { appId, mechanism, cipher } = step;
        this.#isOpen = true;
        if (cipher !== undefined) this.#channel.useCipher(cipher);
        const outcome = {
          state: 'authenticated',
          appId,
          mechanism,
          encrypted: cipher !== undefined,
        } as const;
        return { answer, outcome };
      }
    }
  }

  #respond(requestId: bigint, body: Uint8Array): Uint8Array {
    return bytesOf(this.#channel, { type: 'RpcResponse', requestId, body });
  }

  #fail(requestId: bigint, error: string): Uint8Array {
    return bytesOf(this.#channel, { type: 'RpcFailure', requestId, error });
  }
}

/** The fence around a client: nothing is sent or taken before the server has authenticated itself. */
export class ClientFence implements Fence {
  readonly #channel: FrameChannel;
  readonly #authentication: ClientAuthentication;
  readonly #appId: string;
  #requestId = 0n;
  #isOpen = false;

  constructor(channel: FrameChannel, options: ClientAuthenticationOptions) {
    this.#channel = channel;
    this.#authentication = new ClientAuthentication(options);
    this.#appId = options.appId ?? '';
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The first bytes of the connection. */
  begin(): Uint8Array {
    return this.#ask(this.#authentication.start());
  }

  take(frame: Frame): FenceStep {
    if (frame.type === 'RpcResponse' && frame.requestId === this.#requestId) {
      return this.#act(() => this.#authentication.answered(frame.body));
    }
    if (frame.type === 'RpcFailure' && frame.requestId === this.#requestId) {
      return this.#act(() => this.#authentication.refused(frame.error));
    }
    return { outcome: refused(`a ${frame.type} came before it`, true) };
  }

  #act(take: () => ClientAuthenticationStep): FenceStep {
    try {
      const step = take();
      if (step.kind === 'ask') return { answer: this.#ask(step.body), outcome: { state: 'open' } };
      return { outcome: this.#open(step.cipher) };
    } catch (error) {
      return { outcome: refused(error instanceof Error ? error.message : String(error), true) };
    }
  }

  #open(cipher: TransportCipher | undefined): AuthenticationOutcome {
    this.#isOpen = true;
    if (cipher !== undefined) this.#channel.useCipher(cipher);
    return {
      state: 'authenticated',
      appId: this.#appId,
      mechanism: undefined,
      encrypted: cipher !== undefined,
    };
  }

  #ask(body: Uint8Array): Uint8Array {
    this.#requestId = newRequestId();
    return bytesOf(this.#channel, { type: 'RpcRequest', requestId: this.#requestId, body });
  }
}

/** An id for a question of ours; Spark's are random and not negative, too. */
export function newRequestId(): bigint {
  return randomBytes(8).readBigInt64BE() & 0x7fff_ffff_ffff_ffffn;
}

/** A frame as it goes out now. */
export function bytesOf(channel: FrameChannel, frame: Frame): Uint8Array {
  const parts = channel.encode(frame);
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
}

const ADVICE = ' (both sides need spark.authenticate=true and the same spark.authenticate.secret)';

function refused(reason: string, ends: boolean): AuthenticationOutcome {
  const message = `the peer has not authenticated itself: ${reason}${ADVICE}`;
  return { state: 'refused', error: new SparkRpcError('SPARK_RPC_AUTHENTICATION_FAILED', message), ends };
}
