import { REDACTED } from '@spark-mesos/scheduler-utils';
import { describe, expect, test } from 'vitest';
import { isForeignPage } from '../../src/security/browser-guard.ts';
import { RateLimit } from '../../src/security/rate-limit.ts';
import { redactRequest, redactUri } from '../../src/security/redaction.ts';

describe('a rate limit', () => {
  test('lets so many through at once, and more as time goes by', () => {
    let nowMs = 0;
    const limit = new RateLimit({ perSecond: 2, burst: 3 }, () => nowMs);
    expect([limit.take('a'), limit.take('a'), limit.take('a')]).toEqual([0, 0, 0]);
    expect(limit.take('a')).toBe(500);
    expect(limit.take('b')).toBe(0);
    nowMs = 500;
    expect(limit.isEmpty('a')).toBe(false);
    expect(limit.take('a')).toBe(0);
    expect(limit.take('a')).toBe(500);
    nowMs = 3_600_000;
    expect([limit.take('a'), limit.take('a'), limit.take('a'), limit.take('a') > 0]).toEqual([0, 0, 0, true]);
  });

  test('does not give more when the clock is set back', () => {
    let nowMs = 10_000;
    const limit = new RateLimit({ perSecond: 1, burst: 1 }, () => nowMs);
    limit.take('a');
    nowMs = 0;
    expect(limit.take('a')).toBeGreaterThan(0);
  });
});

describe('a request of a browser', () => {
  test.each([
    ['a program', {}, false],
    ['our own page', { host: '10.0.0.1:8081', origin: 'http://10.0.0.1:8081' }, false],
    [
      'our own page by name',
      { host: 'dispatcher.example:8081', origin: 'https://dispatcher.example:8081' },
      false,
    ],
    ['a link that was followed by hand', { host: 'localhost:8081', 'sec-fetch-site': 'none' }, false],
    ['another origin', { host: '10.0.0.1:8081', origin: 'https://evil.example' }, true],
    ['another port of this host', { host: 'localhost:8081', origin: 'http://localhost:3000' }, true],
    ['another site', { host: 'localhost:8081', 'sec-fetch-site': 'cross-site' }, true],
    ['a name that only leads here', { host: 'evil.example:8081', origin: 'http://evil.example:8081' }, true],
    [
      'a name that only leads here, without an origin',
      { host: 'evil.example', 'sec-fetch-site': 'same-origin' },
      true,
    ],
    ['no origin at all', { host: 'localhost:8081', origin: 'null' }, true],
  ])('from %s is told apart', (_who, headers, foreign) => {
    expect(isForeignPage(headers, ['dispatcher.example'])).toBe(foreign);
  });
});

test('nothing that is shown holds a secret', () => {
  const shown = redactRequest({
    appResource: 'https://ada:hunter2@files/app.jar?X-Amz-Signature=hunter2&v=1',
    mainClass: 'Main',
    arguments: ['--password', 'hunter2', '--db.secret=hunter2', 'jdbc://u:hunter2@db/x', 'plain'],
    properties: {
      'spark.mesos.driver.secret.values': 'hunter2',
      'spark.hadoop.fs.s3a.access.key': 'hunter2',
      'spark.driver.extraJavaOptions': '-Dx.password=hunter2 -Dy=1',
      'spark.jars': 'https://ada:hunter2@files/a.jar',
      'spark.app.name': 'Pi',
    },
    environment: { SPARK_DB_PASSWORD: 'hunter2', SPARK_LOCAL_IP: '127.0.0.1' },
  });
  expect(JSON.stringify(shown)).not.toContain('hunter2');
  expect(shown).toMatchObject({
    arguments: ['--password', REDACTED, expect.any(String), `jdbc://${REDACTED}@db/x`, 'plain'],
    properties: { 'spark.app.name': 'Pi' },
    environment: { SPARK_LOCAL_IP: '127.0.0.1' },
  });
  expect(redactUri('https://files/app.jar?v=1')).toBe('https://files/app.jar?v=1');
});

test('what is secret in one place is redacted in the others too, and in each of several URIs', () => {
  const shown = redactRequest({
    appResource: 'https://files/hunter2hunter2.jar?X-Amz-Signature=abc&v=1',
    mainClass: 'org.hunter2hunter2.Main',
    arguments: ['--token', 'one-time-password', '-Dx=one-time-password,2'],
    properties: {
      'spark.hadoop.secret': 'hunter2hunter2',
      'spark.mesos.uris': 'https://ada:pass@a/1,https://eve:word@b/2?sig=c',
      'spark.short.password': 'yes',
      'spark.plain': 'yes',
    },
    environment: { X: 'a hunter2hunter2 b' },
  });
  expect(shown).toEqual({
    appResource: `https://files/${REDACTED}.jar?X-Amz-Signature=${REDACTED}&v=1`,
    mainClass: `org.${REDACTED}.Main`,
    arguments: ['--token', REDACTED, `-Dx=${REDACTED},2`],
    properties: {
      'spark.hadoop.secret': REDACTED,
      'spark.mesos.uris': `https://${REDACTED}@a/1,https://${REDACTED}@b/2?sig=${REDACTED}`,
      'spark.short.password': REDACTED,
      'spark.plain': 'yes',
    },
    environment: { X: `a ${REDACTED} b` },
  });
});

test('no text takes long to redact, however it is made', () => {
  for (const piece of [
    'token',
    '--secret',
    '://a@',
    '?sig',
    '&',
    '=',
    'a=',
    '?',
    '@',
    '"',
    "secret='",
    ' ',
  ]) {
    const text = piece.repeat(200_000 / piece.length);
    const request = {
      appResource: text,
      mainClass: text,
      arguments: [text, text],
      properties: { 'spark.a': text, 'spark.password': text },
      environment: { A: text },
    };
    expect(JSON.stringify(redactRequest(request))).toContain(REDACTED);
  }
});
