import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { readExchanges, readTrace } from '@spark-mesos/mesos-proto/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LocalCluster } from '../../src/index.ts';
import { type Json, JsonScheduler, PLAIN_FRAMEWORK, shellTask } from '../support/json-client.ts';

let cluster: LocalCluster;
let consoleRoot: string;
let agentUrl: string;
let sandbox: string;
let scheduler: JsonScheduler;

beforeAll(async () => {
  consoleRoot = await mkdtemp(join(tmpdir(), 'mesos-local-console-'));
  await writeFile(join(consoleRoot, 'index.html'), '<title>console</title>');
  await writeFile(join(consoleRoot, 'app.js'), 'run()');
  const agent = { cpus: 4, memMiB: 4096, attributes: { rack: 'r1', level: '10', span: '[1-3]' } };
  cluster = await LocalCluster.start({ agents: [agent], allocationIntervalMs: 20, consoleRoot });
  agentUrl = cluster.agents[0]?.url ?? '';
  const ended = await JsonScheduler.subscribe(cluster.master.url);
  await ended.call({ type: 'TEARDOWN' });
  scheduler = await JsonScheduler.subscribe(cluster.master.url, { ...PLAIN_FRAMEWORK, principal: 'me' });
  const offer = await scheduler.nextOffer();
  const labels = { labels: { labels: [{ key: 'a', value: 'b' }] } };
  await scheduler.launch(offer, [
    shellTask('done', offer, 'echo one; echo two >&2; ln -s /etc/passwd escape', labels),
    shellTask('long', offer, 'sleep 100'),
  ]);
  await scheduler.statusesUntil('done', 'TASK_FINISHED');
  await scheduler.statusesUntil('long', 'TASK_RUNNING');
  await scheduler.nextOffer();
  await cluster.waitFor((state) => state.frameworks[0]?.completed_tasks[0]);
  const [framework] = (await get(`${agentUrl}/state`)).frameworks;
  sandbox = framework.completed_executors[0].directory;
});

afterAll(async () => {
  await cluster.close();
  await rm(consoleRoot, { recursive: true });
});

async function get(url: string): Promise<Json> {
  const answer = await fetch(url);
  const text = await answer.text();
  return answer.headers.get('content-type') === 'application/json' ? JSON.parse(text) : text;
}

/** Only names and kinds of values: what a reader of the recorded answer relies on. */
function shape(value: Json): Json {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shape(value[0])];
  if (typeof value !== 'object' || value === null) return typeof value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, shape(value[name])]));
}

/** What was last answered to this path in the recording; the answer with this text in it, if one is named. */
function recorded(path: string, text = ''): Json {
  const file = '../../../mesos-proto/test/fixtures/mesos-v1/03-tasks-json.jsonl';
  const { connections } = readTrace(readFileSync(new URL(file, import.meta.url), 'utf8'));
  const answers = connections
    .flatMap((connection) => readExchanges(connection))
    .filter(({ request }) => request.target === path)
    .map(({ response }) => Buffer.from(response?.body ?? []).toString());
  return JSON.parse(answers.findLast((answer) => answer.includes(text)) ?? '');
}

/** What is recorded from more than one framework is compared on the one that has tasks. */
function comparable(answer: Json): Json {
  const copy = structuredClone(answer);
  delete copy.flags;
  for (const slave of copy.slaves ?? []) slave.attributes = {};
  for (const holder of [copy, ...(copy.slaves ?? [])]) {
    for (const name of Object.keys(holder).filter(
      (key) => key.endsWith('_full') && Array.isArray(holder[key]),
    )) {
      // Mesos itself lists resources in no fixed order.
      holder[name].sort((one: Json, other: Json) => (one.name < other.name ? -1 : 1));
    }
  }
  if (copy.attributes) copy.attributes = {};
  const hasTasks = (framework: Json) => framework.completed_tasks?.some((task: Json) => task.labels);
  for (const framework of copy.frameworks ?? []) {
    for (const list of ['completed_tasks', 'completed_executors']) {
      const withLabels = framework[list]?.filter((item: Json) => item.labels);
      if (withLabels?.length) framework[list] = withLabels;
    }
    delete framework.principal;
  }
  if (copy.frameworks?.some(hasTasks)) copy.frameworks = copy.frameworks.filter(hasTasks);
  copy.tasks = copy.tasks?.filter((task: Json) => task.state === 'TASK_RUNNING' && !task.labels);
  return copy;
}

