import { readCreateRequest } from '../../packages/cluster-dispatcher/src/rest/v1/create-request.ts';
import { OPERATIONS } from '../../packages/cluster-dispatcher/src/rest/v2/operations.ts';
import {
  jwsRuleOfSpark,
  parseAccessRules,
} from '../../packages/cluster-dispatcher/src/security/access-file.ts';
import { verifyJws } from '../../packages/cluster-dispatcher/src/security/jws.ts';
import { parseProperties } from '../../packages/scheduler-utils/src/index.ts';
import type { Subject } from '../subject.ts';
import { textSubject } from '../subject.ts';
import { recorded } from './fixtures.ts';

const bodies = recorded('cluster-dispatcher', 'rest', /create.*\.http$/).map((exchange) =>
  exchange.subarray(exchange.indexOf('{')),
);
const accessRules = {
  anonymous: 'viewer',
  tokens: [{ name: 'nightly', role: 'submitter', sha256: 'ab'.repeat(32) }],
  jws: { secretKey: Buffer.alloc(32, 1).toString('base64url'), role: 'submitter' },
  certificates: [{ commonName: 'operations', role: 'admin' }],
};

const SUBMISSION = {
  appResource: 'file:/a.jar',
  mainClass: 'Main',
  arguments: ['1'],
  properties: { 'spark.app.name': 'job' },
  environment: { A: 'b' },
};

/** The body of one of our API's operations. */
function bodySubject(name: string, shape: { safeParse: (value: unknown) => unknown }): Subject {
  const golden = [JSON.stringify(SUBMISSION), '{"reason":"because","graceSeconds":5}'];
  return textSubject(`the body of ${name}`, golden, (text) => shape.safeParse(JSON.parse(text)), {
    mayThrow: (error) => error instanceof SyntaxError,
  });
}

export const REST_SUBJECTS: readonly Subject[] = [
  {
    name: "submissions of Spark's REST protocol",
    golden: bodies,
    read: (bytes) => readCreateRequest(bytes.toString()),
  },
  ...Object.entries(OPERATIONS).flatMap(([name, operation]) =>
    'body' in operation ? [bodySubject(name, operation.body)] : [],
  ),
  textSubject('access rules', [JSON.stringify(accessRules)], parseAccessRules),
  textSubject(
    "Spark's filter of tokens",
    [
      'spark.master.rest.filters=org.apache.spark.ui.JWSFilter\nspark.org.apache.spark.ui.JWSFilter.param.secretKey=AAAA',
    ],
    (text) => jwsRuleOfSpark(parseProperties(text)),
  ),
  textSubject('signed tokens', ['eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjF9.c2lnbmF0dXJl'], (text) =>
    verifyJws(text, Buffer.alloc(32, 1), 0),
  ),
];
