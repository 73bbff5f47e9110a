import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ShuffleServiceClient } from '@spark-mesos/external-shuffle';
import { loadTls } from '@spark-mesos/spark-network';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

const COMMAND = fileURLToPath(new URL('../../bin/spark-mesos-shuffle-service.js', import.meta.url));
const SECRET = 'correct horse battery staple';

const running = new Set<ChildProcess>();
let folder: string;

beforeAll(async () => {
  // The command cannot run TypeScript, so the sources are built first.
  const typescript = createRequire(import.meta.url).resolve('typescript/package.json');
  const app = fileURLToPath(new URL('../..', import.meta.url));
  execFileSync(process.execPath, [path.join(path.dirname(typescript), 'bin', 'tsc'), '-b', app]);
  folder = await mkdtemp(path.join(tmpdir(), 'shuffle-service-'));
}, 120_000);

afterEach(async () => {
  for (const child of running) {
    child.kill('SIGKILL');
    await once(child, 'close');
  }
});

afterAll(() => rm(folder, { recursive: true }));

interface LogLine {
  readonly msg: string;
  readonly port?: number;
}

interface Ending {
  readonly status: number | null;
  readonly stderr: string;
  readonly stdout: readonly string[];
}

/** The command while it runs. */
class Command {
  readonly child: ChildProcess;
  readonly ended: Promise<Ending>;
  readonly ready: Promise<LogLine>;

  constructor(...words: string[]) {
    const environment = { PATH: process.env.PATH ?? '' };
    const child = spawn(process.execPath, [COMMAND, ...words], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    this.child = child;
    const stdout: string[] = [];
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    this.ended = once(child, 'close').then(([status]) => {
      running.delete(child);
      return { status: status as number | null, stderr, stdout };
    });
    this.ready = new Promise((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (text) => {
        stdout.push(text);
        const line = JSON.parse(text) as LogLine;
        if (line.msg === 'the shuffle service is ready') resolve(line);
      });
      this.ended.then(() => reject(new Error(stderr)), reject);
    });
    this.ready.catch(() => undefined);
  }

