import { describe, expect, test } from 'vitest';
import { CoreBench } from './bench.ts';

const SUPERVISED = { 'spark.driver.supervise': 'true' };

describe('kill', () => {
  test('D36: what is not there, and what has ended, cannot be killed', async () => {
    const bench = await CoreBench.subscribed();
    expect(bench.kill('driver-none')).toMatchObject({ ok: false, code: 'DISPATCHER_NOT_FOUND' });
    const id = bench.take();
    expect(bench.kill(id)).toEqual({ ok: true, was: 'queued' });
    expect(bench.kill(id)).toMatchObject({
      ok: false,
      code: 'DISPATCHER_ALREADY_FINISHED',
      message: 'Driver already terminated',
    });
    bench.offer({ id: 'o1' });
    expect(bench.launched).toEqual([]);
  });

  test('D36: one between retries never begins again', async () => {
    const bench = await CoreBench.subscribed();
    const id = bench.take(SUPERVISED);
    bench.offer({ id: 'o1' });
    bench.update(id, 'TASK_FAILED');
    expect(bench.kill(id)).toEqual({ ok: true, was: 'retrying' });
    bench.advance(5000);
    bench.offer({ id: 'o2' });
    expect(bench.launched).toEqual([id]);
    expect(bench.status(id)).toMatchObject({ finalState: 'KILLED' });
  });

  test('D36: a supervised one that runs is told to end, with its grace, and is not started again (SPARK-15555)', async () => {
    const bench = await CoreBench.subscribed();
    const id = bench.take({ ...SUPERVISED, 'spark.mesos.driver.killGracePeriod': '7s' });
    bench.offer({ id: 'o1' });
    bench.update(id, 'TASK_RUNNING');
    bench.writing = 'held';
    expect(bench.kill(id)).toBeUndefined();
    expect(bench.of('kill')).toEqual([]);
    bench.settle();
    expect(bench.of('answerKill')[0]?.outcome).toEqual({ ok: true, was: 'running' });
    expect(bench.of('kill')).toEqual([{ kind: 'kill', taskId: id, agentId: 'agent-of-o1', graceMs: 7000 }]);
    bench.writing = 'safe';
    bench.update(id, 'TASK_FAILED', { message: 'Command exited with status 143' });
    expect(bench.status(id)).toMatchObject({ state: 'finished', finalState: 'KILLED' });
  });

  test('a grace that is given goes before the setting', async () => {
    const bench = await CoreBench.subscribed();
    const id = bench.take({ 'spark.mesos.driver.killGracePeriod': '7s' });
    bench.offer({ id: 'o1' });
    bench.kill(id, 1000);
    expect(bench.of('kill')).toMatchObject([{ graceMs: 1000 }]);
  });

  test('a driver that finishes just then has finished', async () => {
    const bench = await CoreBench.subscribed();
    const id = bench.take();
    bench.offer({ id: 'o1' });
    bench.update(id, 'TASK_RUNNING');
    bench.kill(id);
    bench.update(id, 'TASK_FINISHED');
    expect(bench.status(id).finalState).toBe('FINISHED');
  });

  test('while its launch is being written down, it is never launched', async () => {
    const bench = await CoreBench.subscribed();
    const id = bench.take();
    bench.writing = 'held';
    bench.offer({ id: 'o1' });
    bench.kill(id);
    bench.settle();
    bench.settle();
    expect(bench.launched).toEqual([]);
    expect(bench.of('kill')).toEqual([]);
    expect(bench.status(id)).toMatchObject({ state: 'finished', finalState: 'KILLED' });
    expect(bench.of('answerKill')[0]?.outcome).toMatchObject({ ok: true });
  });

  test('a kill that nothing comes of is made again, ever later, and at each subscription', async () => {
    const bench = await CoreBench.subscribed();
    const id = bench.take();
    bench.offer({ id: 'o1' });
    bench.update(id, 'TASK_RUNNING');
    bench.kill(id);
    bench.advance(9999);
    expect(bench.of('kill')).toHaveLength(1);
    bench.advance(1);
    expect(bench.of('kill')).toHaveLength(2);
    bench.advance(19_999);
    expect(bench.of('kill')).toHaveLength(2);
    bench.advance(1);
    expect(bench.of('kill')).toHaveLength(3);
    bench.handle({ kind: 'disconnected', reason: 'gone' });
    bench.subscribe();
    expect(bench.of('kill')).toHaveLength(4);
  });

  test('on an agent that is cut off it counts as killed after its time', async () => {
    const bench = await CoreBench.subscribed();
    const id = bench.take();
    bench.offer({ id: 'o1' });
    bench.update(id, 'TASK_RUNNING');
    bench.update(id, 'TASK_UNREACHABLE', { reason: 'REASON_AGENT_REMOVED' });
    bench.kill(id);
    expect(bench.status(id).state).toBe('killing');
    bench.advance(61_000);
    expect(bench.status(id)).toMatchObject({ state: 'finished', finalState: 'KILLED' });
  });

  test('a kill that cannot be written down is answered so, and has not been', async () => {
    const bench = await CoreBench.subscribed();
    const id = bench.take();
    bench.offer({ id: 'o1' });
    bench.update(id, 'TASK_RUNNING');
    bench.writing = 'failing';
    expect(bench.kill(id)).toMatchObject({ ok: false, code: 'DISPATCHER_STORE_FAILED' });
    expect(bench.status(id)).toMatchObject({ state: 'running', killRequestedAtMs: undefined });
    expect(bench.of('kill')).toEqual([]);
  });

  test('a wish to kill outlives the dispatcher', async () => {
    const bench = await CoreBench.subscribed();
    const id = bench.take(SUPERVISED);
    bench.offer({ id: 'o1' });
    bench.update(id, 'TASK_RUNNING');
    bench.kill(id);
    const later = await bench.restarted();
    later.subscribe();
    expect(later.of('kill')).toMatchObject([{ taskId: id }]);
    later.update(id, 'TASK_FAILED');
    expect(later.status(id).finalState).toBe('KILLED');
  });
});
