import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTask } from '../../../src/mesos/model/task.ts';
import { parseTaskMessages, withMessages } from '../../../src/mesos/model/task-messages.ts';

const context = { isOver: true, frameworkName: 'f', agentHostname: () => 'a' };
const task = parseTask(
  {
    id: 't',
    framework_id: 'F',
    state: 'TASK_FAILED',
    statuses: [
      { state: 'TASK_RUNNING', timestamp: 1.25 },
      { state: 'TASK_FAILED', timestamp: 1700000000.123456 },
    ],
  },
  context,
);
const told = {
  task_id: { value: 't' },
  framework_id: { value: 'F' },
  statuses: [
    {
      state: 'TASK_FAILED',
      timestamp: 1700000000.12346,
      message: 'Command exited with status 1',
      reason: 'REASON_COMMAND_EXECUTOR_FAILED',
    },
  ],
};

describe('the messages of a task', () => {
  it.each(['tasks', 'completed_tasks', 'unreachable_tasks', 'orphan_tasks'])(
    'are found among %s, each with its update',
    (list) => {
      const others = [
        { ...told, framework_id: { value: 'G' }, statuses: [{ ...told.statuses[0], message: 'of another' }] },
        told,
      ];
      const { statuses } = withMessages(task, parseTaskMessages({ get_tasks: { [list]: others } }));
      expect(statuses).toMatchObject([
        { state: 'TASK_RUNNING', message: '', reason: '' },
        { message: 'Command exited with status 1', reason: 'REASON_COMMAND_EXECUTOR_FAILED' },
      ]);
    },
  );

  it('are none where the answer has none, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (answer) => {
        expect(withMessages(task, parseTaskMessages(answer))).toEqual(task);
        expect(withMessages(task, parseTaskMessages({ get_tasks: { tasks: answer } }))).toEqual(task);
      }),
    );
  });
});
