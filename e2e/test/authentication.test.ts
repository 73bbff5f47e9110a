import { chmod, writeFile } from 'node:fs/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { factsIn, factsProgram, makeKeys, Scene, SECRETS, TEST_SPARKS, WITH_TLS } from '../harness/index.ts';

const SMALL = { 'spark.executor.memory': '512m', 'spark.executor.cores': '1', 'spark.cores.max': '1' };
const { authenticate: SECRET, keyStorePassword, trustStorePassword } = SECRETS;

/** Settings in a properties file, where secrets belong, as only the user may read it. */
async function propertiesFile(place: Scene, settings: Readonly<Record<string, string>>): Promise<string> {
  const file = place.path('spark.properties');
  const lines = Object.entries({ ...SMALL, ...settings }).map(([name, value]) => `${name} ${value}\n`);
  await writeFile(file, lines.join(''));
  await chmod(file, 0o600);
  return file;
}

/** Runs a program with these settings, on an executor that tells what it is. */
async function run(settings: Readonly<Record<string, string>>, spark: (typeof TEST_SPARKS)[number]) {
  const place = await Scene.withCluster();
  // What the log tells at this level is no warning.
  onTestFinished(() => place.close({ warningsExpected: true }));
  const file = await propertiesFile(place, settings);
  const words = ['submit', '--master', place.master, '--log-level', 'debug', '--properties-file', file];
  const command = place.start([...words, ...factsProgram(1, '_SPARK_AUTH_SECRET')], { spark });
  const { status, stdout, stderr } = await command.ended;
  expect(status).toBe(0);
  return { facts: factsIn(stdout)[0], stderr, driverLog: command.driverLog };
}

describe.each(TEST_SPARKS)('on Spark $name with spark.authenticate', (spark) => {
  test.each([
    ['by SASL', {}],
    ['by SASL, encrypted', { 'spark.authenticate.enableSaslEncryption': 'true' }],
    ['by AuthEngine, encrypted', { 'spark.network.crypto.enabled': 'true' }],
    [
      'by AuthEngine of version 2, and by nothing less',
      {
        'spark.network.crypto.enabled': 'true',
        'spark.network.crypto.authEngineVersion': '2',
        'spark.network.crypto.saslFallback': 'false',
      },
    ],
  ])('driver and executors get in %s, and nobody else reads the secret', async (_, settings) => {
    const secret = { 'spark.authenticate': 'true', 'spark.authenticate.secret': SECRET };
    const { facts, stderr, driverLog } = await run({ ...secret, ...settings }, spark);
    expect(facts?.environment._SPARK_AUTH_SECRET).toBe(SECRET);
    expect(facts?.words).toContain('-Dspark.authenticate=true');
    expect(facts?.words.join(' ')).not.toContain(SECRET);
    expect(stderr).not.toContain(SECRET);
    expect(driverLog).not.toContain(SECRET);
  });

  test('a driver whose secret is not known here is not let in, and is told so', async () => {
    const place = await Scene.withCluster();
    onTestFinished(() => place.close({ warningsExpected: true }));
    const file = await propertiesFile(place, { 'spark.authenticate': 'true' });
    const words = ['submit', '--master', place.master, '--properties-file', file, ...factsProgram(1)];
    const { status, stderr } = await place.run(words, { spark });
    expect(status).toBe(78);
    expect(stderr).toMatch(/spark\.authenticate=true needs spark\.authenticate\.secret/);
  });
});

describe.each(WITH_TLS)('on Spark $name with spark.ssl.rpc', (spark) => {
  test('driver, gateway and executors speak TLS with each other', async () => {
    const place = await Scene.withCluster();
    onTestFinished(() => place.close());
    const [keyStore, certificates] = [place.path('keys.p12'), place.path('trusted.p12')];
    await makeKeys(keyStore, keyStorePassword, certificates, trustStorePassword);
    const file = await propertiesFile(place, {
      'spark.authenticate': 'true',
      'spark.authenticate.secret': SECRET,
      'spark.ssl.rpc.enabled': 'true',
      'spark.ssl.rpc.keyStore': keyStore,
      'spark.ssl.rpc.keyStorePassword': keyStorePassword,
      'spark.ssl.rpc.trustStore': certificates,
      'spark.ssl.rpc.trustStorePassword': trustStorePassword,
    });
    const words = ['submit', '--master', place.master, '--properties-file', file];
    const variables = ['_SPARK_SSL_RPC_KEY_STORE_PASSWORD', '_SPARK_SSL_RPC_TRUST_STORE_PASSWORD'];
    const { status, stdout } = await place.run([...words, ...factsProgram(1, ...variables)], { spark });
    expect(status).toBe(0);
    const [facts] = factsIn(stdout);
    expect(facts?.environment).toEqual({
      _SPARK_SSL_RPC_KEY_STORE_PASSWORD: keyStorePassword,
      _SPARK_SSL_RPC_TRUST_STORE_PASSWORD: trustStorePassword,
    });
    expect(facts?.words.join(' ')).not.toContain('changeit');
  });
});
