import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cacheFolder, sparkHome } from '../../spark.mjs';
import { ROOT } from '../../support/workspace.mjs';

/**
 * A python3 whose pip writes a small Spark into its target folder, and counts how often it was called.
 * The last argument but one is the target folder (`--target DIR pyspark==VERSION`).
 */
const FAKE_PYTHON = `#!/bin/sh
echo called >> "$FAKE_CALLS"
for word; do before=$last; last=$word; [ "$before" = --target ] && target=$word; done
echo "Collecting $last"
[ -n "$FAKE_STALL" ] && { echo partial > "$TMPDIR/half"; echo "started $$" >> "$FAKE_CALLS"; exec sleep 60; }
mkdir -p "$target/pyspark/bin" "$target/pyspark/jars"
[ -n "$FAKE_FAILURE" ] && { echo "ERROR: no such version"; exit 1; }
touch "$target/pyspark/bin/spark-submit"
[ -n "$FAKE_HALF" ] || touch "$target/pyspark/jars/spark-core_2.13-9.9.9.jar"
`;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fetch-spark-'));
  await mkdir(join(folder, 'bin'));
  await writeFile(join(folder, 'bin', 'python3'), FAKE_PYTHON);
  await chmod(join(folder, 'bin', 'python3'), 0o755);
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Fetch {
  readonly child: ChildProcess;
  readonly ended: Promise<{ status: number | null; output: string }>;
}

function fetch(environment: NodeJS.ProcessEnv = {}): Fetch {
  const child = spawn(process.execPath, [join(ROOT, 'scripts', 'spark.mjs'), '9.9.9'], {
    env: {
      PATH: [join(folder, 'bin'), process.env.PATH].join(delimiter),
      SPARK_MESOS_CACHE: join(folder, 'cache'),
      FAKE_CALLS: join(folder, 'calls'),
      ...environment,
    },
  });
  let output = '';
  child.stdout.on('data', (text) => {
    output += text;
  });
  child.stderr.on('data', (text) => {
    output += text;
  });
  const ended = new Promise<{ status: number | null; output: string }>((resolve) => {
    child.on('close', (status) => resolve({ status, output }));
  });
  return { child, ended };
}

const calls = async () => (await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n');
const cached = async () => (await readdir(join(folder, 'cache'))).sort();

/** Waits until pip has begun its download that never ends; gives its process id. */
async function stalled(): Promise<number> {
  for (;;) {
    const lines = await calls().catch(() => []);
    const started = lines.find((line) => line.startsWith('started '));
    if (started !== undefined) return Number(started.slice('started '.length));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('the cache is where SPARK_MESOS_CACHE says, then below XDG_CACHE_HOME, then below the home folder', () => {
  expect(cacheFolder({ SPARK_MESOS_CACHE: '/a', XDG_CACHE_HOME: '/b' })).toBe('/a');
  expect(cacheFolder({ SPARK_MESOS_CACHE: '', XDG_CACHE_HOME: '/b' })).toBe('/b/spark-mesos');
  expect(cacheFolder({})).toMatch(/\/\.cache\/spark-mesos$/);
  expect(sparkHome('4.3.0', { SPARK_MESOS_CACHE: '/a' })).toBe('/a/spark-4.3.0/pyspark');
});

test('two that fetch at once call pip once and both get the Spark', async () => {
  const both = await Promise.all([fetch().ended, fetch().ended]);
  const home = join(folder, 'cache', 'spark-9.9.9', 'pyspark');
  for (const { status, output } of both) {
    expect(status).toBe(0);
    expect(output.trim().split('\n').at(-1)).toBe(home);
  }
  expect(await calls()).toEqual(['called']);
  expect(await cached()).toEqual(['spark-9.9.9']);
});

test('a pip that fails leaves nothing behind and is quoted', async () => {
  const { status, output } = await fetch({ FAKE_FAILURE: '1' }).ended;
  expect(status).toBe(1);
  expect(output).toMatch(/pip could not install pyspark 9\.9\.9 \(exit 1\)[\s\S]*ERROR: no such version/);
  expect(await cached()).toEqual([]);
});

test('a package without a whole Spark in it is refused', async () => {
  const { status, output } = await fetch({ FAKE_HALF: '1' }).ended;
  expect(status).toBe(1);
  expect(output).toContain('holds no whole Spark');
  expect(await cached()).toEqual([]);
});

test('Ctrl-C in the middle of the download leaves nothing behind', async () => {
  const { child, ended } = fetch({ FAKE_STALL: '1' });
  await stalled();
  child.kill('SIGINT');
  expect((await ended).status).toBe(1);
  expect(await cached()).toEqual([]);
});

test('what a killed process leaves is cleared away by the next one', async () => {
  const { child, ended } = fetch({ FAKE_STALL: '1' });
  const pip = await stalled();
  child.kill('SIGKILL');
  await ended;
  process.kill(pip, 'SIGKILL');
  expect(await cached()).not.toEqual([]);
  expect((await fetch().ended).status).toBe(0);
  expect(await cached()).toEqual(['spark-9.9.9']);
});
