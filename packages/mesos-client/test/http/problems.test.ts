import { describe, expect, it } from 'vitest';
import { connectionProblem, refusal } from '../../src/http/problems.ts';
import { isRetriable } from '../../src/index.ts';

const url = new URL('http://10.0.0.1:5050/api/v1/scheduler');
const failure = (code: string, message = 'no') => Object.assign(new Error(message), { code });

describe('connectionProblem', () => {
  it.each([
    ['ECONNREFUSED', /no Mesos master answers at 10\.0\.0\.1:5050: .*refused; check/],
    ['ENOTFOUND', /host name is not known; check/],
    ['UND_ERR_CONNECT_TIMEOUT', /not answered in time; check/],
  ])('says of %s what is wrong and what to do', (code, text) => {
    const problem = connectionProblem(url, failure(code));
    expect(problem.code).toBe('MESOS_UNREACHABLE');
    expect(problem.message).toMatch(text);
    expect(isRetriable(problem)).toBe(true);
  });

  it('finds the reason inside of wrappers', () => {
    const both = new AggregateError([failure('ECONNREFUSED'), failure('ENETUNREACH')]);
    expect(connectionProblem(url, new Error('fetch failed', { cause: both })).code).toBe('MESOS_UNREACHABLE');
  });

  it('tells a broken connection, whose call may have arrived, from one that never was', () => {
    const problem = connectionProblem(url, failure('UND_ERR_SOCKET', 'other side closed'));
    expect(problem.code).toBe('MESOS_CONNECTION_LOST');
    expect(isRetriable(problem)).toBe(false);
    expect(connectionProblem(url, 'junk').code).toBe('MESOS_CONNECTION_LOST');
  });

  it('tells what is no HTTP server', () => {
    expect(connectionProblem(url, Object.assign(new Error('no'), { name: 'HTTPParserError' })).code).toBe(
      'MESOS_NOT_A_MASTER',
    );
  });
});

describe('refusal', () => {
  it.each([
    [400, 'Framework cannot be found', 'MESOS_REFUSED'],
    [401, '', 'MESOS_UNAUTHENTICATED'],
    [403, 'Framework is not subscribed', 'MESOS_NOT_SUBSCRIBED'],
    [403, 'Not allowed', 'MESOS_FORBIDDEN'],
    [404, '', 'MESOS_NOT_A_MASTER'],
    [404, '404 Not Found.', 'MESOS_UNAVAILABLE'],
    [405, '', 'MESOS_NOT_A_MASTER'],
    [415, 'Expecting …', 'MESOS_REFUSED'],
    [429, '', 'MESOS_UNAVAILABLE'],
    [503, 'No leader elected', 'MESOS_UNAVAILABLE'],
  ])('takes %i %j as %s and keeps the words', (status, text, code) => {
    const problem = refusal(url, status, text);
    expect(problem).toMatchObject({ code, status, masterText: text });
    expect(problem.message).toContain('10.0.0.1:5050');
  });
});