describe('the endpoints of the master', () => {
  it.each(['/state', '/slaves', '/tasks', '/roles'])('%s has the fields that Mesos has', async (path) => {
    const ours = await get(`${cluster.master.url}${path}`);
    const theirs = path === '/state' ? recordedMasterState() : recorded(path);
    expect(shape(comparable(ours))).toEqual(shape(comparable(theirs)));
  });

  function recordedMasterState(): Json {
    return recorded('/state', '"leader_info"');
  }

  it('also answer under the name of the process, and with a slash at the end', async () => {
    const { id } = await get(`${cluster.master.url}/master/state`);
    expect((await get(`${cluster.master.url}/state/`)).id).toBe(id);
    expect(cluster.state().id).toBe(id);
  });

  it('tell what is used and what is offered', async () => {
    const [slave] = (await get(`${cluster.master.url}/slaves`)).slaves;
    expect(slave.used_resources).toMatchObject({ cpus: 0.5, mem: 64 });
    expect(slave.offered_resources).toMatchObject({ cpus: 3.5, mem: 4032, ports: '[31000-31999]' });
    expect(slave.attributes).toEqual({ rack: 'r1', level: 10, span: '[1-3]' });
    const [role] = (await get(`${cluster.master.url}/roles`)).roles;
    expect(role).toMatchObject({ name: 'spark', weight: 1, allocated: { cpus: 0.5, mem: 64 } });
  });

  it('say who is healthy, who leads, and which version this is', async () => {
    const health = await fetch(`${cluster.master.url}/health`);
    expect([health.status, await health.text()]).toEqual([200, '']);
    const redirect = await fetch(`${cluster.master.url}/redirect`, { redirect: 'manual' });
    expect(redirect.status).toBe(307);
    expect(redirect.headers.get('location')).toBe(`//localhost:${cluster.master.port}`);
    expect((await get(`${cluster.master.url}/version`)).version).toBe('1.11.0');
    const metrics = await get(`${cluster.master.url}/metrics/snapshot`);
    expect(metrics).toMatchObject({
      'master/cpus_used': 0.5,
      'master/tasks_running': 1,
      'master/tasks_finished': 1,
      'master/frameworks_active': 1,
    });
  });

  it('wrap JSON for those who ask so, and choose by id', async () => {
    const url = cluster.master.url;
    expect(await get(`${url}/slaves?jsonp=cb`)).toMatch(/^cb\(\{"slaves":/);
    expect(await get(`${url}/slaves?slave_id=nope`)).toEqual({ slaves: [], recovered_slaves: [] });
    expect((await get(`${url}/frameworks?framework_id=nope`)).frameworks).toEqual([]);
    expect((await get(`${url}/tasks?task_id=done`)).tasks).toHaveLength(1);
  });

  it('answer 404 in the words of Mesos for all else', async () => {
    for (const path of ['/nothing', '/master/nothing', '/state.json', '/../etc/passwd', '/%2e%2e/x']) {
      const answer = await fetch(`${cluster.master.url}${path}`);
      expect([path, answer.status, await answer.text()]).toEqual([path, 404, '404 Not Found.']);
    }
    expect((await fetch(`${cluster.master.url}/%zz`)).status).toBe(400);
  });

  it('serve the console at the root, and nothing beside its folder', async () => {
    const page = await fetch(cluster.master.url);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await page.text()).toBe('<title>console</title>');
    const script = await fetch(`${cluster.master.url}/app.js`);
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  });

  it('hand on what is below /agent/ID to that agent', async () => {
    const [agent] = cluster.agents;
    const through = await get(`${cluster.master.url}/agent/${agent?.id}/state`);
    expect(through.id).toBe(agent?.id);
    const query = `path=${encodeURIComponent(sandbox)}/stdout&offset=0`;
    expect(await get(`${cluster.master.url}/agent/${agent?.id}/files/read?${query}`)).toEqual({
      data: 'one\n',
      offset: 0,
    });
    expect((await fetch(`${cluster.master.url}/agent/nope/state`)).status).toBe(404);
  });
});

describe('the endpoints of an agent', () => {
  it('/state has the fields that Mesos has', async () => {
    const ours = await get(`${agentUrl}/state`);
    const state = recorded('/state', 'master_hostname');
    expect(shape(comparable(ours))).toEqual(shape(comparable(state)));
    expect(await get(`${agentUrl}/slave(1)/state`)).toEqual(ours);
  });

  it('counts what the command executor takes beside its task', async () => {
    const state = await get(`${agentUrl}/state`);
    expect(state.unreserved_resources_allocated).toMatchObject({ cpus: 0.6, mem: 96 });
    const [executor] = state.frameworks[0].executors;
    expect(executor.name).toBe("Command Executor (Task: long) (Command: sh -c 'sleep 100')");
    const [done] = state.frameworks[0].completed_executors;
    expect(done.name).toBe("Command Executor (Task: done) (Command: sh -c 'echo one; ec...')");
  });

  it('lists the files of a sandbox, under its path and as the latest run', async () => {
    const names = ['escape', 'stderr', 'stdout'];
    const latest = `/frameworks/${scheduler.frameworkId}/executors/done/runs/latest`;
    const real = sandbox.replace(/[^/]+$/, 'latest');
    for (const path of [sandbox, latest, real]) {
      const files = await get(`${agentUrl}/files/browse?path=${encodeURIComponent(path)}`);
      expect(files.map((file: Json) => file.path)).toEqual(names.map((name) => `${path}/${name}`));
      expect(files[2]).toMatchObject({ mode: '-rw-r--r--', nlink: 1, size: 4, uid: userInfo().username });
    }
  });

  it('lists and reads the same files for the calls of operators', async () => {
    const call = async (body: object) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${agentUrl}/api/v1`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
      return (await answer.json()) as Json;
    };
    const listed = await call({ type: 'LIST_FILES', list_files: { path: sandbox } });
    expect(listed.list_files.file_infos.map(({ path }: Json) => path)).toEqual([
      `${sandbox}/escape`,
      `${sandbox}/stderr`,
      `${sandbox}/stdout`,
    ]);
    expect(listed.list_files.file_infos[2]).toMatchObject({
      nlink: 1,
      size: 4,
      mode: 0o100644,
      uid: userInfo().username,
    });
    const path = `${sandbox}/stdout`;
    const pieces = [
      [{ offset: 0, length: 2 }, 'on'],
      [{ offset: 2 }, 'e\n'],
      [{ offset: 99 }, ''],
      [{ offset: '18446744073709551615', length: 1 }, ''],
    ] as const;
    for (const [where, data] of pieces) {
      const { read_file: piece } = await call({ type: 'READ_FILE', read_file: { path, ...where } });
      expect(piece).toEqual({ size: 4, data: Buffer.from(data).toString('base64') });
    }
  });

  it('refuses to operators what it refuses to others, in the same words', async () => {
    const call = async (path: string) => {
      const body = JSON.stringify({ type: 'READ_FILE', read_file: { path, offset: 0 } });
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${agentUrl}/api/v1`, { method: 'POST', headers, body });
      return `${answer.status} ${await answer.text()}`;
    };
    expect(await call('/etc/passwd')).toBe('404 ');
    expect(await call('')).toBe('404 ');
    expect(await call(sandbox)).toBe('400 Cannot read a directory.\n');
    await symlink('/etc', join(sandbox, 'outside'));
    expect(await call(`${sandbox}/outside/passwd`)).toMatch(/^400 .* is inaccessible\.\n$/);
    await rm(join(sandbox, 'outside'));
  });

  it('waits for nobody at the end of a pipe that a task has made', async () => {
    execFileSync('mkfifo', [join(sandbox, 'pipe')]);
    const path = encodeURIComponent(`${sandbox}/pipe`);
    expect(await get(`${agentUrl}/files/read?path=${path}&offset=0`)).toEqual({ data: '', offset: 0 });
    expect((await fetch(`${agentUrl}/files/download?path=${path}`)).status).toBe(400);
    await rm(join(sandbox, 'pipe'));
  });

  it('sends files of any name', async () => {
    const name = 'grün\n"x".txt';
    await writeFile(join(sandbox, name), 'x');
    const query = `path=${encodeURIComponent(join(sandbox, name))}`;
    const answer = await fetch(`${agentUrl}/files/download?${query}`);
    const disposition = Buffer.from(answer.headers.get('content-disposition') ?? '', 'latin1').toString();
    expect(disposition).toBe('attachment; filename=grün"x".txt');
    await rm(join(sandbox, name));
  });

  it.each([
    ['offset=0&length=2', { data: 'on', offset: 0 }],
    ['offset=2', { data: 'e\n', offset: 2 }],
    ['', { data: '', offset: 4 }],
    ['offset=-1', { data: '', offset: 4 }],
    ['offset=99', { data: '', offset: 99 }],
    ['offset=0&length=-1', { data: 'one\n', offset: 0 }],
  ])('reads pieces of a file: %s', async (query, expected) => {
    const path = encodeURIComponent(`${sandbox}/stdout`);
    expect(await get(`${agentUrl}/files/read?path=${path}&${query}`)).toEqual(expected);
  });

  it('reads bytes as they are, also half a character', async () => {
    await writeFile(join(sandbox, 'bytes'), Buffer.from('"ü\u0001', 'utf8'));
    const path = encodeURIComponent(`${sandbox}/bytes`);
    const answer = await fetch(`${agentUrl}/files/read?path=${path}&offset=0&length=2`);
    const body = Buffer.from(await answer.arrayBuffer());
    expect(body).toEqual(Buffer.from('{"data":"\\"\xc3","offset":0}', 'latin1'));
    expect(await get(`${agentUrl}/files/read?path=${path}&offset=1`)).toEqual({ data: 'ü\u0001', offset: 1 });
    await rm(join(sandbox, 'bytes'));
  });

  it('sends whole files', async () => {
    const answer = await fetch(`${agentUrl}/files/download?path=${encodeURIComponent(sandbox)}/stderr`);
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename=stderr');
    expect(await answer.text()).toBe('two\n');
  });

  it.each([
    ['read', '', 400, "Expecting 'path=value' in query.\n"],
    ['read', 'path=SANDBOX/nope', 404, ''],
    ['browse', 'path=SANDBOX/nope', 404, ''],
    ['read', 'path=/etc/passwd', 404, ''],
    ['read', 'path=SANDBOX/../../x', 404, ''],
    ['read', 'path=SANDBOX', 400, 'Cannot read a directory.\n'],
    ['read', 'path=SANDBOX/stdout&offset=-2', 400, 'Negative offset provided: -2.\n'],
    ['read', 'path=SANDBOX/stdout&length=x', 400, /^Failed to parse length/],
  ])('refuses /files/%s?%s', async (action, query, status, text) => {
    const answer = await fetch(`${agentUrl}/files/${action}?${query.replace('SANDBOX', sandbox)}`);
    expect(answer.status).toBe(status);
    expect(await answer.text()).toMatch(typeof text === 'string' ? new RegExp(`^${text}$`) : text);
  });

  it('does not follow links out of a sandbox', async () => {
    await symlink('/etc', join(sandbox, 'outside'));
    for (const path of ['escape', 'outside/passwd']) {
      const answer = await fetch(`${agentUrl}/files/read?path=${sandbox}/${path}&offset=0`);
      expect(answer.status).toBe(400);
      expect(await answer.text()).toMatch(/is inaccessible/);
    }
    await rm(join(sandbox, 'outside'));
  });
});
