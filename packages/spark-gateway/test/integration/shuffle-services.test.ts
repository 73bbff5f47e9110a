import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MemoryStore } from '@spark-mesos/durable-store';
import { openShuffleState, ShuffleServer, ShuffleServiceClient } from '@spark-mesos/external-shuffle';
import { silentLogger } from '@spark-mesos/scheduler-utils';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Applications } from '../../src/applications.ts';
import { shuffleServiceConnector } from '../../src/shuffle-connector.ts';
import { application, FakeDriver, fakeContext, HeardEvents, placement, settled } from '../support/fakes.ts';

/** A real service that has a secret of its own. */
async function shuffleService(secret: string) {
  const root = await mkdtemp(path.join(tmpdir(), 'gateway-shuffle-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const state = await openShuffleState({ store: new MemoryStore(), roots: [root], logger: silentLogger });
  onTestFinished(() => state.close());
  const options = { ...state, host: '127.0.0.1', authentication: { secret }, logger: silentLogger };
  const server = await ShuffleServer.listen({ ...options, port: 0 });
  onTestFinished(() => server.close());
  return { registry: state.registry, address: server.address };
}

test.each([
  ['SASL', {}],
  ['SASL, encrypted', { 'spark.authenticate.enableSaslEncryption': 'true' }],
  ['AuthEngine', { 'spark.network.crypto.enabled': 'true' }],
])(
  'an application is registered by %s, gets in with its own secret, and is taken off in the end',
  async (_, manners) => {
    const { registry, address } = await shuffleService('of the cluster');
    const heard = new HeardEvents();
    const { context, backends } = fakeContext(heard, {
      connectShuffleService: shuffleServiceConnector(undefined),
      environment: { SPARK_MESOS_SHUFFLE_SERVICE_SECRET: 'of the cluster' },
    });
    const applications = new Applications(context);
    const driver = new FakeDriver('connection-1', 40_001, {
      ...manners,
      'spark.shuffle.service.enabled': 'true',
      'spark.shuffle.service.port': `${address.port}`,
      'spark.authenticate': 'true',
      'spark.authenticate.secret': 'own',
    });
    applications.registerApplication(application(), driver);
    await settled();
    const [backend] = backends;
    backend?.application.registered('f-1');
    backend?.application.executorLaunched(placement({ hostname: address.host }));
    await vi.waitFor(() => expect(registry.counters().registeredDrivers).toBe(1));

    const crypto = 'spark.network.crypto.enabled' in manners;
    const own = { appId: 'f-1', secret: 'own', crypto };
    const executor = await ShuffleServiceClient.connect({ address, authentication: own });
    onTestFinished(() => executor.close());
    const ofCluster = { appId: 'f-1', secret: 'of the cluster', crypto };
    await expect(ShuffleServiceClient.connect({ address, authentication: ofCluster })).rejects.toThrow();

    applications.unregisterApplication('f-1', driver);
    backend?.finishStop();
    await applications.drained();
    expect(registry.counters().registeredApplications).toBe(0);
    expect(heard.of('problem')).toEqual([]);
  },
);
