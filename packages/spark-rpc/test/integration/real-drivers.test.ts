import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ClassPath } from '@spark-mesos/java-serialization';
import { afterEach, describe, expect, it } from 'vitest';
import { MasterEndpoint, type MasterEndpointOptions } from '../../src/master-endpoint.ts';
import type { DriverHandle } from '../../src/master-handler.ts';
import { RecordingHandler, RecordingLogger } from '../fake-connection.ts';
import { testSparks } from './sparks.ts';

const SECRET = 's3cret';
const PROGRAM = 'from pyspark import SparkContext\nSparkContext(appName="secured").stop()\n';
const AUTHENTICATION = { 'spark.authenticate': 'true', 'spark.authenticate.secret': SECRET };
const CRYPTO = {
  ...AUTHENTICATION,
  'spark.network.crypto.enabled': 'true',
  'spark.network.crypto.saslFallback': 'false',
};
const STORE = fileURLToPath(new URL('../fixtures/tls/store.p12', import.meta.url));
const TRUST = fileURLToPath(new URL('../fixtures/tls/trust.p12', import.meta.url));
const TLS = {
  'spark.ssl.rpc.enabled': 'true',
  'spark.ssl.rpc.keyStore': STORE,
  'spark.ssl.rpc.keyStorePassword': 'changeit',
  'spark.ssl.rpc.trustStore': TRUST,
  'spark.ssl.rpc.trustStorePassword': 'changeit',
};
const TIMEOUT = { timeout: 120_000 };

const endings: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

interface Run {
  readonly status: number | null;
  readonly log: string;
  readonly handler: RecordingHandler;
  readonly logger: RecordingLogger;
  /** What the driver said its settings are, over the connection that was secured. */
  readonly settings: ReadonlyMap<string, string>;
}

/** A real driver that registers with an endpoint of ours and leaves. */
async function run(
  home: string,
  settings: Readonly<Record<string, string>>,
  options: Partial<MasterEndpointOptions>,
): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'spark-rpc-'));
  endings.push(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'program.py'), PROGRAM);
  const handler = new RecordingHandler();
  const logger = new RecordingLogger();
  let asked: Promise<ReadonlyMap<string, string>> = Promise.resolve(new Map());
  handler.onRegister = (driver: DriverHandle) => {
    asked = driver.retrieveSettings(0);
    // It is looked at in the end; that it may fail before must not end the test.
    asked.catch(() => {});
    driver.registeredApplication('app-1');
  };
  const endpoint = await MasterEndpoint.listen({
    host: '127.0.0.1',
    port: 0,
    classPath: await ClassPath.open(join(home, 'jars')),
    handler,
    logger,
    ...options,
  });
  endings.push(() => endpoint.close());
  const words = Object.entries({
    'spark.ui.enabled': 'false',
    'spark.driver.host': '127.0.0.1',
    'spark.driver.bindAddress': '127.0.0.1',
    ...settings,
  }).flatMap(([key, value]) => ['--conf', `${key}=${value}`]);
  const master = `spark://127.0.0.1:${endpoint.address.port}`;
  const { status, log } = await new Promise<{ status: number | null; log: string }>((resolve) => {
    const driver = execFile(
      join(home, 'bin', 'spark-submit'),
      ['--master', master, ...words, join(folder, 'program.py')],
      {
        env: { ...process.env, SPARK_HOME: home, SPARK_LOCAL_IP: '127.0.0.1' },
        cwd: folder,
        timeout: 60_000,
      },
      (_error, out, errors) => resolve({ status: driver.exitCode, log: out + errors }),
    );
    handler.onRefused = () => driver.kill();
  });
  const answered = await asked.catch((error: Error) => new Map([['error', error.message]]));
  return { status, log, handler, logger, settings: answered };
}

