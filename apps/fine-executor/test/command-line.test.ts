import { describe, expect, test } from 'vitest';
import { readCommandLine } from '../src/index.ts';

describe('the command line', () => {
  test('F51: everything behind -- is the child, as it stands there', () => {
    expect(readCommandLine(['--', '/bin/sh', '-c', 'exec "$@"', '--help'], '1')).toEqual({
      kind: 'run',
      program: '/bin/sh',
      arguments: ['-c', 'exec "$@"', '--help'],
    });
  });

  test.for([[[]], [['--']], [['/bin/sh']], [['--', '']]])('says how it is used for %j', ([argv]) => {
    expect(readCommandLine(argv ?? [], '1')).toMatchObject({ kind: 'text', isError: true });
  });

  test('tells its version and its usage to whoever asks', () => {
    expect(readCommandLine(['--version'], '1.2.3')).toEqual({
      kind: 'text',
      text: '1.2.3\n',
      isError: false,
    });
    expect(readCommandLine(['--help'], '1')).toMatchObject({ kind: 'text', isError: false });
  });
});
