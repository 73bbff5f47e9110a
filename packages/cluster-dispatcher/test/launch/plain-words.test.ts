import { argvCommand } from '@spark-mesos/scheduler-utils';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { effectiveProperties, readSettings } from '../../src/launch/driver-request.ts';
import { driverProgram } from '../../src/launch/driver-task.ts';
import { hasPlainWords } from '../../src/launch/plain-words.ts';
import { planSubmission } from '../../src/launch/plan-submission.ts';
import type { AgentId, SubmissionId, TaskId } from '../../src/model/ids.ts';
import { requestOf, rulesOf } from '../core/bench.ts';

const MOST_WORD_BYTES = 128 * 1024 - 1;
const MOST_BYTES = 768 * 1024;

const attempt = {
  submissionId: 'driver' as SubmissionId,
  number: 1,
  taskId: 'driver' as TaskId,
  driverFrameworkId: 'framework',
  agentId: 'agent' as AgentId,
  hostname: 'host',
};

const character = fc.constantFrom('a', '=', '\0', ',', ' ', '\n', 'ü', '漢', '\u{1F600}', '/', '.');
const word = fc.oneof(
  { weight: 8, arbitrary: fc.string({ unit: character, maxLength: 6 }) },
  // As long as is still taken for short, or a little longer.
  {
    weight: 1,
    arbitrary: fc
      .tuple(character, fc.integer({ min: 3000, max: 8200 }))
      .map(([one, count]) => one.repeat(count)),
  },
);
const names = fc.oneof(
  word.map((text) => `spark.mesos.driverEnv.${text}`),
  word.map((text) => `spark.${text}`),
  fc.constantFrom(
    'spark.secret',
    'spark.submit.pyFiles',
    'spark.executor.uri',
    'spark.mesos.executor.home',
    'spark.app.name',
  ),
);
const texts = (keys: fc.Arbitrary<string>) =>
  fc.dictionary(keys, word, { maxKeys: 3, noNullPrototype: true });

test('D25: a submission that has plain words at the first look can be given to a program as it is', () => {
  let plain = 0;
  fc.assert(
    fc.property(
      texts(names),
      texts(word),
      fc.array(word, { maxLength: 3 }),
      (properties, environment, words) => {
        const rules = rulesOf();
        const request = { ...requestOf(properties), environment, arguments: words };
        const effective = effectiveProperties(request, rules);
        const parsed = readSettings(request, effective);
        const planned = planSubmission(request, rules);
        if (!parsed.ok || !planned.ok || !hasPlainWords(request, effective, rules)) return;
        plain += 1;
        const { settings } = parsed;
        const parts = { request, properties: effective, settings, plan: planned.plan, rules };
        const program = driverProgram({ ...parts, attempt, masterUrl: 'spark://host:7077' });
        const { arguments: argv, environment: variables } = argvCommand(program);
        const lengths = [
          ...(argv ?? []),
          ...(variables?.variables ?? []).map(({ name, value }) => `${name}=${value}`),
        ].map((text) => Buffer.byteLength(text));
        expect(Math.max(...lengths)).toBeLessThanOrEqual(MOST_WORD_BYTES);
        expect(lengths.reduce((sum, length) => sum + length + 1, 0)).toBeLessThanOrEqual(MOST_BYTES);
      },
    ),
    { numRuns: 400 },
  );
  expect(plain).toBeGreaterThan(20);
});

test('D25: words that may be too long, or are none, are looked at more closely', () => {
  const rules = rulesOf();
  const isPlain = (more: object, properties = {}) =>
    hasPlainWords({ ...requestOf(properties), ...more }, properties, rules);
  expect(isPlain({})).toBe(true);
  expect(isPlain({ arguments: ['a\0b'] })).toBe(false);
  expect(isPlain({ arguments: ['x'.repeat(9000)] })).toBe(false);
  expect(isPlain({ environment: { 'A=B': 'c' } })).toBe(false);
  expect(isPlain({ environment: { '': 'c' } })).toBe(false);
  expect(isPlain({}, { 'spark.mesos.driverEnv.A=B': 'c' })).toBe(false);
  expect(isPlain({}, { 'spark.a': 'b\0' })).toBe(false);
});
