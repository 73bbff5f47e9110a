import { once } from 'node:events';
import type { Socket } from 'node:net';
import {
  type BlockTransferMessage,
  ClientAuthentication,
  type ClientAuthenticationOptions,
  decodeBlockTransferMessage,
  encodeBlockTransferMessage,
  type Frame,
  FrameChannel,
  openSocket,
  type TlsMaterial,
} from '@spark-mesos/spark-network';

/** As much of an executor's side as tests need: it asks, and waits for frames. */
export class ShuffleClient {
  readonly socket: Socket;
  readonly #channel = new FrameChannel();
  readonly #frames: Frame[] = [];
  #notify: (() => void) | undefined;
  #lastRequest = 0n;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => {});
    socket.on('close', () => this.#notify?.());
    socket.on('data', (chunk) => {
      this.#channel.append(chunk);
      this.#notify?.();
    });
  }

  static async connect(port: number, tls?: TlsMaterial): Promise<ShuffleClient> {
    const socket = openSocket({ host: '127.0.0.1', port }, tls);
    const client = new ShuffleClient(socket);
    await once(socket, tls === undefined ? 'connect' : 'secureConnect');
    return client;
  }

  /** Resolves to the text of a refusal, if it is refused. */
  async authenticate(options: ClientAuthenticationOptions): Promise<string | undefined> {
    const authentication = new ClientAuthentication(options);
    let body = authentication.start();
    for (;;) {
      const answer = await this.rpc(body);
      if (answer?.type === 'RpcFailure') {
        try {
          const step = authentication.refused(answer.error);
          if (step.kind === 'ask') body = step.body;
        } catch {
          return answer.error;
        }
        continue;
      }
      if (answer?.type !== 'RpcResponse') return 'closed';
      const step = authentication.answered(answer.body);
      if (step.kind === 'ask') {
        body = step.body;
        continue;
      }
      if (step.cipher !== undefined) this.#channel.useCipher(step.cipher);
      return undefined;
    }
  }

  send(frame: Frame): void {
    for (const part of this.#channel.encode(frame)) this.socket.write(part);
  }

  /** The next frame; undefined when the connection has ended. */
  async frame(): Promise<Frame | undefined> {
    for (;;) {
      const frame = this.#frames.shift() ?? this.#channel.next();
      if (frame !== undefined) return frame;
      if (this.socket.destroyed) return undefined;
      await new Promise<void>((resolve) => {
        this.#notify = resolve;
      });
    }
  }

  async rpc(body: Uint8Array): Promise<Frame | undefined> {
    this.send({ type: 'RpcRequest', requestId: ++this.#lastRequest, body });
    return this.frame();
  }

  /** The answer as a message, nothing for an empty one, or the text of a failure. */
  async ask(message: BlockTransferMessage): Promise<BlockTransferMessage | string | undefined> {
    const answer = await this.rpc(encodeBlockTransferMessage(message));
    if (answer?.type === 'RpcFailure') return answer.error;
    if (answer?.type !== 'RpcResponse') return 'closed';
    return answer.body.byteLength === 0 ? undefined : decodeBlockTransferMessage(answer.body);
  }

  /** Opens a stream, and asks for all of its chunks at once as Spark does. */
  async open(message: BlockTransferMessage): Promise<{ readonly streamId: bigint; readonly chunks: number }> {
    const handle = await this.ask(message);
    if (typeof handle !== 'object' || handle.kind !== 'StreamHandle') throw new Error(String(handle));
    return { streamId: handle.streamId, chunks: handle.numChunks };
  }

  requestAll(streamId: bigint, chunks: number): void {
    for (let chunkIndex = 0; chunkIndex < chunks; chunkIndex++) {
      this.send({ type: 'ChunkFetchRequest', streamId, chunkIndex });
    }
  }

  /** The bodies of chunks, or the texts of their failures, in their order. */
  async fetch(message: BlockTransferMessage): Promise<(Uint8Array | string)[]> {
    const { streamId, chunks } = await this.open(message);
    this.requestAll(streamId, chunks);
    const bodies: (Uint8Array | string)[] = [];
    for (let index = 0; index < chunks; index++) {
      const frame = await this.frame();
      if (frame?.type === 'ChunkFetchSuccess') bodies[frame.chunkIndex] = frame.body;
      else if (frame?.type === 'ChunkFetchFailure') bodies[frame.chunkIndex] = frame.error;
      else throw new Error(`a ${frame?.type} instead of a chunk`);
    }
    return bodies;
  }
}
