import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { MasterEndpoint, type MasterEndpointOptions } from '../../src/master-endpoint.ts';
import { RpcClient, type RpcClientOptions } from '../../src/rpc-client.ts';
import { recordedClasses, recordedSpark } from '../classes.ts';
import { RecordingHandler, RecordingLogger } from '../fake-connection.ts';
import { fixture } from '../support.ts';
import { RawDriver } from './raw-driver.ts';

const TLS = { keyStore: tlsFixture('store.p12'), keyStorePassword: 'changeit' };
const STRANGER = { keyStore: tlsFixture('other.p12'), keyStorePassword: 'changeit' };
const TRUST = { trustStore: tlsFixture('certificate.pem') };

const endings: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

function tlsFixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url));
}

async function listen(options: Partial<MasterEndpointOptions> = {}) {
  const handler = new RecordingHandler();
  const logger = new RecordingLogger();
  const endpoint = await MasterEndpoint.listen({
    host: '127.0.0.1',
    port: 0,
    sparks: [recordedSpark('3.5.6')],
    handler,
    logger,
    ...options,
  });
  endings.push(() => endpoint.close());
  const ask = async (client: Partial<RpcClientOptions>): Promise<boolean> => {
    const connected = await RpcClient.connect({
      address: endpoint.address,
      classes: recordedClasses('3.5.6'),
      logger,
      connectTimeoutMs: 5000,
      ...client,
    });
    endings.push(() => connected.close());
    return connected.hasEndpoint('Master');
  };
  return { endpoint, handler, logger, ask };
}

describe('an endpoint that speaks TLS', () => {
  it('serves those who do, whether they look at its certificate or not', async () => {
    const { ask, handler } = await listen({ tls: TLS });
    expect(await ask({ tls: STRANGER })).toBe(true);
    expect(await ask({ tls: { ...STRANGER, ...TRUST } })).toBe(true);
    expect(handler.calls).toEqual([]);
  });

  it('has them authenticate themselves inside of it, and does not encrypt twice', async () => {
    const authentication = { secret: 's3cret' };
    const { ask, logger } = await listen({ tls: TLS, authentication });
    expect(await ask({ tls: STRANGER, authentication: { ...authentication, crypto: true } })).toBe(true);
    await expect(ask({ tls: STRANGER, authentication: { secret: 'x' } })).rejects.toThrow(/authenticat/);
    const outcomes = logger.lines.filter(({ phrase }) => phrase === 'authenticated');
    expect(outcomes.map(({ fields }) => fields)).toContainEqual(
      expect.objectContaining({ mechanism: 'SASL', encrypted: false }),
    );
  });

  it('answers a driver that does not speak it in the clear, with the setting that it lacks', async () => {
    const { endpoint, handler, logger } = await listen({ tls: TLS });
    const driver = await RawDriver.connect(endpoint.address);
    endings.push(() => driver.destroy());
    for (const byte of fixture('frames/3.5.6/in-CheckExistence.bin')) driver.write(Uint8Array.of(byte));
    const [answer] = await driver.receive(1);
    expect(answer).toMatchObject({
      type: 'RpcFailure',
      error: expect.stringContaining('Set spark.ssl.rpc.enabled=true for the application'),
    });
    await driver.closed();
    expect(handler.calls).toEqual([['driverRefused', 'SPARK_RPC_TLS_FAILED']]);
    expect(logger.lines.at(-1)).toMatchObject({ level: 'warn', phrase: 'refused a connection' });
  });

  it('says nothing to one that asks nothing, and closes', async () => {
    const { endpoint } = await listen({ tls: TLS });
    const driver = await RawDriver.connect(endpoint.address);
    driver.write(fixture('frames/3.5.6/in-RegisterApplication.bin'));
    await driver.closed();
    expect(driver.frames).toEqual([]);
    const junk = await RawDriver.connect(endpoint.address);
    junk.write(Buffer.alloc(20, 0));
    await junk.closed();
  });

  it('reports a handshake that came to nothing', async () => {
    const { ask, handler, endpoint } = await listen({ tls: TLS });
    await expect(ask({ tls: { ...STRANGER, trustStore: tlsFixture('other.pem') } })).rejects.toMatchObject({
      code: 'SPARK_RPC_TLS_FAILED',
    });
    const broken = connect(endpoint.address);
    broken.on('error', () => {});
    await once(broken, 'connect');
    broken.write(Buffer.concat([Uint8Array.of(0x16, 3, 1, 0, 4), Buffer.from('junk')]));
    await once(broken.resume(), 'close');
    expect(handler.calls).toContainEqual(['driverRefused', 'SPARK_RPC_TLS_FAILED']);
  });

  it('shares its port with others', async () => {
    const bytes: number[] = [];
    const { ask, endpoint } = await listen({
      tls: TLS,
      takeOther: (socket, firstByte) => {
        bytes.push(firstByte);
        socket.end();
      },
    });
    const other = connect(endpoint.address);
    other.write('GET / HTTP/1.1\r\n\r\n');
    await once(other.resume(), 'close');
    expect(bytes).toEqual([0x47]);
    expect(await ask({ tls: STRANGER })).toBe(true);
  });

  it('shares its port with others that speak TLS, and deciphers for them', async () => {
    let said = '';
    const { ask, endpoint } = await listen({
      tls: TLS,
      takeOther: (socket) => {
        socket.on('data', (chunk) => {
          said += chunk;
          if (said.endsWith('1.1')) socket.end('bye');
        });
      },
    });
    const other = connectSecurely({ ...endpoint.address, rejectUnauthorized: false });
    other.write('GET / HTTP/1.1');
    expect(String(await once(other, 'data'))).toBe('bye');
    expect(said).toBe('GET / HTTP/1.1');
    expect(await ask({ tls: STRANGER })).toBe(true);
  });

  it('does not listen with files that it cannot use', async () => {
    await expect(listen({ tls: { keyStore: tlsFixture('certificate.pem') } })).rejects.toMatchObject({
      code: 'SPARK_NETWORK_TLS_UNUSABLE',
    });
  });

  it('closes what is still waiting when it closes', async () => {
    const { endpoint } = await listen({ tls: TLS });
    const silent = connect(endpoint.address);
    await once(silent, 'connect');
    const closed = once(silent, 'close');
    await endpoint.close();
    await closed;
  });
});

