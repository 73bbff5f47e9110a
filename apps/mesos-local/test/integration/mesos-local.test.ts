import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildAll, Program } from '../support.ts';

const programs: Program[] = [];
let folder: string;

beforeAll(async () => {
  buildAll();
  folder = await mkdtemp(join(tmpdir(), 'mesos-local-app-'));
}, 120_000);

afterEach(async () => {
  for (const program of programs.splice(0)) await program.signal('SIGKILL');
});

afterAll(() => rm(folder, { recursive: true }));

function start(...words: string[]): Program {
  const program = Program.mesosLocal(...words);
  programs.push(program);
  return program;
}

async function urlOf(program: Program): Promise<string> {
  const [, url = ''] = await program.says(/console +(http:\/\/127\.0\.0\.1:\d+)\//);
  return url;
}

/** The processes that have any of these words in their environment, as all tasks of a cluster have its ids. */
function processesWith(mark: string): string[] {
  return readdirSync('/proc').filter((entry) => {
    try {
      return /^\d+$/.test(entry) && readFileSync(`/proc/${entry}/environ`, 'latin1').includes(mark);
    } catch {
      return false;
    }
  });
}

describe('mesos-local', () => {
  it('serves its state and the console, runs the example framework, and stops with nothing left', async () => {
    const words = [
      '--agents',
      '3',
      '--attributes',
      'rack:r{n};zone:a,b',
      '--port',
      '0',
      '--work-dir',
      folder,
    ];
    const program = start(...words, '--resources', 'cpus:4;mem:8192;ports:[31000-32000]');
    const url = await urlOf(program);
    const state = (await (await fetch(`${url}/state`)).json()) as { id: string; slaves: object[] };
    expect(state.slaves).toMatchObject([
      { attributes: { rack: 'r1', zone: 'a' }, resources: { cpus: 4, mem: 8192, ports: '[31000-31332]' } },
      { attributes: { rack: 'r2', zone: 'b' } },
      { attributes: { rack: 'r3', zone: 'a' } },
    ]);
    const page = await (await fetch(`${url}/`)).text();
    expect(page).toMatch(/^<!doctype html>/i);

    const example = Program.example(url.replace('http', 'mesos'));
    const { status, stdout, stderr } = await example.ended;
    expect([status, stderr]).toEqual([0, '']);
    for (const task of ['hello-1', 'hello-2', 'hello-3']) {
      expect(stdout).toMatch(new RegExp(`^${task}: launching on localhost, agent ${state.id}-S\\d$`, 'm'));
      expect(stdout).toMatch(new RegExp(`^${task}: TASK_FINISHED Command exited with status 0$`, 'm'));
    }
    expect(await program.signal('SIGTERM')).toMatchObject({ status: 0, stderr: '' });
    expect(existsSync(join(folder, 'agent-0'))).toBe(true);
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  it.runIf(existsSync('/proc/self/environ'))('stops with Ctrl-C, and its tasks with it', async () => {
    const program = start('--agents', '1', '--port', '0', '--log-json');
    const [line] = await program.says(/^\{.*\}$/m);
    const { master, msg } = JSON.parse(line) as { master: string; msg: string };
    expect(msg).toBe('Mesos is up');
    const { id } = (await (await fetch(`${master}/state`)).json()) as { id: string };
    await runSleeper(master);
    expect(processesWith(`MESOS_SLAVE_ID=${id}`)).not.toEqual([]);
    expect(await program.signal('SIGINT')).toMatchObject({ status: 0 });
    expect(processesWith(`MESOS_SLAVE_ID=${id}`)).toEqual([]);
  });

  it('lets in only those whose secret is in the file of credentials', async () => {
    const file = join(folder, 'credentials.json');
    await writeFile(file, '{"credentials": [{"principal": "spark", "secret": "s3cret"}]}');
    const url = await urlOf(start('--agents', '1', '--port', '0', '--credentials', file));
    expect((await fetch(`${url}/state`)).status).toBe(401);
    const authorization = `Basic ${Buffer.from('spark:s3cret').toString('base64')}`;
    expect((await fetch(`${url}/state`, { headers: { authorization } })).status).toBe(200);
  });

  it('shows its help', async () => {
    const { status, stdout } = await start('--help').ended;
    expect(status).toBe(0);
    expect(stdout).toContain("mesos-local --agents 3 --resources 'cpus:4;mem:8192;ports:[31000-32000]'");
  });

  it('says in a line what keeps it from starting, and ends with a status of its own for each', async () => {
    const url = await urlOf(start('--agents', '1', '--port', '0'));
    const broken = join(folder, 'broken.json');
    await writeFile(broken, '{"credentials": [{"principal": "spark", "secret": 5}], "x": "s3cret"}');
    const cases: readonly (readonly [string[], number, string])[] = [
      [['--agents', 'x'], 64, "option '--agents <count>' argument 'x' is invalid"],
      [['--attributes', 'rack'], 64, '--attributes has "rack"'],
      [['--credentials', join(folder, 'none.json')], 66, 'the credentials cannot be read'],
      [['--port', new URL(url).port], 73, 'is taken by another process'],
      [['--zk', 'localhost:2181', '--port', '0'], 78, 'zk://host1:2181'],
      [['--resources', 'cpus:x', '--port', '0'], 78, 'cpus'],
      [['--credentials', broken], 78, 'is no file of credentials'],
    ];
    for (const [words, status, text] of cases) {
      const ending = await start(...words).ended;
      expect([words, ending.status, ending.stdout]).toEqual([words, status, '']);
      expect(ending.stderr).toContain(text);
      expect(ending.stderr).not.toMatch(/s3cret|\n {4}at /);
    }
  }, 60_000);
});

/** A framework of a few lines that leaves a task running. */
async function runSleeper(master: string): Promise<void> {
  const { acceptCall, launchOperation, SchedulerClient } = await import('@spark-mesos/mesos-client');
  const client = new SchedulerClient({
    master,
    framework: { user: 'root', name: 'sleeper', failoverTimeout: 60 },
  });
  for await (const { event } of client.events() as AsyncIterable<{ event?: SleeperEvent }>) {
    for (const { id, agentId } of event?.offers?.offers ?? []) {
      const resources = [{ name: 'cpus', type: 0, scalar: { value: 0.1 } }];
      const task = { name: 's', taskId: { value: 's' }, agentId, resources, command: { value: 'sleep 987' } };
      await client.call(acceptCall([id], [launchOperation([task])], 60));
    }
    if (event?.update?.status.state === 1) break;
    if (event?.update) await client.acknowledge(event.update.status);
  }
  await client.close();
}

type SleeperEvent = import('@spark-mesos/mesos-proto').mesos.v1.scheduler.IEvent;
