import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WaitingLines } from '../../src/core/waiting-lines.ts';
import { CoreBench, requestOf } from './bench.ts';

const QUEUES = { 'spark.mesos.dispatcher.queue.urgent': '10', 'spark.mesos.dispatcher.queue.later': '-1.5' };
const queue = (name: string) => ({ 'spark.mesos.dispatcher.queue': name });

describe('the queue', () => {
  test('D32, D34: the higher priority goes first, then the earlier one, and none is taken for another', async () => {
    const bench = await CoreBench.subscribed(QUEUES);
    const later = bench.take(queue('later'));
    const ids = Array.from({ length: 50 }, () => bench.take());
    const urgent = bench.take(queue('urgent'));
    bench.offer({ id: 'o1', cpus: 100, memMiB: 100_000 });
    expect(bench.launched).toEqual([urgent, ...ids, later]);
  });

  test('D33: an unknown queue is refused, and those that there are are named', async () => {
    const bench = await CoreBench.subscribed(QUEUES);
    expect(bench.submit(queue('none'))).toMatchObject({
      ok: false,
      code: 'DISPATCHER_INVALID_SUBMISSION',
      problems: [
        {
          setting: 'spark.mesos.dispatcher.queue',
          message: "spark.mesos.dispatcher.queue: there is no queue 'none'; there are default, later, urgent",
        },
      ],
    });
    expect(await bench.store.entries('submission/')).toEqual([]);
  });

  test('D33: a queue that is no more does not keep its drivers from being launched', async () => {
    const bench = await CoreBench.subscribed(QUEUES);
    const low = bench.take(queue('later'));
    const high = bench.take(queue('urgent'));
    const later = await CoreBench.start({}, bench.store.crash(), bench.nowMs);
    later.subscribe();
    later.offer({ id: 'o1' });
    expect(later.launched).toEqual([high, low]);
  });

  test('D31: as many run as may, and others wait', async () => {
    const bench = await CoreBench.subscribed({ 'spark.mesos.maxDrivers': '1' });
    const [one, other] = [bench.take(), bench.take()];
    bench.offer({ id: 'o1' });
    expect(bench.launched).toEqual([one]);
    bench.actions.length = 0;
    bench.update(one, 'TASK_FINISHED');
    bench.advance(1000);
    expect(bench.of('revive')).toHaveLength(1);
    bench.offer({ id: 'o2' });
    expect(bench.launched).toEqual([other]);
  });

  test('D30, D31: as many wait as may, in all and in a queue', async () => {
    const bench = await CoreBench.subscribed({
      ...QUEUES,
      'spark.mesos.maxQueuedDrivers': '3',
      'spark.mesos.dispatcher.queueMaxQueued.urgent': '1',
    });
    bench.take(queue('urgent'));
    expect(bench.submit(queue('urgent'))).toMatchObject({ ok: false, code: 'DISPATCHER_QUOTA_REACHED' });
    bench.writing = 'held';
    for (const ticket of [101, 102, 103])
      bench.handle({ kind: 'submit', ticket, request: requestOf(), options: {} });
    expect(bench.outcome(103)).toEqual({
      ok: false,
      code: 'DISPATCHER_QUEUE_FULL',
      message: 'Already reached maximum submission size',
    });
    bench.settle();
    expect(bench.outcome(102)).toMatchObject({ ok: true });
  });

  test('D35: a queue that has as many running as may does not keep others back', async () => {
    const bench = await CoreBench.subscribed({
      ...QUEUES,
      'spark.mesos.dispatcher.queueMaxRunning.urgent': '1',
    });
    const [one, two] = [bench.take(queue('urgent')), bench.take(queue('urgent'))];
    const other = bench.take();
    bench.offer({ id: 'o1' });
    expect(bench.launched).toEqual([one, other]);
    bench.update(one, 'TASK_FINISHED');
    bench.offer({ id: 'o2' });
    expect(bench.launched).toEqual([one, other, two]);
  });

  test('D61: a big driver is passed over, unless the order is strict: then offers are held until they suffice', async () => {
    for (const strict of ['false', 'true']) {
      const bench = await CoreBench.subscribed({ 'spark.mesos.dispatcher.strictOrder': strict });
      const big = bench.take({ 'spark.driver.cores': '4' });
      const small = bench.take();
      bench.offer({ id: 'o1', agentId: 'a', cpus: 2 });
      expect(bench.launched).toEqual(strict === 'true' ? [] : [small]);
      if (strict === 'false') continue;
      expect(bench.of('decline')).toEqual([]);
      bench.offer({ id: 'o2', agentId: 'a', cpus: 2 });
      expect(bench.of('accept')).toMatchObject([{ offerIds: ['o1', 'o2'], taskIds: [big] }]);
    }
  });

  test('D61: with strict order, what its constraints exclude is not held, and nothing is held for ever', async () => {
    const bench = await CoreBench.subscribed({
      'spark.mesos.dispatcher.strictOrder': 'true',
      'spark.mesos.dispatcher.strictOrder.holdOffers': '30s',
    });
    bench.take({ 'spark.driver.cores': '40', 'spark.mesos.driver.constraints': 'rack:r1' });
    bench.offer({ id: 'o1', attributes: { rack: 'r1' } }, { id: 'o2', attributes: { rack: 'r2' } });
    expect(bench.of('decline')).toMatchObject([{ offerIds: ['o2'] }]);
    bench.advance(30_000);
    expect(bench.of('decline').at(-1)).toMatchObject({ offerIds: ['o1'] });
  });

  test('an idempotency key is answered with the submission that it made, and with no other', async () => {
    const bench = await CoreBench.subscribed();
    const key = { idempotencyKey: 'k', owner: 'ann' };
    const first = bench.submit({}, key);
    expect(bench.submit({}, key)).toEqual({ ...first, repeated: true });
    expect(bench.submit({ 'spark.x': '1' }, key)).toMatchObject({ code: 'DISPATCHER_IDEMPOTENCY_CONFLICT' });
    expect(bench.submit({}, { ...key, owner: 'bob' })).toMatchObject({ repeated: false });
    const later = await bench.restarted();
    expect(later.submit({}, key)).toEqual({ ...first, repeated: true });
  });

  test('two requests with one key, of which the second comes while the first is written, are one submission', async () => {
    const bench = await CoreBench.subscribed();
    bench.writing = 'held';
    const submit = (ticket: number) =>
      bench.handle({ kind: 'submit', ticket, request: requestOf(), options: { idempotencyKey: 'k' } });
    submit(1);
    submit(2);
    expect(bench.held).toHaveLength(1);
    bench.settle();
    const first = bench.outcome(1);
    expect(bench.outcome(2)).toEqual({ ...first, repeated: true });
  });

  test('a submission that cannot be written down is refused, and nothing of it is left', async () => {
    const bench = await CoreBench.subscribed();
    bench.writing = 'failing';
    expect(bench.submit({}, { idempotencyKey: 'k' })).toMatchObject({
      ok: false,
      code: 'DISPATCHER_STORE_FAILED',
    });
    expect(bench.core.context.fleet.records.size).toBe(0);
    bench.writing = 'safe';
    bench.advance(2000);
    expect(bench.submit({}, { idempotencyKey: 'k' })).toMatchObject({ ok: true, repeated: false });
    expect(await bench.store.entries('submission/')).toHaveLength(1);
  });

  test('D38: the oldest of those that have ended are forgotten, a tenth of them at once', async () => {
    const bench = await CoreBench.subscribed({ 'spark.mesos.retainedDrivers': '20' });
    const ids = Array.from({ length: 21 }, () => bench.take());
    for (const id of ids) bench.kill(id);
    expect(bench.core.context.fleet.finished.size).toBe(19);
    expect(bench.core.context.fleet.records.has(ids[1] as never)).toBe(false);
    expect(await bench.store.entries('submission/')).toHaveLength(19);
    expect(await bench.store.entries('state/')).toHaveLength(19);
    const later = await bench.restarted();
    expect([...later.core.context.fleet.finished].map(({ id }) => id)).toEqual(ids.slice(2));
  });
});

