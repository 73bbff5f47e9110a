import { describe, expect, test } from 'vitest';
import { Harness, heldOf, taskOf, withExecutor } from './harness.ts';

describe('a slot', () => {
  test('F30, F31: is a Mesos task that holds the cores of one task and no memory, and is called like its first', () => {
    const harness = withExecutor({ taskLabels: { labels: [{ key: 'team', value: 'a' }] } })
      .hold('7')
      .cores(3);
    expect(harness.launched()).toEqual([
      expect.objectContaining({
        name: 'task 7.0 in stage 0.0 (TID 7)',
        taskId: { value: 'p-s-0' },
        agentId: { value: 'a' },
        labels: { labels: [{ key: 'team', value: 'a' }] },
        command: expect.objectContaining({ shell: false, value: '/bin/sleep' }),
      }),
    ]);
    expect(heldOf(harness.launched()[0]?.resources)).toEqual({ 'cpus(*)': 1 });
  });

  test('F22: a task is passed on only once Mesos says that its slot runs', () => {
    const harness = withExecutor().hold('7').cores(3);
    expect(harness.passed()).toEqual([]);
    harness.update('p-s-0', 'TASK_STARTING');
    expect(harness.passed()).toEqual([]);
    harness.running('p-s-0');
    expect(harness.passed()).toEqual(['7']);
  });

  test('F22: carries one task after another while its lease lasts, each at once', () => {
    const harness = withExecutor().hold('1', '2', '3').cores(1).running('p-s-0');
    harness.ended('1', '2');
    expect(harness.passed()).toEqual(['1', '2', '3']);
    expect(harness.launchedIds()).toEqual(['p-s-0']);
    expect(harness.kills()).toEqual([]);
  });

  test('F62: is kept for the hold when no task is there, and used at once by the next', () => {
    const harness = withExecutor().hold('1').cores(3).running('p-s-0').ended('1').advance(49);
    expect(harness.kills()).toEqual([]);
    harness.hold('2');
    expect(harness.passed()).toEqual(['1', '2']);
    harness.ended('2').advance(50);
    expect(harness.kills()).toEqual(['p-s-0']);
  });

  test('F62: goes back at the end of a task once its lease is over, and REVIVE follows when it is free', () => {
    const harness = withExecutor().hold('1', '2').cores(1).running('p-s-0').advance(3000).forget();
    harness.ended('1');
    expect(harness.kinds()).toEqual(['kill']);
    harness.update('p-s-0', 'TASK_KILLED');
    expect(harness.kinds()).toEqual(['kill', 'revive']);
    harness.cores(1).running('p-s-1');
    expect(harness.passed()).toEqual(['2']);
  });

  test('F22: a task that is longer than the lease runs to its end', () => {
    const harness = withExecutor().hold('1').cores(1).running('p-s-0').advance(60_000);
    expect(harness.kills()).toEqual([]);
  });

  test('F62: slots of command tasks do not all end together; those of an executor of ours end after 250 ms', () => {
    const ends = (settings: Parameters<typeof withExecutor>[0]) => {
      const harness = withExecutor(settings).hold('1', '2', '3').cores(3);
      const slots = ['p-s-0', 'p-s-1', 'p-s-2'];
      harness.running(...slots).forget();
      return slots.map((_, index) => {
        // Each slot is asked at many task ends; the first at which it goes back tells when its lease was over.
        const once = withExecutor(settings)
          .hold('1', '2', '3')
          .cores(3)
          .running(...slots);
        let elapsedMs = 0;
        const task = String(index + 1);
        let current = task;
        while (!once.kills().includes(`p-s-${index}`)) {
          once.advance(50);
          elapsedMs += 50;
          once.hold(`${current}+`).ended(current);
          current = `${current}+`;
        }
        return elapsedMs;
      });
    };
    const command = ends({});
    expect(new Set(command).size).toBe(3);
    expect(Math.min(...command)).toBeGreaterThanOrEqual(2000);
    expect(Math.max(...command)).toBeLessThanOrEqual(3050);
    expect(ends({ carrier: 'executor', leaseMs: 250 })).toEqual([250, 250, 250]);
  });

  test('F32, F53: with an executor of ours has finished when it is given back, however its tasks ended', () => {
    const harness = withExecutor({ carrier: 'executor' }).hold('1').cores(3).running('p-s-0').forget();
    harness.handle({ kind: 'ended', taskId: '1', end: 'FAILED' }).advance(60);
    expect(harness.of('tellEnd')).toMatchObject([{ taskId: 'p-s-0', end: 'FINISHED' }]);
    expect(harness.of('kill')).toEqual([]);
  });

  test('F23: those of one executor come in one ACCEPT, and at most 50 of them', () => {
    const tasks = Array.from({ length: 70 }, (_, index) => String(index));
    const harness = withExecutor()
      .hold(...tasks)
      .cores(100);
    expect(harness.of('accept').map(({ tasks: launched }) => launched.length)).toEqual([50]);
    harness.cores(50);
    expect(harness.launchedIds()).toHaveLength(70);
  });

  test('F22: tasks of one executor are passed on in the order in which they came', () => {
    const harness = withExecutor()
      .hold('1', '2', '3', '4')
      .cores(2)
      .running('p-s-1', 'p-s-0')
      .ended('2', '1');
    expect(harness.passed()).toEqual(['1', '2', '3', '4']);
  });

  test('F30: tasks of different sizes get slots of their own sizes, fractions too', () => {
    const harness = withExecutor();
    harness.handle({ kind: 'hold', task: { ...taskOf('1'), cpus: 2 } });
    harness.handle({ kind: 'hold', task: { ...taskOf('2'), cpus: 0.5 } });
    harness.cores(3);
    expect(harness.launched().map(({ resources }) => heldOf(resources))).toEqual([
      { 'cpus(*)': 2 },
      { 'cpus(*)': 0.5 },
    ]);
    harness.running('p-s-1');
    expect(harness.passed()).toEqual(['2']);
  });

  test('F32: that ends under a running task leaves that unpaid, and nothing else', () => {
    const harness = withExecutor().hold('1').cores(1).running('p-s-0').forget();
    harness.update('p-s-0', 'TASK_FAILED', { message: 'Container preempted' });
    expect(harness.of('unpaid')).toEqual([
      expect.objectContaining({ task: taskOf('1'), message: expect.stringContaining('Container preempted') }),
    ]);
    expect(harness.states()).toEqual([]);
    harness.ended('1').hold('2');
    expect(harness.passed()).toEqual([]);
    expect(harness.scheduler.snapshot(harness.nowMs)).toMatchObject({
      cores: 1,
      heldTasks: 1,
      passedTasks: 0,
    });
  });

  test('F3, F34: has an id that never comes back', () => {
    const harness = withExecutor();
    const seen = new Set<string>();
    for (let round = 0; round < 5; round += 1) {
      harness.forget().hold(`${round}`).cores(1);
      const [id = ''] = harness.launchedIds();
      expect(seen.has(id)).toBe(false);
      seen.add(id);
      harness.running(id).ended(`${round}`).advance(50).update(id, 'TASK_KILLED');
    }
  });
});

