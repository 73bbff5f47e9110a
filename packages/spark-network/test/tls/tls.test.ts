import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadTls, type TlsSettings } from '../../src/index.ts';
import { openSslCiphers } from '../../src/tls/cipher-suites.ts';
import { askEcho, EchoServer } from '../integration/peers.ts';
import { tlsFixture } from './fixtures.ts';

const STORE = { keyStore: tlsFixture('store.p12'), keyStorePassword: 'changeit' };
const OTHER = { keyStore: tlsFixture('other.p12'), keyStorePassword: 'changeit' };
const PEM = { privateKey: tlsFixture('key.pem'), certChain: tlsFixture('certificate.pem') };
const CERTIFICATE = tlsFixture('certificate.pem');
const SERVER = { secretOf: () => 's3cret' };

const endings: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function talk(server: TlsSettings, client: TlsSettings): Promise<string> {
  const echo = await EchoServer.listen(SERVER, await loadTls(server));
  endings.push(() => echo.close());
  const [body] = await askEcho(
    echo.port,
    [Buffer.from('hello')],
    { secret: 's3cret' },
    await loadTls(client),
  );
  return Buffer.from(body ?? []).toString();
}

async function refusal(settings: TlsSettings): Promise<unknown> {
  return loadTls(settings).catch((error: unknown) => error);
}

describe('TLS', () => {
  it.each<[string, TlsSettings, TlsSettings]>([
    ['a PKCS12 key store, and nobody is asked who they are', STORE, OTHER],
    ['PEM files', PEM, { ...OTHER, trustStore: CERTIFICATE }],
    [
      'a private key with a password',
      { ...PEM, privateKey: tlsFixture('key-encrypted.pem'), privateKeyPassword: 'changeit' },
      { ...OTHER, trustStore: CERTIFICATE },
    ],
    ['TLS 1.2 on one side alone', { ...STORE, protocol: 'TLSv1.2' }, OTHER],
    [
      'a cipher suite by its name in Java',
      { ...STORE, protocol: 'TLSv1.2', enabledAlgorithms: ['TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384'] },
      OTHER,
    ],
    ['certificates on both sides', { ...STORE, trustStore: CERTIFICATE, needClientAuth: true }, PEM],
  ])('works with %s', async (_name, server, client) => {
    expect(await talk(server, client)).toBe('hello');
  });

  it('refuses a server that is not trusted', async () => {
    await expect(talk(OTHER, { ...STORE, trustStore: CERTIFICATE })).rejects.toThrow(/certificate/);
  });

  it('refuses a client that is not trusted, and one without a certificate', async () => {
    const echo = await EchoServer.listen(
      SERVER,
      await loadTls({ ...STORE, trustStore: CERTIFICATE, needClientAuth: true }),
    );
    endings.push(() => echo.close());
    const client = await loadTls(OTHER);
    await expect(askEcho(echo.port, [Buffer.from('hello')], { secret: 's3cret' }, client)).rejects.toThrow();
    expect(echo.failures[0]).toMatch(/certificate/);
  });
});

