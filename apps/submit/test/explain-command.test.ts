import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Explanation } from '@spark-mesos/spark-gateway';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runExplain } from '../src/explain-command.ts';
import { explanationText } from '../src/explanation-text.ts';

const AT = '2026-01-01T12:00:00.000Z';

function explanation(id: string, name: string): Explanation {
  return {
    application: {
      id,
      name,
      user: 'ada',
      uiUrl: 'http://driver:4040',
      phase: 'running',
      registeredAt: AT,
      waitingSince: AT,
      sentence: 'waits because no offer has 4 cpus; the most is 2 on agent a3',
      executors: 1,
      cores: 4,
    },
    connection: 'subscribed',
    coresMax: 8,
    wants: [{ profileId: 0, cores: 4, memoryMiB: 1408, total: 2, alive: 1, missing: 1 }],
    holds: [
      {
        executorId: 0,
        taskId: 'x-0',
        agentId: 'c0ffee-S1',
        hostname: 'a1',
        cores: 4,
        gpus: 0,
        memoryMiB: 1408,
        profileId: 0,
        status: 'running',
        since: AT,
      },
    ],
    offers: [
      {
        agentId: 'c0ffee-S3',
        hostname: 'a3',
        role: '*',
        cores: 2,
        memoryMiB: 2048,
        gpus: 0,
        placed: 0,
        reason: 'CPUS_SHORT',
        sentence: '2 cpus short of 4',
        at: AT,
      },
    ],
    excludedAgents: [
      { agentId: 'c0ffee-S2', hostname: 'a2', failures: 2, lastMessage: 'exited with status 1', until: AT },
    ],
  };
}

