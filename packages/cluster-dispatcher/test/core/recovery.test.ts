import { describe, expect, test } from 'vitest';
import { CoreBench, explanation } from './bench.ts';

/** What a submission keeps of a Spark that it was submitted with. */
const OF_OLD_SPARK = { sparkHome: '/opt/spark-3.5.6', sparkVersion: '3.5.6' };

describe('a dispatcher that starts again', () => {
  test('D41, D44, D46: takes up what runs, what waits, what is between retries and what has ended, and asks for what runs', async () => {
    const bench = await CoreBench.subscribed();
    const [running, failed, waiting] = [
      bench.take(),
      bench.take({ 'spark.driver.supervise': 'true' }),
      bench.take({ 'spark.driver.cores': '30' }),
    ];
    const ended = bench.take();
    bench.kill(ended);
    bench.offer({ id: 'o1' });
    bench.update(running, 'TASK_RUNNING');
    bench.update(failed, 'TASK_FAILED');
    const later = await bench.restarted();
    later.subscribe();
    expect(later.status(running).attempts).toMatchObject([
      {
        taskId: running,
        agentId: 'agent-of-o1',
        hostname: expect.any(String),
        driverFrameworkId: `fw-${running}`,
        launchedAtMs: bench.nowMs,
        startedAtMs: bench.nowMs,
        taskState: 'TASK_RUNNING',
      },
    ]);
    expect(later.status(failed).attempts).toMatchObject([
      { taskState: 'TASK_FAILED', finishedAtMs: bench.nowMs },
    ]);
    for (const id of [running, failed, waiting, ended]) {
      const { request: _, ...before } = bench.status(id);
      expect(later.status(id)).toMatchObject(JSON.parse(JSON.stringify(before)));
      expect(later.status(id).request).toEqual(bench.status(id).request);
    }
    expect(later.of('reconcile').map(({ tasks }) => tasks)).toEqual([
      [{ taskId: running, agentId: 'agent-of-o1' }],
    ]);
    later.update(running, 'TASK_RUNNING', { reason: 'REASON_RECONCILIATION' });
    expect(later.of('reconcile').at(-1)?.tasks).toEqual([]);
  });

  test('D46, D72: remembers which Spark a submitter has', async () => {
    const bench = await CoreBench.subscribed();
    const outcome = bench.submit({}, {}, OF_OLD_SPARK);
    const later = await bench.restarted();
    const id = outcome.ok ? outcome.submissionId : '';
    expect(later.status(id).request).toMatchObject(OF_OLD_SPARK);
  });

  test("D46, D72: a driver whose Spark it has no longer waits for that, in nobody's way, and says so", async () => {
    const bench = await CoreBench.start({ 'spark.mesos.dispatcher.strictOrder': 'true' });
    const outcome = bench.submit({}, {}, OF_OLD_SPARK);
    const named = bench.submit({ 'spark.mesos.executor.home': '/own' }, {}, OF_OLD_SPARK);
    const [id, other] = [outcome, named].map((one) => (one.ok ? one.submissionId : ''));
    const without = await bench.restarted([{ home: '/opt/spark', version: '4.3.0' }]);
    without.subscribe();
    expect(without.of('log').map(({ fields }) => fields)).toContainEqual({
      spark: 'Spark 3.5.6 (it was at /opt/spark-3.5.6)',
    });
    without.offer({ id: 'o1' });
    expect(without.launched).toEqual([other]);
    expect(explanation(without, id ?? '')).toMatchObject({
      reason: 'SPARK_MISSING',
      sentence:
        'waits because the dispatcher no longer has Spark 3.5.6 (it was at /opt/spark-3.5.6), which it was taken for: ' +
        'start the dispatcher with a --spark-home for it as well, or submit it again',
    });
    const again = await without.restarted([
      { home: '/opt/spark', version: '4.3.0' },
      { home: '/srv/spark', version: '3.5.6' },
    ]);
    again.subscribe();
    again.offer({ id: 'o2' });
    expect(again.launched).toEqual([id]);
    expect(JSON.stringify(again.of('accept'))).toContain('"/srv/spark"');
  });

  test('D45: a launch that was written down and never sent is found out, and made again under a new task id', async () => {
    const bench = await CoreBench.subscribed();
    const id = bench.take();
    bench.offer({ id: 'o1' });
    const later = await bench.restarted();
    later.subscribe();
    later.offer({ id: 'o2' });
    expect(later.launched).toEqual([]);
    later.update(id, 'TASK_GONE', { reason: 'REASON_RECONCILIATION' });
    later.advance(1000);
    later.offer({ id: 'o3' });
    expect(later.launched).toEqual([`${id}-retry-1`]);
  });

  test('D47: questions are asked again until they are answered, and many are asked in parts', async () => {
    const bench = await CoreBench.subscribed({ 'spark.mesos.maxDrivers': '2500' });
    for (let count = 0; count < 2500; count += 1) bench.take();
    bench.offer({ id: 'o1', cpus: 3000, memMiB: 3_000_000 });
    const later = await bench.restarted();
    later.subscribe();
    expect(later.of('reconcile').map(({ tasks }) => tasks.length)).toEqual([1000, 1000, 500]);
    for (const { taskId } of later
      .of('reconcile')
      .flatMap(({ tasks }) => tasks)
      .slice(0, 2400)) {
      later.update(taskId, 'TASK_RUNNING', { reason: 'REASON_RECONCILIATION' });
    }
    later.actions.length = 0;
    later.advance(60_000);
    expect(later.of('reconcile')[0]?.tasks).toHaveLength(100);
  });

  test('D43: what cannot be read is put aside and never deleted, and its task is left alone', async () => {
    const bench = await CoreBench.subscribed();
    const [whole, broken, unknown] = [bench.take(), bench.take(), bench.take()];
    bench.offer({ id: 'o1' });
    await bench.store.put(`state/${broken}`, Buffer.from('{"version":1,"state":"asleep"'));
    await bench.store.put(`submission/${unknown}`, Buffer.from(JSON.stringify({ version: 2, id: unknown })));
    let later = await bench.restarted();
    for (let again = 0; again < 2; again += 1) {
      expect([...later.core.context.fleet.records.keys()]).toEqual([whole]);
      const aside = (await later.store.entries('quarantine/')).map(({ key }) => key);
      expect(aside).toEqual([
        `quarantine/state/${broken}`,
        `quarantine/submission/${broken}`,
        `quarantine/submission/${unknown}`,
      ]);
      later.subscribe();
      later.update(broken, 'TASK_RUNNING', { reason: 'REASON_RECONCILIATION' });
      later.update(unknown, 'TASK_RUNNING', { reason: 'REASON_RECONCILIATION' });
      expect(later.of('kill')).toEqual([]);
      if (again === 0) expect(later.of('log').filter(({ level }) => level === 'error')).toHaveLength(2);
      later = await later.restarted();
    }
  });

  test('D43: without a framework id that can be read it does not begin, since it would run drivers twice', async () => {
    const bench = await CoreBench.subscribed();
    await bench.store.put('framework', Buffer.from('x'));
    await expect(bench.restarted()).rejects.toMatchObject({ code: 'DISPATCHER_STORE_FAILED' });
  });

  test('what is left of a submission that was just being forgotten is cleared away', async () => {
    const bench = await CoreBench.subscribed();
    const id = bench.take();
    bench.kill(id);
    await bench.store.delete(`submission/${id}`);
    const later = await bench.restarted();
    expect(later.core.context.fleet.records.size).toBe(0);
    expect(await later.store.entries('state/')).toEqual([]);
  });

  test('D10: when Mesos has removed the framework, its id is dropped, and what waits is kept', async () => {
    const bench = await CoreBench.subscribed();
    const [runs, supervised] = [bench.take(), bench.take({ 'spark.driver.supervise': 'true' })];
    const waits = bench.take({ 'spark.driver.cores': '40' });
    bench.offer({ id: 'o1' });
    bench.update(runs, 'TASK_RUNNING');
    bench.update(supervised, 'TASK_RUNNING');
    bench.handle({ kind: 'frameworkRemoved', reason: 'Framework has been removed' });
    expect(bench.of('subscribeAnew')).toHaveLength(1);
    expect(await bench.store.get('framework')).toBeUndefined();
    expect(bench.status(runs)).toMatchObject({
      finalState: 'LOST',
      message: 'TASK_LOST: Framework has been removed',
    });
    expect(bench.status(waits).state).toBe('queued');
    bench.subscribe('fw2');
    bench.advance(1000);
    bench.offer({ id: 'o2' });
    expect(bench.status(supervised).attempts.at(-1)?.driverFrameworkId).toBe(`fw2-${supervised}-retry-1`);
  });

  test('D22: ids go on after the highest that there was', async () => {
    const bench = await CoreBench.subscribed();
    bench.take();
    bench.take();
    const later = await bench.restarted();
    expect(later.take()).toMatch(/-0003$/);
  });
});
