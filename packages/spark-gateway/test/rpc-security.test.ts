import { describe, expect, test } from 'vitest';
import { authenticationVariables } from '../src/authentication.ts';
import { recallAuthentication, rpcSecurity } from '../src/rpc-security.ts';

const properties = (entries: Record<string, string>) => new Map(Object.entries(entries));

describe('who may come in', () => {
  test('is anybody where nothing is set', () => {
    expect(rpcSecurity(new Map(), {})).toEqual({});
    expect(rpcSecurity(properties({ 'spark.authenticate.secret': 'hush' }), {})).toEqual({});
  });

  test('is who knows the secret, with spark.authenticate', () => {
    const set = properties({
      'spark.authenticate': ' True ',
      'spark.authenticate.secret': 'hush',
      'spark.network.crypto.enabled': 'true',
      'spark.network.crypto.authEngineVersion': '2',
      'spark.network.crypto.saslFallback': 'false',
      'spark.authenticate.enableSaslEncryption': 'true',
      'spark.network.sasl.serverAlwaysEncrypt': 'true',
    });
    expect(rpcSecurity(set, {})).toEqual({
      authentication: {
        secret: 'hush',
        crypto: true,
        authEngineVersion: 2,
        saslFallback: false,
        saslEncryption: true,
        saslAlwaysEncrypt: true,
      },
    });
  });

  test('is known by the secret of the environment first, as in Spark', () => {
    const set = properties({ 'spark.authenticate': 'true', 'spark.authenticate.secret': 'hush' });
    const { authentication } = rpcSecurity(set, { _SPARK_AUTH_SECRET: 'of the environment' });
    expect(authentication).toMatchObject({ secret: 'of the environment', crypto: false, saslFallback: true });
  });

  test('cannot be known without a secret', () => {
    expect(() => rpcSecurity(properties({ 'spark.authenticate': 'true' }), {})).toThrow(
      expect.objectContaining({
        code: 'GATEWAY_SETTINGS',
        message: expect.stringContaining('spark.authenticate.secret'),
      }),
    );
  });

  test('speaks TLS with spark.ssl.rpc.enabled, which alone does not fall back to spark.ssl.enabled', () => {
    const shared = {
      'spark.ssl.enabled': 'true',
      'spark.ssl.keyStore': '/shared.p12',
      'spark.ssl.keyStorePassword': 'shared',
      'spark.ssl.trustStore': '/trusted.jks',
    };
    expect(rpcSecurity(properties(shared), {})).toEqual({});
    const set = properties({
      ...shared,
      'spark.ssl.rpc.enabled': 'true',
      'spark.ssl.rpc.keyStore': '/rpc.p12',
      'spark.ssl.rpc.enabledAlgorithms': 'TLS_A, TLS_B',
    });
    expect(rpcSecurity(set, {})).toEqual({
      tls: {
        keyStore: '/rpc.p12',
        keyStorePassword: 'shared',
        trustStore: '/trusted.jks',
        enabledAlgorithms: ['TLS_A', 'TLS_B'],
      },
    });
    const { tls } = rpcSecurity(set, { _SPARK_SSL_RPC_KEY_STORE_PASSWORD: 'of the environment' });
    expect(tls?.keyStorePassword).toBe('of the environment');
  });
});

describe('a driver that is called back', () => {
  const own = rpcSecurity(
    properties({ 'spark.authenticate': 'true', 'spark.authenticate.secret': 'hush' }),
    {},
  );
  const told = properties({
    'spark.network.crypto.enabled': 'true',
    'spark.network.crypto.cipher': 'AES/GCM/NoPadding',
    'spark.network.crypto.authEngineVersion': '2',
    'spark.network.sasl.maxEncryptedBlockSize': '32k',
  });

  test('is spoken to by its own cipher and version, with the secret of the gateway', () => {
    expect(recallAuthentication(own, told, '4.0.1')).toEqual({
      secret: 'hush',
      crypto: true,
      cipher: 'AES-GCM',
      authEngineVersion: 2,
      saslFallback: true,
      saslEncryption: false,
      saslAlwaysEncrypt: false,
      maxEncryptedBlockBytes: 32_768,
    });
  });

  test.each([
    ['2.4.8', '2.x'],
    ['3.0.3', '2.x'],
    ['3.1.0', undefined],
    [undefined, undefined],
  ])('of Spark %s has the AuthEngine %s, where it does not say', (sparkVersion, version) => {
    const settings = properties({ 'spark.network.crypto.enabled': 'true' });
    expect(recallAuthentication(own, settings, sparkVersion)?.authEngineVersion).toBe(version);
  });

  test('is not authenticated where no driver is', () => {
    expect(recallAuthentication({}, told, '4.0.1')).toBeUndefined();
  });
});

test.each([
  ['spark.network.crypto.cipher', 'ROT/13/NoPadding'],
  ['spark.network.sasl.maxEncryptedBlockSize', '2g'],
  ['spark.network.sasl.maxEncryptedBlockSize', '0'],
  ['spark.network.sasl.maxEncryptedBlockSize', 'much'],
])('%s=%s is refused, and named', (name, value) => {
  const set = properties({
    'spark.authenticate': 'true',
    'spark.authenticate.secret': 'hush',
    [name]: value,
  });
  expect(() => rpcSecurity(set, {})).toThrow(
    expect.objectContaining({ code: 'GATEWAY_SETTINGS', message: expect.stringContaining(name) }),
  );
});

describe('what lets executors in', () => {
  test('is in their environment, as a standalone worker puts it there', () => {
    const set = properties({
      'spark.authenticate': 'true',
      'spark.authenticate.secret': 'hush',
      'spark.ssl.rpc.enabled': 'true',
      'spark.ssl.rpc.keyPassword': 'a',
      'spark.ssl.keyStorePassword': 'b',
      'spark.ssl.rpc.privateKeyPassword': 'c',
      'spark.ssl.rpc.trustStorePassword': 'd',
    });
    expect(Object.fromEntries(authenticationVariables(set))).toEqual({
      _SPARK_AUTH_SECRET: 'hush',
      _SPARK_SSL_RPC_KEY_PASSWORD: 'a',
      _SPARK_SSL_RPC_KEY_STORE_PASSWORD: 'b',
      _SPARK_SSL_RPC_PRIVATE_KEY_PASSWORD: 'c',
      _SPARK_SSL_RPC_TRUST_STORE_PASSWORD: 'd',
    });
  });

  test('is nothing where nobody asks for it', () => {
    const set = properties({ 'spark.authenticate.secret': 'hush', 'spark.ssl.keyStorePassword': 'b' });
    expect(authenticationVariables(set)).toEqual(new Map());
  });
});
