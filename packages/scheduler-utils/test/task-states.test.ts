import { mesos } from '@spark-mesos/mesos-proto';
import { describe, expect, test } from 'vitest';
import {
  exitStatusOf,
  isFailed,
  isFinished,
  isUnreachable,
  type SparkTaskState,
  taskStateName,
  toMesosTaskState,
  toSparkTaskState,
} from '../src/index.ts';

const { TaskState } = mesos.v1;

describe('task states', () => {
  test.each([
    ['TASK_STAGING', 'LAUNCHING'],
    ['TASK_STARTING', 'LAUNCHING'],
    ['TASK_RUNNING', 'RUNNING'],
    ['TASK_KILLING', 'RUNNING'],
    ['TASK_FINISHED', 'FINISHED'],
    ['TASK_FAILED', 'FAILED'],
    ['TASK_GONE', 'FAILED'],
    ['TASK_GONE_BY_OPERATOR', 'FAILED'],
    ['TASK_KILLED', 'KILLED'],
    ['TASK_LOST', 'LOST'],
    ['TASK_ERROR', 'LOST'],
    ['TASK_DROPPED', 'LOST'],
    ['TASK_UNKNOWN', 'LOST'],
    ['TASK_UNREACHABLE', 'LOST'],
  ] as const)('U130: %s is %s for Spark', (mesosState, sparkState) => {
    expect(toSparkTaskState(TaskState[mesosState])).toBe(sparkState);
  });

  test('U130: every state of Mesos is known, and one of the future counts as lost', () => {
    const numbers = Object.values(TaskState).filter((value) => typeof value === 'number');
    expect(numbers).toHaveLength(14);
    expect(toSparkTaskState(99 as mesos.v1.TaskState)).toBe('LOST');
    expect(taskStateName(TaskState.TASK_FAILED)).toBe('TASK_FAILED');
    expect(taskStateName(99 as mesos.v1.TaskState)).toBe('state 99');
  });

  test('U131: goes back one to one', () => {
    const states: SparkTaskState[] = ['LAUNCHING', 'RUNNING', 'FINISHED', 'FAILED', 'KILLED', 'LOST'];
    expect(states.map((state) => toSparkTaskState(toMesosTaskState(state)))).toEqual(states);
    expect(toMesosTaskState('LAUNCHING')).toBe(TaskState.TASK_STARTING);
  });

  test('U132: finished and failed', () => {
    const states: SparkTaskState[] = ['LAUNCHING', 'RUNNING', 'FINISHED', 'FAILED', 'KILLED', 'LOST'];
    expect(states.filter(isFinished)).toEqual(['FINISHED', 'FAILED', 'KILLED', 'LOST']);
    expect(states.filter(isFailed)).toEqual(['FAILED', 'LOST']);
  });

  test('U133: an unreachable task can be told from a lost one', () => {
    expect(isUnreachable(TaskState.TASK_UNREACHABLE)).toBe(true);
    expect(isUnreachable(TaskState.TASK_LOST)).toBe(false);
  });
});

describe('exit status in a status message', () => {
  test.each([
    ['Command exited with status 0', 0],
    ['Command exited with status 143', 143],
    ['Command terminated with signal Killed', 137],
    ['Command terminated with signal Terminated', 143],
    ['Command terminated with signal Aborted (core dumped)', 134],
    ['Command terminated with signal Segmentation fault', 139],
    ['Command terminated with signal Unknown signal 77', undefined],
    ['Command terminated with signal constructor', undefined],
    ['Executor terminated', undefined],
    [undefined, undefined],
  ])('%j is %j', (message, status) => {
    expect(exitStatusOf(message)).toBe(status);
  });
});
