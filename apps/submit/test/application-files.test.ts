import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkApplicationFiles } from '../src/application-files.ts';
import { readCommandLine } from '../src/command-line.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'spark-mesos-files-'));
  await writeFile(path.join(folder, 'here.jar'), '');
});
afterEach(() => rm(folder, { recursive: true }));

async function check(words: string[]): Promise<string[]> {
  const warnings: string[] = [];
  const there = words.map((word) => word.replaceAll('HERE', path.join(folder, 'here.jar')));
  await checkApplicationFiles(readCommandLine('submit', there), (text) => warnings.push(text));
  return warnings;
}

describe('the application’s file', () => {
  test.each([
    'HERE',
    'file:HERE',
    'file://HERE',
    'hdfs://host/app.jar',
    's3a://bucket/app.jar',
    'local:/opt/app.jar',
    'spark-internal',
    '/nowhere/*.jar',
  ])('%s is let pass', async (resource) => {
    expect(await check([resource])).toEqual([]);
  });

  test.each(['/nowhere/app.jar', 'file:/nowhere/app.jar', 'file:///nowhere/app.py', 'nowhere.py'])(
    '%s is missed before Spark is started',
    async (resource) => {
      await expect(check([resource])).rejects.toMatchObject({ code: 'SUBMIT_FILE_NOT_FOUND' });
      await expect(check([resource])).rejects.toThrow(`${resource} does not exist`);
    },
  );
});

describe('further files', () => {
  test('that are not there are told, since Spark may go on without them', async () => {
    const warnings = await check(['--jars', 'HERE,/nowhere/a.jar', '--py-files=/nowhere/b.py', 'HERE']);
    expect(warnings).toEqual([
      expect.stringContaining('--jars names /nowhere/a.jar'),
      expect.stringContaining('--py-files names /nowhere/b.py'),
    ]);
  });

  test('with another name behind # are looked up by their own', async () => {
    expect(await check(['--archives', 'HERE#unpacked', 'HERE'])).toEqual([]);
  });
});
