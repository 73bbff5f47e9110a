import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions as ServerTlsOptions } from 'node:tls';
import { encodeRecord, type MesosCodec, mesos } from '@spark-mesos/mesos-proto';

/** A request as it came. */
export interface ScriptedRequest {
  readonly method: string;
  readonly path: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

/** What a script does about a request. */
export class ScriptedExchange {
  readonly request: ScriptedRequest;
  readonly #socket: Socket;

  constructor(request: ScriptedRequest, socket: Socket) {
    this.request = request;
    this.#socket = socket;
  }

  /** Raw bytes of the answer, such as recorded ones. Resolves when the peer takes more. */
  async write(bytes: Uint8Array | string): Promise<void> {
    if (!this.#socket.write(bytes)) {
      await once(this.#socket, 'drain');
    }
  }

  /** A whole answer. */
  answer(status: number, text = '', headers: Readonly<Record<string, string>> = {}): Promise<void> {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const length = Buffer.byteLength(text);
    return this.write(
      `HTTP/1.1 ${status} Scripted\r\n${lines.join('')}Content-Length: ${length}\r\n\r\n${text}`,
    );
  }

  /** The head of a stream of events. */
  openStream(codec: MesosCodec, streamId = 'stream'): Promise<void> {
    return this.write(
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nMesos-Stream-Id: ${streamId}\r\nContent-Type: ${codec.mediaType}\r\n\r\n`,
    );
  }

  /** An event of a stream, in a chunk of its own as Mesos sends it. */
  event(codec: MesosCodec, event: mesos.v1.scheduler.IEvent): Promise<void> {
    return this.record(codec.encode(mesos.v1.scheduler.Event, event));
  }

  /** The bytes of any event of a stream, in a chunk of its own. */
  record(bytes: Uint8Array): Promise<void> {
    const record = encodeRecord(bytes);
    return this.write(
      Buffer.concat([Buffer.from(`${record.length.toString(16)}\r\n`), record, Buffer.from('\r\n')]),
    );
  }

  /** Ends a stream as Mesos does; the connection stays. */
  endStream(): Promise<void> {
    return this.write('0\r\n\r\n');
  }

  /** Ends the connection in good order: what was written arrives. */
  end(): void {
    this.#socket.end();
  }

  /** Breaks the connection off. */
  destroy(): void {
    this.#socket.destroy();
  }
}

/**
 * A master that answers as a test tells it to, byte by byte if need be.
 *
 * It counts its connections, so that a silent reconnect cannot hide a fault.
 */
export class ScriptedMaster {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #handler: (exchange: ScriptedExchange) => void;
  /** Connections ever opened. */
  connectionsOpened = 0;

  private constructor(handler: (exchange: ScriptedExchange) => void, tls: ServerTlsOptions | undefined) {
    this.#handler = handler;
    const serve = (socket: Socket) => this.#serve(socket);
    this.#server = tls === undefined ? createServer(serve) : createTlsServer(tls, serve);
  }

  /**
   * Listens on loopback, on a free port unless one is given; `handler` gets each request.
   *
   * With `tls`, which is what Node's own server takes, it speaks https.
   */
  static async listen(
    handler: (exchange: ScriptedExchange) => void,
    port = 0,
    tls?: ServerTlsOptions,
  ): Promise<ScriptedMaster> {
    const master = new ScriptedMaster(handler, tls);
    master.#server.listen(port, '127.0.0.1');
    await once(master.#server, 'listening');
    return master;
  }

  /** The port that it listens at. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** `host:port`, for the options of a client. */
  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Connections that are open now. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Resolves when the last connection is gone. */
  async idle(): Promise<void> {
    while (this.#sockets.size > 0) {
      const [socket] = this.#sockets;
      await once(socket as Socket, 'close');
    }
  }

  /** Stops listening, and ends all connections. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(socket: Socket): void {
    this.connectionsOpened += 1;
    this.#sockets.add(socket);
    let received = Buffer.alloc(0);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      for (let parsed = parseRequest(received); parsed !== undefined; parsed = parseRequest(received)) {
        received = received.subarray(parsed.end);
        this.#handler(new ScriptedExchange(parsed.request, socket));
      }
    });
  }
}

function parseRequest(bytes: Buffer): { request: ScriptedRequest; end: number } | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) {
    return undefined;
  }
  const [startLine = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const [method = '', path = ''] = startLine.split(' ');
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  const end = headEnd + 4 + Number(headers.get('content-length') ?? 0);
  const body = bytes.subarray(headEnd + 4, end);
  return bytes.length < end ? undefined : { request: { method, path, headers, body }, end };
}
