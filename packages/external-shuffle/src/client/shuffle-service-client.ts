import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import {
  type BlockTransferMessage,
  ClientAuthentication,
  type ClientAuthenticationOptions,
  type ClientAuthenticationStep,
  encodeBlockTransferMessage,
  type Frame,
  FrameChannel,
  openSocket,
  type TlsMaterial,
} from '@spark-mesos/spark-network';
import { ShuffleClientError } from './client-error.ts';

/** Where a service listens. */
export interface ShuffleServiceAddress {
  readonly host: string;
  readonly port: number;
}

/** Options of {@link ShuffleServiceClient.connect}. */
export interface ShuffleServiceClientOptions {
  readonly address: ShuffleServiceAddress;
  /** `spark.authenticate`. Without an `appId` it is the cluster's secret, by which all applications may be spoken for. */
  readonly authentication?: ClientAuthenticationOptions;
  /** `spark.ssl.rpc.enabled`. Inside of it nothing is encrypted once more. */
  readonly tls?: TlsMaterial;
  /** For the connection, TLS and authentication together; default 10 s. */
  readonly connectTimeoutMs?: number;
  /** For each answer; default 30 s. For heartbeats only once one was answered: Spark's own service answers none. */
  readonly answerTimeoutMs?: number;
}

/** What a driver's side says to a service. */
export interface ShuffleServiceConnection {
  /** Why the connection is over, once it is. */
  readonly closed: Promise<string>;
  /** An application has begun: its files are kept until nothing was heard of it for so long. */
  registerDriver(appId: string, heartbeatTimeoutMs: number): Promise<void>;
  /**
   * Resolves with what the service says of it; never, if it has not answered one before, says nothing and the
   * connection lasts.
   */
  heartbeat(appId: string): Promise<'known' | 'unknown'>;
  /** The application has ended in good order: its files may go. Rejects with a service of Spark's, which has no such message. */
  removeApplication(appId: string): Promise<void>;
  /** Hands over the application's own secret. Rejects with a service of Spark's, which has no such message. */
  setSecret(appId: string, secret: string): Promise<void>;
  /** Ends the connection. */
  close(): void;
}

interface Question {
  readonly answered: (body: Uint8Array) => void;
  readonly failed: (error: ShuffleClientError) => void;
  readonly timer?: NodeJS.Timeout;
}

/** A service's answers are short. */
const MAX_ANSWER_BYTES = 1024 * 1024;
/** What our service answers to a heartbeat of an application that it does not know. */
const UNKNOWN_APPLICATION = /Application is not registered/;

/**
 * One connection to a shuffle service.
 *
 * Heartbeats go as RpcRequests and not, as Spark's drivers send them, as messages without an answer: our service
 * answers whether it knows the application, and Spark's takes them as well and says nothing.
 */
export class ShuffleServiceClient implements ShuffleServiceConnection {
  readonly closed: Promise<string>;
  readonly #socket: Socket;
  readonly #channel = new FrameChannel({ maxFrameBytes: MAX_ANSWER_BYTES });
  readonly #questions = new Map<bigint, Question>();
  readonly #answerTimeoutMs: number;
  #heartbeatId: bigint | undefined;
  /** Has answered one on this connection: a silence then means that nobody is there any more. */
  #answersHeartbeats = false;
  #reason: string | undefined;

