import { type ChildProcess, execFile } from 'node:child_process';
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
/** Ends with its JVM, which holds the other end of its input. */
const LASTING_PROGRAM =
  'import sys\nfrom pyspark import SparkContext\nSparkContext(appName="secured")\nsys.stdin.read()\n';
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

/** An endpoint for drivers of this Spark. */
async function listen(home: string, options: Partial<MasterEndpointOptions>) {
  const handler = new RecordingHandler();
  const logger = new RecordingLogger();
  const endpoint = await MasterEndpoint.listen({
    host: '127.0.0.1',
    port: 0,
    sparks: [{ name: home, classPath: await ClassPath.open(join(home, 'jars')) }],
    handler,
    logger,
    ...options,
  });
  endings.push(() => endpoint.close());
  return { endpoint, handler, logger };
}

/** Starts a driver; resolves with what it has written once it has ended. */
async function submit(
  home: string,
  port: number,
  settings: Readonly<Record<string, string>>,
  program: string,
): Promise<{ process: ChildProcess; ended: Promise<string> }> {
  const folder = await mkdtemp(join(tmpdir(), 'spark-rpc-'));
  endings.push(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'program.py'), program);
  const words = Object.entries({
    'spark.ui.enabled': 'false',
    'spark.driver.host': '127.0.0.1',
    'spark.driver.bindAddress': '127.0.0.1',
    ...settings,
  }).flatMap(([key, value]) => ['--conf', `${key}=${value}`]);
  const master = ['--master', `spark://127.0.0.1:${port}`];
  const environment = { ...process.env, SPARK_HOME: home, SPARK_LOCAL_IP: '127.0.0.1' };
  const options = { env: environment, cwd: folder, timeout: 60_000 };
  let end: (log: string) => void = () => {};
  const ended = new Promise<string>((resolve) => {
    end = resolve;
  });
  const driver = execFile(
    join(home, 'bin', 'spark-submit'),
    [...master, ...words, join(folder, 'program.py')],
    options,
    (_error, out, errors) => end(out + errors),
  );
  return { process: driver, ended };
}

/** A real driver that registers with an endpoint of ours and leaves. */
async function run(
  home: string,
  settings: Readonly<Record<string, string>>,
  options: Partial<MasterEndpointOptions>,
): Promise<Run> {
  const { endpoint, handler, logger } = await listen(home, options);
  let asked: Promise<ReadonlyMap<string, string>> = Promise.resolve(new Map());
  handler.onRegister = (driver: DriverHandle) => {
    asked = driver.retrieveSettings(0);
    // It is looked at in the end; that it may fail before must not end the test.
    asked.catch(() => {});
    driver.registeredApplication('app-1');
  };
  const driver = await submit(home, endpoint.address.port, settings, PROGRAM);
  handler.onRefused = () => driver.process.kill();
  const log = await driver.ended;
  const answered = await asked.catch((error: Error) => new Map([['error', error.message]]));
  return { status: driver.process.exitCode, log, handler, logger, settings: answered };
}

/** Has a driver registered with one endpoint and called back by another one; resolves to what it says there. */
async function recall(
  home: string,
  settings: Readonly<Record<string, string>>,
  options: Partial<MasterEndpointOptions>,
): Promise<ReadonlyMap<string, string>> {
  const first = await listen(home, options);
  const registered = new Promise<DriverHandle>((resolve) => {
    first.handler.onRegister = resolve;
  });
  const driver = await submit(home, first.endpoint.address.port, settings, LASTING_PROGRAM);
  endings.push(() => driver.process.kill('SIGKILL'));
  const handle = await registered;
  handle.registeredApplication('app-1');
  await first.endpoint.close();
  const second = await listen(home, options);
  const again = await second.endpoint.recall({ address: handle.address, appId: 'app-1' });
  const answer = await again.retrieveSettings(0);
  driver.process.kill('SIGKILL');
  await driver.ended;
  return answer;
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

  it('is called back by another endpoint, which authenticates itself to it', TIMEOUT, async () => {
    const plain = await recall(home, AUTHENTICATION, { authentication });
    expect(plain.get('spark.app.name')).toBe('secured');
    const strict = { secret: SECRET, crypto: true, saslFallback: false };
    const encrypted = await recall(home, CRYPTO, { authentication: strict });
    expect(encrypted.get('spark.app.name')).toBe('secured');
    if (!(await knows(home, 'org.apache.spark.network.ssl.SSLFactory'))) return;
    const tls = {
      keyStore: STORE,
      keyStorePassword: 'changeit',
      trustStore: TRUST,
      trustStorePassword: 'changeit',
    };
    const secure = await recall(home, { ...TLS, ...AUTHENTICATION }, { tls, authentication });
    expect(secure.get('spark.app.name')).toBe('secured');
  });

  it('is told what is wrong when only one side speaks TLS', TIMEOUT, async () => {
    const plain = await run(home, {}, { tls: { keyStore: STORE, keyStorePassword: 'changeit' } });
    expect(plain.handler.calls[0]).toEqual(['driverRefused', 'SPARK_RPC_TLS_FAILED']);
    if (!(await knows(home, 'org.apache.spark.network.ssl.SSLFactory'))) return;
    const secure = await run(home, TLS, {});
    expect(secure.handler.calls[0]).toEqual(['driverRefused', 'SPARK_RPC_TLS_FAILED']);
  });
});
