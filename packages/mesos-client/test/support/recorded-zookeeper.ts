import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { TraceConnection } from '@spark-mesos/mesos-proto/testing';

/*
 * ZooKeeper's protocol (org.apache.zookeeper.proto): frames of a length and what follows. The first in each direction
 * opens the session. After it a request is xid, operation, body; an answer xid, zxid, error, body. News have xid -1.
 */

const LENGTH_BYTES = 4;
const NEWS = -1;
/** xid, zxid and error. */
const HEADER_BYTES = 16;

const Operation = {
  exists: 3,
  getData: 4,
  getChildren: 8,
  ping: 11,
  getChildren2: 12,
  closeSession: -11,
} as const;

interface RecordedAnswer {
  readonly atSeconds: number;
  readonly operation: number;
  readonly path: string;
  readonly frame: Buffer;
}

/**
 * An ensemble that answers with the bytes that a real one was recorded to send: those of the same question, as they
 * were at the time to which a test has moved it. Only xids are the client's, and ports those of the test.
 */
export class RecordedZooKeeper {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #answers: readonly RecordedAnswer[];
  readonly #opening: Buffer;
  readonly #news: readonly { readonly atSeconds: number; readonly frame: Buffer }[];
  readonly #ports: ReadonlyMap<number, number>;
  #nowSeconds: number;
  #newsTold = 0;

  private constructor(connection: TraceConnection, ports: ReadonlyMap<number, number>, atSeconds: number) {
    const { opening, answers, news } = readConnection(connection);
    this.#opening = opening;
    this.#answers = answers;
    this.#news = news;
    this.#ports = ports;
    this.#nowSeconds = atSeconds;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  /** `ports` are those of the recording, each with that of the test. */
  static async listen(
    connection: TraceConnection,
    ports: ReadonlyMap<number, number>,
    atSeconds: number,
  ): Promise<RecordedZooKeeper> {
    const zooKeeper = new RecordedZooKeeper(connection, ports, atSeconds);
    zooKeeper.#server.listen(0, '127.0.0.1');
    await once(zooKeeper.#server, 'listening');
    return zooKeeper;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Time goes on: what was news by then is told to those who are connected. */
  advanceTo(atSeconds: number): void {
    this.#nowSeconds = atSeconds;
    for (; (this.#news[this.#newsTold]?.atSeconds ?? Infinity) <= atSeconds; this.#newsTold += 1) {
      for (const socket of this.#sockets) {
        socket.write(this.#news[this.#newsTold]?.frame ?? '');
      }
    }
  }

  async close(): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    await once(this.#server, 'close');
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    let pending: Buffer = Buffer.alloc(0);
    let isOpen = false;
    socket.on('data', (chunk) => {
      const frames = framesOf(Buffer.concat([pending, chunk]));
      pending = frames.rest;
      for (const frame of frames.whole) {
        socket.write(isOpen ? this.#answer(frame) : this.#opening);
        isOpen = true;
      }
    });
  }

  #answer(request: Buffer): Buffer {
    const xid = request.readInt32BE(LENGTH_BYTES);
    const operation = request.readInt32BE(LENGTH_BYTES + 4);
    const body = this.#bodyOf(operation, pathOf(request));
    const answer = Buffer.concat([Buffer.alloc(LENGTH_BYTES), body]);
    answer.writeInt32BE(body.length, 0);
    answer.writeInt32BE(xid, LENGTH_BYTES);
    return answer;
  }

  /** From the xid on. */
  #bodyOf(operation: number, path: string): Buffer {
    switch (operation) {
      case Operation.getChildren2:
        // The recorder asked for the names alone, and for the node's figures separately.
        return Buffer.concat([
          this.#recorded(Operation.getChildren, path),
          this.#recorded(Operation.exists, path).subarray(HEADER_BYTES),
        ]);
      case Operation.getData:
        return this.#withOurPort(this.#recorded(operation, path));
      case Operation.closeSession:
        return this.#recorded(Operation.ping, '');
      default:
        return this.#recorded(operation, path);
    }
  }

  #recorded(operation: number, path: string): Buffer {
    const found = this.#answers.findLast(
      (answer) =>
        answer.operation === operation && answer.path === path && answer.atSeconds <= this.#nowSeconds,
    );
    const frame =
      found ?? this.#answers.find((answer) => answer.operation === operation && answer.path === path);
    if (frame === undefined) {
      throw new Error(`nobody was recorded to ask ${operation} of ${path}`);
    }
    return frame.frame.subarray(LENGTH_BYTES);
  }

  /** A node's data are a length and as many bytes, and then the node's figures. */
  #withOurPort(body: Buffer): Buffer {
    const end = HEADER_BYTES + 4 + body.readInt32BE(HEADER_BYTES);
    let text = body.toString('utf8', HEADER_BYTES + 4, end);
    for (const [recorded, ours] of this.#ports) {
      text = text.replaceAll(new RegExp(`\\b${recorded}\\b`, 'g'), String(ours));
    }
    const data = Buffer.from(text);
    const length = Buffer.alloc(4);
    length.writeInt32BE(data.length);
    return Buffer.concat([body.subarray(0, HEADER_BYTES), length, data, body.subarray(end)]);
  }
}

/** The frames that are whole, each with its length, and what has come of the next. */
function framesOf(bytes: Buffer): { readonly whole: Buffer[]; readonly rest: Buffer } {
  const whole: Buffer[] = [];
  let rest = bytes;
  while (rest.length >= LENGTH_BYTES && rest.length >= LENGTH_BYTES + rest.readInt32BE(0)) {
    const end = LENGTH_BYTES + rest.readInt32BE(0);
    whole.push(rest.subarray(0, end));
    rest = rest.subarray(end);
  }
  return { whole, rest };
}

/** The path that a request is about; none for pings. */
function pathOf(request: Buffer): string {
  const start = LENGTH_BYTES + 12;
  return request.length < start
    ? ''
    : request.toString('utf8', start, start + request.readInt32BE(start - 4));
}

function readConnection({ slices }: TraceConnection) {
  const requests = new Map<number, { readonly operation: number; readonly path: string }>();
  const answers: RecordedAnswer[] = [];
  const news: { atSeconds: number; frame: Buffer }[] = [];
  let opening: Buffer | undefined;
  for (const [index, { atSeconds, direction, bytes }] of slices.entries()) {
    for (const frame of framesOf(Buffer.from(bytes)).whole) {
      const xid = frame.readInt32BE(LENGTH_BYTES);
      if (direction === 'c2s') {
        const operation = index === 0 ? 0 : frame.readInt32BE(LENGTH_BYTES + 4);
        requests.set(xid, { operation, path: pathOf(frame) });
      } else if (opening === undefined) {
        opening = frame;
      } else if (xid === NEWS) {
        news.push({ atSeconds, frame });
      } else {
        const { operation = 0, path = '' } = requests.get(xid) ?? {};
        answers.push({ atSeconds, operation, path, frame });
      }
    }
  }
  return { opening: opening ?? Buffer.alloc(0), answers, news };
}
