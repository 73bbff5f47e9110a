import { randomBytes } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { type ClientAuthenticationOptions, loadTls } from '../../src/index.ts';
import { tlsFixture } from '../tls/fixtures.ts';
import { askEcho, EchoServer, JavaPeer, testSparks } from './peers.ts';

const SECRET = 's3cret';
const BODIES = [1, 0, 1000, 32_752, 32_731, 65_536, 300_000, 3_000_000].map((size) => randomBytes(size));
const SASL_ENCRYPTION = { 'spark.authenticate.enableSaslEncryption': 'true' };
const CRYPTO = { 'spark.network.crypto.enabled': 'true' };
const VERSION_2 = { ...CRYPTO, 'spark.network.crypto.authEngineVersion': '2' };
const GCM = { 'spark.network.crypto.cipher': 'AES/GCM/NoPadding' };

const ends: (() => Promise<void>)[] = [];

afterAll(async () => {
  for (const end of ends) await end();
});

/** What this Spark's classes are able to; there is no table of versions, so they are asked. */
interface Abilities {
  readonly legacy: boolean;
  readonly versions: boolean;
  /** Earlier ones lose all that comes after the first message under AES-GCM. */
  readonly severalGcmMessages: boolean;
  readonly tls: boolean;
}

async function abilitiesOf(peer: JavaPeer): Promise<Abilities> {
  return {
    legacy: await peer.has('crypto.ClientChallenge', 'encode'),
    versions: await peer.has('util.TransportConf', 'authEngineVersion'),
    severalGcmMessages: await peer.has('crypto.GcmTransportCipher$DecryptionHandler', 'resetForNextMessage'),
    tls: await peer.has('util.TransportConf', 'sslRpcEnabled'),
  };
}

function tlsSettings(): Record<string, string> {
  return {
    'spark.ssl.rpc.enabled': 'true',
    'spark.ssl.rpc.keyStore': tlsFixture('store.p12'),
    'spark.ssl.rpc.keyStorePassword': 'changeit',
    'spark.ssl.rpc.trustStore': tlsFixture('trust.p12'),
    'spark.ssl.rpc.trustStorePassword': 'changeit',
    'spark.ssl.rpc.protocol': 'TLSv1.3',
  };
}

