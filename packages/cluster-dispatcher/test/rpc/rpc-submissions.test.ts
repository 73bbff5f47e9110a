import type { DriverDescription, SubmissionPeer } from '@spark-mesos/spark-rpc';
import { describe, expect, test } from 'vitest';
import { LateDispatcher } from '../../src/late-dispatcher.ts';
import { submissionRequestOf } from '../../src/rpc/driver-request.ts';
import { rpcSubmissions } from '../../src/rpc/rpc-submissions.ts';
import { type AccessRules, OPEN_ACCESS, sha256Of } from '../../src/security/access-file.ts';
import { attempt, FakeService } from '../../src/testing/fake-service.ts';

const PEER: SubmissionPeer = { authenticated: false, remoteAddress: '10.0.0.7', sparks: [] };

/** As spark-submit describes a driver. */
function driver(changes: { javaOpts?: string[]; environment?: [string, string][] } = {}): DriverDescription {
  return {
    jarUrl: 'file:/opt/app.jar',
    memoryMiB: 512,
    cores: 2,
    supervise: true,
    command: {
      mainClass: 'org.apache.spark.deploy.worker.DriverWrapper',
      arguments: ['{{WORKER_URL}}', '{{USER_JAR}}', 'org.example.Main', '4', '{{x}} $HOME "q"'],
      environment: new Map(changes.environment ?? []),
      classPathEntries: [],
      libraryPathEntries: [],
      javaOpts: changes.javaOpts ?? ['-Dspark.app.name=Pi', '-Dspark.executor.memory=512m'],
    },
  };
}

const GUARDED: AccessRules = {
  tokens: [
    { name: 'nightly', role: 'submitter', sha256: sha256Of('correct horse battery') },
    { name: 'eye', role: 'viewer', sha256: sha256Of('only looks, never touches') },
  ],
  certificates: [],
};

describe('a driver described over RPC', () => {
  test('D18, D21: is the same request that REST would have brought', () => {
    expect(submissionRequestOf(driver())).toEqual({
      appResource: 'file:/opt/app.jar',
      mainClass: 'org.example.Main',
      arguments: ['4', '{{x}} $HOME "q"'],
      properties: {
        'spark.app.name': 'Pi',
        'spark.executor.memory': '512m',
        'spark.driver.memory': '512m',
        'spark.driver.cores': '2',
        'spark.driver.supervise': 'true',
      },
      environment: {},
    });
  });

  test("D20c: brings no more of its submitter's environment along than REST would", () => {
    const environment: [string, string][] = [
      ['SPARK_LOCAL_IP', '127.0.0.1'],
      ['MESOS_NATIVE_JAVA_LIBRARY', '/lib/m.so'],
      ['SPARK_HOME', '/opt/spark'],
      ['SPARK_CONF_DIR', '/opt/spark/conf'],
      ['SPARK_ENV_LOADED', '1'],
      ['_SPARK_AUTH_SECRET', 'hunter2'],
      ['AWS_SECRET_ACCESS_KEY', 'hunter2'],
      ['PATH', '/bin'],
    ];
    expect(submissionRequestOf(driver({ environment })).environment).toEqual({
      SPARK_LOCAL_IP: '127.0.0.1',
      MESOS_NATIVE_JAVA_LIBRARY: '/lib/m.so',
    });
  });

  test('keeps other Java options where no property says them already', () => {
    const { properties } = submissionRequestOf(
      driver({ javaOpts: ['-Xss4m', '-Dspark.x=a=b\nc', '-Dother=1'] }),
    );
    expect(properties).toMatchObject({
      'spark.driver.extraJavaOptions': '-Xss4m -Dother=1',
      'spark.x': 'a=b\nc',
      'spark.app.name': 'org.example.Main',
    });
    const said = ['-Xss4m', '-Dspark.driver.extraJavaOptions=-Xss4m'];
    expect(submissionRequestOf(driver({ javaOpts: said })).properties['spark.driver.extraJavaOptions']).toBe(
      '-Xss4m',
    );
  });
});

