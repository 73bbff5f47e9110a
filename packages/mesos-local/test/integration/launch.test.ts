import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LocalCluster } from '../../src/index.ts';
import { getJson, type Json, JsonScheduler, shellTask } from '../support/json-client.ts';
import { isAlive } from '../support/processes.ts';

let cluster: LocalCluster;
let scheduler: JsonScheduler;
let files: string;
let server: Server;
let webUrl: string;

beforeAll(async () => {
  files = await mkdtemp(join(tmpdir(), 'mesos-local-test-'));
  await writeFile(join(files, 'hello.txt'), 'hello\n');
  for (const [flags, ending] of [
    ['-czf', 'tgz'],
    ['-cf', 'tar'],
  ] as const) {
    execFileSync('tar', ['-C', files, flags, join(files, `hello.${ending}`), 'hello.txt']);
  }
  execFileSync('sh', ['-c', 'gzip -c hello.txt > plain.txt.gz'], { cwd: files });
  server = createServer((request, response) => {
    if (request.url?.startsWith('/ok/')) response.end('from the web\n');
    else if (request.url !== '/hangs') response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  webUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(files, { recursive: true });
});

beforeEach(async () => {
  const agent = { cpus: 4, memMiB: 4096, executorEnvironment: { LANG: 'C.UTF-8' } };
  cluster = await LocalCluster.start({ agents: [agent], allocationIntervalMs: 20 });
  scheduler = await JsonScheduler.subscribe(cluster.master.url);
});

afterEach(() => cluster.close());

/** Runs a task to its end; what it has said, and how it ended. */
async function run(id: string, command: object): Promise<{ status: Json; stdout: string; stderr: string }> {
  const offer = await scheduler.nextOffer();
  await scheduler.launch(offer, [{ ...shellTask(id, offer, ''), command }]);
  for (;;) {
    const status = await scheduler.nextStatus(id);
    if (!/FINISHED|FAILED|KILLED|ERROR|LOST/.test(status.state)) continue;
    const folder = `${await workDir()}/slaves/${offer.agent_id.value}/frameworks/${scheduler.frameworkId}/executors/${id}/runs/latest`;
    const read = (name: string) => readFile(`${folder}/${name}`, 'utf8').catch(() => '');
    return { status, stdout: await read('stdout'), stderr: await read('stderr') };
  }
}

async function workDir(): Promise<string> {
  const state = await getJson(`${cluster.agents[0]?.url}/state`);
  return state.flags.work_dir;
}

describe('a command', () => {
  it('in argument form gets its arguments as they are, with no shell between', async () => {
    const args = ['my-name', '$HOME', '"quoted"', "it's", 'a b'];
    const { stdout } = await run('argv', {
      shell: false,
      value: 'printf',
      arguments: ['printf', '%s\\n', ...args],
    });
    expect(stdout).toBe(`${args.join('\n')}\n`);
    const named = await run('argv0', {
      shell: false,
      value: '/bin/sh',
      arguments: ['nobody', '-c', 'echo $0'],
    });
    expect(named.stdout).toBe('nobody\n');
  });

  it('finds itself in its sandbox, with nothing on its input and none of our environment', async () => {
    const { stdout } = await run('env', {
      value: 'pwd; cat; echo "[$HOME$USER$NODE_OPTIONS]" $LANG; test "$PWD" = "$MESOS_SANDBOX"',
    });
    expect(stdout.split('\n')[1]).toBe('[] C.UTF-8');
    expect(stdout).toContain(`/executors/env/runs/`);
  });

  it('that is not there runs and fails with status 1, and stderr names it', async () => {
    const { status, stderr } = await run('gone', { shell: false, value: '/nope/java', arguments: ['java'] });
    expect(status).toMatchObject({ state: 'TASK_FAILED', message: 'Command exited with status 1' });
    expect(stderr).toMatch(/^Failed to execute '\/nope\/java'/);
  });

  it('that dies by a signal says by which', async () => {
    const { status } = await run('signal', { value: 'kill -ABRT $$' });
    expect(status).toMatchObject({ state: 'TASK_FAILED', message: 'Command terminated with signal Aborted' });
  });

  it.runIf(process.getuid?.() === 0)('runs as the user it names, who owns its sandbox', async () => {
    const { status, stdout } = await run('user', { value: 'id -un; echo mine > file', user: 'nobody' });
    expect([status.state, stdout]).toEqual(['TASK_FINISHED', 'nobody\n']);
    const unknown = await run('no-user', { value: 'true', user: 'no-such-user' });
    expect(unknown.status).toMatchObject({
      state: 'TASK_FAILED',
      reason: 'REASON_CONTAINER_LAUNCH_FAILED',
      message: "Failed to launch container: this machine has no user 'no-such-user'",
    });
  });
});

describe('files that a task needs', () => {
  it('come from this machine and from the web, are unpacked by their name, and may run', async () => {
    const uris = [
      { value: `file://${files}/hello.tgz` },
      { value: `${files}/hello.txt`, output_file: 'sub/folder/other.txt' },
      { value: `${files}/hello.tar`, extract: false },
      { value: `${files}/plain.txt.gz` },
      { value: `${webUrl}/ok/script.sh`, executable: true },
    ];
    const script = 'cat hello.txt sub/folder/other.txt plain.txt script.sh; test -x script.sh && ls';
    const { status, stdout } = await run('files', { value: script, uris });
    expect(status.state).toBe('TASK_FINISHED');
    expect(stdout).toBe(
      'hello\nhello\nhello\nfrom the web\nhello.tar\nhello.tgz\nhello.txt\nplain.txt\nplain.txt.gz\nscript.sh\nstderr\nstdout\nsub\n',
    );
    expect((await stat(join(files, 'hello.txt'))).isFile()).toBe(true);
  });

  it.each([
    ['is not there', () => ({ value: `${files}/nope.txt` }), /nope\.txt/],
    ['is not on the server', () => ({ value: `${webUrl}/nope` }), /the server answered 404/],
    ['is relative', () => ({ value: 'nope.txt' }), /relative path/],
    ['is a folder', () => ({ value: files }), /is a directory/],
    [
      'would land outside the sandbox',
      () => ({ value: `${files}/hello.txt`, output_file: '../x' }),
      /not inside/,
    ],
    ['is of a kind that nobody fetches', () => ({ value: 'hdfs://h/x' }), /NOT_SUPPORTED/],
    ['is no archive, although it is called so', () => ({ value: `${files}/bad.tgz` }), /tar failed/],
  ])('make the launch fail when one %s, and stderr tells why', async (_what, uri, reason) => {
    await writeFile(join(files, 'bad.tgz'), 'no archive');
    const { status, stderr } = await run('bad', { value: 'true', uris: [uri()] });
    expect(status).toMatchObject({
      state: 'TASK_FAILED',
      source: 'SOURCE_AGENT',
      reason: 'REASON_CONTAINER_LAUNCH_FAILED',
      message: expect.stringMatching(
        /^Failed to launch container: Failed to fetch all URIs for container '.*': exited with status 1$/,
      ),
    });
    expect(stderr).toMatch(reason);
  });

  it('are not waited for any longer when the task is killed', async () => {
    const offer = await scheduler.nextOffer();
    const command = { value: 'true', uris: [{ value: `${webUrl}/hangs` }] };
    await scheduler.launch(offer, [{ ...shellTask('waits', offer, ''), command }]);
    await scheduler.call({ type: 'KILL', kill: { task_id: { value: 'waits' } } });
    expect(await scheduler.nextStatus('waits')).toMatchObject({
      state: 'TASK_KILLED',
      message: 'Killed before delivery to the executor',
    });
    const state = async () => (await getJson(`${cluster.agents[0]?.url}/state`)).frameworks[0];
    await expect.poll(async () => (await state()).executors).toEqual([]);
  });
});

describe('KILL', () => {
  it('reaches all processes of a task, also those that have moved to a process group of their own', async () => {
    const offer = await scheduler.nextOffer();
    await scheduler.launch(offer, [
      shellTask('tree', offer, 'set -m; sleep 987 & echo $!; sleep 986 & echo $!; wait'),
    ]);
    await scheduler.statusesUntil('tree', 'TASK_RUNNING');
    const path = `/frameworks/${scheduler.frameworkId}/executors/tree/runs/latest/stdout`;
    const read = async () =>
      (await getJson(`${cluster.agents[0]?.url}/files/read?path=${path}&offset=0`)).data;
    await expect.poll(async () => (await read()).trim().split('\n').length).toBe(2);
    const pids = (await read()).trim().split('\n').map(Number);
    await scheduler.call({ type: 'KILL', kill: { task_id: { value: 'tree' } } });
    await scheduler.statusesUntil('tree', 'TASK_KILLED');
    await expect.poll(() => pids.some(isAlive)).toBe(false);
  });
});
