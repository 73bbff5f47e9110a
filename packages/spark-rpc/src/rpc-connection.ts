import type { Socket } from 'node:net';
import {
  type ClientAuthenticationOptions,
  type ServerAuthenticationOptions,
  SparkNetworkError,
} from '@spark-mesos/spark-network';
import type { ConnectionLimits } from './connection-limits.ts';
import type { Envelope } from './envelope.ts';
import { SparkRpcError } from './errors.ts';
import { type AuthenticationOutcome, newRequestId } from './fences.ts';
import type { Logger } from './logger.ts';
import { OpenQuestions } from './open-questions.ts';
import { Outbox } from './outbox.ts';
import { unwantedTls } from './refusals.ts';
import { type RpcEvent, RpcSession } from './rpc-session.ts';

// socket ──bytes──► RpcSession ──events──► RpcReceiver (the endpoints)
//    ▲                                        │
//    └──────── respond, fail, send, ask ◄─────┘

const KEEP_ALIVE_MS = 60_000;
/** The first byte of TLS; that of a frame is always 0. */
const TLS_HANDSHAKE = 0x16;
const CLOSE_TIMEOUT_MS = 2_000;

/** Takes what arrives on a connection. */
export interface RpcReceiver {
  /** Resolves to the answer, a Java object stream; a rejection becomes an RpcFailure with its message. */
  request(envelope: Envelope): Promise<Uint8Array>;
  /** The peer does not speak as it is asked to: authenticated, or not, or with TLS. It has been told so if it can. */
  peerRefused?(error: SparkRpcError): void;
  oneWay(envelope: Envelope): void;
  /** Called once, whoever closed it. */
  closed(reason: string): void;
}

/** Options of {@link RpcConnection}. */
export interface RpcConnectionOptions {
  /** Whether the peer made the connection, and so must say something first. */
  readonly inbound: boolean;
  readonly limits: ConnectionLimits;
  readonly logger: Logger;
  /** The peer must authenticate itself before it is listened to. */
  readonly server?: ServerAuthenticationOptions;
  /** We authenticate ourselves to the peer; see {@link RpcConnection.authenticated}. */
  readonly client?: ClientAuthenticationOptions;
}

/** One connection between two RpcEnvs, over which either side may ask the other. */
export class RpcConnection {
  readonly #socket: Socket;
  readonly #outbox: Outbox;
  readonly #session: RpcSession;
  readonly #limits: ConnectionLimits;
  readonly #logger: Logger;
  readonly #questions = new OpenQuestions();
  readonly #closed: Promise<void>;
  #receiver: RpcReceiver | undefined;
  #deadline: NodeJS.Timeout | undefined;
  #openRequests = 0;
  #refusals = 0;
  #awaitsFirst: boolean;
  #endReason: string | undefined;
  #handshake: { readonly resolve: () => void; readonly reject: (error: SparkRpcError) => void } | undefined;