  stop(): Promise<Ending> {
    this.child.kill('SIGTERM');
    return this.ended;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('spark-mesos-shuffle-service', () => {
  test('S2: serves drivers, tells how it is, stops when it is told to, and knows them still', async () => {
    const properties = path.join(folder, 'service.conf');
    const text = `spark.authenticate true\nspark.authenticate.secret ${SECRET}\nspark.shuffle.service.port 0\n`;
    await writeFile(properties, text);
    const metricsPort = String(await freePort());
    const words = [
      '--properties-file',
      properties,
      '--conf',
      `spark.local.dir=${folder}`,
      '--host',
      '127.0.0.1',
    ];
    words.push('--work-dir', path.join(folder, 'work'), '--metrics-port', metricsPort);

    const first = new Command(...words);
    const { port = 0 } = await first.ready;
    const address = { host: '127.0.0.1', port };
    const client = await ShuffleServiceClient.connect({ address, authentication: { secret: SECRET } });
    await client.registerDriver('app-1', 600_000);
    expect(await client.heartbeat('app-1')).toBe('known');
    expect(await client.heartbeat('app-2')).toBe('unknown');
    const health = await fetch(`http://127.0.0.1:${metricsPort}/health`);
    expect([health.status, await health.json()]).toMatchObject([
      200,
      { status: 'ok', port, registeredApplications: 1, connections: 1 },
    ]);
    const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    expect(metrics).toMatch(/^spark_mesos_shuffle_registered_drivers 1$/m);
    expect(metrics).toMatch(/^spark_mesos_shuffle_authenticated_connections_total 1$/m);
    await expect(
      ShuffleServiceClient.connect({ address, authentication: { secret: 'another' } }),
    ).rejects.toMatchObject({ code: 'SHUFFLE_SERVICE_UNREACHABLE' });

    const ending = await first.stop();
    expect([ending.status, ending.stderr]).toEqual([0, '']);
    expect(ending.stdout.at(-1)).toContain('"msg":"stopped"');
    expect(ending.stdout.join('\n')).not.toContain(SECRET);
    await client.closed;

    const second = new Command(...words);
    const again = { host: '127.0.0.1', port: (await second.ready).port ?? 0 };
    const returned = await ShuffleServiceClient.connect({
      address: again,
      authentication: { secret: SECRET },
    });
    expect(await returned.heartbeat('app-1')).toBe('known');
    returned.close();
    expect((await second.stop()).status).toBe(0);
  });

  test('that was killed leaves registrations which the next one knows', async () => {
    const conf = ['--conf', 'spark.shuffle.service.port=0', '--conf', `spark.local.dir=${folder}`];
    const words = [
      ...conf,
      '--work-dir',
      path.join(folder, 'killed'),
      '--host',
      '127.0.0.1',
      '--metrics-port',
      '0',
    ];
    const first = new Command(...words);
    const address = { host: '127.0.0.1', port: (await first.ready).port ?? 0 };
    const client = await ShuffleServiceClient.connect({ address });
    await client.registerDriver('app-1', 600_000);
    first.child.kill('SIGKILL');
    expect((await first.ended).status).toBeNull();

    const second = new Command(...words);
    const again = { host: '127.0.0.1', port: (await second.ready).port ?? 0 };
    const returned = await ShuffleServiceClient.connect({ address: again });
    expect(await returned.heartbeat('app-1')).toBe('known');
    returned.close();
    expect((await second.stop()).status).toBe(0);
  });

  test('lets in only who speaks TLS when spark.ssl.rpc.enabled is on', async () => {
    const keyStore = path.join(
      import.meta.dirname,
      '../../../../packages/spark-network/test/fixtures/tls/store.p12',
    );
    const file = path.join(folder, 'tls.conf');
    const tlsProperties = `spark.ssl.rpc.enabled=true\nspark.ssl.rpc.keyStore=${keyStore}\n`;
    await writeFile(
      file,
      `${tlsProperties}spark.ssl.rpc.keyStorePassword=changeit\nspark.shuffle.service.port=0\n`,
    );
    const words = ['--work-dir', path.join(folder, 'tls'), '--host', '127.0.0.1', '--metrics-port', '0'];
    const command = new Command('--properties-file', file, ...words);
    const address = { host: '127.0.0.1', port: (await command.ready).port ?? 0 };
    const tls = await loadTls({ keyStore, keyStorePassword: 'changeit' });
    const client = await ShuffleServiceClient.connect({ address, tls });
    await client.registerDriver('app-1', 600_000);
    client.close();
    const plain = await ShuffleServiceClient.connect({ address });
    await expect(plain.registerDriver('app-2', 600_000)).rejects.toMatchObject({
      code: 'SHUFFLE_CONNECTION_CLOSED',
    });
    const ending = await command.stop();
    expect(ending.status).toBe(0);
    expect(ending.stdout.join('\n')).not.toContain('changeit');
  });

  test('S3: ends with 73 and says what to do when its port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const conf = `spark.shuffle.service.port=${port}`;
    const work = path.join(folder, 'taken');
    const command = new Command(
      '--conf',
      conf,
      '--host',
      '127.0.0.1',
      '--work-dir',
      work,
      '--metrics-port',
      '0',
    );
    const { status, stderr } = await command.ended;
    server.close();
    expect(status).toBe(73);
    expect(stderr).toContain(`port ${port} is taken`);
    expect(stderr).toContain('spark.shuffle.service.port');
  });

  test('ends with 75 when its work directory is none', async () => {
    const file = path.join(folder, 'file');
    await writeFile(file, '');
    const { status, stderr } = await new Command('--work-dir', file, '--metrics-port', '0').ended;
    expect(status).toBe(75);
    expect(stderr).toContain(file);
    expect(await readFile(file, 'utf8')).toBe('');
  });

  test('ends with 78 and names all settings that are wrong, without their secrets', async () => {
    const { status, stderr } = await new Command(
      ...['--conf', 'spark.shuffle.service.port=many', '--conf', 'spark.ssl.rpc.enabled=true'],
      ...['--conf', 'spark.authenticate=yes', '--conf', `spark.authenticate.secret=${SECRET}`],
    ).ended;
    expect(status).toBe(78);
    expect(stderr.trim().split('\n')).toHaveLength(3);
    expect(stderr).toContain('spark.ssl.rpc.keyStore');
    expect(stderr).not.toContain(SECRET);
  });

  test('does not repeat what was meant as a property and is none', async () => {
    const { status, stderr } = await new Command('--conf', `spark.authenticate.secret ${SECRET}`).ended;
    expect(status).toBe(64);
    expect(stderr).toContain('NAME=VALUE');
    expect(stderr).not.toContain(SECRET);
  });

  test.each([
    [64, ['--metrics-port', '65536']],
    [64, ['--conf', 'nothing']],
    [66, ['--properties-file', '/nowhere/service.conf']],
  ])('ends with %i when started with %j', async (status, words) => {
    expect((await new Command(...words).ended).status).toBe(status);
  });
});