describe('in exact mode', () => {
  test('F1, F30: each task has a Mesos task of its own, which is called like it and ends with it', () => {
    const harness = withExecutor({ exact: true }).hold('1', '2', '3').cores(2);
    expect(harness.launched().map(({ name }) => name)).toEqual([taskOf('1').name, taskOf('2').name]);
    harness.running('p-s-1', 'p-s-0');
    expect(harness.passed()).toEqual(['2', '1']);
    harness.forget().ended('1');
    expect(harness.kinds()).toEqual(['kill']);
    harness.update('p-s-0', 'TASK_KILLED').advance(10).cores(1).running('p-s-2');
    expect(harness.passed()).toEqual(['3']);
  });

  test('F32, F53: with an executor of ours ends as its task has, and is killed should nothing come of that', () => {
    const harness = withExecutor({ exact: true, carrier: 'executor' }).hold('1', '2').cores(3);
    harness.running('p-s-0', 'p-s-1').forget();
    harness.handle({ kind: 'ended', taskId: '1', end: 'FAILED' }).ended('2');
    const [first, second] = harness.of('tellEnd');
    expect(first).toMatchObject({ taskId: 'p-s-0', agentId: 'a', executorId: 'p-e-0', end: 'FAILED' });
    expect(second).toMatchObject({ taskId: 'p-s-1', end: 'FINISHED' });
    harness.update('p-s-0', 'TASK_FAILED').forget().advance(10_000);
    expect(harness.of('kill').map(({ taskId }) => taskId)).toEqual(['p-s-1']);
  });

  test('F32: a task whose Mesos task could not be launched waits for another, before those behind it', () => {
    const harness = withExecutor({ exact: true }).hold('1', '2').cores(1).forget();
    harness
      .update('p-s-0', 'TASK_LOST', { reason: 'REASON_INVALID_OFFERS' })
      .advance(10)
      .cores(1)
      .running('p-s-1');
    expect(harness.passed()).toEqual(['1']);
  });

  test('F36: killing a task whose Mesos task is being launched passes it on for that, and gives the other back', () => {
    const harness = withExecutor({ exact: true }).hold('1').cores(1).forget();
    harness.handle({ kind: 'killed', taskId: '1' });
    expect(harness.kinds()).toEqual(['pass', 'kill']);
    expect(harness.passed()).toEqual(['1!']);
    harness.running('p-s-0').ended('1');
    expect(harness.passed()).toEqual(['1!']);
  });
});

