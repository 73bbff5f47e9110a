import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findFramework, findTask, parseCluster } from '../../../src/mesos/model/cluster.ts';
import { fixture } from '../../fixtures.ts';

describe('the state of a real master', () => {
  it('tells who leads and since when', () => {
    const cluster = parseCluster(fixture('tasks-state.json'));
    expect(cluster).toMatchObject({
      masterId: '881cbf99-829f-49ed-8f31-d04695a22641',
      address: 'localhost:5050',
      version: '1.11.0',
      unreachableAgents: 0,
    });
    expect(cluster.electedMs).toBeCloseTo(1795247009687.8, 0);
  });

  it('sums up what the agents have, use, are offering and have left', () => {
    const { use } = parseCluster(fixture('tasks-state.json'));
    expect(use.total).toMatchObject({ cpus: 4, memMiB: 4096, diskMiB: 10000, gpus: 0 });
    expect(use.used).toMatchObject({ cpus: 1, memMiB: 128 });
    expect(use.offered).toMatchObject({ cpus: 3, memMiB: 3968 });
    expect(use.free).toMatchObject({ cpus: 0, memMiB: 0, diskMiB: 0 });
  });

  it('lists tasks with state, framework, agent and times, newest first', () => {
    const cluster = parseCluster(fixture('tasks-state.json'));
    expect(cluster.activeTasks.map((task) => task.id)).toEqual(['polite', 'stubborn']);
    expect(cluster.activeTasks[0]).toMatchObject({
      name: 'task polite',
      state: 'TASK_RUNNING',
      phase: 'running',
      frameworkName: 'tasks',
      agentHostname: 'localhost',
      executorId: 'polite',
      role: 'spark',
      endedMs: undefined,
      resources: { cpus: 0.5, memMiB: 64 },
    });
    expect(cluster.activeTasks[0]?.startedMs).toBeCloseTo(1795247224337.8, 0);
    const finished = findTask(cluster, '881cbf99-829f-49ed-8f31-d04695a22641-0009', 'ok');
    expect(finished).toMatchObject({ phase: 'finished', labels: [{ key: 'a', value: 'b' }] });
    expect((finished?.endedMs ?? 0) - (finished?.startedMs ?? 0)).toBeCloseTo(1085.4, 0);
    expect(cluster.completedTasks.length).toBeGreaterThan(3);
  });

  it('counts tasks by phase over active and completed ones', () => {
    const cluster = parseCluster(fixture('tasks-state.json'));
    const counted = Object.values(cluster.taskCounts).reduce((sum, count) => sum + count, 0);
    expect(counted).toBe(cluster.activeTasks.length + cluster.completedTasks.length);
    expect(cluster.taskCounts).toMatchObject({ running: 2, waiting: 0 });
    expect(cluster.taskCounts.failed).toBeGreaterThan(0);
  });

  it('tells active frameworks from completed ones, the last to end first', () => {
    const cluster = parseCluster(fixture('executor-state.json'));
    expect(cluster.activeFrameworks).toHaveLength(3);
    expect(cluster.completedFrameworks).toHaveLength(15);
    expect(cluster.activeFrameworks[0]).toMatchObject({
      name: 'customexec',
      status: 'active',
      roles: ['spark'],
      endedMs: undefined,
    });
    expect(cluster.activeFrameworks.slice(1).map((framework) => framework.status)).toEqual([
      'disconnected',
      'disconnected',
    ]);
    const ends = cluster.completedFrameworks.map((framework) => framework.endedMs ?? 0);
    expect(ends).toEqual([...ends].sort((left, right) => right - left));
    expect(cluster.completedFrameworks.every((framework) => framework.status === 'completed')).toBe(true);
  });

  it('reads the single role of old frameworks', () => {
    const cluster = parseCluster(fixture('executor-state.json'));
    const star = cluster.completedFrameworks.find((framework) => framework.name === 'star');
    expect(star?.roles).toEqual(['*']);
  });

  it('lists executors and offers that lie with a framework', () => {
    const [framework] = parseCluster(fixture('two-agents-state.json')).activeFrameworks;
    expect(framework?.executors[0]).toMatchObject({
      id: 'exec-kp',
      name: 'exec-kp',
      resources: { cpus: 0.2 },
    });
    expect(framework?.offers).toHaveLength(2);
    expect(framework?.offers[0]).toMatchObject({ role: 'spark', resources: { cpus: 3.8, memMiB: 4048 } });
  });

  it('shows the Spark shell of a recorded run with its web page and labels', () => {
    const cluster = parseCluster(fixture('spark-state.json'));
    expect(cluster.activeFrameworks[0]).toMatchObject({
      name: 'Spark shell',
      roles: ['dev'],
      webLink: 'http://127.0.0.1:4040/',
      user: 'root',
    });
    expect(cluster.activeTasks[0]?.labels).toEqual([
      { key: 'team', value: 'a' },
      { key: 'stage', value: 'test' },
    ]);
  });
});

describe('a state that is not as it should be', () => {
  it('reads as an empty cluster when it is no object at all', () => {
    for (const state of [undefined, null, 1, 'x', [], {}]) {
      const cluster = parseCluster(state);
      expect(cluster.agents).toEqual([]);
      expect(cluster.activeTasks).toEqual([]);
      expect(cluster.use.total.cpus).toBe(0);
    }
  });

  it('never throws, whatever values stand in it', () => {
    const state = fixture('two-agents-state.json');
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), (junk, position) => {
        parseCluster(withJunk(state, junk, { left: position % 400 }));
      }),
      { numRuns: 300 },
    );
  });

  it('counts a task that ended without being acknowledged yet among the completed', () => {
    const cluster = parseCluster({
      frameworks: [{ id: 'f', tasks: [{ id: 't', framework_id: 'f', state: 'TASK_FINISHED' }] }],
    });
    expect(cluster.activeTasks).toEqual([]);
    expect(cluster.completedTasks.map((task) => task.id)).toEqual(['t']);
  });

  it('keeps tasks out of reach among the active ones, for they may come back', () => {
    const cluster = parseCluster({
      frameworks: [
        { id: 'f', unreachable_tasks: [{ id: 't', framework_id: 'f', state: 'TASK_UNREACHABLE' }] },
      ],
    });
    expect(cluster.activeTasks.map((task) => task.phase)).toEqual(['lost']);
  });

  it('finds nothing under an id that it does not have', () => {
    const cluster = parseCluster(fixture('spark-state.json'));
    expect(findFramework(cluster, 'constructor')).toBeUndefined();
    expect(findTask(cluster, 'no', 'such')).toBeUndefined();
  });
});

/** The same value with the one that is met after so many steps replaced by junk. */
function withJunk(value: unknown, junk: unknown, steps: { left: number }): unknown {
  if (steps.left === 0) {
    steps.left -= 1;
    return junk;
  }
  steps.left -= 1;
  if (Array.isArray(value)) return value.map((entry) => withJunk(entry, junk, steps));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withJunk(entry, junk, steps)]));
}
