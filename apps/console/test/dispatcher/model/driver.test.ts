import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  attemptPhase,
  driverPhase,
  driverStateLabel,
  parseAttempt,
  parseDriverDetails,
  parseDriverPage,
} from '../../../src/dispatcher/model/driver.ts';
import { parseExplanation } from '../../../src/dispatcher/model/explanation.ts';
import { parseQueues, parseReadiness, parseStatistics } from '../../../src/dispatcher/model/overview.ts';
import { mayManage, parsePrincipal } from '../../../src/dispatcher/model/principal.ts';

describe('a driver', () => {
  it('is told by how it ended, once it has', () => {
    expect(driverStateLabel({ state: 'killing', finalState: '' })).toBe('killing');
    expect(driverStateLabel({ state: 'finished', finalState: 'FINISHED' })).toBe('succeeded');
    expect(driverStateLabel({ state: 'finished', finalState: 'LOST' })).toBe('lost');
    expect(driverPhase({ state: 'finished', finalState: 'ERROR' })).toBe('failed');
    expect(driverPhase({ state: 'something new', finalState: '' })).toBe('lost');
  });

  it('has attempts that are on their way until Mesos says something', () => {
    expect(attemptPhase(parseAttempt({}))).toBe('waiting');
    expect(attemptPhase(parseAttempt({ taskState: 'TASK_GONE_BY_OPERATOR' }))).toBe('lost');
  });

  it('gets no link that would run in the page', () => {
    const links = { sandbox: 'javascript:alert(1)', history: 'http://history/history/f' };
    const attempt = parseAttempt({ links });
    expect([attempt.sandboxLink, attempt.historyLink]).toEqual([undefined, 'http://history/history/f']);
    expect(parseDriverDetails({ links: { driverUi: 'data:text/html,x' } }).driverUiLink).toBeUndefined();
  });
});

describe('answers of any shape', () => {
  it('are read without a throw', () => {
    fc.assert(
      fc.property(fc.anything(), (answer) => {
        for (const parse of [
          parseDriverPage,
          parseDriverDetails,
          parseExplanation,
          parseQueues,
          parseReadiness,
          parseStatistics,
          parsePrincipal,
        ]) {
          parse(answer);
        }
      }),
    );
  });
});

describe('the buttons', () => {
  it('are there for those whom the dispatcher would let', () => {
    const ada = parsePrincipal({ name: 'ada', role: 'submitter', by: 'token' });
    expect([mayManage(ada, 'ada'), mayManage(ada, ''), mayManage(ada, 'bob')]).toEqual([true, true, false]);
    expect(mayManage({ ...ada, role: 'admin' }, 'bob')).toBe(true);
    expect(mayManage({ ...ada, role: 'viewer' }, 'ada')).toBe(false);
    expect(mayManage(undefined, '')).toBe(false);
  });
});
