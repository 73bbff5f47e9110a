import { expect, test } from 'vitest';
import { statusAnswer } from '../../../src/rest/v1/answers.ts';
import { attempt, NOON, submission } from '../../../src/testing/fake-service.ts';

test('D37, D81: a status says what Mesos said last: state, message, source, reason and time, as far as there is each', () => {
  const messageOf = (changes: Parameters<typeof attempt>[1]) => {
    const { request, attempts: _, ...shared } = submission('driver-1', { state: 'running' });
    const currentAttempt = attempt('driver-1-retry-1', changes);
    const summary = { ...shared, mainClass: request.mainClass, currentAttempt };
    return statusAnswer('driver-1', summary).fields.message;
  };
  expect(messageOf({})).toBeUndefined();
  expect(messageOf({ taskState: 'TASK_STAGING' })).toMatch(
    /^task_id \{\n {2}value: "driver-1-retry-1"\n\}\nstate: TASK_STAGING\nslave_id \{\n {2}value: "agent-1"\n\}\n$/,
  );
  const text = messageOf({
    taskState: 'TASK_FAILED',
    message: 'it said "no"\nand\\ended',
    source: 'SOURCE_EXECUTOR',
    reason: 'REASON_COMMAND_EXECUTOR_FAILED',
    updatedAtMs: NOON + 1234,
  });
  expect(String(text).split('\n')).toEqual(
    expect.arrayContaining([
      'state: TASK_FAILED',
      'message: "it said \\"no\\"\\nand\\\\ended"',
      'source: SOURCE_EXECUTOR',
      'reason: REASON_COMMAND_EXECUTOR_FAILED',
      expect.stringMatching(/^timestamp: 1\.7\d+E9$/),
    ]),
  );
});
