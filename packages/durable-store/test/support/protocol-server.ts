import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { ZooKeeperChange, ZooKeeperRefusal, ZooKeeperResult } from '../../src/index.ts';
import { FakeEnsemble, type FakeEnsembleSession } from '../../src/testing/index.ts';
import { PacketReader, PacketWriter } from './packets.ts';

/*
 * ZooKeeper's protocol (org.apache.zookeeper.proto). Packets are a length and what follows. The first in each direction opens
 * the session, or takes it up again. After it a request is xid, operation, body; an answer xid, zxid, error, body. News have xid -1.
 */

const Operation = {
  create: 1,
  remove: 2,
  exists: 3,
  read: 4,
  write: 5,
  ping: 11,
  children: 12,
  multi: 14,
  auth: 100,
} as const;
const SET_WATCHES = 101;
const CLOSE_SESSION = -11;
const NEWS = -1;
const CREATED = 1;
const DELETED = 2;
const CHILDREN_CHANGED = 4;
const CONNECTED = 3;
const EPHEMERAL_SEQUENTIAL = 3;
const RUNTIME_INCONSISTENCY = -2;
const ERRORS: Readonly<Record<ZooKeeperRefusal, number>> = {
  noNode: -101,
  forbidden: -102,
  badVersion: -103,
  nodeExists: -110,
  other: -8,
};

interface ServedSession {
  readonly id: bigint;
  readonly owner: FakeEnsembleSession;
  socket: Socket;
}

/** A server that speaks ZooKeeper's protocol, over what a {@link FakeEnsemble} holds; scripted by a test. */
export class ProtocolServer {
  readonly ensemble = new FakeEnsemble();
  /** Schemes and ids for whom nodes were made. */
  readonly accessLists = new Set<string>();
  readonly credentials: string[] = [];
  /** Asked for each request: whether the connection breaks before it is carried out, or before it is answered. */
  fault: (operation: number) => 'before' | 'after' | undefined = () => undefined;
  /** Answers are cut into pieces of this length. */
  sliceBytes: number | undefined;
  connectionsOpened = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #sessions = new Map<bigint, ServedSession>();
  #lastId = 0n;

  private constructor() {
    this.#server = createServer((socket) => this.#serve(socket));
  }

