import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { LocalCluster } from '@spark-mesos/mesos-local';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { pretendedSpark, testSpark } from '../support/pretended-driver.ts';

const COMMAND = fileURLToPath(new URL('../../bin/spark-mesos-dispatcher.js', import.meta.url));

const running = new Set<ChildProcess>();
let folder: string;
let home: string;
let cluster: LocalCluster;

beforeAll(async () => {
  // The command cannot run TypeScript, so the sources are built first.
  const typescript = createRequire(import.meta.url).resolve('typescript/package.json');
  const app = fileURLToPath(new URL('../..', import.meta.url));
  execFileSync(process.execPath, [path.join(path.dirname(typescript), 'bin', 'tsc'), '-b', app]);
  folder = await mkdtemp(path.join(tmpdir(), 'dispatcher-'));
  home = await pretendedSpark(folder);
  await writeFile(path.join(folder, 'app.jar'), 'no jar');
  cluster = await LocalCluster.start({ agents: [{ cpus: 4, memMiB: 8192 }], allocationIntervalMs: 50 });
}, 120_000);

afterEach(async () => {
  for (const child of running) {
    child.kill('SIGKILL');
    await once(child, 'close');
  }
});

afterAll(async () => {
  await cluster.close();
  await rm(folder, { recursive: true });
});

interface ReadyLine {
  readonly msg: string;
  readonly url: string;
  readonly webUrl: string;
}

interface Ending {
  readonly status: number | null;
  readonly stderr: string;
  readonly stdout: string;
}

/** The command while it runs. */
class Command {
  readonly child: ChildProcess;
  readonly ended: Promise<Ending>;
  readonly ready: Promise<ReadyLine>;

  constructor(...words: string[]) {
    const child = spawn(process.execPath, [COMMAND, ...words], {
      env: { PATH: process.env.PATH ?? '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    this.child = child;
    let stdout = '';
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
        stdout += `${text}\n`;
        const line = JSON.parse(text) as ReadyLine;
        if (line.msg === 'the dispatcher is ready') resolve(line);
      });
      this.ended.then(() => reject(new Error(stderr)), reject);
    });
    this.ready.catch(() => undefined);
  }

  end(signal: NodeJS.Signals): Promise<Ending> {
    this.child.kill(signal);
    return this.ended;
  }
}

function start(workDir: string, ...more: string[]): Command {
  const { host, port } = cluster.master;
  return new Command(
    ...['--master', `mesos://${host}:${port}`, '--host', '127.0.0.1', '--port', '0', '--webui-port', '0'],
    ...['--work-dir', path.join(folder, workDir), '--spark-home', testSpark()],
    ...more,
  );
}

async function ask(base: string, at: string, body?: object): Promise<Record<string, unknown>> {
  const url = `${base.replace('spark:', 'http:')}${at}`;
  const headers = { 'content-type': 'application/json' };
  const init = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) };
  return (await (await fetch(url, init)).json()) as Record<string, unknown>;
}

function submit(url: string, ...appArgs: string[]) {
  return ask(url, '/v1/submissions/create', {
    action: 'CreateSubmissionRequest',
    appArgs,
    appResource: `file:${path.join(folder, 'app.jar')}`,
    mainClass: 'org.example.Main',
    clientSparkVersion: '3.5.6',
    environmentVariables: {},
    sparkProperties: {
      'spark.app.name': 'example',
      'spark.driver.memory': '512m',
      'spark.mesos.executor.home': home,
    },
  });
}

const isDriver = (id: string, state: string) => async (url: string) => {
  const { driverState, finalState } = await ask(url, `/v1/submissions/status/${id}`);
  return driverState === state || finalState === state;
};

async function until(holds: () => Promise<boolean>): Promise<void> {
  await expect.poll(holds, { timeout: 20_000, interval: 50 }).toBe(true);
}

describe('the dispatcher', () => {
  test('runs a driver that was submitted over REST, shows its log, and ends it', async () => {
    const { url, webUrl } = await start('first').ready;
    await until(async () => (await ask(webUrl, '/readyz')).ready === true);
    const { submissionId } = await submit(url, 'one $HOME "two"', 'sleep');
    const id = String(submissionId);
    await until(() => isDriver(id, 'RUNNING')(url));
    await until(async () => {
      const { data } = await ask(webUrl, `/api/v2/submissions/${id}/log?file=stdout`);
      return String(data).includes('one $HOME "two"\nsleep\n');
    });
    const { data } = await ask(webUrl, `/api/v2/submissions/${id}/log?file=stdout`);
    expect(data).toContain(`--master\n${url}\n`);
    expect((await ask(webUrl, `/api/v2/submissions/${id}/explain`)).reason).toBe('NOT_WAITING');
    expect((await ask(url, `/v1/submissions/kill/${id}`, {})).message).toBe('Killing running driver');
    await until(() => isDriver(id, 'KILLED')(url));
    const metrics = await (await fetch(`${webUrl}/metrics`)).text();
    expect(metrics).toContain('spark_mesos_dispatcher_submissions_total 1\n');
  });

  test('tells with which status a driver has failed', async () => {
    const { url, webUrl } = await start('failing').ready;
    const { submissionId } = await submit(url, 'fail');
    await until(() => isDriver(String(submissionId), 'FAILED')(url));
    expect(await ask(webUrl, `/api/v2/submissions/${submissionId}`)).toMatchObject({
      finalState: 'FAILED',
      attempts: [{ taskState: 'TASK_FAILED', exitStatus: 3 }],
    });
  });

  test('D8: ends in order, leaves its drivers be, and is taken over by the next', async () => {
    const first = start('lasting');
    const { url } = await first.ready;
    const { submissionId } = await submit(url, 'sleep');
    const id = String(submissionId);
    await until(() => isDriver(id, 'RUNNING')(url));
    const { status, stdout } = await first.end('SIGTERM');
    expect([status, stdout.includes('"msg":"stopped"')]).toEqual([0, true]);
    const second = start('lasting');
    const again = await second.ready;
    await until(() => isDriver(id, 'RUNNING')(again.url));
    await second.end('SIGKILL');
    const { status: uninstalled } = await start('lasting', '--uninstall').ended;
    expect(uninstalled).toBe(0);
  });

  test('D7: takes the next port where one is taken', async () => {
    const { webUrl } = await start('here').ready;
    const port = Number(new URL(webUrl).port);
    const next = await start('there', '--webui-port', String(port)).ready;
    expect(Number(new URL(next.webUrl).port)).toBeGreaterThan(port);
  });

  test('does not start twice on one state', async () => {
    await start('locked').ready;
    expect(await start('locked').ended).toMatchObject({ status: 75 });
  });

  test('says what is wrong with its settings, and does not start with them', async () => {
    const access = path.join(folder, 'access.json');
    await writeFile(access, '{"anonymous": "king"}');
    const words = ['--check-config', '--conf', 'spark.mesos.maxDrivers=x', '--access-file', access];
    const { status, stderr } = await start('wrong', ...words).ended;
    expect(status).toBe(78);
    expect(stderr).toContain('spark.mesos.maxDrivers');
    expect(stderr).toContain('anonymous');
    expect((await start('wrong', '--check-config').ended).status).toBe(0);
  });
});