describe('the files of TLS', () => {
  it('are said to be missing, and in which setting', async () => {
    expect(await refusal({})).toMatchObject({
      code: 'SPARK_NETWORK_TLS_UNUSABLE',
      message: expect.stringContaining('spark.ssl.rpc.keyStore'),
    });
    expect(String(await refusal({ keyStore: '/nowhere/store.p12' }))).toContain(
      'spark.ssl.rpc.keyStore: ENOENT',
    );
    expect(String(await refusal({ ...PEM, certChain: '/nowhere/c.pem' }))).toContain(
      'spark.ssl.rpc.certChain',
    );
  });

  it("are read in Java's old format, too", async () => {
    const old = { keyStore: tlsFixture('store.jks'), keyStorePassword: 'changeit' };
    const trusting = { ...OTHER, trustStore: tlsFixture('trust.jks') };
    expect(await talk(old, { ...trusting, trustStorePassword: 'changeit' })).toBe('hello');
    // As in Java, a store of certificates needs no password.
    expect(await talk({ ...old, keyPassword: 'changeit' }, trusting)).toBe('hello');
    await expect(talk(OTHER, trusting)).rejects.toThrow(/certificate/);
    expect(String(await refusal({ ...old, keyStorePassword: 'x' }))).toContain('the password is wrong');
    expect(String(await refusal({ ...old, keyPassword: 'x' }))).toContain('the password of its key is wrong');
    expect(String(await refusal({ keyStore: tlsFixture('trust.jks') }))).toContain('holds no key');
    expect(String(await refusal({ ...trusting, trustStorePassword: 'x' }))).toContain('password is wrong');
  });

  it('are not read as JCEKS, and the command that converts them is named', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'spark-network-'));
    endings.push(() => rm(folder, { recursive: true }));
    const store = join(folder, 'store');
    await writeFile(store, Buffer.from('cececece00000002', 'hex'));
    expect(String(await refusal({ keyStore: store }))).toContain(
      `keytool -importkeystore -srckeystore ${store} -destkeystore ${store}.p12 -deststoretype PKCS12`,
    );
  });

  it('say when the password is wrong, or there are two', async () => {
    expect(String(await refusal({ ...STORE, keyStorePassword: 'x' }))).toContain('the password is wrong');
    expect(String(await refusal({ ...STORE, keyPassword: 'y' }))).toContain('one password');
  });

  it('of trust are PEM or PKCS12', async () => {
    const trustStore = tlsFixture('trust.p12');
    const trustStorePassword = 'changeit';
    expect(await talk(STORE, { ...OTHER, trustStore, trustStorePassword })).toBe('hello');
    await expect(talk(OTHER, { ...STORE, trustStore, trustStorePassword })).rejects.toThrow(/certificate/);
    // A store with a key has its certificate, too.
    expect(await talk(STORE, { ...OTHER, trustStore: STORE.keyStore, trustStorePassword })).toBe('hello');
    const wrong = await refusal({ ...STORE, trustStore, trustStorePassword: 'x' });
    expect(String(wrong)).toMatch(/trustStore.*cannot be read: the password is wrong/);
    expect(String(await refusal({ ...STORE, needClientAuth: true }))).toContain('trustStore');
  });

  it('of trust that are cut off or changed are refused with a code', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'spark-network-'));
    endings.push(() => rm(folder, { recursive: true }));
    for (const name of ['trust.p12', 'trust.jks', 'store.jks']) {
      const whole = await readFile(tlsFixture(name));
      const trustStore = join(folder, name);
      for (let at = 0; at < whole.byteLength; at += 37) {
        const changed = Buffer.from(whole);
        changed[at] = (changed[at] ?? 0) ^ 0x55;
        for (const content of [whole.subarray(0, at), changed]) {
          await writeFile(trustStore, content);
          const password = name === 'trust.p12' ? { trustStorePassword: 'changeit' } : {};
          const outcome = await refusal({ ...STORE, trustStore, ...password });
          // The seal at the end is not looked at, nor are names.
          if (!(outcome instanceof Error)) continue;
          expect(outcome).toMatchObject({ code: 'SPARK_NETWORK_TLS_UNUSABLE' });
        }
      }
    }
  });

  it('are no junk', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'spark-network-'));
    endings.push(() => rm(folder, { recursive: true }));
    for (const content of [
      '',
      'x',
      'junkjunk',
      '0junk',
      '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----',
    ]) {
      const path = join(folder, 'junk');
      await writeFile(path, content);
      for (const settings of [
        { keyStore: path },
        { ...PEM, certChain: path },
        { ...STORE, trustStore: path },
      ]) {
        expect(await refusal(settings)).toMatchObject({ code: 'SPARK_NETWORK_TLS_UNUSABLE' });
      }
    }
  });

  it('go with a version of TLS that there is', async () => {
    expect(String(await refusal({ ...STORE, protocol: 'SSLv3' }))).toContain('SSLv3 is none of');
    expect((await loadTls({ ...STORE, protocol: 'TLSv1.3' })).context).toMatchObject({
      minVersion: 'TLSv1.3',
    });
  });
});

describe("Java's names of cipher suites", () => {
  it("are OpenSSL's, as far as it has them", () => {
    expect(
      openSslCiphers([
        'TLS_AES_128_GCM_SHA256',
        'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
        'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
        'TLS_DHE_RSA_WITH_AES_256_GCM_SHA384',
        'TLS_RSA_WITH_AES_128_CBC_SHA',
        'TLS_NEVER_WITH_HEARD',
      ]),
    ).toBe(
      'TLS_AES_128_GCM_SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:' +
        'DHE-RSA-AES256-GCM-SHA384:AES128-SHA',
    );
    expect(openSslCiphers(['nothing'])).toBeUndefined();
  });
});
