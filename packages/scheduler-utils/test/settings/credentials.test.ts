import { describe, expect, test } from 'vitest';
import { resolveCredentials } from '../../src/index.ts';

const files: Record<string, string> = { '/p': 'principal\n', '/s': ' secret \r\n', '/two': 'a\n\n' };

async function readFile(path: string): Promise<string> {
  const content = files[path];
  if (content === undefined) {
    throw new Error('no such file');
  }
  return content;
}

describe('credentials', () => {
  test('U20: a value goes before a file', async () => {
    const settings = { principal: 'me', principalFile: '/p', secretFile: '/s' };
    expect(await resolveCredentials(settings, readFile)).toEqual({ principal: 'me', secret: ' secret ' });
  });

  test('U21: a missing file is an error that names file and setting', async () => {
    await expect(resolveCredentials({ principalFile: '/nope' }, readFile)).rejects.toMatchObject({
      code: 'CONFIG_FILE_UNREADABLE',
      message: 'The file /nope of spark.mesos.principal.file cannot be read: no such file',
    });
  });

  test('U21: a secret without a principal is an error that names both', async () => {
    await expect(resolveCredentials({ secret: 'x' }, readFile)).rejects.toThrowError(
      'spark.mesos.secret is set, but spark.mesos.principal is not',
    );
  });

  test('U22: a principal alone authenticates; without one nothing does', async () => {
    expect(await resolveCredentials({ principal: 'me' }, readFile)).toEqual({
      principal: 'me',
      secret: undefined,
    });
    expect(await resolveCredentials({}, readFile)).toBeUndefined();
  });

  test('U23: one line end at the end of a file is no part of the value', async () => {
    expect(await resolveCredentials({ principalFile: '/p' }, readFile)).toMatchObject({
      principal: 'principal',
    });
    expect(await resolveCredentials({ principalFile: '/two' }, readFile)).toMatchObject({ principal: 'a\n' });
  });

  test('U23: who wants it as the original had it keeps the line end', async () => {
    const settings = { principalFile: '/p', credentialFilesKeepLineEnd: true };
    expect(await resolveCredentials(settings, readFile)).toMatchObject({ principal: 'principal\n' });
  });
});