  static async listen(): Promise<ProtocolServer> {
    const server = new ProtocolServer();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  breakConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** All sessions are over, with their nodes; clients hear it when they come again. */
  expireSessions(): void {
    for (const { owner } of this.#sessions.values()) this.ensemble.forget(owner);
    this.#sessions.clear();
    this.breakConnections();
  }

  async close(): Promise<void> {
    this.#server.close();
    this.breakConnections();
    await once(this.#server, 'close');
  }

  #serve(socket: Socket): void {
    this.connectionsOpened += 1;
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
    let session: ServedSession | undefined;
    let rest = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
        const end = 4 + rest.readInt32BE(0);
        const request = new PacketReader(rest.subarray(4, end));
        rest = rest.subarray(end);
        // What comes behind a refused session, or a broken connection, is for nobody.
        if (socket.destroyed || socket.writableEnded) continue;
        if (session === undefined) session = this.#open(request, socket);
        else this.#answer(request, session);
      }
    });
  }

  #open(request: PacketReader, socket: Socket): ServedSession | undefined {
    request.int();
    request.long();
    const timeoutMs = request.int();
    const asked = request.long();
    let session = this.#sessions.get(asked);
    if (asked !== 0n && session === undefined) {
      // So a server tells that a session is over.
      this.#send(socket, new PacketWriter().int(0).int(0).long(0n).bytes(Buffer.alloc(16)));
      socket.end();
      return undefined;
    }
    if (session === undefined) {
      this.#lastId += 1n;
      this.ensemble.connector(() => {});
      const owner = this.ensemble.sessions.at(-1);
      if (owner === undefined) throw new Error('no session was opened');
      session = { id: this.#lastId, owner, socket };
      this.#sessions.set(session.id, session);
    }
    session.socket = socket;
    this.#send(socket, new PacketWriter().int(0).int(timeoutMs).long(session.id).bytes(Buffer.alloc(16, 1)));
    return session;
  }

  #answer(request: PacketReader, session: ServedSession): void {
    const xid = request.int();
    const operation = request.int();
    const fault = this.fault(operation);
    if (fault === 'before') {
      session.socket.destroy();
      return;
    }
    const { error, body } = this.#carryOut(operation, request, session);
    if (fault === 'after') {
      session.socket.destroy();
      return;
    }
    const answer = new PacketWriter().int(xid).long(1n).int(error);
    if (error === 0) body(answer);
    this.#send(session.socket, answer);
    if (operation === CLOSE_SESSION) session.socket.end();
  }

  #carryOut(
    operation: number,
    request: PacketReader,
    session: ServedSession,
  ): { error: number; body: (answer: PacketWriter) => void } {
    const { ensemble } = this;
    switch (operation) {
      case Operation.create: {
        const [path, data] = [request.text(), request.bytes()];
        this.#note(request);
        const owner = request.int() === EPHEMERAL_SEQUENTIAL ? session.owner : undefined;
        return answerOf(ensemble.create(path, data, owner), (answer, made) => answer.text(made));
      }
      case Operation.remove:
        return answerOf(ensemble.change([{ kind: 'remove', path: request.text() }]), () => {});
      case Operation.read:
        return answerOf(ensemble.read(request.text()), (answer, { data, version }) =>
          answer.bytes(data).stat(version),
        );
      case Operation.write:
        return answerOf(ensemble.write(request.text(), request.bytes()), (answer, version) =>
          answer.stat(version),
        );
      case Operation.children: {
        const path = request.text();
        const changed = request.boolean()
          ? () => this.#tellChanged(session, CHILDREN_CHANGED, path)
          : undefined;
        return answerOf(ensemble.children(path, changed), (answer, names) => {
          answer.int(names.length);
          for (const name of names) answer.text(name);
          answer.stat(0);
        });
      }
      case Operation.exists: {
        const path = request.text();
        const isThere = ensemble.read(path).kind === 'done';
        const event = isThere ? DELETED : CREATED;
        const changed = request.boolean() ? () => this.#tellChanged(session, event, path) : undefined;
        ensemble.exists(path, changed);
        return isThere
          ? { error: 0, body: (answer) => answer.stat(0) }
          : { error: ERRORS.noNode, body: () => {} };
      }
      case Operation.multi:
        return this.#multi(request);
      case Operation.auth:
        request.int();
        request.text();
        this.credentials.push(request.text());
        break;
      case CLOSE_SESSION:
        ensemble.forget(session.owner);
        this.#sessions.delete(session.id);
        break;
      case Operation.ping:
      case SET_WATCHES:
        break;
      default:
        throw new Error(`operation ${operation} is not served`);
    }
    return { error: 0, body: () => {} };
  }

  /** As the real one does: what was well before the one that failed has 0, and what comes behind it is inconsistent. */
  #multi(request: PacketReader): { error: number; body: (answer: PacketWriter) => void } {
    const changes = this.#changesOf(request);
    const result = this.ensemble.change(changes);
    return {
      error: 0,
      body: (answer) => {
        const failed = result.kind === 'refused' ? this.#firstRefused(changes) : -1;
        for (const [index, change] of changes.entries()) {
          if (result.kind === 'refused') {
            const behind = index > failed ? RUNTIME_INCONSISTENCY : 0;
            const code = index === failed ? ERRORS[result.refusal] : behind;
            answer.int(-1).boolean(false).int(code).int(code);
          } else if (change.kind === 'create') answer.int(1).boolean(false).int(0).text(change.path);
          else if (change.kind === 'write') answer.int(5).boolean(false).int(0).stat(1);
          else answer.int(2).boolean(false).int(0);
        }
        answer.int(-1).boolean(true).int(-1);
      },
    };
  }

  #changesOf(request: PacketReader): ZooKeeperChange[] {
    const changes: ZooKeeperChange[] = [];
    for (;;) {
      const [type, isDone] = [request.int(), request.boolean()];
      request.int();
      if (isDone) return changes;
      const path = request.text();
      if (type === Operation.create) {
        changes.push({ kind: 'create', path, data: request.bytes() });
        this.#note(request);
        request.int();
      } else if (type === Operation.write) {
        const [data, version] = [request.bytes(), request.int()];
        changes.push({ kind: 'write', path, data, ...(version < 0 ? {} : { version }) });
      } else {
        request.int();
        changes.push({ kind: 'remove', path });
      }
    }
  }

  /** The shortest beginning of the changes that is refused ends with the one that is. */
  #firstRefused(changes: readonly ZooKeeperChange[]): number {
    return changes.findIndex((_, index) => this.#wouldBeRefused(changes.slice(0, index + 1)));
  }

  #wouldBeRefused(changes: readonly ZooKeeperChange[]): boolean {
    const impossible = { kind: 'create', path: '/nowhere/at/all', data: new Uint8Array(0) } as const;
    const [last] = changes.slice(-1);
    const result = this.ensemble.change([...changes, impossible]);
    // Nothing is ever made of it; a refusal for another reason than the impossible one comes first.
    return result.kind === 'refused' && (result.refusal !== 'noNode' || this.#lacksNode(last));
  }

  #lacksNode(change: ZooKeeperChange | undefined): boolean {
    return (
      change !== undefined && change.kind !== 'create' && this.ensemble.read(change.path).kind === 'refused'
    );
  }

  #note(request: PacketReader): void {
    for (const { scheme, id } of request.accessList()) this.accessLists.add(`${scheme}:${id}`);
  }

  #tellChanged(session: ServedSession, kind: number, path: string): void {
    const event = new PacketWriter().int(NEWS).long(-1n).int(0);
    this.#send(session.socket, event.int(kind).int(CONNECTED).text(path));
  }

  #send(socket: Socket, writer: PacketWriter): void {
    if (socket.destroyed) return;
    const packet = writer.packet();
    const step = this.sliceBytes ?? packet.length;
    for (let start = 0; start < packet.length; start += step)
      socket.write(packet.subarray(start, start + step));
  }
}

function answerOf<T>(
  result: ZooKeeperResult<T>,
  body: (answer: PacketWriter, value: T) => void,
): { error: number; body: (answer: PacketWriter) => void } {
  if (result.kind === 'done') return { error: 0, body: (answer) => body(answer, result.value) };
  return { error: result.kind === 'refused' ? ERRORS[result.refusal] : ERRORS.other, body: () => {} };
}