describe('an endpoint that speaks no TLS', () => {
  it('leaves those that do to whoever takes them', async () => {
    const { endpoint, handler } = await listen({ takeTls: (socket) => socket.end('other') });
    const other = connect(endpoint.address);
    other.write(Uint8Array.of(0x16, 3, 1));
    expect(String(await once(other, 'data'))).toBe('other');
    expect(handler.calls).toEqual([]);
  });

  it('reports a driver that does, with the setting', async () => {
    const { ask, handler, logger } = await listen();
    await expect(ask({ tls: STRANGER })).rejects.toMatchObject({ code: 'SPARK_RPC_TLS_FAILED' });
    expect(handler.calls).toEqual([['driverRefused', 'SPARK_RPC_TLS_FAILED']]);
    expect(logger.lines.at(-1)).toMatchObject({ level: 'warn' });
  });
});

describe('a driver that is called back', () => {
  it('is called back as its Spark has it: with TLS and with its secret', async () => {
    const secret = { secret: 's3cret' };
    const driver = await listen({ tls: TLS, authentication: secret });
    const master = await listen({ tls: { ...STRANGER, ...TRUST }, authentication: { secret: 'other' } });
    const recall = (authentication?: { secret: string }) =>
      master.endpoint.recall({
        address: driver.endpoint.address,
        appId: 'app-1',
        ...(authentication === undefined ? {} : { authentication }),
      });
    await expect(recall()).rejects.toThrow(/authenticat/);
    // The other side is a master, too, and acknowledges nothing; but it is reached.
    const called = recall(secret).catch(() => {});
    await expect
      .poll(() => driver.logger.lines.map(({ phrase }) => phrase), { interval: 5 })
      .toContain('ignored a message');
    await driver.endpoint.close();
    await called;
  });
});
