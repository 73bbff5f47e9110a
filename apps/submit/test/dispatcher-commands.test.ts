import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SubmissionView } from '@spark-mesos/cluster-dispatcher/client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { submitToCluster, waitingLine } from '../src/cluster-submission.ts';
import { readCommandLine } from '../src/command-line.ts';
import { DISPATCHER_COMMANDS, runDispatcherCommand } from '../src/dispatcher-commands.ts';

const AT = '2026-11-21T12:00:00.000Z';
const WAITS = { state: 'queued', attempts: [], attemptCount: 0 };
const LOG = ['line one\n', 'line two\n', 'the end\n'];

function driver(changes: object = {}) {
  return {
    id: 'driver-1',
    name: 'nightly \u001b[31m',
    state: 'running',
    queue: 'default',
    priority: 0,
    submittedAt: AT,
    supervise: false,
    mainClass: 'Main',
    resources: { cpus: 1, memMiB: 1408, heapMiB: 1024, diskMiB: 0 },
    attemptCount: 1,
    attempts: [
      {
        number: 1,
        taskId: 'driver-1',
        driverFrameworkId: 'f',
        agentId: 'a',
        hostname: 'host-1',
        launchedAt: AT,
        links: { stdout: '/out', stderr: '/err' },
      },
    ],
    request: { appResource: 'a.jar', mainClass: 'Main', arguments: [], properties: {}, environment: {} },
    links: { self: '/api/v2/submissions/driver-1' },
    ...changes,
  };
}