describe('submissions over RPC', () => {
  test.each([
    ['the Spark whose words it speaks', ['/opt/spark-3.5.6'], '/x', '/opt/spark-3.5.6'],
    [
      'the first of those that speak as it does',
      ['/opt/spark-4.1.0', '/opt/spark-4.3.0'],
      '/x',
      '/opt/spark-4.1.0',
    ],
    ['its own among these', ['/opt/spark-4.1.0', '/opt/spark-4.3.0'], '/opt/spark-4.3.0', '/opt/spark-4.3.0'],
    [
      'the one whose version its own has in its name',
      ['/opt/spark-4.1.0', '/opt/spark-4.3.0'],
      '/home/ada/spark-4.3.0-bin-hadoop3',
      '/opt/spark-4.3.0',
    ],
    ['none of its own that speaks otherwise', ['/opt/spark-4.1.0'], '/opt/spark-3.5.6', '/opt/spark-4.1.0'],
  ])('D72: of a submitter of one of several Sparks has %s', async (_, fitting, own, expected) => {
    const service = new FakeService();
    const sparks = ['3.5.6', '4.1.0', '4.3.0'].map((version) => ({ home: `/opt/spark-${version}`, version }));
    const environment: [string, string][] = [['SPARK_HOME', own]];
    const handler = rpcSubmissions({ service, access: OPEN_ACCESS, sparks });
    const submitter = { ...PEER, sparks: fitting };
    const { driverId = '', spark } = await handler.submitDriver(driver({ environment }), submitter);
    expect(service.submitted[0]?.request.sparkHome).toBe(expected);
    // Their answers are written for the same one.
    expect(spark).toBe(expected);
    expect((await handler.driverStatus(driverId, PEER)).spark).toBe(expected);
    expect((await handler.killDriver(driverId, PEER)).spark).toBe(expected);
    const ofOne = rpcSubmissions({ service, access: OPEN_ACCESS, sparks: sparks.slice(0, 1) });
    await ofOne.submitDriver(driver({ environment }), { ...PEER, sparks: fitting });
    expect(service.submitted[1]?.request.sparkHome).toBeUndefined();
  });

  test('D36, D37: are submitted, asked for and ended in the words of a standalone master', async () => {
    const service = new FakeService();
    const handler = rpcSubmissions({ service, access: OPEN_ACCESS });
    const { driverId = '', message } = await handler.submitDriver(driver(), PEER);
    expect(message).toBe(`Driver successfully submitted as ${driverId}`);
    expect(await handler.driverStatus(driverId, PEER)).toEqual({ found: true, state: 'SUBMITTED' });
    service.add(driverId, { state: 'running', attempts: [attempt(driverId)] });
    expect(await handler.driverStatus(driverId, PEER)).toEqual({
      found: true,
      state: 'RUNNING',
      workerId: 'agent-1',
      workerHostPort: 'host-1',
    });
    expect(await handler.killDriver(driverId, PEER)).toEqual({
      success: true,
      message: `Kill request for ${driverId} submitted`,
    });
    service.add(driverId, { state: 'finished', finalState: 'LOST' });
    expect(await handler.driverStatus(driverId, PEER)).toEqual({ found: true, state: 'FAILED' });
    expect(await handler.killDriver(driverId, PEER)).toEqual({
      success: false,
      message: `Driver ${driverId} has already finished or does not exist`,
    });
    expect(await handler.driverStatus('driver-0', PEER)).toEqual({ found: false });
  });

  test('are not said to be unknown while the state is being read, as when one takes over from another', async () => {
    const late = new LateDispatcher();
    const handler = rpcSubmissions({ service: late, access: OPEN_ACCESS });
    const answer = await handler.driverStatus('driver-1', PEER);
    expect(answer).toMatchObject({
      found: false,
      exception: expect.stringMatching(/^Current state is not alive: RECOVERING\./),
    });
    late.arrive(new FakeService());
    expect(await handler.driverStatus('driver-1', PEER)).toEqual({ found: false });
  });

  test('are refused with all that is wrong with them', async () => {
    const service = new FakeService();
    service.problemsOf = () => [
      { setting: 'spark.driver.cores', message: 'is no number' },
      { setting: 'spark.mesos.driver.labels', message: 'is malformed' },
    ];
    const { driverId, message } = await rpcSubmissions({ service, access: OPEN_ACCESS }).submitDriver(
      driver(),
      PEER,
    );
    expect(driverId).toBeUndefined();
    expect(message).toBe('spark.driver.cores: is no number; spark.mesos.driver.labels: is malformed');
  });

  test('need a token where one is asked for, which is never written down', async () => {
    const service = new FakeService();
    const handler = rpcSubmissions({ service, access: GUARDED });
    const bring = (token: string) => driver({ javaOpts: [`-Dspark.mesos.dispatcher.token=${token}`] });
    expect((await handler.submitDriver(driver(), PEER)).message).toContain('spark.mesos.dispatcher.token');
    expect((await handler.submitDriver(bring('only looks, never touches'), PEER)).message).toContain(
      'role submitter',
    );
    expect((await handler.submitDriver(bring('wrong'), PEER)).driverId).toBeUndefined();
    expect(service.submitted).toEqual([]);
    const { driverId = '' } = await handler.submitDriver(bring('correct horse battery'), PEER);
    expect(JSON.stringify(service.submitted)).not.toContain('correct horse');
    expect(service.submitted[0]?.options.owner).toBe('nightly');
    // spark-submit asks once more on the same connection, and brings nothing along then.
    expect(await handler.driverStatus(driverId, PEER)).toMatchObject({ found: true });
    expect(await handler.driverStatus(driverId, { ...PEER })).toEqual({ found: false });
    expect(await handler.killDriver(driverId, { ...PEER })).toMatchObject({ success: false });
  });

  test('are taken from those who have shown the secret of spark.authenticate', async () => {
    const service = new FakeService();
    const handler = rpcSubmissions({ service, access: GUARDED });
    const { driverId } = await handler.submitDriver(driver(), { ...PEER, authenticated: true });
    expect(driverId).toBeDefined();
    service.add('driver-of-nightly', { owner: 'nightly', state: 'running' });
    expect(await handler.killDriver('driver-of-nightly', { ...PEER, authenticated: true })).toMatchObject({
      success: false,
    });
  });

  test('are taken only as often as is allowed, and tokens are not guessed', async () => {
    const service = new FakeService();
    const limited = rpcSubmissions({
      service,
      access: OPEN_ACCESS,
      rateLimit: { perSecond: 0.001, burst: 1 },
    });
    expect((await limited.submitDriver(driver(), PEER)).driverId).toBeDefined();
    expect((await limited.submitDriver(driver(), PEER)).message).toContain('too many requests');
    const guarded = rpcSubmissions({ service, access: GUARDED });
    const bring = (token: string) => driver({ javaOpts: [`-Dspark.mesos.dispatcher.token=${token}`] });
    for (let at = 0; at < 20; at += 1) await guarded.submitDriver(bring(`guess-${at}`), PEER);
    const right = await guarded.submitDriver(bring('correct horse battery'), PEER);
    expect([right.driverId, right.message]).toEqual([undefined, expect.stringContaining('too many')]);
    const elsewhere = { ...PEER, remoteAddress: '10.0.0.8' };
    expect((await guarded.submitDriver(bring('correct horse battery'), elsewhere)).driverId).toBeDefined();
  });
});