describe('WaitingLines', () => {
  test('D34: is in order of priority and sequence, whatever is added, taken out and put back', () => {
    const entry = fc.record({
      priority: fc.constantFrom(-1, 0, 2.5),
      isTaken: fc.boolean(),
      comesBack: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 60 }), (entries) => {
        const lines = new WaitingLines();
        const records = entries.map(({ priority }, sequence) => {
          const record = { id: `d${sequence}`, sequence, priority, plan: { queue: `q${priority}` } } as never;
          lines.add(record);
          return record as { sequence: number; priority: number };
        });
        for (const [index, { isTaken }] of entries.entries())
          if (isTaken) lines.remove(records[index] as never);
        for (const [index, { isTaken, comesBack }] of [...entries.entries()].reverse()) {
          if (isTaken && comesBack) lines.add(records[index] as never);
        }
        const expected = records
          .filter((_, index) => !entries[index]?.isTaken || entries[index]?.comesBack)
          .sort((one, other) => other.priority - one.priority || one.sequence - other.sequence);
        expect([...lines]).toEqual(expected);
        expect(lines.size).toBe(expected.length);
        for (const [index] of expected.entries()) expect(lines.remove(expected[index] as never)).toBe(true);
        expect([...lines.queues]).toEqual([]);
      }),
    );
  });
});