describe.each(testSparks())('the network classes of %s', (home) => {
  const peer = new JavaPeer(home);
  ends.push(() => peer.close());
  const timeout = 60_000;

  async function javaAsksUs(settings: Record<string, string>) {
    const server = await EchoServer.listen({ secretOf: () => SECRET });
    const outcome = await peer.ask(server.port, SECRET, settings);
    await server.close();
    return { outcome, log: server.log };
  }

  it('authenticate themselves to us with SASL, with and without encryption', { timeout }, async () => {
    expect(await javaAsksUs({})).toEqual({
      outcome: 'ok',
      log: [{ mechanism: 'SASL', encrypted: false }],
    });
    expect(await javaAsksUs(SASL_ENCRYPTION)).toEqual({
      outcome: 'ok',
      log: [{ mechanism: 'SASL', encrypted: true }],
    });
  });

  it('authenticate themselves to us with AuthEngine, whatever version and cipher', { timeout }, async () => {
    const { outcome, log } = await javaAsksUs({ ...CRYPTO, 'spark.network.crypto.saslFallback': 'false' });
    expect(outcome).toBe('ok');
    expect(log).toEqual([{ mechanism: expect.stringContaining('AuthEngine'), encrypted: true }]);
    const { versions, severalGcmMessages } = await abilitiesOf(peer);
    if (versions) expect((await javaAsksUs(VERSION_2)).outcome).toBe('ok');
    if (!severalGcmMessages) return;
    expect((await javaAsksUs({ ...CRYPTO, ...GCM })).outcome).toBe('ok');
    expect((await javaAsksUs({ ...VERSION_2, ...GCM })).outcome).toBe('ok');
  });

  it('fall back to SASL with us where we take no AuthEngine', { timeout }, async () => {
    const server = await EchoServer.listen({ secretOf: () => SECRET, crypto: false });
    expect(await peer.ask(server.port, SECRET, CRYPTO)).toBe('ok');
    expect(server.log).toEqual([{ mechanism: 'SASL', encrypted: false }]);
    await server.close();
  });

  it('are refused by us with another secret, or with none', { timeout }, async () => {
    const server = await EchoServer.listen({ secretOf: () => SECRET });
    const strict = { ...CRYPTO, 'spark.network.crypto.saslFallback': 'false' };
    expect(await peer.ask(server.port, 'other', {})).toMatch(/^error .*spark\.authenticate\.secret the same/);
    expect(await peer.ask(server.port, 'other', strict)).toMatch(
      /^error .*spark\.authenticate\.secret the same/,
    );
    expect(await peer.ask(server.port, undefined, {})).toMatch(/^error .*spark\.authenticate=true/);
    await server.close();
  });

  it('take us for a client, with SASL and AuthEngine', { timeout }, async () => {
    const weAsk = async (settings: Record<string, string>, options: Partial<ClientAuthenticationOptions>) => {
      const port = await peer.serve(SECRET, settings);
      const echoed = await askEcho(port, BODIES, { secret: SECRET, ...options });
      return Buffer.concat(echoed).equals(Buffer.concat(BODIES));
    };
    expect(await weAsk({}, {})).toBe(true);
    expect(await weAsk({}, { saslEncryption: true })).toBe(true);
    expect(await weAsk({ 'spark.network.sasl.serverAlwaysEncrypt': 'true' }, { saslEncryption: true })).toBe(
      true,
    );
    // A server without AuthEngine is asked for it, and SASL goes on.
    expect(await weAsk({}, { crypto: true })).toBe(true);
    const { legacy, versions, severalGcmMessages } = await abilitiesOf(peer);
    const own = { crypto: true, saslFallback: false } as const;
    expect(await weAsk(CRYPTO, { ...own, authEngineVersion: legacy ? '2.x' : 1 })).toBe(true);
    if (versions) expect(await weAsk(VERSION_2, { ...own, authEngineVersion: 2 })).toBe(true);
    if (!severalGcmMessages) return;
    expect(await weAsk({ ...CRYPTO, ...GCM }, { ...own, cipher: 'AES-GCM' })).toBe(true);
    expect(await weAsk({ ...VERSION_2, ...GCM }, { ...own, authEngineVersion: 2, cipher: 'AES-GCM' })).toBe(
      true,
    );
  });

  it('refuse us with another secret, and we refuse them', { timeout }, async () => {
    const port = await peer.serve(SECRET, {});
    await expect(askEcho(port, BODIES, { secret: 'other' })).rejects.toThrow();
    const engine = await peer.serve(SECRET, CRYPTO);
    const strict = { secret: 'other', crypto: true, saslFallback: false };
    await expect(askEcho(engine, BODIES, strict)).rejects.toThrow();
  });

  it('speak TLS with us in both directions, also under authentication', { timeout }, async () => {
    const { tls } = await abilitiesOf(peer);
    if (!tls) return;
    const stores = { keyStore: tlsFixture('store.p12'), keyStorePassword: 'changeit' };
    const pem = { privateKey: tlsFixture('key.pem'), certChain: tlsFixture('certificate.pem') };
    for (const material of [await loadTls(stores), await loadTls(pem)]) {
      const server = await EchoServer.listen({ secretOf: () => SECRET }, material);
      expect(await peer.ask(server.port, SECRET, tlsSettings())).toBe('ok');
      expect(server.failures).toEqual([]);
      await server.close();
    }
    const other = await loadTls({ ...stores, keyStore: tlsFixture('other.p12') });
    const stranger = await EchoServer.listen({ secretOf: () => SECRET }, other);
    expect(await peer.ask(stranger.port, SECRET, tlsSettings())).toMatch(/^error /);
    await stranger.close();
    const port = await peer.serve(SECRET, tlsSettings());
    const trusting = await loadTls({ ...stores, trustStore: tlsFixture('certificate.pem') });
    expect(await askEcho(port, BODIES, { secret: SECRET }, trusting)).toHaveLength(BODIES.length);
  });
});
