import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { SparkGateway } from '../../src/index.ts';
import { testSpark } from '../support/sparks.ts';
import { openGateway } from './readme-example.ts';

const textOf = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8');

function connects(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

describe('the gateway', () => {
  test('of the README listens for drivers until it is closed', async () => {
    const example = textOf('./readme-example.ts').replace('../../src/index.ts', '@spark-mesos/spark-gateway');
    expect(textOf('../../README.md')).toContain(example);
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    onTestFinished(() => log.mockRestore());
    const gateway = await openGateway('mesos://127.0.0.1:5050', testSpark());
    expect(log).toHaveBeenCalledWith(`spark-submit --master ${gateway.url}`);
    expect(gateway.url).toMatch(/^spark:\/\/127\.0\.0\.1:\d+$/);
    expect(await connects(gateway.url)).toBe(true);
    await gateway.drained();
    await gateway.close();
    expect(await connects(gateway.url)).toBe(false);
  });

  test('on a port that is taken says so', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const starting = SparkGateway.start({ master: 'mesos://a:5050', sparkHome: testSpark(), port });
    await expect(starting).rejects.toMatchObject({ code: 'GATEWAY_ADDRESS_UNAVAILABLE' });
    await expect(starting).rejects.toThrow(`port ${port} of 127.0.0.1 is taken`);
  });

  test.each([
    [{ 'spark.authenticate': 'true' }, 'spark.authenticate.secret'],
    [{ 'spark.ssl.rpc.enabled': 'true' }, 'spark.ssl.rpc.keyStore'],
    [{ 'spark.ssl.rpc.enabled': 'true', 'spark.ssl.keyStore': '/nowhere' }, '/nowhere'],
  ])('that cannot let anybody in with %j says what it lacks', async (properties, lacking) => {
    const sparkProperties = new Map(Object.entries(properties));
    const starting = SparkGateway.start({
      master: 'mesos://a:5050',
      sparkHome: testSpark(),
      sparkProperties,
    });
    await expect(starting).rejects.toMatchObject({ code: 'GATEWAY_SETTINGS' });
    await expect(starting).rejects.toThrow(lacking);
  });

  test('whose drivers have to speak TLS answers plain HTTP to its own machine', async () => {
    const gateway = await SparkGateway.start({
      master: 'mesos://127.0.0.1:5050',
      sparkHome: testSpark(),
      sparkProperties: new Map([
        ['spark.ssl.rpc.enabled', 'true'],
        ['spark.ssl.rpc.keyStore', fileURLToPath(new URL('../fixtures/tls/store.p12', import.meta.url))],
        ['spark.ssl.rpc.keyStorePassword', 'changeit'],
      ]),
    });
    onTestFinished(() => gateway.close());
    expect(gateway.httpUrl).toMatch(/^http:/);
    const answer = await fetch(new URL('/api/v1/applications', gateway.httpUrl));
    expect(await answer.json()).toEqual({ applications: [] });
  });

  test('without a Spark says what it looked for', async () => {
    const starting = SparkGateway.start({ master: 'mesos://a:5050', sparkHome: '/nowhere' });
    await expect(starting).rejects.toMatchObject({ code: 'GATEWAY_SPARK_UNREADABLE' });
    await expect(starting).rejects.toThrow('/nowhere/jars');
  });

  test('with an empty Spark says the same', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'spark-mesos-gateway-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await mkdir(path.join(folder, 'jars'));
    const starting = SparkGateway.start({ master: 'mesos://a:5050', sparkHome: folder });
    await expect(starting).rejects.toMatchObject({ code: 'GATEWAY_SPARK_UNREADABLE' });
  });
});
