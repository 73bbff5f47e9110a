import { describe, expect, it } from 'vitest';
import {
  parseLabels,
  parseTask,
  stateLabel,
  type TaskView,
  taskPhase,
} from '../../../src/mesos/model/task.ts';
import { filterTasks, TASK_PHASES } from '../../../src/mesos/model/task-filter.ts';

const context = { frameworkName: 'shell', agentHostname: () => 'agent-1', isOver: false };
const task = (fields: Record<string, unknown>): TaskView =>
  parseTask({ framework_id: 'f', slave_id: 's', state: 'TASK_RUNNING', ...fields }, context);

describe('tasks', () => {
  it('take their id for a name and an executor where they have none', () => {
    expect(task({ id: 't1', executor_id: '' })).toMatchObject({ name: 't1', executorId: 't1' });
    expect(task({ id: 't1', executor_id: 'e', name: 'n' })).toMatchObject({ name: 'n', executorId: 'e' });
  });

  it('have started when they first ran, not when they last said so', () => {
    const statuses = [
      { state: 'TASK_STARTING', timestamp: 1 },
      { state: 'TASK_RUNNING', timestamp: 2 },
      { state: 'TASK_RUNNING', timestamp: 3, healthy: true },
    ];
    expect(task({ id: 't', statuses }).startedMs).toBe(2000);
    expect(task({ id: 't', statuses: statuses.slice(0, 1) }).startedMs).toBe(1000);
    expect(task({ id: 't' }).startedMs).toBeUndefined();
    expect(task({ id: 't', statuses }).statuses.map((status) => status.healthy)).toEqual([
      undefined,
      undefined,
      true,
    ]);
  });

  it('carry the reason and message of a status where the master tells them', () => {
    const statuses = [{ state: 'TASK_FAILED', timestamp: 9, message: 'exit 1', reason: 'REASON_COMMAND' }];
    expect(task({ id: 't', state: 'TASK_FAILED', statuses })).toMatchObject({
      endedMs: 9000,
      statuses: [{ message: 'exit 1', reason: 'REASON_COMMAND', phase: 'failed' }],
    });
  });

  it('name the image of either containerizer', () => {
    expect(task({ id: 't', container: { type: 'DOCKER', docker: { image: 'spark:4' } } }).image).toBe(
      'spark:4',
    );
    const image = { type: 'DOCKER', docker: { name: 'spark:3' } };
    expect(task({ id: 't', container: { type: 'MESOS', mesos: { image } } }).image).toBe('spark:3');
  });

  it('are read with labels in a list and with labels in an object', () => {
    const labels = [{ key: 'a', value: 'b' }];
    expect(parseLabels(labels)).toEqual(labels);
    expect(parseLabels({ labels })).toEqual(labels);
    expect(parseLabels('ab')).toEqual([]);
  });

  it('have a phase for every state, and an unknown state counts as out of sight', () => {
    expect(taskPhase('TASK_GONE_BY_OPERATOR')).toBe('lost');
    expect(taskPhase('TASK_KILLING')).toBe('stopping');
    expect(taskPhase('constructor')).toBe('lost');
    expect(stateLabel('TASK_GONE_BY_OPERATOR')).toBe('gone by operator');
    expect(stateLabel('')).toBe('unknown');
  });
});

describe('the task filter', () => {
  const tasks = [
    task({ id: 'a-1', name: 'Spark Pi 1', labels: [{ key: 'team', value: 'blue' }] }),
    task({ id: 'a-2', name: 'Spark Pi 2', state: 'TASK_FAILED' }),
  ];
  const ids = (text: string, phase = '') => filterTasks(tasks, { text, phase }).map((found) => found.id);

  it('lets all through while it is empty', () => {
    expect(ids('')).toEqual(['a-1', 'a-2']);
    expect(ids('  ')).toEqual(['a-1', 'a-2']);
  });

  it('wants every word, in any order and case, anywhere in what names the task', () => {
    expect(ids('PI spark 2')).toEqual(['a-2']);
    expect(ids('team=blue')).toEqual(['a-1']);
    expect(ids('agent-1 shell')).toEqual(['a-1', 'a-2']);
    expect(ids('nothing')).toEqual([]);
  });

  it('narrows by phase', () => {
    expect(ids('', 'failed')).toEqual(['a-2']);
    expect(ids('', 'constructor')).toEqual([]);
    expect(new Set(TASK_PHASES).size).toBe(7);
  });
});
