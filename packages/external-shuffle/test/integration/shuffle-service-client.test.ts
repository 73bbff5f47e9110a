import { afterEach, describe, expect, it } from 'vitest';
import { ShuffleServiceClient } from '../../src/client/shuffle-service-client.ts';
import { type Answer, FakeService } from '../client/fake-service.ts';

const services: FakeService[] = [];
const clients: ShuffleServiceClient[] = [];

async function serviceThat(
  ...[answer, secretOf]: Parameters<typeof FakeService.listen>
): Promise<FakeService> {
  const service = await FakeService.listen(answer, secretOf);
  services.push(service);
  return service;
}

async function connect(
  service: FakeService,
  options: Partial<Parameters<typeof ShuffleServiceClient.connect>[0]> = {},
): Promise<ShuffleServiceClient> {
  const client = await ShuffleServiceClient.connect({ address: service.address, ...options });
  clients.push(client);
  return client;
}

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  for (const service of services.splice(0)) await service.close();
});

const accept = (): Answer => 'accept';

describe('ShuffleServiceClient', () => {
  it('says what a driver has to say', async () => {
    const service = await serviceThat(accept);
    const client = await connect(service);
    await client.setSecret('app', 's3cret');
    await client.registerDriver('app', 120_000);
    expect(await client.heartbeat('app')).toBe('known');
    await client.removeApplication('app');
    expect(service.messages).toEqual([
      { kind: 'ApplicationSecret', appId: 'app', secret: 's3cret' },
      { kind: 'RegisterDriver', appId: 'app', heartbeatTimeoutMs: 120_000n },
      { kind: 'ShuffleServiceHeartbeat', appId: 'app' },
      { kind: 'RemoveApplication', appId: 'app' },
    ]);
  });

  it('tells when the service does not know the application', async () => {
    const refuse = 'java.lang.RuntimeException: Application is not registered (appId=app)\n\tat x';
    const client = await connect(await serviceThat(() => ({ refuse })));
    expect(await client.heartbeat('app')).toBe('unknown');
  });

  it('says why a service of another kind refuses', async () => {
    const refuse = 'java.lang.IllegalArgumentException: Unknown message type: 112\n\tat x\n\tat y';
    const client = await connect(await serviceThat(() => ({ refuse })));
    await expect(client.removeApplication('app')).rejects.toMatchObject({
      code: 'SHUFFLE_SERVICE_REFUSED',
      message: 'java.lang.IllegalArgumentException: Unknown message type: 112',
    });
  });

  it('goes on when heartbeats are never answered, as by the original', async () => {
    const service = await serviceThat(({ kind }) => (kind === 'RemoveApplication' ? 'accept' : undefined));
    const client = await connect(service);
    for (let beats = 0; beats < 5; beats += 1) void client.heartbeat('app').catch(() => undefined);
    await client.removeApplication('app');
    expect(service.messages).toHaveLength(6);
  });

  it('notices that a service which answers heartbeats has fallen silent', async () => {
    let answer: Answer = 'accept';
    const client = await connect(await serviceThat(() => answer), { answerTimeoutMs: 20 });
    expect(await client.heartbeat('app')).toBe('known');
    answer = undefined;
    const beats = [client.heartbeat('app'), client.heartbeat('app')];
    const silent = { status: 'rejected', reason: { code: 'SHUFFLE_SERVICE_SILENT' } };
    expect(await Promise.allSettled(beats)).toMatchObject([silent, silent]);
  });

  it('ends what is open when the connection ends, and tells that it has', async () => {
    const service = await serviceThat(() => undefined);
    const client = await connect(service);
    const open = client.registerDriver('app', 1);
    client.close();
    await expect(open).rejects.toMatchObject({ code: 'SHUFFLE_CONNECTION_CLOSED' });
    expect(await client.closed).toBe('it was closed by us');
    await expect(client.registerDriver('app', 1)).rejects.toMatchObject({
      code: 'SHUFFLE_CONNECTION_CLOSED',
    });
  });

  it.each([
    ['SASL', {}],
    ['SASL with encryption', { saslEncryption: true }],
    ['AuthEngine', { crypto: true, authEngineVersion: 2 as const }],
    ['AuthEngine of Spark 2', { crypto: true, authEngineVersion: '2.x' as const }],
  ])('authenticates itself by %s', async (_name, options) => {
    const service = await serviceThat(accept, (appId) => (appId === 'sparkSaslUser' ? 's3cret' : undefined));
    const client = await connect(service, { authentication: { secret: 's3cret', ...options } });
    await client.registerDriver('app', 5);
    expect(await client.heartbeat('app')).toBe('known');
    expect(service.messages).toHaveLength(2);
  });

  it('says that a secret is wrong, and that nobody listens', async () => {
    const service = await serviceThat(accept, () => 'another');
    await expect(connect(service, { authentication: { secret: 's3cret' } })).rejects.toMatchObject({
      code: 'SHUFFLE_SERVICE_UNREACHABLE',
    });
    const { address } = service;
    await services.pop()?.close();
    await expect(ShuffleServiceClient.connect({ address })).rejects.toThrow(/cannot be used: .*ECONNREFUSED/);
  });
});
