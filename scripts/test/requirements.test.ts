import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findMissing } from '../support/requirements.mjs';

let folder: string;

/** Puts a program on the path of the machine that the test describes. */
async function program(name: string, script: string): Promise<void> {
  const path = join(folder, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}

const JAVA_17 = `echo 'openjdk version "17.0.15" 2025-04-15' >&2`;
const PYTHON = `[ "$2" = pip ] && { echo pip 24; exit 0; }; echo Python 3.11.7`;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'requirements-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('finds nothing missing where Java 17 and Python with pip are there', async () => {
  await program('java', JAVA_17);
  await program('python3', PYTHON);
  expect(await findMissing({ PATH: folder })).toEqual([]);
});

test('names everything that a bare machine lacks, with what to install', async () => {
  const missing = await findMissing({ PATH: folder });
  expect(missing).toHaveLength(2);
  expect(missing[0]).toMatch(
    /Java 17 or newer is needed; there is no java.*apt-get install openjdk-17-jre-headless/s,
  );
  expect(missing[1]).toMatch(
    /Python 3\.8 or newer is needed; there is no python3.*apt-get install python3 python3-pip/s,
  );
});

test('names a Java that is too old, in the old numbering too', async () => {
  await program('python3', PYTHON);
  await program('java', `echo 'openjdk version "11.0.2" 2019-01-15' >&2`);
  expect(await findMissing({ PATH: folder })).toEqual([expect.stringContaining('java is Java 11.')]);
  await program('java', `echo 'java version "1.8.0_392"' >&2`);
  expect(await findMissing({ PATH: folder })).toEqual([expect.stringContaining('java is Java 8.')]);
});

test('asks the Java of JAVA_HOME, and says so when there is none', async () => {
  await program('python3', PYTHON);
  await program('jdk/bin/java', JAVA_17);
  expect(await findMissing({ PATH: folder, JAVA_HOME: join(folder, 'jdk') })).toEqual([]);
  const wrong = await findMissing({ PATH: folder, JAVA_HOME: '/nowhere' });
  expect(wrong).toEqual([
    expect.stringContaining('JAVA_HOME is /nowhere, but there is no /nowhere/bin/java'),
  ]);
});

test('sends those on Windows to where it runs, and asks for nothing else', async () => {
  expect(await findMissing({ PATH: folder }, 'win32')).toEqual([expect.stringContaining('WSL 2')]);
});

test('names pip when Python has none', async () => {
  await program('java', JAVA_17);
  await program('python3', `[ "$2" = pip ] && exit 1; echo Python 3.11.7`);
  expect(await findMissing({ PATH: folder })).toEqual([expect.stringMatching(/^Python's pip is needed/)]);
});
