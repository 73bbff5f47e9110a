import { afterEach, describe, expect, it, vi } from 'vitest';
import { ShuffleRegistrar, ShuffleServer, ShuffleServiceClient } from '../../src/index.ts';
import { temporaryFolder } from '../support/folders.ts';
import { openState } from '../support/state.ts';

const open: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** A service that forgets everything when it is closed, so that a restart is the worst that can be. */
async function serviceOn(port: number) {
  const state = await openState({ roots: [await temporaryFolder()] });
  const { registry, resolver, logger } = state;
  const server = await ShuffleServer.listen({
    host: '127.0.0.1',
    port,
    registry,
    resolver,
    logger,
    authentication: { secret: 's3cret' },
  });
  return { state, server };
}

function registrarOf(port: number): ShuffleRegistrar {
  const registrar = new ShuffleRegistrar({
    appId: 'app',
    secret: 'own',
    minRetryMs: 5,
    maxRetryMs: 20,
    heartbeatIntervalMs: 5,
    connect: (address) =>
      ShuffleServiceClient.connect({ address, authentication: { secret: 's3cret', crypto: true } }),
  });
  open.push(() => registrar.close({ applicationEnded: false }));
  registrar.add({ host: '127.0.0.1', port });
  return registrar;
}

describe('a registrar and a service', () => {
  it('S35, S36: stays registered over a restart of the service, and takes the application off in the end', async () => {
    const first = await serviceOn(0);
    const { port } = first.server.address;
    const registrar = registrarOf(port);
    await vi.waitFor(() => expect(first.state.registry.counters().heartbeatsTotal).toBeGreaterThan(2));
    expect(first.state.registry.secret('app')).toBe('own');
    await first.server.close();
    await first.state.close();

    const second = await serviceOn(port);
    open.push(async () => {
      await second.server.close();
      await second.state.close();
    });
    await vi.waitFor(() => expect(second.state.registry.counters().registeredDrivers).toBe(1));
    expect(second.state.registry.secret('app')).toBe('own');
    await vi.waitFor(() => expect(second.state.registry.counters().heartbeatsTotal).toBeGreaterThan(2));
    await registrar.close({ applicationEnded: true });
    expect(second.state.registry.counters()).toMatchObject({
      registeredDrivers: 0,
      applicationsRemovedTotal: 1,
    });
  });

  it('S27: is told over a living connection that the service has forgotten it, and registers again', async () => {
    const { state, server } = await serviceOn(0);
    open.push(async () => {
      await server.close();
      await state.close();
    });
    registrarOf(server.address.port);
    await vi.waitFor(() => expect(state.registry.counters().heartbeatsTotal).toBeGreaterThan(0));
    await state.registry.removeApplication('app');
    await vi.waitFor(() => expect(state.registry.counters().registeredDrivers).toBe(1));
    expect(state.registry.counters().heartbeatsUnknownTotal).toBeGreaterThan(0);
    expect(server.counters().connectionsTotal).toBe(1);
  });
});
