import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { RpcAuthentication } from '../../src/security.ts';
import { killTask, launchTask, relayFrame, statusUpdate } from '../relay/recorded.ts';
import { connectExecutor, FakeDriver, type PeerSecurity, REGISTRATION, startRelay } from './relay-peers.ts';

const SPARK = '3.5.6';
const TLS = {
  keyStore: fileURLToPath(new URL('../fixtures/tls/store.p12', import.meta.url)),
  keyStorePassword: 'changeit',
};
const SECRET = { secret: 's3cret' };
const endings: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function start(atDriver: PeerSecurity, atRelay: PeerSecurity = atDriver) {
  const driver = await FakeDriver.listen(atDriver);
  endings.push(() => driver.close());
  const { relay, gate, logger } = await startRelay(driver, atRelay);
  endings.push(() => relay.close());
  return { driver, relay, gate, logger };
}

const WAYS: [string, PeerSecurity][] = [
  ['SASL', { authentication: SECRET }],
  ['SASL that encrypts', { authentication: { ...SECRET, saslEncryption: true } }],
  ['AuthEngine', { authentication: { ...SECRET, crypto: true } }],
  ['AuthEngine 2', { authentication: { ...SECRET, crypto: true, authEngineVersion: 2 } }],
  ['AuthEngine of Spark 2', { authentication: { ...SECRET, crypto: true, authEngineVersion: '2.x' } }],
  ['AuthEngine with AES-GCM', { authentication: { ...SECRET, crypto: true, cipher: 'AES-GCM' } }],
  ['TLS', { tls: TLS }],
  ['TLS and SASL', { tls: TLS, authentication: { ...SECRET, crypto: true } }],
];

describe.each(WAYS)('a relay between those who use %s', (_name, security) => {
  it('listens to both, and changes nothing of what they say', async () => {
    const { driver, relay, gate } = await start(security);
    const atExecutor = await connectExecutor(relay.address, security);
    endings.push(() => atExecutor.destroy());
    atExecutor.send(REGISTRATION);
    const atDriver = await driver.accept();
    endings.push(() => atDriver.destroy());
    expect(await atDriver.receive(REGISTRATION.byteLength)).toEqual(REGISTRATION);
    const launch = launchTask(SPARK, 1, 300_000);
    const kill = killTask(SPARK, 9);
    atDriver.send(launch, kill);
    expect(await atExecutor.receive(kill.byteLength)).toEqual(kill);
    expect(await gate.hears(3)).toEqual(['connected 0', 'held 1', 'kill 9 on 0']);
    relay.pass('0', 1);
    expect((await atExecutor.receive(launch.byteLength)).equals(launch)).toBe(true);
    const update = statusUpdate(SPARK, 1, 'FINISHED', 500_000);
    atExecutor.send(update);
    expect((await atDriver.receive(update.byteLength)).equals(update)).toBe(true);
    expect((await gate.hears(4))[3]).toBe('FINISHED 1 on 0');
  });
});

describe('a relay that authenticates', () => {
  it.each([
    ['another secret', { authentication: { secret: 'other' } }],
    ['none', {}],
  ] as [string, PeerSecurity][])('lets nobody reach the driver with %s', async (_name, stranger) => {
    const { relay, gate, logger } = await start({ authentication: SECRET });
    const ended = connectExecutor(relay.address, stranger).then(async (executor) => {
      executor.send(REGISTRATION);
      await executor.ended();
    });
    await ended.catch((error: unknown) => expect(error).toMatchObject({ code: expect.any(String) }));
    expect(gate.heard).toEqual([]);
    expect(logger.lines).toContainEqual(
      expect.objectContaining({
        phrase: 'an executor is not connected with its driver',
        fields: expect.objectContaining({ code: 'SPARK_RPC_AUTHENTICATION_FAILED' }),
      }),
    );
  });

  it('lets its executor go where the driver does not let it in', async () => {
    const { relay, logger } = await start(
      { authentication: { secret: 'the driver has another' } },
      { authentication: SECRET },
    );
    const executor = await connectExecutor(relay.address, { authentication: SECRET });
    await executor.ended();
    const codes = logger.lines.map(({ fields }) => ('code' in fields ? fields.code : undefined));
    expect(codes).toContain('SPARK_RPC_AUTHENTICATION_FAILED');
  });

  it('says what is wrong to somebody who does not speak TLS', async () => {
    const { relay, logger } = await start({ tls: TLS });
    const executor = await connectExecutor(relay.address);
    executor.send(relayFrame('3.5.6-relay', 'exec2driver-CheckExistence'));
    await executor.ended();
    expect(logger.lines).toContainEqual(
      expect.objectContaining({
        phrase: 'refused an executor',
        fields: expect.objectContaining({ code: 'SPARK_RPC_TLS_FAILED' }),
      }),
    );
  });
});

describe('a relay without a secret', () => {
  it.each([['SASL', SECRET]] as [string, RpcAuthentication][])(
    'passes on an authentication that encrypts nothing: %s',
    async (_name, authentication) => {
      const { driver, relay, gate } = await start({ authentication }, {});
      const atExecutor = await connectExecutor(relay.address, { authentication });
      endings.push(() => atExecutor.destroy());
      atExecutor.send(REGISTRATION);
      const atDriver = await driver.accept();
      endings.push(() => atDriver.destroy());
      atDriver.send(launchTask(SPARK, 1));
      expect(await gate.hears(2)).toEqual(['connected 0', 'held 1']);
    },
  );

  it('ends a connection that is encrypted behind its back, and says so', async () => {
    const authentication = { ...SECRET, crypto: true };
    const { relay, logger } = await start({ authentication }, {});
    const atExecutor = await connectExecutor(relay.address, { authentication });
    atExecutor.send(REGISTRATION);
    await atExecutor.ended();
    const reasons = logger.lines.map(({ fields }) => ('reason' in fields ? String(fields.reason) : ''));
    expect(reasons.join()).toMatch(/encrypts what it says and the relay was not told so/);
  });
});