  private constructor(socket: Socket, answerTimeoutMs: number) {
    this.#socket = socket;
    this.#answerTimeoutMs = answerTimeoutMs;
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#reason ??= 'the service closed the connection';
        this.#failAll(this.#reason);
        resolve(this.#reason);
      });
    });
    socket.on('error', (error) => {
      this.#reason ??= error.message;
    });
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
  }

  /** Resolves when the service may be asked; what is wrong otherwise is in the error. */
  static async connect(options: ShuffleServiceClientOptions): Promise<ShuffleServiceClient> {
    const { address, authentication, tls, connectTimeoutMs = 10_000, answerTimeoutMs = 30_000 } = options;
    const socket = openSocket(address, tls).setNoDelay(true).setKeepAlive(true);
    const client = new ShuffleServiceClient(socket, answerTimeoutMs);
    const timer = setTimeout(
      () => client.#end(`no connection within ${connectTimeoutMs} ms`),
      connectTimeoutMs,
    );
    try {
      await client.#ready(tls === undefined ? 'connect' : 'secureConnect');
      if (authentication !== undefined) await client.#authenticate(withinTls(authentication, tls));
      return client;
    } catch (error) {
      client.#end(error instanceof Error ? error.message : String(error));
      throw new ShuffleClientError(
        'SHUFFLE_SERVICE_UNREACHABLE',
        `the shuffle service at ${address.host}:${address.port} cannot be used: ${client.#reason}`,
        { cause: error },
      );
    } finally {
      clearTimeout(timer);
    }
  }

  async registerDriver(appId: string, heartbeatTimeoutMs: number): Promise<void> {
    await this.#tell({ kind: 'RegisterDriver', appId, heartbeatTimeoutMs: BigInt(heartbeatTimeoutMs) });
  }

  async heartbeat(appId: string): Promise<'known' | 'unknown'> {
    const body = encodeBlockTransferMessage({ kind: 'ShuffleServiceHeartbeat', appId });
    try {
      await this.#beat(body);
      this.#answersHeartbeats = true;
      return 'known';
    } catch (error) {
      if (!(error instanceof ShuffleClientError) || !UNKNOWN_APPLICATION.test(error.message)) throw error;
      this.#answersHeartbeats = true;
      return 'unknown';
    }
  }

  async removeApplication(appId: string): Promise<void> {
    await this.#tell({ kind: 'RemoveApplication', appId });
  }

  async setSecret(appId: string, secret: string): Promise<void> {
    await this.#tell({ kind: 'ApplicationSecret', appId, secret });
  }

  /** Ends the connection. */
  close(): void {
    this.#end('it was closed by us');
  }

  #beat(body: Uint8Array): Promise<Uint8Array> {
    if (this.#answersHeartbeats) return this.#ask(body, this.#answerTimeoutMs);
    // The last one that was not answered is waited for no more: a service that answers none must not cost memory.
    if (this.#heartbeatId !== undefined) this.#questions.delete(this.#heartbeatId);
    return this.#ask(body, undefined, (requestId) => {
      this.#heartbeatId = requestId;
    });
  }

  #tell(message: BlockTransferMessage): Promise<Uint8Array> {
    return this.#ask(encodeBlockTransferMessage(message), this.#answerTimeoutMs);
  }

  #ready(event: 'connect' | 'secureConnect'): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.once(event, resolve);
      this.#socket.once('close', () => reject(new Error(this.#reason)));
    });
  }

  async #authenticate(options: ClientAuthenticationOptions): Promise<void> {
    const authentication = new ClientAuthentication(options);
    let body = authentication.start();
    for (;;) {
      const step = await this.#askStep(authentication, body);
      if (step.kind === 'authenticated') return;
      body = step.body;
    }
  }

  /** The step is taken while the answer is read: a cipher must be there before the bytes behind it are. */
  #askStep(authentication: ClientAuthentication, body: Uint8Array): Promise<ClientAuthenticationStep> {
    return new Promise((resolve, reject) => {
      const take = (step: () => ClientAuthenticationStep): void => {
        try {
          const taken = step();
          if (taken.kind === 'authenticated' && taken.cipher !== undefined)
            this.#channel.useCipher(taken.cipher);
          resolve(taken);
        } catch (error) {
          reject(error);
        }
      };
      this.#send(body, {
        answered: (answer) => take(() => authentication.answered(answer)),
        failed: (error) =>
          error.code === 'SHUFFLE_SERVICE_REFUSED'
            ? take(() => authentication.refused(error.message))
            : reject(error),
      });
    });
  }

  #ask(body: Uint8Array, timeoutMs?: number, sent?: (requestId: bigint) => void): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const silent = () => {
        this.#questions.delete(requestId);
        reject(new ShuffleClientError('SHUFFLE_SERVICE_SILENT', `no answer within ${timeoutMs} ms`));
      };
      const timer = timeoutMs === undefined ? undefined : setTimeout(silent, timeoutMs);
      const requestId = this.#send(body, {
        answered: resolve,
        failed: reject,
        ...(timer === undefined ? {} : { timer }),
      });
      sent?.(requestId);
    });
  }

  #send(body: Uint8Array, question: Question): bigint {
    const requestId = randomBytes(8).readBigInt64BE() & 0x7fff_ffff_ffff_ffffn;
    this.#questions.set(requestId, question);
    if (this.#reason !== undefined) this.#failAll(this.#reason);
    else
      for (const part of this.#channel.encode({ type: 'RpcRequest', requestId, body }))
        this.#socket.write(part);
    return requestId;
  }

  #read(chunk: Buffer): void {
    try {
      this.#channel.append(chunk);
      for (let frame = this.#channel.next(); frame !== undefined; frame = this.#channel.next())
        this.#take(frame);
    } catch (error) {
      this.#end(`the service does not speak as one: ${error instanceof Error ? error.message : error}`);
    }
  }

  #take(frame: Frame): void {
    if (frame.type !== 'RpcResponse' && frame.type !== 'RpcFailure') return;
    const question = this.#questions.get(frame.requestId);
    if (question === undefined) return;
    this.#questions.delete(frame.requestId);
    clearTimeout(question.timer);
    if (frame.type === 'RpcResponse') question.answered(frame.body);
    else question.failed(new ShuffleClientError('SHUFFLE_SERVICE_REFUSED', firstLine(frame.error)));
  }

  #end(reason: string): void {
    this.#reason ??= reason;
    this.#socket.destroy();
  }

  #failAll(reason: string): void {
    const error = new ShuffleClientError('SHUFFLE_CONNECTION_CLOSED', reason);
    for (const question of this.#questions.values()) {
      clearTimeout(question.timer);
      question.failed(error);
    }
    this.#questions.clear();
  }
}

/** Spark's services send a stack trace. */
function firstLine(error: string): string {
  return error.split('\n', 1)[0] ?? '';
}

function withinTls(
  options: ClientAuthenticationOptions,
  tls: TlsMaterial | undefined,
): ClientAuthenticationOptions {
  return tls === undefined ? options : { ...options, crypto: false, saslEncryption: false };
}
