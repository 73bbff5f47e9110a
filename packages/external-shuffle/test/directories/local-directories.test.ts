import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { LocalDirectories, ShuffleError } from '@spark-mesos/external-shuffle';
import { describe, expect, test } from 'vitest';
import { blockManagerName, makeLocalDirectory, temporaryFolder } from '../support/folders.ts';

const NAME = blockManagerName(1);

describe('what is taken', () => {
  test('a directory right under a root, and one that a standalone worker made deeper in it', async () => {
    const root = await temporaryFolder();
    const directories = new LocalDirectories([root]);
    const right = makeLocalDirectory(root, 1);
    const deeper = makeLocalDirectory(`${root}/spark-1/executor-2`, 2);
    expect(directories.check(right)).toEqual({ path: right, found: true });
    expect(directories.check(deeper)).toEqual({ path: deeper, found: true });
  });

  test('a root that is a link, by either of its names', async () => {
    const [disk, folder] = [await temporaryFolder(), await temporaryFolder()];
    symlinkSync(disk, `${folder}/link`);
    const directory = makeLocalDirectory(disk, 1);
    const directories = new LocalDirectories([`${folder}/link`]);
    expect(directories.check(`${folder}/link/${NAME}`)).toEqual({ path: directory, found: true });
    expect(directories.check(directory)).toEqual({ path: directory, found: true });
    expect(directories.roots).toEqual([disk]);
  });

  test('a root that is mounted after the service has started', async () => {
    const [disk, folder] = [await temporaryFolder(), await temporaryFolder()];
    const directories = new LocalDirectories([`${folder}/later/`]);
    const directory = makeLocalDirectory(disk, 1);
    symlinkSync(disk, `${folder}/later`);
    expect(directories.check(directory)).toEqual({ path: directory, found: true });
  });

  test('a directory that is not there yet', async () => {
    const root = await temporaryFolder();
    expect(new LocalDirectories([root]).check(`${root}/${NAME}`)).toEqual({
      path: `${root}/${NAME}`,
      found: false,
    });
  });
});

describe('what is refused', () => {
  test.each([
    '/',
    '',
    '.',
    NAME,
    `../${NAME}`,
    '/etc',
    `/etc/${NAME}`,
    'ROOT',
    'ROOT/',
    'ROOT/data',
    `ROOT/${NAME}/`,
    `ROOT//${NAME}`,
    `ROOT/./${NAME}`,
    `ROOT/../${NAME}`,
    `ROOT/x/../${NAME}`,
    `ROOTx/${NAME}`,
    `ROOT/${NAME}/00`,
    `ROOT/${NAME}/${blockManagerName(2)}`,
    `ROOT/blockmgr-x/${NAME}`,
    `ROOT/${NAME}\0`,
    `ROOT/x\0/${NAME}`,
    'ROOT/blockmgr-',
    'ROOT/blockmgr-00000000-0000-4000-8000-00000000000g',
    `ROOT/${NAME}x`,
    `ROOT/x${NAME}`,
    `ROOT/${NAME}\n`,
    `ROOT/${'x'.repeat(800)}/${NAME}`,
    `file:ROOT/${NAME}`,
  ])('%j', async (pattern) => {
    const root = await temporaryFolder();
    const directories = new LocalDirectories([root]);
    const directory = pattern.replace('ROOT', root);
    expect(() => directories.check(directory)).toThrow(ShuffleError);
    expect(directories.canonical(directory)).toBeUndefined();
  });

  test('a link, a directory behind a link, and a file', async () => {
    const [root, outside] = [await temporaryFolder(), await temporaryFolder()];
    const directories = new LocalDirectories([root]);
    symlinkSync(makeLocalDirectory(outside, 1), `${root}/${NAME}`);
    symlinkSync(outside, `${root}/inner`);
    symlinkSync(`${root}/${blockManagerName(4)}`, `${root}/${blockManagerName(4)}`);
    writeFileSync(`${root}/${blockManagerName(3)}`, '');
    mkdirSync(`${root}/plain`);
    symlinkSync(makeLocalDirectory(`${root}/plain`, 5), `${root}/${blockManagerName(6)}`);
    for (const name of [
      NAME,
      `inner/${NAME}`,
      blockManagerName(3),
      blockManagerName(4),
      blockManagerName(6),
    ]) {
      expect(() => directories.check(`${root}/${name}`), name).toThrowError(
        expect.objectContaining({ code: 'SHUFFLE_DIRECTORY_REFUSED' }),
      );
    }
  });

  test.each(['/', '', 'relative', '/x/../y', '/a//b', '/x\0'])('the root %j', (root) => {
    expect(() => new LocalDirectories([root])).toThrow(ShuffleError);
  });
});
