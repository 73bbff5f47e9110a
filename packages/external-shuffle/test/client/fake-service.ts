import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import {
  type BlockTransferMessage,
  decodeBlockTransferMessage,
  FrameChannel,
  type RpcRequest,
  ServerAuthentication,
} from '@spark-mesos/spark-network';

/** What a service answers: undefined for nothing at all, a text for a refusal. */
export type Answer = 'accept' | { readonly refuse: string } | undefined;

/** A service on a socket of its own that answers as it is told, and remembers what it was told. */
export class FakeService {
  readonly messages: BlockTransferMessage[] = [];
  readonly sockets = new Set<Socket>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async listen(
    answer: (message: BlockTransferMessage) => Answer,
    secretOf?: (appId: string) => string | undefined,
  ): Promise<FakeService> {
    const server = createServer((socket) => service.#serve(socket, answer, secretOf));
    const service = new FakeService(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return service;
  }

  get address(): { host: string; port: number } {
    return { host: '127.0.0.1', port: (this.#server.address() as AddressInfo).port };
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(
    socket: Socket,
    answer: (message: BlockTransferMessage) => Answer,
    secretOf?: (appId: string) => string | undefined,
  ): void {
    this.sockets.add(socket);
    const channel = new FrameChannel();
    let authentication = secretOf === undefined ? undefined : new ServerAuthentication({ secretOf });
    const send = (requestId: bigint, given: { body: Uint8Array } | { error: string }): void => {
      const parts =
        'body' in given
          ? channel.encode({ type: 'RpcResponse', requestId, body: given.body })
          : channel.encode({ type: 'RpcFailure', requestId, error: given.error });
      socket.write(Buffer.concat(parts));
    };
    const authenticate = (server: ServerAuthentication, { requestId, body }: RpcRequest): void => {
      const step = server.step(body);
      if (!('answer' in step)) {
        send(requestId, { error: step.error });
        if (step.kind === 'failed') socket.end();
        return;
      }
      send(requestId, { body: step.answer });
      if (step.kind !== 'authenticated') return;
      if (step.cipher !== undefined) channel.useCipher(step.cipher);
      authentication = undefined;
    };
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      channel.append(chunk);
      for (let frame = channel.next(); frame !== undefined; frame = channel.next()) {
        if (frame.type !== 'RpcRequest') continue;
        if (authentication !== undefined) {
          authenticate(authentication, frame);
          continue;
        }
        const message = decodeBlockTransferMessage(frame.body);
        this.messages.push(message);
        const given = answer(message);
        if (given === 'accept') send(frame.requestId, { body: new Uint8Array(0) });
        else if (given !== undefined) send(frame.requestId, { error: given.refuse });
      }
    });
  }
}
