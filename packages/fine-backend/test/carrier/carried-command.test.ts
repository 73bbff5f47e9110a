import { describe, expect, test } from 'vitest';
import { carriedCommand, decodeEndMessage, encodeEndMessage } from '../../src/index.ts';

describe('a command that an executor of ours carries', () => {
  test('F11: comes behind the program, with all that belongs to it', () => {
    const environment = { variables: [{ name: 'A', value: 'b' }] };
    const command = {
      shell: false,
      value: '/bin/sh',
      arguments: ['sh', '-c', 'exec "$@"', 'x', 'y z'],
      environment,
    };
    expect(carriedCommand('spark-mesos-fine-executor', command)).toEqual({
      shell: false,
      value: 'spark-mesos-fine-executor',
      arguments: ['spark-mesos-fine-executor', '--', '/bin/sh', '-c', 'exec "$@"', 'x', 'y z'],
      environment,
    });
  });

  test('F11: of a shell is one of /bin/sh', () => {
    expect(carriedCommand('./fine', { value: 'exec sleep 9' }).arguments).toEqual([
      './fine',
      '--',
      '/bin/sh',
      '-c',
      'exec sleep 9',
    ]);
  });
});

describe('the message that a task has ended', () => {
  test('F53: is read as it was written, and nothing else is', () => {
    expect(decodeEndMessage(encodeEndMessage({ taskId: 's-1', end: 'FAILED' }))).toEqual({
      taskId: 's-1',
      end: 'FAILED',
    });
    for (const junk of [
      '',
      'null',
      '[]',
      '7',
      '{"taskId":7,"end":"FAILED"}',
      '{"taskId":"s","end":"DONE"}',
    ]) {
      expect(decodeEndMessage(Buffer.from(junk))).toBeUndefined();
    }
    expect(decodeEndMessage(encodeEndMessage({ taskId: 'x'.repeat(5000), end: 'LOST' }))).toBeUndefined();
  });
});
