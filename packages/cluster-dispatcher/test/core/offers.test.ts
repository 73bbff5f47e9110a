import { describe, expect, test } from 'vitest';
import { CoreBench, explanation } from './bench.ts';

describe('offers', () => {
  test('D60: each driver takes the first that suits; several share one; others are declined for their time', async () => {
    const bench = await CoreBench.subscribed({ 'spark.mesos.rejectOfferDuration': '90s' });
    const ids = [bench.take(), bench.take(), bench.take()];
    bench.offer({ id: 'o1', cpus: 0.5 }, { id: 'o2', cpus: 2 }, { id: 'o3', cpus: 1 }, { id: 'o4' });
    expect(bench.of('accept')).toMatchObject([
      { offerIds: ['o2'], taskIds: [ids[0], ids[1]] },
      { offerIds: ['o3'], taskIds: [ids[2]] },
    ]);
    expect(bench.of('decline')).toEqual([{ kind: 'decline', offerIds: ['o1', 'o4'], refuseSeconds: 90 }]);
  });

  test('D60: an offer that suits nobody is held against each demand once, however many wait', async () => {
    const bench = await CoreBench.subscribed({ 'spark.mesos.maxDrivers': '500' });
    for (let pair = 0; pair < 100; pair += 1) {
      bench.take({ 'spark.driver.cores': '2' });
      bench.take({ 'spark.driver.cores': '3' });
    }
    const { lines } = bench.core.context.fleet;
    const inOrder = lines[Symbol.iterator].bind(lines);
    let asked = 0;
    lines[Symbol.iterator] = function* () {
      for (const record of inOrder()) {
        asked += 1;
        yield record;
      }
    };
    bench.offer({ id: 'o1', cpus: 1 });
    expect(bench.of('decline')).toHaveLength(1);
    expect(asked).toBe(2);
    const id = bench.take({ 'spark.driver.cores': '1' });
    bench.offer({ id: 'o2', cpus: 1 });
    expect(bench.of('accept')).toMatchObject([{ offerIds: ['o2'], taskIds: [id] }]);
  });

  test('D60, U59: constraints are met', async () => {
    const bench = await CoreBench.subscribed();
    const id = bench.take({ 'spark.mesos.driver.constraints': 'rack:r1,r2;ssd:' });
    bench.offer(
      { id: 'o1', attributes: { rack: 'r1' } },
      { id: 'o2', attributes: { rack: 'r2', ssd: 'yes' } },
    );
    expect(bench.of('accept')).toMatchObject([{ offerIds: ['o2'], taskIds: [id] }]);
  });

  test('U31, U33, D62: what is taken is as it was offered, but for the amount', async () => {
    const bench = await CoreBench.subscribed();
    bench.take({ 'spark.driver.cores': '1.5', 'spark.mesos.driver.disk': '100' });
    bench.offer({ id: 'o1', diskMiB: 1000, role: 'dev' });
    const [task] = bench.of('accept')[0]?.tasks ?? [];
    expect(task?.resources).toMatchObject([
      { name: 'cpus', scalar: { value: 1.5 }, allocationInfo: { role: 'dev' } },
      { name: 'mem', scalar: { value: 896 } },
      { name: 'disk', scalar: { value: 100 } },
    ]);
  });

  test('D65: no GPUs and ports are taken, nor disk unless it is asked for', async () => {
    const bench = await CoreBench.subscribed();
    bench.take();
    bench.offer({ id: 'o1', gpus: 2, diskMiB: 1000, ports: [31_000, 32_000] });
    const [task] = bench.of('accept')[0]?.tasks ?? [];
    expect(task?.resources?.map(({ name }) => name)).toEqual(['cpus', 'mem']);
  });

  test('U124: while nothing waits no offers are wanted; a submission asks for them', async () => {
    const bench = await CoreBench.subscribed();
    bench.subscribe();
    expect(bench.of('suppress')).toHaveLength(1);
    bench.offer({ id: 'o1' });
    expect(bench.of('decline')).toMatchObject([{ offerIds: ['o1'], refuseSeconds: 120 }]);
    bench.take();
    expect(bench.of('revive')).toHaveLength(1);
    for (let more = 0; more < 100; more += 1) bench.take();
    expect(bench.of('revive')).toHaveLength(1);
  });

  test('D53: a demand that offers were not held against asks for them again; one that waits already does not', async () => {
    const bench = await CoreBench.subscribed();
    bench.take({ 'spark.driver.cores': '40' });
    bench.offer({ id: 'o1' });
    bench.advance(1000);
    bench.actions.length = 0;
    bench.take({ 'spark.driver.cores': '40' });
    expect(bench.of('revive')).toHaveLength(0);
    bench.take({ 'spark.driver.cores': '4' });
    expect(bench.of('revive')).toHaveLength(1);
  });

  test('a REVIVE that did not get through is sent again', async () => {
    const bench = await CoreBench.subscribed();
    bench.offer({ id: 'o0' });
    bench.take();
    bench.handle({ kind: 'reviveSettled', ok: false });
    bench.actions.length = 0;
    bench.advance(1000);
    expect(bench.of('revive')).toHaveLength(1);
  });

  test('an offer that is taken back is not used', async () => {
    const bench = await CoreBench.subscribed({ 'spark.mesos.dispatcher.strictOrder': 'true' });
    const id = bench.take({ 'spark.driver.cores': '4' });
    bench.offer({ id: 'o1', agentId: 'a', cpus: 2 });
    bench.handle({ kind: 'rescinded', offerId: 'o1' as never });
    bench.offer({ id: 'o2', agentId: 'a', cpus: 2 });
    expect(bench.launched).toEqual([]);
    bench.offer({ id: 'o3', agentId: 'a', cpus: 2 });
    expect(bench.of('accept')).toMatchObject([{ offerIds: ['o2', 'o3'], taskIds: [id] }]);
  });
});

