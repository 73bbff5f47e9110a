import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Where a session's id and password stand in the first packet of a server (ConnectResponse of ZooKeeper's protocol). */
const SESSION_ID = 12;
const PASSWORD = 24;
const CLOSE_SESSION = -11;

/** Stands between a client and a ZooKeeper, to break connections and to end sessions behind the client's back. */
export class ZooKeeperProxy {
  readonly #server: Server;
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  #session: { id: Buffer; password: Buffer } | undefined;
  /** Connections ever made through it. */
  connectionsOpened = 0;

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer((socket) => this.#pass(socket));
  }

  static async listen(target: number): Promise<ZooKeeperProxy> {
    const proxy = new ZooKeeperProxy(target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  /** Breaks all connections off; new ones are let through. */
  breakConnections(): void {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
  }

  /** Ends the session of the last client as ZooKeeper does when it has not heard of one for too long. */
  async expireSession(): Promise<void> {
    const { id, password } = this.#session ?? { id: Buffer.alloc(8), password: Buffer.alloc(16) };
    const request = Buffer.concat([int(44), int(0), Buffer.alloc(8), int(4000), id, int(16), password]);
    const socket = connect(this.#target, '127.0.0.1');
    // The server may end the connection in whatever way it likes.
    socket.on('error', () => socket.destroy());
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(request);
    socket.once('data', () => socket.write(Buffer.concat([int(8), int(1), int(CLOSE_SESSION)])));
    await closed;
    this.breakConnections();
  }

  async close(): Promise<void> {
    this.#server.close();
    this.breakConnections();
    await once(this.#server, 'close');
  }

  #pass(client: Socket): void {
    this.connectionsOpened += 1;
    const server = connect(this.#target, '127.0.0.1');
    server.once('data', (packet: Buffer) => {
      if (packet.length >= PASSWORD + 16) {
        this.#session = {
          id: packet.subarray(SESSION_ID, SESSION_ID + 8),
          password: packet.subarray(PASSWORD, PASSWORD + 16),
        };
      }
    });
    this.#sockets.add(client);
    const end = () => {
      client.destroy();
      server.destroy();
      this.#sockets.delete(client);
    };
    for (const socket of [client, server]) {
      socket.on('error', end);
      socket.on('close', end);
    }
    client.pipe(server);
    server.pipe(client);
  }
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
