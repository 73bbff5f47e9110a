import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { loadTls, secureInbound, type TlsSettings } from '@spark-mesos/spark-network';
import { dial } from '../../src/dial.ts';
import { ExecutorRelay } from '../../src/relay/executor-relay.ts';
import type { RelayGate } from '../../src/relay/gate.ts';
import { RelayLeg } from '../../src/relay/relay-leg.ts';
import type { ExecutorRelayOptions } from '../../src/relay/relay-options.ts';
import type { RpcAddress } from '../../src/rpc-address.ts';
import { clientOptions, type RpcAuthentication, serverOptions } from '../../src/security.ts';
import { recordedClasses } from '../classes.ts';
import { RecordingLogger } from '../fake-connection.ts';
import { relayFrame } from '../relay/recorded.ts';

const MAX_FRAME_BYTES = 128 * 1024 * 1024;

/** How both sides know each other and what is between them. */
export interface PeerSecurity {
  readonly authentication?: RpcAuthentication;
  readonly tls?: TlsSettings;
}

/** A driver or an executor that says what the test says. */
export class RelayPeer {
  readonly socket: Socket;
  readonly #leg: RelayLeg;
  #received = Buffer.alloc(0);
  #receivedBytes = 0;
  #endReason: string | undefined;
  #keeps = true;
  #wake: () => void = () => {};

  constructor(socket: Socket, leg: RelayLeg) {
    this.socket = socket;
    this.#leg = leg;
    leg.listen({
      receive: (chunk) => {
        if (this.#keeps) this.#received = Buffer.concat([this.#received, chunk]);
        this.#receivedBytes += chunk.byteLength;
        this.#wake();
      },
      drained: () => this.#wake(),
      failed: () => {},
      ended: (reason) => {
        this.#endReason = reason;
        this.#wake();
      },
    });
  }

  /** Only counts what comes from here on. */
  countOnly(): void {
    this.#keeps = false;
    this.#receivedBytes = 0;
  }

  send(...frames: Buffer[]): void {
    this.#leg.send(frames);
  }

  get unsentBytes(): number {
    return this.#leg.unsentBytes;
  }

  /** Resolves to the next bytes, once so many have come. */
  async receive(bytes: number): Promise<Buffer> {
    await this.until(() => this.#received.byteLength >= bytes);
    const taken = this.#received.subarray(0, bytes);
    this.#received = this.#received.subarray(bytes);
    return taken;
  }

  /** Resolves once so many bytes have come since `countOnly`. */
  async receiveCount(bytes: number): Promise<void> {
    await this.until(() => this.#receivedBytes >= bytes);
  }

  async ended(): Promise<string> {
    while (this.#endReason === undefined) await this.#woken();
    return this.#endReason;
  }

  destroy(): void {
    this.socket.destroy();
  }

  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      if (this.#endReason !== undefined) throw new Error(`ended before: ${this.#endReason}`);
      await this.#woken();
    }
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

/** A driver that takes connections one after the other. */
export class FakeDriver {
  readonly address: RpcAddress;
  readonly #waiting: RelayPeer[] = [];
  #wake: () => void = () => {};
  readonly close: () => void;

  private constructor(port: number, close: () => void) {
    this.address = { host: '127.0.0.1', port };
    this.close = close;
  }

  static async listen({ authentication, tls }: PeerSecurity = {}): Promise<FakeDriver> {
    const sockets = new Set<Socket>();
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const driver = new FakeDriver(port, () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    });
    const accept = async (plain: Socket): Promise<void> => {
      sockets.add(plain);
      const secured = tls === undefined ? undefined : await secureInbound(plain, await loadTls(tls), 5000);
      if (secured?.ok === false) return;
      const socket = secured?.socket ?? plain;
      const server = authentication && serverOptions(authentication, tls !== undefined);
      const leg = new RelayLeg(socket, {
        name: 'the relay',
        maxFrameBytes: MAX_FRAME_BYTES,
        ...(server === undefined ? {} : { server }),
      });
      await leg.authenticate(5000);
      driver.#waiting.push(new RelayPeer(socket, leg));
      driver.#wake();
    };
    // Those that fail are seen by the relay.
    server.on('connection', (socket) => void accept(socket).catch(() => socket.destroy()));
    return driver;
  }

  /** The next connection. */
  async accept(): Promise<RelayPeer> {
    for (;;) {
      const peer = this.#waiting.shift();
      if (peer !== undefined) return peer;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** Connects as an executor does. */
export async function connectExecutor(
  address: RpcAddress,
  { authentication, tls }: PeerSecurity = {},
): Promise<RelayPeer> {
  const material = tls === undefined ? undefined : await loadTls(tls);
  const socket = await dial(address, 5000, material);
  const client = authentication && clientOptions(authentication, tls !== undefined);
  const leg = new RelayLeg(socket, {
    name: 'the relay',
    maxFrameBytes: MAX_FRAME_BYTES,
    ...(client === undefined ? {} : { client }),
  });
  await leg.authenticate(5000);
  return new RelayPeer(socket, leg);
}

/** A gate that writes down what it hears, and decides nothing. */
export class RecordingGate implements RelayGate {
  readonly heard: string[] = [];
  #wake: () => void = () => {};

  executorConnected({ executorId }: { executorId: string }): void {
    this.#hear(`connected ${executorId}`);
  }

  executorDisconnected(executorId: string, reason: string): void {
    this.#hear(`disconnected ${executorId}: ${reason}`);
  }

  taskHeld({ taskId }: { taskId: number }): void {
    this.#hear(`held ${taskId}`);
  }

  killTask(executorId: string, taskId: number): void {
    this.#hear(`kill ${taskId} on ${executorId}`);
  }

  taskEnded(executorId: string, taskId: number, state: string): void {
    this.#hear(`${state} ${taskId} on ${executorId}`);
  }

  /** Resolves to what was heard, once it is so much. */
  async hears(count: number): Promise<readonly string[]> {
    while (this.heard.length < count) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.heard;
  }

  #hear(what: string): void {
    this.heard.push(what);
    this.#wake();
  }
}

/** A relay before a driver. */
export async function startRelay(driver: FakeDriver, options: Partial<ExecutorRelayOptions> = {}) {
  const gate = new RecordingGate();
  const logger = new RecordingLogger();
  const relay = await ExecutorRelay.listen({
    host: '127.0.0.1',
    port: 0,
    driver: driver.address,
    classPath: { descriptors: () => Promise.resolve(recordedClasses('3.5.6')) },
    gate,
    logger,
    ...options,
  });
  return { relay, gate, logger };
}

/** What executor 0 of Spark 3.5.6 registers with. */
export const REGISTRATION = relayFrame('3.5.6-relay', 'exec2driver-RegisterExecutor');
