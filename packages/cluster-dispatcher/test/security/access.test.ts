import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Access } from '../../src/security/access.ts';
import { jwsRuleOfSpark, OPEN_ACCESS, parseAccessRules } from '../../src/security/access-file.ts';
import { mayManage } from '../../src/security/roles.ts';

const KEY = Buffer.alloc(32, 3).toString('base64url');
const FILE = JSON.stringify({
  anonymous: 'viewer',
  tokens: [
    { name: 'nightly', role: 'submitter', token: 'correct horse battery staple' },
    { name: 'hashed', role: 'admin', sha256: '0'.repeat(64) },
  ],
  jws: { secretKey: KEY },
  certificates: [{ commonName: 'operations', role: 'admin' }],
});

function signed(claims: object): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const content = `${encode({ alg: 'HS256' })}.${encode(claims)}`;
  return `${content}.${createHmac('sha256', Buffer.from(KEY, 'base64url')).update(content).digest('base64url')}`;
}

describe('access rules', () => {
  const access = new Access(parseAccessRules(FILE));
  const principal = (credentials: Parameters<Access['decide']>[0]) => {
    const decision = access.decide(credentials);
    return decision.ok ? decision.principal : decision.reason;
  };

  test('tell who somebody is by a token, a signature or a certificate', () => {
    expect(principal({ authorization: 'Bearer correct' })).toContain('no JWS');
    expect(principal({ authorization: `Bearer ${signed({ sub: 'ada' })}` })).toEqual({
      name: 'ada',
      role: 'submitter',
      by: 'jws',
    });
    expect(principal({ authorization: `Bearer ${signed({ role: 'admin' })}` })).toEqual({
      role: 'admin',
      by: 'jws',
    });
    expect(principal({ authorization: `Bearer ${signed({ role: 'king' })}` })).toContain('role');
    expect(principal({ certificateName: 'operations' })).toEqual({
      name: 'operations',
      role: 'admin',
      by: 'certificate',
    });
    expect(principal({})).toEqual({ role: 'viewer', by: 'anonymous' });
    expect(principal({ certificateName: 'stranger' })).toEqual({ role: 'viewer', by: 'anonymous' });
  });

  test('do not let somebody be anonymous who shows a wrong token', () => {
    expect(principal({ authorization: 'Bearer wrong' })).toEqual(expect.any(String));
    expect(principal({ authorization: 'Basic YTpi' })).toEqual(expect.any(String));
  });

  test('are all told that is wrong with them, without the secrets', () => {
    const wrong = {
      anonymous: 'king',
      tokens: [{ name: '', role: 'submitter', token: 'hunter2' }],
      jws: { secretKey: 'hunter2' },
      extra: 1,
    };
    let message = '';
    try {
      parseAccessRules(JSON.stringify(wrong));
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain('anonymous');
    expect(message).toContain('tokens.0.token');
    expect(message).toContain('jws.secretKey');
    expect(message).not.toContain('hunter2');
    expect(() => parseAccessRules('{')).toThrow('no JSON');
  });

  test("are made of Spark 4's own settings", () => {
    const properties = new Map([
      ['spark.master.rest.filters', 'other.Filter, org.apache.spark.ui.JWSFilter'],
      ['spark.org.apache.spark.ui.JWSFilter.param.secretKey', KEY],
      ['spark.org.apache.spark.ui.JWSFilter.param.requireExpiration', 'true'],
    ]);
    expect(jwsRuleOfSpark(properties)).toEqual({
      key: Buffer.from(KEY, 'base64url'),
      requireExpiration: true,
      role: 'submitter',
    });
    expect(jwsRuleOfSpark(new Map())).toBeUndefined();
    properties.set('spark.org.apache.spark.ui.JWSFilter.param.secretKey', 'short');
    expect(() => jwsRuleOfSpark(properties)).toThrow('secretKey');
  });

  test('are open where there are none', () => {
    expect(new Access(OPEN_ACCESS).decide({})).toMatchObject({ ok: true, principal: { role: 'admin' } });
  });
});

test("one may end one's own, an admin everybody's, and what nobody owns every submitter", () => {
  const ada = { name: 'ada', role: 'submitter', by: 'token' } as const;
  expect(mayManage(ada, 'ada')).toBe(true);
  expect(mayManage(ada, 'bob')).toBe(false);
  expect(mayManage(ada, undefined)).toBe(true);
  expect(mayManage({ role: 'submitter', by: 'anonymous' }, 'ada')).toBe(false);
  expect(mayManage({ role: 'viewer', name: 'ada', by: 'token' }, 'ada')).toBe(false);
  expect(mayManage({ role: 'admin', by: 'token' }, 'ada')).toBe(true);
});
