import { afterEach, describe, expect, it } from 'vitest';
import { MasterEndpoint, type MasterEndpointOptions } from '../../src/master-endpoint.ts';
import { RpcClient } from '../../src/rpc-client.ts';
import type { RpcAuthentication } from '../../src/security.ts';
import { recordedClasses, recordedSpark } from '../classes.ts';
import { RecordingHandler, RecordingLogger } from '../fake-connection.ts';
import { fixture } from '../support.ts';
import { RawDriver } from './raw-driver.ts';

const endings: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function listen(options: Partial<MasterEndpointOptions>) {
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
  const connect = async (authentication?: RpcAuthentication): Promise<RpcClient> => {
    const client = await RpcClient.connect({
      address: endpoint.address,
      classes: recordedClasses('3.5.6'),
      logger,
      connectTimeoutMs: 5000,
      askTimeoutMs: 5000,
      ...(authentication === undefined ? {} : { authentication }),
    });
    endings.push(() => client.close());
    return client;
  };
  const connectRaw = async (): Promise<RawDriver> => {
    const driver = await RawDriver.connect(endpoint.address);
    endings.push(() => driver.destroy());
    return driver;
  };
  const authenticated = (): unknown[] =>
    logger.lines.filter(({ phrase }) => phrase === 'authenticated').map(({ fields }) => fields);
  return { endpoint, handler, logger, connect, connectRaw, authenticated };
}

const secret = 's3cret';

describe('an endpoint with a secret', () => {
  it.each<[string, RpcAuthentication, object]>([
    ['SASL', { secret }, { mechanism: 'SASL', encrypted: false }],
    ['SASL auth-conf', { secret, saslEncryption: true }, { mechanism: 'SASL', encrypted: true }],
    ['AuthEngine 1', { secret, crypto: true }, { mechanism: 'AuthEngine', encrypted: true }],
    [
      'AuthEngine 2',
      { secret, crypto: true, authEngineVersion: 2 },
      { mechanism: 'AuthEngine', encrypted: true },
    ],
    [
      'AuthEngine 1 with AES-GCM',
      { secret, crypto: true, cipher: 'AES-GCM' },
      { mechanism: 'AuthEngine', encrypted: true },
    ],
    [
      'AuthEngine 2 with AES-GCM',
      { secret, crypto: true, authEngineVersion: 2, cipher: 'AES-GCM' },
      { mechanism: 'AuthEngine', encrypted: true },
    ],
    [
      'the AuthEngine of Spark 2',
      { secret, crypto: true, authEngineVersion: '2.x' },
      { mechanism: 'AuthEngine of Spark 2', encrypted: true },
    ],
  ])('lets in who knows it, with %s', async (_name, authentication, outcome) => {
    const { connect, authenticated } = await listen({ authentication: { secret } });
    const client = await connect(authentication);
    expect(await client.hasEndpoint('Master')).toBe(true);
    expect(await client.hasEndpoint('x'.repeat(60_000))).toBe(false);
    expect(authenticated()[0]).toMatchObject(outcome);
  });

  it.each<[string, RpcAuthentication]>([
    ['SASL', { secret: 'other' }],
    ['AuthEngine', { secret: 'other', crypto: true }],
    ['the AuthEngine of Spark 2', { secret: 'other', crypto: true, authEngineVersion: '2.x' }],
  ])('keeps out who has another, with %s', async (_name, authentication) => {
    const { handler, connect } = await listen({ authentication: { secret } });
    await expect(connect(authentication)).rejects.toMatchObject({
      code: expect.stringMatching(/^SPARK_RPC_(AUTHENTICATION_FAILED|DISCONNECTED)$/),
    });
    expect(handler.calls).toEqual([['driverRefused', 'SPARK_RPC_AUTHENTICATION_FAILED']]);
  });

  it('tells a driver without a secret what it lacks, and does not listen to it', async () => {
    const { handler, logger, connectRaw } = await listen({ authentication: { secret } });
    const driver = await connectRaw();
    driver.write(
      Buffer.concat([
        fixture('frames/3.5.6/in-CheckExistence.bin'),
        fixture('frames/3.5.6/in-RegisterApplication.bin'),
      ]),
    );
    const [answer] = await driver.receive(1);
    expect(answer).toMatchObject({
      type: 'RpcFailure',
      error: expect.stringContaining('set spark.authenticate=true and spark.authenticate.secret'),
    });
    await driver.closed();
    expect(handler.calls).toEqual([['driverRefused', 'SPARK_RPC_AUTHENTICATION_FAILED']]);
    expect(logger.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  it('closes the connection of who says something before', async () => {
    const { handler, connectRaw } = await listen({ authentication: { secret } });
    const driver = await connectRaw();
    driver.write(fixture('frames/3.5.6/in-RegisterApplication.bin'));
    await driver.closed();
    expect(driver.frames).toEqual([]);
    expect(handler.calls).toEqual([['driverRefused', 'SPARK_RPC_AUTHENTICATION_FAILED']]);
  });

  it('takes no long message of a stranger, and any of those that it knows', async () => {
    const { logger, connect, connectRaw } = await listen({ authentication: { secret } });
    const stranger = await connectRaw();
    stranger.write(Buffer.from('000000000020000003', 'hex'));
    await stranger.closed();
    expect(logger.lines.at(-1)).toMatchObject({ level: 'warn', phrase: expect.stringContaining('closing') });
    const client = await connect({ secret });
    client.send('Nobody', (build) => build.option('x'.repeat(200_000)));
    expect(await client.hasEndpoint('Master')).toBe(true);
  });

  it('insists on encryption where it is to, and a client on SASL then gets to know', async () => {
    const { connect, handler } = await listen({
      authentication: { secret, crypto: true, saslFallback: false },
    });
    await expect(connect({ secret })).rejects.toThrow(/spark\.network\.crypto\.enabled=true/);
    expect(handler.calls).toEqual([['driverRefused', 'SPARK_RPC_AUTHENTICATION_FAILED']]);
    const client = await connect({ secret, crypto: true });
    expect(await client.hasEndpoint('Master')).toBe(true);
  });
});

describe('a client with a secret', () => {
  it('is told when the endpoint has none', async () => {
    const { connect } = await listen({});
    await expect(connect({ secret })).rejects.toThrow(/spark\.authenticate=true.*cluster manager has not/);
    await expect(connect({ secret, crypto: true })).rejects.toMatchObject({
      code: 'SPARK_RPC_AUTHENTICATION_FAILED',
    });
  });
});
