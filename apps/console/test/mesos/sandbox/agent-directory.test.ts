import { describe, expect, it } from 'vitest';
import { findSandbox } from '../../../src/mesos/sandbox/agent-directory.ts';
import { fixture } from '../../fixtures.ts';

const frameworkId = '881cbf99-829f-49ed-8f31-d04695a22641-0009';
const agentId = '881cbf99-829f-49ed-8f31-d04695a22641-S0';
const target = (executorId: string, taskId = executorId) => ({ agentId, frameworkId, executorId, taskId });

describe('sandboxes in the state of a real agent', () => {
  const state = fixture('tasks-agent-state.json');

  it('are found for an executor that runs', () => {
    expect(findSandbox(state, target('polite'))).toEqual({
      directory: `/tmp/mesos-agent/slaves/${agentId}/frameworks/${frameworkId}/executors/polite/runs/d51131f2-9597-4867-ad0c-57f500d3e7e4`,
      running: true,
    });
  });

  it('are found for an executor that has ended', () => {
    expect(findSandbox(state, target('ok'))).toMatchObject({ running: false });
  });

  it('are found in a recorded Spark run', () => {
    const spark = {
      ...target('0'),
      frameworkId: 'e2a7a185-ddc5-429f-be4a-14b7bbba8b5a-0001',
      agentId: 'e2a7a185-ddc5-429f-be4a-14b7bbba8b5a-S0',
    };
    expect(findSandbox(fixture('spark-agent-state.json'), spark)?.directory).toContain('/executors/0/runs/');
  });

  it('are not found where the agent does not know the executor or the framework', () => {
    expect(findSandbox(state, target('nobody'))).toBeUndefined();
    expect(findSandbox(state, { ...target('ok'), frameworkId: 'other' })).toBeUndefined();
    expect(findSandbox('junk', target('ok'))).toBeUndefined();
  });
});

describe('sandboxes with several candidates', () => {
  const state = (executors: object[], completed: object[]) => ({
    completed_frameworks: [{ id: frameworkId, executors, completed_executors: completed }],
  });

  it('are those of the run that is going on, then of the last that ended', () => {
    const ended = [
      { id: 'e', directory: '/1' },
      { id: 'e', directory: '/2' },
    ];
    expect(findSandbox(state([{ id: 'e', directory: '/3' }], ended), target('e'))?.directory).toBe('/3');
    expect(findSandbox(state([], ended), target('e'))?.directory).toBe('/2');
  });

  it('lie inside the executor’s for tasks of the default executor', () => {
    const executor = { id: 'e', type: 'DEFAULT', directory: '/d' };
    expect(findSandbox(state([executor], []), target('e', 't'))?.directory).toBe('/d/tasks/t');
    expect(findSandbox(state([executor], []), target('e', ''))?.directory).toBe('/d');
  });
});
