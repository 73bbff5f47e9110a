import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DriverProcess } from '../../src/driver-process.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'spark-mesos-driver-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Starts a shell program whose standard error goes to a file. */
async function start(text: string, environment: NodeJS.ProcessEnv = {}): Promise<DriverProcess> {
  const program = path.join(folder, 'program');
  await writeFile(program, `#!/bin/sh\n${text}\n`);
  await chmod(program, 0o755);
  return await DriverProcess.start({
    program,
    arguments: ['one', 'two words'],
    environment: { PATH: process.env.PATH, FOLDER: folder, ...environment },
    errorFile: path.join(folder, 'errors'),
  });
}

const written = () => readFile(path.join(folder, 'errors'), 'utf8');

/** Waits for a line in the error file; the program writes it when it is ready. */
async function ready(pattern: RegExp): Promise<RegExpExecArray> {
  for (;;) {
    const match = pattern.exec(await written());
    if (match !== null) return match;
    await new Promise(setImmediate);
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<void> {
  while (alive(pid)) await new Promise(setImmediate);
}

describe('a driver', () => {
  test('gets its arguments and its environment, and its errors go to the file', async () => {
    const driver = await start('printf "%s|" "$@" "$COLOUR" >&2', { COLOUR: 'blue' });
    expect((await driver.ended).status).toBe(0);
    await driver.finish();
    expect(await written()).toBe('one|two words|blue|');
  });

  test.each([
    ['exit 42', 42],
    ['kill -s KILL $$', 137],
    ['kill -s TERM $$', 143],
  ])('that does "%s" has the status %i', async (text, status) => {
    const driver = await start(text);
    expect((await driver.ended).status).toBe(status);
    await driver.finish();
  });

  test('that is no program is told', async () => {
    const starting = DriverProcess.start({
      program: '/nowhere/spark-submit',
      arguments: [],
      environment: {},
    });
    await expect(starting).rejects.toMatchObject({ code: 'SUBMIT_DRIVER_START' });
  });

  test('whose log cannot be written is told', async () => {
    const options = { program: '/bin/true', arguments: [], environment: {}, errorFile: '/nowhere/log' };
    await expect(DriverProcess.start(options)).rejects.toThrow(
      /cannot write the driver's log to \/nowhere\/log/,
    );
  });
});

describe('a signal', () => {
  test('reaches the driver behind a shell that only waits for it', async () => {
    const driver = await start(
      'sh -c \'trap "echo heard >&2; exit 7" TERM; echo ready >&2; while :; do sleep 0.01; done\'\necho "inner $?" >&2',
    );
    await ready(/ready/);
    driver.signal('SIGTERM');
    await driver.ended;
    await ready(/heard/);
    await driver.end();
  });
});

describe('the end of us', () => {
  const nested = `
sh -c 'trap "" HUP; echo "pid $$" >&2; while :; do sleep 0.01; done' &
echo ready >&2
wait`;

  test('ends the driver, however its processes are nested', async () => {
    const driver = await start(nested);
    const inner = Number((await ready(/pid (\d+)/))[1]);
    await ready(/ready/);
    await driver.end();
    await gone(inner);
    expect((await driver.ended).status).toBe(143);
  });

  test('ends what a killed driver left behind as an orphan', async () => {
    const driver = await start(`echo "first $$" >&2\n${nested}`);
    const inner = Number((await ready(/pid (\d+)/))[1]);
    process.kill(Number((await ready(/first (\d+)/))[1]), 'SIGKILL');
    expect((await driver.ended).status).toBe(137);
    expect(alive(inner)).toBe(true);
    await driver.finish();
    await gone(inner);
  });

  test('ends one that does not heed TERM', async () => {
    const driver = await start('trap "" TERM; echo ready >&2; while :; do sleep 0.01; done');
    await ready(/ready/);
    await driver.end();
    expect((await driver.ended).status).toBe(137);
  });

  test('leaves alone what a driver that ended well left running on purpose', async () => {
    const driver = await start('sleep 60 & echo "pid $!" >&2');
    const inner = Number((await ready(/pid (\d+)/))[1]);
    expect((await driver.ended).status).toBe(0);
    await driver.finish();
    expect(alive(inner)).toBe(true);
    process.kill(inner, 'SIGKILL');
  });
});