  constructor(socket: Socket, { inbound, limits, logger, server, client }: RpcConnectionOptions) {
    this.#socket = socket;
    this.#outbox = new Outbox(socket);
    this.#limits = limits;
    this.#logger = logger;
    this.#awaitsFirst = inbound;
    this.#session = new RpcSession({
      maxFrameBytes: limits.maxFrameBytes,
      ...(server === undefined ? {} : { server }),
      ...(client === undefined ? {} : { client }),
    });
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.on('data', (chunk) => this.#push(chunk));
    socket.on('error', (error) => {
      this.#endReason ??= error.message;
    });
    this.#closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#end();
        resolve();
      });
    });
    this.#watch();
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed && this.#socket.writable;
  }

  /** Says who takes what arrives; to be called in the same turn in which the connection was made. */
  receiveWith(receiver: RpcReceiver): void {
    this.#receiver = receiver;
  }

  /** Resolves once both sides have authenticated themselves, where that is asked for; to be called at once. */
  authenticated(): Promise<void> {
    const first = this.#session.begin();
    if (first === undefined) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#handshake = { resolve, reject };
      this.#write(first);
    });
  }

  /** Sends a message that wants no answer; dropped when the connection is no more. */
  send(envelope: Envelope): void {
    this.#write(this.#session.oneWay(envelope));
  }

  /** Asks, and resolves to the answer: a Java object stream. */
  ask(envelope: Envelope, timeoutMs: number): Promise<Uint8Array> {
    if (!this.isOpen) return Promise.reject(disconnected(envelope.endpoint, this.#endReason));
    const requestId = newRequestId();
    const answer = this.#questions.wait(requestId, envelope.endpoint, timeoutMs);
    this.#write(this.#session.request(requestId, envelope));
    return answer;
  }

  /** Closes after what was sent before has gone out. */
  close(reason: string): Promise<void> {
    this.#endReason ??= reason;
    this.#socket.destroySoon();
    // A peer that does not read would keep the socket for ever.
    const timer = setTimeout(() => this.#socket.destroy(), CLOSE_TIMEOUT_MS);
    return this.#closed.finally(() => clearTimeout(timer));
  }

  /** Closes at once. */
  abort(reason: string): void {
    this.#endReason ??= reason;
    this.#socket.destroy();
  }

  #push(chunk: Uint8Array): void {
    try {
      const events = this.#session.push(chunk);
      for (const event of events) {
        if (!this.isOpen) return;
        this.#take(event);
      }
      if (events.length > 0 && !this.#awaitsFirst) this.#forgetDeadline();
      this.#watch();
    } catch (error) {
      // Whatever it was, it was one peer's, and the others shall not suffer for it.
      const code = error instanceof SparkNetworkError ? error.code : undefined;
      this.#logger.warn({ code, reason: messageOf(error) }, 'closing a connection that cannot go on');
      if (this.#awaitsFirst && chunk[0] === TLS_HANDSHAKE) this.#receiver?.peerRefused?.(unwantedTls());
      this.abort(messageOf(error));
    }
  }

  #take(event: RpcEvent): void {
    switch (event.kind) {
      case 'request':
        this.#awaitsFirst = false;
        this.#answer(event.requestId, (receiver) => receiver.request(event.envelope));
        return;
      case 'oneWay':
        this.#awaitsFirst = false;
        this.#receiver?.oneWay(event.envelope);
        return;
      case 'response':
        this.#settled(this.#questions.answered(event.requestId, event.content));
        return;
      case 'failure':
        this.#settled(
          this.#questions.failed(event.requestId, new SparkRpcError('SPARK_RPC_REMOTE_FAILURE', event.error)),
        );
        return;
      case 'authentication':
        if (event.answer !== undefined) this.#write(event.answer);
        this.#authenticate(event.outcome);
        return;
      case 'refused':
        if (event.answer !== undefined) this.#write(event.answer);
        this.refuse(event.reason);
        return;
    }
  }

  #authenticate(outcome: AuthenticationOutcome): void {
    if (outcome.state === 'open') return;
    if (outcome.state === 'authenticated') {
      const { mechanism, encrypted } = outcome;
      this.#logger.debug({ mechanism, encrypted }, 'authenticated');
      this.#handshake?.resolve();
      this.#handshake = undefined;
      return;
    }
    const { error, ends } = outcome;
    this.#handshake?.reject(error);
    this.#handshake = undefined;
    this.refuse(error.message, { code: error.code });
    this.#receiver?.peerRefused?.(error);
    // Nobody waits for the end: the receiver is told of it by closed.
    if (ends) void this.close(error.message);
  }

  /** Counts and logs something that the peer should not have sent; too much of it ends the connection. */
  refuse(reason: string, fields: object = {}): void {
    this.#refusals += 1;
    this.#logger.warn({ ...fields, reason }, 'refused a message');
    if (this.#refusals >= this.#limits.maxRefusals)
      this.abort(`${this.#refusals} messages had to be refused`);
  }

  #answer(requestId: bigint, ask: (receiver: RpcReceiver) => Promise<Uint8Array>): void {
    const receiver = this.#receiver;
    if (receiver === undefined) return;
    if (this.#openRequests >= this.#limits.maxOpenRequests) {
      this.#write(this.#session.fail(requestId, `more than ${this.#openRequests} questions at once`));
      return;
    }
    this.#openRequests += 1;
    ask(receiver)
      .then(
        (content) => this.#write(this.#session.respond(requestId, content)),
        (error: unknown) => this.#write(this.#session.fail(requestId, messageOf(error))),
      )
      .finally(() => {
        this.#openRequests -= 1;
      })
      .catch((error: unknown) => this.abort(messageOf(error)));
  }

  /** An answer may come after its question has timed out. */
  #settled(hadQuestion: boolean): void {
    if (!hadQuestion) this.#logger.debug({}, 'dropped an answer that nobody waits for');
  }

  #write(bytes: Uint8Array): void {
    if (!this.isOpen) return;
    this.#outbox.write(bytes);
    const { unsentBytes } = this.#outbox;
    if (unsentBytes > this.#limits.maxUnsentBytes) {
      this.#logger.warn({ unsentBytes }, 'closing a connection that does not read');
      this.abort('the peer does not read what is sent to it');
    }
  }

  /** Keeps the deadline for what has begun: the wait for the first message, or a frame that is not whole. */
  #watch(): void {
    if (!this.isOpen || !(this.#awaitsFirst || this.#session.pendingBytes > 0)) {
      this.#forgetDeadline();
      return;
    }
    this.#deadline ??= setTimeout(() => {
      this.#logger.warn({ timeoutMs: this.#limits.frameTimeoutMs }, 'closing a connection that has stalled');
      this.abort(`no whole message within ${this.#limits.frameTimeoutMs} ms`);
    }, this.#limits.frameTimeoutMs);
  }

  #forgetDeadline(): void {
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
  }

  #end(): void {
    this.#forgetDeadline();
    const reason = this.#endReason ?? 'the peer closed the connection';
    this.#endReason = reason;
    this.#questions.end(disconnected('the peer', reason));
    this.#handshake?.reject(disconnected('the peer', reason));
    this.#handshake = undefined;
    this.#receiver?.closed(reason);
  }
}

function disconnected(endpoint: string, reason: string | undefined): SparkRpcError {
  return new SparkRpcError(
    'SPARK_RPC_DISCONNECTED',
    `the connection to ${endpoint} is closed: ${reason ?? 'the peer closed it'}`,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