/** A dispatcher with one driver, which ends once its log was read for the second time. */
async function dispatcher(end: object = { state: 'finished', finalState: 'FINISHED' }, begin: object = {}) {
  const asked: { readonly line: string; readonly body: string; readonly token: string | undefined }[] = [];
  let reads = 0;
  let looks = 0;
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    const url = new URL(request.url ?? '', 'http://x');
    asked.push({ line: `${request.method} ${request.url}`, body, token: request.headers.authorization });
    const answer = (): unknown => {
      switch (`${request.method} ${url.pathname}`) {
        case 'GET /api/v2/submissions':
          return { submissions: [driver()], total: 1, offset: 0, limit: 100 };
        case 'POST /api/v2/submissions':
          return { submissionId: 'driver-1', repeated: false, warnings: ['spark.x is not known'] };
        case 'GET /api/v2/submissions/driver-1':
          looks += 1;
          return driver(reads >= 2 || looks >= (begin === WAITS ? 4 : 2) ? end : begin);
        case 'GET /api/v2/submissions/driver-1/explain':
          return {
            submissionId: 'driver-1',
            state: 'running',
            sentence: begin === WAITS ? 'waits because no offer has 4 cpus' : 'runs on host-1',
            reason: 'NOT_WAITING',
            agents: [],
          };
        case 'POST /api/v2/submissions/driver-1/kill':
          return { submissionId: 'driver-1', was: 'running' };
        case 'GET /api/v2/submissions/driver-1/log': {
          const offset = Number(url.searchParams.get('offset'));
          const data = LOG[reads] ?? '';
          reads += 1;
          return { data, offset, nextOffset: offset + data.length, attempt: 1 };
        }
        case 'POST /api/v2/submissions/driver-0/kill':
          response.statusCode = 409;
          return {
            type: 'about:blank',
            status: 409,
            code: 'DISPATCHER_ALREADY_FINISHED',
            detail: 'Driver already terminated',
          };
        case 'POST /api/v2/submissions/driver-9/kill':
          response.statusCode = 503;
          return { type: 'about:blank', status: 503, code: 'DISPATCHER_NOT_READY', detail: 'not subscribed' };
        default:
          response.statusCode = 404;
          return { type: 'about:blank', status: 404, code: 'DISPATCHER_NOT_FOUND', detail: 'there is none' };
      }
    };
    response.end(JSON.stringify(answer()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let written = '';
  let complained = '';
  const around = {
    environment: { SPARK_MESOS_DISPATCHER: url } as NodeJS.ProcessEnv,
    write: (text: string) => {
      written += text;
    },
    writeError: (text: string) => {
      complained += text;
    },
  };
  const run = async (name: string, ...words: string[]) => {
    written = '';
    const command = DISPATCHER_COMMANDS.find((known) => known.name === name);
    if (command === undefined) throw new Error(`there is no command ${name}`);
    await runDispatcherCommand(command, words, around);
    return written;
  };
  const submit = async (...words: string[]) => {
    const line = readCommandLine('submit', ['--deploy-mode', 'cluster', ...words]);
    const status = await submitToCluster(line, new Map(), { ...around, pollMs: 1, explainMs: 0 });
    return { status, written, complained };
  };
  return { url, asked, run, submit };
}

describe('the drivers of a dispatcher', () => {
  test('are listed, and one is shown with the reason, without what would harm a terminal', async () => {
    const { run, asked } = await dispatcher();
    expect(await run('list', 'night', '--state', 'running', '--limit', '5')).toMatch(
      /^ID +STATE +SUBMITTED +QUEUE +ATTEMPTS +NAME\ndriver-1 +running +2026-11-21 12:00:00 +default +1 +nightly .\[31m\n$/u,
    );
    expect(asked[0]?.line).toBe('GET /api/v2/submissions?state=running&limit=5&search=night');
    const shown = await run('status', 'driver-1');
    expect(shown).toMatch(/^why +runs on host-1$/m);
    expect(shown).not.toContain('\u001b');
    expect(JSON.parse(await run('status', 'driver-1', '--json'))).toMatchObject({ id: 'driver-1' });
  });

  test('are ended, with time to end by themselves', async () => {
    const { run, asked } = await dispatcher();
    expect(await run('kill', 'driver-1', '--grace', '30s')).toBe(
      'driver-1 was running, and is told to end\n',
    );
    expect(asked[0]?.body).toBe('{"graceMs":30000}');
    expect(JSON.parse(await run('kill', 'driver-1', '--json'))).toEqual({
      submissionId: 'driver-1',
      was: 'running',
    });
    await expect(run('kill', 'driver-1', '--grace', 'soon')).rejects.toMatchObject({ code: 'SUBMIT_USAGE' });
  });

  test('have logs, which are followed to their end', async () => {
    const { run, asked } = await dispatcher();
    expect(await run('logs', 'driver-1', '--follow', '--file', 'stdout')).toBe(LOG.join(''));
    expect(asked.find(({ line }) => line.includes('/log'))?.line).toContain('file=stdout&offset=0');
    await expect(run('logs', 'driver-1', '--file', '/etc/passwd')).rejects.toMatchObject({
      code: 'SUBMIT_USAGE',
    });
  });

  test('are asked for with a token, if there is one', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'token-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(path.join(folder, 'token'), 'abc\n');
    const { run, asked } = await dispatcher();
    await run('list', '--token-file', path.join(folder, 'token'));
    expect(asked[0]?.token).toBe('Bearer abc');
    await expect(run('list', '--token-file', '/nowhere')).rejects.toMatchObject({
      code: 'SUBMIT_FILE_NOT_FOUND',
    });
  });

  test('that are not there, or have ended, and dispatchers that are not there, are told apart', async () => {
    const { run } = await dispatcher();
    await expect(run('status', 'driver-2')).rejects.toMatchObject({ code: 'SUBMIT_NO_APPLICATION' });
    const gone = run('list', '--dispatcher', 'http://127.0.0.1:1');
    await expect(gone).rejects.toMatchObject({ code: 'SUBMIT_NO_MASTER' });
    await expect(run('kill', 'driver-0')).rejects.toMatchObject({ code: 'SUBMIT_NO_APPLICATION' });
    await expect(run('kill', 'driver-9')).rejects.toMatchObject({ code: 'SUBMIT_NO_MASTER' });
    await expect(run('status')).rejects.toMatchObject({ code: 'SUBMIT_USAGE' });
    await expect(run('status', 'a', 'b')).rejects.toMatchObject({ code: 'SUBMIT_USAGE' });
  });

  test('each command has its help', async () => {
    const { run } = await dispatcher();
    for (const { name } of DISPATCHER_COMMANDS) {
      expect(await run(name, '--help')).toContain(`Usage: spark-mesos ${name}`);
    }
  });
});

describe('submitting to the cluster', () => {
  test('prints the id, and what does not do what one may expect', async () => {
    const { submit, asked } = await dispatcher();
    expect(await submit('https://files/app.jar', '4')).toEqual({
      status: 0,
      written: 'driver-1\n',
      complained: 'spark-mesos: spark.x is not known\n',
    });
    expect(JSON.parse(asked[0]?.body ?? '')).toMatchObject({
      appResource: 'https://files/app.jar',
      arguments: ['4'],
    });
  });

  test('with --wait says why it waits, and ends with the status of the driver', async () => {
    const failed = { state: 'finished', finalState: 'FAILED', message: 'status 3' };
    const attempts = driver().attempts.map((one) => ({ ...one, exitStatus: 3 }));
    const { submit } = await dispatcher({ ...failed, attempts });
    const { status, complained } = await submit('--wait', 'https://files/app.jar');
    expect(status).toBe(3);
    expect(complained).toContain('driver-1 is running\n');
    expect(complained).toContain('driver-1 is FAILED: status 3\n');
    const well = await dispatcher();
    expect((await well.submit('--wait', 'https://files/app.jar')).status).toBe(0);
    const waited = await (await dispatcher(undefined, WAITS)).submit('--wait', 'https://files/app.jar');
    expect(waited.complained).toMatch(
      /driver-1 is queued\nspark-mesos: driver-1 waits because no offer has 4 cpus\nspark-mesos: driver-1 is FINISHED\n$/,
    );
    const killed = await dispatcher({ state: 'finished', finalState: 'KILLED' });
    expect((await killed.submit('--wait', 'https://files/app.jar')).status).toBe(74);
  });

  test('with --json prints one object: what was accepted, and with --wait what became of it', async () => {
    const { submit, url } = await dispatcher();
    const around = ['--json', '--dispatcher', url, '--master', 'spark://127.0.0.1:1'];
    expect(JSON.parse((await submit(...around, 'https://files/app.jar')).written)).toEqual({
      submissionId: 'driver-1',
      repeated: false,
      warnings: ['spark.x is not known'],
    });
    const waited = await (await dispatcher()).submit('--json', '--wait', 'https://files/app.jar');
    expect(JSON.parse(waited.written)).toMatchObject({
      submissionId: 'driver-1',
      submission: { id: 'driver-1', state: 'finished', finalState: 'FINISHED' },
    });
  });

  test('a terminal shows how the driver is while it is waited for', async () => {
    const { url } = await dispatcher();
    const shown: string[] = [];
    const line = readCommandLine('submit', [
      '--wait',
      '--dispatcher',
      url,
      '--deploy-mode',
      'cluster',
      'a.jar',
    ]);
    await submitToCluster(line, new Map(), {
      environment: {},
      write: () => {},
      writeError: () => {},
      pollMs: 1,
      show: (text) => shown.push(text),
    });
    expect(shown[0]).toMatch(/^spark-mesos: driver-1 is running on host-1; submitted .* ago$/);
    expect(shown.at(-1)).toContain('driver-1 is FINISHED');
    const view = driver({ attemptCount: 3, submittedAt: AT }) as unknown as SubmissionView;
    expect(waitingLine(view, Date.parse(AT) + 90_000)).toBe(
      'spark-mesos: driver-1 is running on host-1, attempt 3; submitted 90 s ago',
    );
  });
});