describe('explain', () => {
  test('users 22: says what no offer has, where the best was, and which constraint excluded others', async () => {
    const bench = await CoreBench.subscribed();
    const id = bench.take({ 'spark.driver.cores': '4', 'spark.mesos.driver.constraints': 'rack:r1' });
    expect(explanation(bench, id)).toMatchObject({ reason: 'NO_OFFERS', position: 1 });
    bench.offer(
      { id: 'o1', agentId: 'a1', hostname: 'one', cpus: 1 },
      { id: 'o2', agentId: 'a2', hostname: 'two', cpus: 2 },
      { id: 'o3', agentId: 'a3', hostname: 'three', cpus: 8, attributes: { rack: 'r2' } },
    );
    expect(explanation(bench, id)).toMatchObject({
      reason: 'NO_SUITABLE_OFFER',
      sentence:
        'waits because 2 agents lack 4 cpus; the best was 2 cpus on two; 1 agent declined by constraint rack:r1',
      agents: [
        { agentId: 'a1', reason: 'offers 1 cpus, 4 are needed' },
        { agentId: 'a2', reason: 'offers 2 cpus, 4 are needed' },
        { agentId: 'a3', reason: 'its rack is r2, r1 is needed' },
      ],
    });
  });

  test('says of each other reason what it is', async () => {
    const bench = await CoreBench.start({ 'spark.mesos.maxDrivers': '1' });
    const first = bench.take({ 'spark.driver.supervise': 'true' });
    const second = bench.take();
    expect(explanation(bench, first).reason).toBe('NOT_CONNECTED');
    bench.subscribe();
    bench.offer({ id: 'o1' });
    expect(explanation(bench, first).sentence).toBe('is being launched on host-of-agent-of-o1');
    bench.update(first, 'TASK_RUNNING');
    expect(explanation(bench, first).sentence).toBe('runs on host-of-agent-of-o1');
    expect(explanation(bench, second)).toMatchObject({ reason: 'MAX_DRIVERS_REACHED', position: 1 });
    bench.update(first, 'TASK_FAILED', { message: 'Command exited with status 1' });
    expect(explanation(bench, first)).toMatchObject({
      reason: 'BACK_OFF',
      sentence: 'is started again in 1 s, after TASK_FAILED: Command exited with status 1',
    });
    expect(explanation(bench, second).reason).toBe('WAITS_FOR_OFFERS');
    bench.kill(second);
    expect(explanation(bench, second)).toMatchObject({
      reason: 'NOT_WAITING',
      sentence: 'has ended: KILLED, It was killed while it waited',
    });
  });
});