describe('killing a task', () => {
  test('F36, F65: that waits sends it on, so that its executor says so in its own words', () => {
    const harness = withExecutor().hold('1', '2').cores(1).running('p-s-0').forget();
    harness.handle({ kind: 'killed', taskId: '2' });
    expect(harness.passed()).toEqual(['2!']);
    harness.ended('2').ended('1');
    expect(harness.passed()).toEqual(['2!']);
    expect(harness.scheduler.snapshot(harness.nowMs)).toMatchObject({ heldTasks: 0, passedTasks: 0 });
  });

  test('F36: that runs changes nothing here: its end comes like any other', () => {
    const harness = withExecutor().hold('1').cores(1).running('p-s-0').forget();
    harness.handle({ kind: 'killed', taskId: '1' }).handle({ kind: 'killed', taskId: 'unknown' });
    expect(harness.effects).toEqual([]);
  });
});

describe('a task', () => {
  test('F34: for an executor that is gone, or is ending, is answered at once', () => {
    const harness = withExecutor().holdOn(7, '1');
    expect(harness.of('taskLost')).toEqual([
      { kind: 'taskLost', task: taskOf('1', 7), detail: { message: 'executor 7 is gone', wasPassed: false } },
    ]);
    harness.handle({ kind: 'killExecutors', executorIds: [0] }).hold('2');
    expect(harness.lost()).toEqual(['1 held', '2 held']);
  });

  test('F22: that is handed over twice runs once', () => {
    const harness = withExecutor().hold('1', '1').cores(3).running('p-s-0').hold('1').ended('1').ended('1');
    expect(harness.passed()).toEqual(['1']);
    expect(harness.launchedIds()).toEqual(['p-s-0']);
  });

  test('F3: may be held before Mesos has told that its executor runs', () => {
    const harness = new Harness().subscribed().cores(4).hold('1').advance(10).cores(3).running('p-s-0');
    expect(harness.passed()).toEqual(['1']);
  });
});