/** A gateway that answers with these. */
async function gateway(explanations: readonly Explanation[]): Promise<string> {
  const server = createServer((request, response) => {
    const id = /applications\/([^/]+)\/explain/.exec(request.url ?? '')?.[1];
    const found = explanations.find(({ application }) => application.id === id);
    const all = { applications: explanations.map(({ application }) => application) };
    response.end(JSON.stringify(id === undefined ? all : found));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function run(words: readonly string[]) {
  let written = '';
  const status = await runExplain(words, {
    environment: { XDG_RUNTIME_DIR: '/nowhere' },
    write: (text) => {
      written += text;
    },
    writeError: () => {},
  });
  return { status, written };
}

describe('explain', () => {
  test('tells the only application whole, its sentence first', async () => {
    const { status, written } = await run(['--gateway', await gateway([explanation('f-0001', 'Pi')])]);
    expect(status).toBe(0);
    expect(written).toMatch(/^Pi \(f-0001\) waits because no offer has 4 cpus; the most is 2 on agent a3\n/);
  });

  test('tells which shuffle services have its files, where it uses some', async () => {
    const plain = explanation('f-0001', 'Pi');
    expect((await run(['--gateway', await gateway([plain])])).written).not.toContain('huffle');
    const problem = 'connect ECONNREFUSED 10.0.0.2:7337';
    const shuffleServices = [
      { host: 'a1', port: 7337, phase: 'registered', failures: 0 },
      { host: 'a2', port: 7337, phase: 'waiting', failures: 3, problem },
    ];
    const { written } = await run(['--gateway', await gateway([{ ...plain, shuffleServices }])]);
    expect(written.trim().split('\n').slice(-3)).toEqual([
      'Shuffle services with its files',
      '  a1:7337: registered',
      `  a2:7337: waiting after 3 failures, the last one: ${problem}`,
    ]);
  });

  test('lists several, one in a line', async () => {
    const url = await gateway([explanation('f-0001', 'Pi'), explanation('f-0002', 'Sums')]);
    const { written } = await run(['--gateway', url.replace('http', 'spark')]);
    expect(written.trim().split('\n')).toEqual([
      expect.stringMatching(/^Pi \(f-0001\) waits/),
      expect.stringMatching(/^Sums \(f-0002\) waits/),
    ]);
  });

  test('finds one by its id, the end of its id, or its name', async () => {
    const url = await gateway([explanation('f-0001', 'Pi'), explanation('f-0002', 'Sums')]);
    for (const name of ['f-0002', '0002', 'Sums']) {
      expect((await run([name, '--gateway', url])).written).toMatch(/^Sums \(f-0002\)/);
    }
  });

  test('asks which one, where a name is that of several', async () => {
    const url = await gateway([explanation('f-0001', 'Pi'), explanation('f-0002', 'Pi')]);
    await expect(run(['Pi', '--gateway', url])).rejects.toMatchObject({
      code: 'SUBMIT_USAGE',
      message: expect.stringContaining('f-0001, f-0002'),
    });
  });

  test('says which there are, where there is none of that name', async () => {
    const url = await gateway([explanation('f-0001', 'Pi')]);
    await expect(run(['f-9', '--gateway', url])).rejects.toMatchObject({
      code: 'SUBMIT_NO_APPLICATION',
      message: expect.stringContaining('f-0001 (Pi)'),
    });
  });

  test('says so where nothing runs', async () => {
    expect(await run(['--gateway', await gateway([])])).toEqual({
      status: 0,
      written: 'no application runs\n',
    });
  });

  test('prints JSON for programs', async () => {
    const url = await gateway([explanation('f-0001', 'Pi')]);
    expect(JSON.parse((await run(['Pi', '--json', '--gateway', url])).written)).toEqual(
      explanation('f-0001', 'Pi'),
    );
  });

  test('says what to name where no gateway is found, and what does not answer', async () => {
    await expect(run([])).rejects.toMatchObject({ code: 'SUBMIT_NO_APPLICATION', exitCode: 68 });
    await expect(run(['--gateway', 'http://127.0.0.1:9'])).rejects.toMatchObject({
      code: 'SUBMIT_NO_APPLICATION',
      message: expect.stringContaining('nothing listens'),
    });
    await expect(run(['--gateway', 'https://host:7077'])).rejects.toMatchObject({
      code: 'SUBMIT_USAGE',
      message: expect.stringContaining('say http://host:7077'),
    });
    for (const words of [['--gateway', 'ftp://x'], ['a', 'b'], ['--what']]) {
      await expect(run(words)).rejects.toMatchObject({ code: 'SUBMIT_USAGE' });
    }
  });
});

test('an explanation has what is wanted, held, was offered and is left out, each in a line', () => {
  const text = explanationText(explanation('f-0001', 'Pi'), Date.parse(AT) + 65_000);
  expect(text.split('\n')).toEqual([
    'Pi (f-0001) waits because no offer has 4 cpus; the most is 2 on agent a3',
    '',
    `Waiting for 65 s, since ${AT}.`,
    'Registered 65 s ago by ada; its page is http://driver:4040.',
    '',
    'Wants',
    '  2 executors of 4 cpus and 1408 MiB each (profile 0): 1 there, 1 missing',
    '  no more than 8 cores in all (spark.cores.max)',
    '',
    'Holds',
    '  executor 0 on S1 (a1): 4 cores, 1408 MiB, running for 65 s',
    '',
    'Last offers',
    '  S3 (a3), 65 s ago: 2 cpus, 2 GiB: 2 cpus short of 4',
    '',
    'Agents left out after failures',
    `  S2 (a2), until ${AT}: 2 failures, the last one: exited with status 1`,
    '',
  ]);
});

test('an explanation in fine mode has the slots, and the tasks of those that are gone', () => {
  const plain = explanation('f-0001', 'Notebook');
  const [held] = plain.holds;
  if (held === undefined) throw new Error('nothing is held');
  const slot = { taskId: 'x-s-1', name: 'task 3.0 in stage 1.0 (TID 3)', cores: 1 };
  const tasks = Array.from({ length: 12 }, (_, index) => String(index + 3));
  const text = explanationText(
    {
      ...plain,
      holds: [
        {
          ...held,
          cores: 0.5,
          taskCores: 3,
          heldTasks: 2,
          slots: [{ ...slot, status: 'busy', carried: 1, tasks: ['3'] }],
        },
      ],
      endedSlots: [{ ...slot, hostname: 'a1', carried: 12, tasks }],
    },
    Date.parse(AT) + 5000,
  );
  const lines = text.split('\n');
  const at = lines.findIndex((line) => line.startsWith('  executor 0'));
  expect(lines.slice(at, at + 6)).toEqual([
    '  executor 0 on S1 (a1): 0.5 cores, 1408 MiB, running for 5 s',
    '    its agent could give 3 cores to tasks; 2 tasks held until there are cores',
    '    slot "task 3.0 in stage 1.0 (TID 3)": 1 core, busy, 1 task so far (3)',
    '',
    'Slots given back, with the ids of their tasks',
    '  slot "task 3.0 in stage 1.0 (TID 3)" on a1: 12 tasks (…, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14)',
  ]);
});
