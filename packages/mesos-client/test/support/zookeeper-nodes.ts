import { once } from 'node:events';
import { type ACL, type Client, CreateMode, createClient } from 'node-zookeeper-client';

/** A client that writes nodes as masters do. */
export class NodeWriter {
  readonly #client: Client;

  private constructor(client: Client) {
    this.#client = client;
  }

  static async connect(address: string, credentials?: string): Promise<NodeWriter> {
    const client = createClient(address);
    if (credentials !== undefined) {
      client.addAuthInfo('digest', Buffer.from(credentials));
    }
    const connected = once(client, 'connected');
    client.connect();
    await connected;
    return new NodeWriter(client);
  }

  /** Makes a node that stays. */
  async create(path: string, acls?: ACL[]): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const done = (error: Error | { toString(): string } | null) =>
        error === null ? resolve() : reject(new Error(String(error)));
      if (acls === undefined) {
        this.#client.create(path, done);
      } else {
        this.#client.create(path, acls, done);
      }
    });
  }

  /** Stands for election as Mesos 1.11 does; gives the path of the node. */
  elect(path: string, port: number): Promise<string> {
    const info = {
      address: { hostname: 'localhost', ip: '127.0.0.1', port },
      hostname: 'localhost',
      id: 'x',
      ip: 16777343,
      pid: `master@127.0.0.1:${port}`,
      port,
      version: '1.11.0',
    };
    return new Promise((resolve, reject) => {
      this.#client.create(
        `${path}/json.info_`,
        Buffer.from(JSON.stringify(info)),
        CreateMode.EPHEMERAL_SEQUENTIAL,
        (error, created) => (error === null ? resolve(created) : reject(new Error(String(error)))),
      );
    });
  }

  remove(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#client.remove(path, (error) => (error === null ? resolve() : reject(new Error(String(error)))));
    });
  }

  async close(): Promise<void> {
    const closed = once(this.#client, 'disconnected');
    this.#client.close();
    await closed;
  }
}