function expectServed({ status, log, handler, settings }: Run): void {
  expect(log).not.toMatch(/Inbox: Ignoring error|RpcFailure|SaslException/);
  expect(status).toBe(0);
  expect(handler.calls).toEqual([
    ['registerApplication', 'secured'],
    ['unregisterApplication', 'app-1', expect.any(String)],
    ['driverDisconnected', expect.any(String)],
  ]);
  expect(settings.get('spark.app.name')).toBe('secured');
}

function mechanisms({ logger }: Run): unknown[] {
  return logger.lines
    .filter(({ phrase }) => phrase === 'authenticated')
    .map(({ fields }) => fields as { mechanism: string; encrypted: boolean })
    .map(({ mechanism, encrypted }) => [mechanism, encrypted]);
}

async function knows(home: string, className: string): Promise<boolean> {
  const classPath = await ClassPath.open(join(home, 'jars'));
  return (await classPath.classFile(className)) !== undefined;
}

describe.each(testSparks())('a real driver of %s', (home) => {
  const authentication = { secret: SECRET };

  it('registers with SASL', TIMEOUT, async () => {
    const done = await run(home, AUTHENTICATION, { authentication });
    expectServed(done);
    expect(mechanisms(done)).toEqual([['SASL', false]]);
  });

  it('registers with SASL and its encryption', TIMEOUT, async () => {
    const settings = { ...AUTHENTICATION, 'spark.authenticate.enableSaslEncryption': 'true' };
    const done = await run(home, settings, { authentication: { secret: SECRET, saslAlwaysEncrypt: true } });
    expectServed(done);
    expect(mechanisms(done)).toEqual([['SASL', true]]);
  });

  it('registers with AuthEngine in the version that it is set to', TIMEOUT, async () => {
    for (const version of ['1', '2']) {
      const settings = { ...CRYPTO, 'spark.network.crypto.authEngineVersion': version };
      const done = await run(home, settings, {
        authentication: { secret: SECRET, crypto: true, saslFallback: false },
      });
      expectServed(done);
      expect(mechanisms(done)).toEqual([[expect.stringContaining('AuthEngine'), true]]);
    }
  });

  it(
    'is told what is wrong when only one side authenticates itself, or with another secret',
    TIMEOUT,
    async () => {
      const wrong = await run(
        home,
        { ...AUTHENTICATION, 'spark.authenticate.secret': 'x' },
        { authentication },
      );
      expect(wrong.handler.calls[0]).toEqual(['driverRefused', 'SPARK_RPC_AUTHENTICATION_FAILED']);
      const without = await run(home, {}, { authentication });
      expect(without.handler.calls[0]).toEqual(['driverRefused', 'SPARK_RPC_AUTHENTICATION_FAILED']);
      const alone = await run(home, AUTHENTICATION, {});
      expect(alone.handler.calls[0]).toEqual(['driverRefused', 'SPARK_RPC_AUTHENTICATION_FAILED']);
    },
  );

  it('registers with TLS where its Spark has that, authenticated or not', TIMEOUT, async () => {
    if (!(await knows(home, 'org.apache.spark.network.ssl.SSLFactory'))) return;
    const tls = { keyStore: STORE, keyStorePassword: 'changeit' };
    const done = await run(home, TLS, { tls });
    expectServed(done);
    expect(mechanisms(done)).toEqual([]);
    const both = { ...TLS, ...AUTHENTICATION, 'spark.network.crypto.enabled': 'true' };
    const authenticated = await run(home, both, { tls, authentication });
    expectServed(authenticated);
    expect(mechanisms(authenticated)).toEqual([['SASL', false]]);
  });

  it('is told what is wrong when only one side speaks TLS', TIMEOUT, async () => {
    const plain = await run(home, {}, { tls: { keyStore: STORE, keyStorePassword: 'changeit' } });
    expect(plain.handler.calls[0]).toEqual(['driverRefused', 'SPARK_RPC_TLS_FAILED']);
    if (!(await knows(home, 'org.apache.spark.network.ssl.SSLFactory'))) return;
    const secure = await run(home, TLS, {});
    expect(secure.handler.calls[0]).toEqual(['driverRefused', 'SPARK_RPC_TLS_FAILED']);
  });
});
