import { describe, expect, it } from 'vitest';
import { ShuffleClientError } from '../../src/client/client-error.ts';
import { ShuffleRegistrar, type ShuffleRegistrarOptions } from '../../src/client/shuffle-registrar.ts';
import type { ShuffleServiceConnection } from '../../src/client/shuffle-service-client.ts';

/** A connection that notes what is said on it. */
class FakeConnection implements ShuffleServiceConnection {
  readonly said: string[];
  readonly closed: Promise<string>;
  break: (reason: string) => void = () => undefined;
  outcome: 'known' | 'unknown' = 'known';
  refusal: string | undefined;

  constructor(said: string[]) {
    this.said = said;
    this.closed = new Promise((resolve) => {
      this.break = resolve;
    });
  }

  async registerDriver(appId: string, heartbeatTimeoutMs: number): Promise<void> {
    this.said.push(`register ${appId} ${heartbeatTimeoutMs}`);
    if (this.refusal !== undefined) throw new ShuffleClientError('SHUFFLE_SERVICE_REFUSED', this.refusal);
  }

  async heartbeat(): Promise<'known' | 'unknown'> {
    this.said.push('heartbeat');
    return this.outcome;
  }

  async removeApplication(appId: string): Promise<void> {
    this.said.push(`remove ${appId}`);
    if (this.refusal !== undefined) throw new ShuffleClientError('SHUFFLE_SERVICE_REFUSED', this.refusal);
  }

  async setSecret(_appId: string, secret: string): Promise<void> {
    this.said.push(`secret ${secret}`);
  }

  close(): void {
    this.said.push('close');
    this.break('it was closed by us');
  }
}

interface World {
  readonly registrar: ShuffleRegistrar;
  readonly said: string[];
  readonly connections: FakeConnection[];
  readonly waits: { delayMs: number; action: () => void }[];
  unreachable: boolean;
  refusal: string | undefined;
  /** Lets everything happen that is under way. */
  settle(): Promise<void>;
  /** Lets the time of all waits pass. */
  elapse(): Promise<void>;
}

function world(options: Partial<ShuffleRegistrarOptions> = {}): World {
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  const said: string[] = [];
  const waits: World['waits'] = [];
  const connections: FakeConnection[] = [];
  const registrar = new ShuffleRegistrar({
    appId: 'app',
    connect: async ({ host }) => {
      said.push(`connect ${host}`);
      if (made.unreachable) throw new Error('ECONNREFUSED');
      const connection = new FakeConnection(said);
      connection.refusal = made.refusal;
      connections.push(connection);
      return connection;
    },
    schedule: (delayMs, action) => {
      const wait = { delayMs, action };
      waits.push(wait);
      return () => {
        if (waits.includes(wait)) waits.splice(waits.indexOf(wait), 1);
      };
    },
    random: () => 0,
    ...options,
  });
  const elapse = async () => {
    for (const { action } of waits.splice(0)) action();
    await settle();
  };
  const made: World = {
    registrar,
    said,
    connections,
    waits,
    unreachable: false,
    refusal: undefined,
    settle,
    elapse,
  };
  return made;
}

const AGENT = { host: 'agent-1', port: 7337 };

