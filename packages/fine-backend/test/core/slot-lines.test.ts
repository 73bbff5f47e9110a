import { describe, expect, test } from 'vitest';
import { type Harness, withExecutor, withLines } from './harness.ts';

/** How slots were told to end, in order. */
const ends = (harness: Harness) =>
  harness.effects.flatMap((effect) => {
    if (effect.kind === 'endSlot') return [`${effect.taskId} ${effect.end}`];
    return effect.kind === 'kill' ? [`${effect.taskId} killed`] : [];
  });

const ended = (taskId: string, end: 'FINISHED' | 'FAILED' | 'KILLED' | 'LOST') =>
  ({ kind: 'ended', taskId, end }) as const;

/** In exact mode, with task 1 at work in slot p-s-0. */
const atWork = () => withLines({ exact: true }).hold('1').cores(3).running('p-s-0');

describe('a slot that is a command task', () => {
  test('F32, F53: is given a line of its own, and nothing of it goes into a script', () => {
    const harness = withLines().hold('1', '2').cores(3);
    const [one, other] = harness.launched().map(({ command }) => command);
    expect(one).toMatchObject({ shell: false, value: '/bin/sh' });
    expect(one?.arguments?.slice(-3)).toEqual(['gateway', '7200', 'p-s-0']);
    expect(one?.arguments?.slice(0, -3)).toEqual(other?.arguments?.slice(0, -3));
    expect(one?.environment?.variables).toMatchObject([
      { name: 'SPARK_MESOS_SLOT_TOKEN', value: 'token of p-s-0' },
    ]);
  });

  test.each(['FINISHED', 'FAILED'] as const)(
    'F32, F53: in exact mode ends as its task has, which has %s',
    (end) => {
      const harness = atWork().connected('p-s-0').forget().handle(ended('1', end));
      expect(ends(harness)).toEqual([`p-s-0 ${end}`]);
      harness.update('p-s-0', end === 'FINISHED' ? 'TASK_FINISHED' : 'TASK_FAILED').advance(60_000);
      expect(ends(harness)).toHaveLength(1);
      expect(harness.scheduler.snapshot(harness.nowMs)).toMatchObject({ cores: 1 });
    },
  );

  test.each(['KILLED', 'LOST'] as const)('F32, F36: is killed when its task has %s', (end) => {
    const harness = atWork().connected('p-s-0').forget().handle(ended('1', end));
    expect(ends(harness)).toEqual(['p-s-0 killed']);
  });

  test('F32: is killed should nothing come of its word', () => {
    const harness = atWork().connected('p-s-0').forget().handle(ended('1', 'FINISHED'));
    harness.advance(9999);
    expect(ends(harness)).toEqual(['p-s-0 FINISHED']);
    harness.advance(1);
    expect(ends(harness)).toEqual(['p-s-0 FINISHED', 'p-s-0 killed']);
  });

  test('F32: whose task was faster than its line is waited for', () => {
    const harness = atWork().forget().handle(ended('1', 'FAILED'));
    expect(ends(harness)).toEqual([]);
    harness.advance(20).connected('p-s-0').advance(5000);
    expect(ends(harness)).toEqual(['p-s-0 FAILED']);
  });

  test('F32: that opens no line is killed after 3 s, which is said once, and the next ones there at once', () => {
    const harness = withLines({ exact: true }).hold('1', '2', '3').cores(3);
    harness.running('p-s-0', 'p-s-1', 'p-s-2').forget().ended('1').advance(2999);
    expect(ends(harness)).toEqual([]);
    harness.advance(1);
    expect(ends(harness)).toEqual(['p-s-0 killed']);
    expect(harness.of('linesMissed')).toMatchObject([
      { executor: { agentId: 'a' }, line: { host: 'gateway', port: 7200 } },
    ]);
    harness.forget().ended('2');
    expect(ends(harness)).toEqual(['p-s-1 killed']);
    expect(harness.of('linesMissed')).toEqual([]);
    // One that comes after all shows that lines can be opened there.
    harness.hold('4').cores(1).running('p-s-3').connected('p-s-2').forget().ended('4');
    expect(ends(harness)).toEqual([]);
    harness.connected('p-s-3');
    expect(ends(harness)).toEqual(['p-s-3 FINISHED']);
  });

  test('F32: whose line has closed is killed', () => {
    const harness = atWork().connected('p-s-0').forget();
    harness.handle({ kind: 'slotDisconnected', taskId: 'p-s-0' }).ended('1');
    expect(ends(harness)).toEqual(['p-s-0 killed']);
  });

  test('F36: that never ran is killed, without a wait', () => {
    const harness = withLines({ exact: true }).hold('1').cores(3).connected('p-s-0').forget();
    harness.handle({ kind: 'killed', taskId: '1' });
    expect(ends(harness)).toEqual(['p-s-0 killed']);
  });

  test('F33: whose executor ends is killed, since its task has not finished', () => {
    const harness = atWork().connected('p-s-0').forget().update('p-e-0', 'TASK_FAILED');
    expect(ends(harness)).toEqual(['p-s-0 killed']);
  });

  test('F32: has finished when it is given back after its hold, however its tasks ended', () => {
    const harness = withLines().hold('1').cores(3).running('p-s-0').connected('p-s-0').forget();
    harness.handle(ended('1', 'FAILED')).advance(50);
    expect(ends(harness)).toEqual(['p-s-0 FINISHED']);
  });

  test('F32: is not waited for at the end of the application', () => {
    const harness = atWork().hold('2').running('p-s-1').forget();
    harness.handle({ kind: 'stop', graceMs: 0 });
    expect(ends(harness).sort()).toEqual(['p-e-0 killed', 'p-s-0 killed']);
  });

  test('F32: words about slots that nobody knows change nothing', () => {
    const harness = atWork().forget().connected('p-s-9', 'p-e-0');
    harness.handle({ kind: 'slotDisconnected', taskId: 'p-s-9' });
    expect(harness.effects).toEqual([]);
  });

  test('F32: sleeps and is killed where there is nothing to open a line to', () => {
    const harness = withExecutor({ exact: true }).hold('1').cores(3).running('p-s-0');
    expect(harness.launched()[0]?.command).toMatchObject({ value: '/bin/sleep' });
    harness.forget().connected('p-s-0').ended('1');
    expect(ends(harness)).toEqual(['p-s-0 killed']);
  });
});
