import { describe, expect, test } from 'vitest';
import { masterProblems } from '../src/master.ts';
import { readSettings } from '../src/settings.ts';

function read(properties: Record<string, string>, environment: Record<string, string> = {}) {
  return readSettings(new Map(Object.entries(properties)), environment);
}

function problemsOf(properties: Record<string, string>): readonly string[] {
  const result = read(properties);
  return result.ok ? [] : result.problems;
}

describe('settings', () => {
  test("have Spark's defaults", () => {
    expect(read({})).toEqual({
      ok: true,
      ignored: [],
      settings: {
        port: 7337,
        roots: ['/tmp'],
        cleanerIntervalMs: 30_000,
        indexCacheBytes: 104_857_600,
        idleTimeoutMs: 120_000,
        maxChunksInTransfer: Number.MAX_SAFE_INTEGER,
        keepAlive: false,
        cleanUp: { graceMs: 0, orphanAgeMs: 604_800_000, unknownDirectoryAgeMs: 0 },
      },
    });
  });

  test("are Spark's service's own; what of them means nothing here is named", () => {
    const properties = {
      'spark.shuffle.io.backLog': '4096',
      'spark.shuffle.io.enableTcpKeepAlive': 'true',
      'spark.shuffle.io.serverThreads': '8',
      'spark.shuffle.service.enabled': 'true',
      'spark.shuffle.service.db.enabled': 'true',
      'spark.network.timeout': '60s',
      'spark.shuffle.compress': 'true',
      'spark.executor.memory': '1g',
    };
    expect(read(properties)).toMatchObject({
      ok: true,
      settings: { backlog: 4096, keepAlive: true, idleTimeoutMs: 60_000 },
      ignored: ['spark.shuffle.io.serverThreads', 'spark.shuffle.service.db.enabled'],
    });
    const unset = read({ 'spark.shuffle.io.backLog': '-1' });
    expect(unset.ok && 'backlog' in unset.settings).toBe(false);
  });

  test('S26, S27, S28: say when files go of which nobody says that they are no longer needed', () => {
    const prefix = 'spark.mesos.shuffle.service.';
    const properties = {
      [`${prefix}gracePeriod`]: '5min',
      [`${prefix}orphanAge`]: '0',
      [`${prefix}unknownDirectoryAge`]: '30d',
      [`${prefix}master`]: 'zk://zk1:2181,zk2:2181/mesos',
      'spark.mesos.principal': 'shuffle',
    };
    expect(read(properties, { SPARK_MESOS_SECRET: 'x' })).toMatchObject({
      settings: {
        cleanUp: {
          graceMs: 300_000,
          orphanAgeMs: 0,
          unknownDirectoryAgeMs: 2_592_000_000,
          master: {
            address: 'zk://zk1:2181,zk2:2181/mesos',
            credentials: { principal: 'shuffle', secret: 'x' },
          },
        },
      },
    });
    // The master's address is looked at when all else has been, and told with it.
    expect(read({ [`${prefix}master`]: 'host:port:5050', [`${prefix}gracePeriod`]: 'soon' })).toMatchObject({
      problems: [expect.stringContaining(`${prefix}gracePeriod: `)],
      master: { address: 'host:port:5050' },
    });
  });

  test('S28: an address of a master that is none is named', async () => {
    expect(await masterProblems(undefined)).toEqual([]);
    expect(await masterProblems({ address: 'zk://zk1:2181/mesos' })).toEqual([]);
    expect(await masterProblems({ address: 'host:port:5050' })).toEqual([
      expect.stringContaining('spark.mesos.shuffle.service.master: '),
    ]);
  });

  test('are read with the units that Spark has for them', () => {
    const properties = {
      'spark.shuffle.service.port': '17337',
      'spark.local.dir': '/data/1, /data/2',
      'spark.shuffle.cleaner.interval': '5',
      'spark.shuffle.service.index.cache.size': '64k',
      'spark.network.timeout': '2min',
      'spark.shuffle.io.connectionTimeout': '250ms',
      // The greatest long, which is what Spark's own default is.
      'spark.shuffle.maxChunksBeingTransferred': '9223372036854775807',
    };
    expect(read(properties)).toMatchObject({
      settings: {
        port: 17_337,
        roots: ['/data/1', '/data/2'],
        cleanerIntervalMs: 5000,
        indexCacheBytes: 65_536,
        idleTimeoutMs: 250,
        maxChunksInTransfer: Number.MAX_SAFE_INTEGER,
      },
    });
  });

  test('SPARK_LOCAL_DIRS goes before spark.local.dir, as with executors', () => {
    const result = read({ 'spark.local.dir': '/b' }, { SPARK_LOCAL_DIRS: '/a' });
    expect(result).toMatchObject({ settings: { roots: ['/a'] } });
  });

  test('authentication is off unless spark.authenticate is on', () => {
    const result = read({ 'spark.authenticate.secret': 'x' });
    expect(result.ok && 'authentication' in result.settings).toBe(false);
  });

  test('say how clients authenticate themselves', () => {
    const properties = {
      'spark.authenticate': 'true',
      'spark.authenticate.secret': 'in the file',
      'spark.network.crypto.enabled': 'TRUE',
      'spark.network.crypto.saslFallback': 'false',
      'spark.network.crypto.authEngineVersion': '2',
      'spark.network.crypto.cipher': 'AES/GCM/NoPadding',
      'spark.network.sasl.serverAlwaysEncrypt': 'true',
      'spark.network.sasl.maxEncryptedBlockSize': '32k',
    };
    expect(read(properties, { _SPARK_AUTH_SECRET: 'in the environment' })).toMatchObject({
      settings: {
        authentication: {
          secret: 'in the environment',
          crypto: true,
          saslFallback: false,
          authEngineVersion: 2,
          cipher: 'AES-GCM',
          saslAlwaysEncrypt: true,
          maxEncryptedBlockBytes: 32_768,
        },
      },
    });
  });

  test('spark.ssl.rpc.* goes before its variable, and that before spark.ssl.*', () => {
    const properties = {
      'spark.ssl.rpc.enabled': 'true',
      'spark.ssl.keyStore': '/etc/general.p12',
      'spark.ssl.rpc.keyStore': '/etc/rpc.p12',
      'spark.ssl.keyStorePassword': 'general',
      'spark.ssl.protocol': 'TLSv1.3',
      'spark.ssl.rpc.enabledAlgorithms': 'A, B',
    };
    expect(read(properties, { _SPARK_SSL_RPC_KEY_STORE_PASSWORD: 'variable' })).toMatchObject({
      settings: {
        tls: {
          keyStore: '/etc/rpc.p12',
          keyStorePassword: 'variable',
          protocol: 'TLSv1.3',
          enabledAlgorithms: ['A', 'B'],
        },
      },
    });
  });

  test('that are wrong are named all at once', () => {
    const problems = problemsOf({
      'spark.shuffle.service.port': '65536',
      'spark.shuffle.cleaner.interval': 'soon',
      'spark.shuffle.service.index.cache.size': '-1',
      'spark.shuffle.maxChunksBeingTransferred': '0',
      'spark.network.timeout': '0',
      'spark.network.crypto.cipher': 'ROT13',
      'spark.authenticate': 'maybe',
      'spark.ssl.rpc.enabled': 'perhaps',
    });
    expect(problems.map((problem) => problem.split(':', 1)[0])).toEqual([
      'spark.shuffle.service.port',
      'spark.shuffle.cleaner.interval',
      'spark.shuffle.service.index.cache.size',
      'spark.network.timeout',
      'spark.shuffle.maxChunksBeingTransferred',
      'spark.network.crypto.cipher',
      'spark.authenticate',
      'spark.ssl.rpc.enabled',
    ]);
  });

  test('authentication without a secret is refused, and an empty one is none', () => {
    const problems = problemsOf({ 'spark.authenticate': 'true', 'spark.authenticate.secret': ' ' });
    expect(problems).toEqual([expect.stringContaining('spark.authenticate.secret is not set')]);
  });

  test.each(['relative', '/', '/tmp/..', '/a,,b', ','])(
    '%s is no root that files may be deleted in',
    (text) => {
      expect(problemsOf({ 'spark.local.dir': text })).toHaveLength(1);
    },
  );
});
