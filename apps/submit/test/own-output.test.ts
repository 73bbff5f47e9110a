import { describe, expect, test } from 'vitest';
import { makeLogger, plainOutput } from '../src/own-output.ts';

describe('lines for people', () => {
  test('are marked as ours, each of several', () => {
    const written: string[] = [];
    plainOutput((text) => written.push(text), true).notice('one\ntwo');
    expect(written).toEqual(['spark-mesos: one\n', 'spark-mesos: two\n']);
  });

  test('of progress are shown only when asked for', () => {
    const written: string[] = [];
    const output = plainOutput((text) => written.push(text), false);
    output.progress('quiet');
    output.notice('loud');
    expect(written).toEqual(['spark-mesos: loud\n']);
  });
});

describe('the log', () => {
  test('is plain lines with the fields behind the phrase', () => {
    const written: string[] = [];
    const logger = makeLogger({ level: 'info', json: false, write: (text) => written.push(text) });
    logger.child({ appId: 'a-1' }).warn({ hosts: ['b'] }, 'something happened');
    logger.debug({}, 'not shown');
    expect(written).toEqual(['spark-mesos: warning: something happened appId=a-1 hosts=["b"]\n']);
  });

  test('is JSON for machines', () => {
    const written: string[] = [];
    const logger = makeLogger({ level: 'info', json: true, write: (text) => written.push(text) });
    logger.info({ appId: 'a-1' }, 'something happened');
    expect(JSON.parse(written[0] ?? '')).toMatchObject({
      level: 30,
      appId: 'a-1',
      msg: 'something happened',
    });
  });

  test('never shows a secret', () => {
    const written: string[] = [];
    const logger = makeLogger({ level: 'info', json: false, write: (text) => written.push(text) });
    logger.info({ secret: 'hush', credentials: { secret: 'hush' } }, 'subscribing');
    expect(written.join('')).not.toContain('hush');
  });
});