describe('ShuffleRegistrar', () => {
  it('S31, S32, S44: registers once an agent, with the timeout of 120 s, and beats every 10 s', async () => {
    const { registrar, said, waits, settle, elapse } = world();
    registrar.add(AGENT);
    registrar.add(AGENT);
    registrar.add({ host: 'agent-2', port: 7337 });
    await settle();
    expect(said.filter((line) => line.startsWith('connect'))).toEqual(['connect agent-1', 'connect agent-2']);
    expect(said.filter((line) => line === 'register app 120000')).toHaveLength(2);
    expect(waits.map(({ delayMs }) => delayMs)).toEqual([10_000, 10_000]);
    await elapse();
    expect(said.filter((line) => line === 'heartbeat')).toHaveLength(4);
    expect(registrar.registrations().map(({ phase }) => phase)).toEqual(['registered', 'registered']);
  });

  it("hands over the application's secret before anything else", async () => {
    const { registrar, said, settle } = world({ secret: 'own' });
    registrar.add(AGENT);
    await settle();
    expect(said).toEqual(['connect agent-1', 'secret own', 'register app 120000', 'heartbeat']);
  });

  it('S34: goes on trying where nobody listens, and says why', async () => {
    const made = world();
    made.unreachable = true;
    made.registrar.add(AGENT);
    await made.settle();
    expect(made.registrar.registrations()).toEqual([
      { address: AGENT, phase: 'waiting', failures: 1, problem: 'ECONNREFUSED' },
    ]);
    made.unreachable = false;
    await made.elapse();
    expect(made.registrar.registrations()).toEqual([{ address: AGENT, phase: 'registered', failures: 0 }]);
  });

  it('S33: goes on trying where the service refuses', async () => {
    const made = world();
    made.refusal = 'Unknown message type: 4';
    made.registrar.add(AGENT);
    await made.settle();
    expect(made.said).toEqual(['connect agent-1', 'register app 120000', 'close']);
    expect(made.registrar.registrations()[0]?.problem).toBe('Unknown message type: 4');
    made.refusal = undefined;
    await made.elapse();
    expect(made.registrar.registrations()[0]?.phase).toBe('registered');
  });

  it('S35: connects and registers again when the connection breaks, with one wait at a time', async () => {
    const { registrar, said, connections, waits, settle, elapse } = world();
    registrar.add(AGENT);
    await settle();
    connections[0]?.break('the service closed the connection');
    await settle();
    expect(waits.map(({ delayMs }) => delayMs)).toEqual([500]);
    said.length = 0;
    await elapse();
    expect(said).toEqual(['connect agent-1', 'register app 120000', 'heartbeat']);
  });

  it('S27: registers again when the service has forgotten it, and once a beat at most', async () => {
    const { registrar, said, connections, waits, settle, elapse } = world();
    registrar.add(AGENT);
    await settle();
    const [connection] = connections;
    if (connection === undefined) throw new Error('there is no connection');
    connection.outcome = 'unknown';
    said.length = 0;
    await elapse();
    await elapse();
    expect(said).toEqual(['heartbeat', 'register app 120000', 'heartbeat', 'register app 120000']);
    expect(waits.map(({ delayMs }) => delayMs)).toEqual([10_000]);
  });

  it('S36: takes the application off when it has ended, and not when the gateway restarts', async () => {
    for (const applicationEnded of [true, false]) {
      const { registrar, said, waits, settle } = world();
      registrar.add(AGENT);
      await settle();
      said.length = 0;
      await registrar.close({ applicationEnded });
      await settle();
      expect(said).toEqual(applicationEnded ? ['remove app', 'close'] : ['close']);
      expect(waits).toEqual([]);
      registrar.add({ host: 'agent-3', port: 7337 });
      expect(said).not.toContain('connect agent-3');
    }
  });

  it('ends also where the service does not know how to take an application off', async () => {
    const { registrar, connections, settle } = world();
    registrar.add(AGENT);
    await settle();
    const [connection] = connections;
    if (connection !== undefined) connection.refusal = 'Unknown message type: 112';
    await expect(registrar.close({ applicationEnded: true })).resolves.toBeUndefined();
  });

  it('S36: tells the end also where it is not connected just then, and waits no longer than it may', async () => {
    const made = world({ endTimeoutMs: 1 });
    made.unreachable = true;
    made.registrar.add(AGENT);
    await made.settle();
    made.unreachable = false;
    await made.registrar.close({ applicationEnded: true });
    expect(made.said).toEqual(['connect agent-1', 'connect agent-1', 'remove app', 'close']);

    const silent = new ShuffleRegistrar({
      appId: 'app',
      connect: () => new Promise(() => undefined),
      endTimeoutMs: 1,
    });
    silent.add(AGENT);
    await expect(silent.close({ applicationEnded: true })).resolves.toBeUndefined();
  });

  it('tells of trouble that lasts, once, and not of a service that is back at once', async () => {
    const told: unknown[] = [];
    const made = world({ troubled: (registration) => told.push(registration) });
    made.unreachable = true;
    made.registrar.add(AGENT);
    await made.settle();
    expect(told).toEqual([]);
    await made.elapse();
    await made.elapse();
    expect(told).toEqual([{ address: AGENT, phase: 'waiting', failures: 2, problem: 'ECONNREFUSED' }]);
  });

  it('says nothing more to an agent that is gone', async () => {
    const { registrar, said, waits, settle } = world();
    registrar.add(AGENT);
    await settle();
    said.length = 0;
    registrar.remove(AGENT);
    registrar.remove(AGENT);
    await settle();
    expect(said).toEqual(['close']);
    expect(waits).toEqual([]);
    expect(registrar.registrations()).toEqual([]);
    registrar.add(AGENT);
    await settle();
    expect(registrar.registrations()).toEqual([{ address: AGENT, phase: 'registered', failures: 0 }]);
  });
});
