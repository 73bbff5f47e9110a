import { acknowledgeCall } from '@spark-mesos/mesos-client';
import { parseLabels } from '@spark-mesos/scheduler-utils';
import { describe, expect, test } from 'vitest';
import type { CoarseEvent, ExecutorRequest } from '../../src/index.ts';
import { callOf } from '../../src/shell/calls.ts';
import { Harness } from './harness.ts';
import { readRecording, summarizeCall } from './original.ts';

/** What the application asks for while a recording runs, each before the message with that number. */
type Wishes = Readonly<Record<number, CoarseEvent>>;

/** Plays what Mesos said to the original, and sets our calls beside the original's. */
function replay(recording: string, harness: Harness, wishes: Wishes) {
  const calls = { original: [] as string[], ours: [] as string[] };
  for (const [index, { atMs, message }] of readRecording(recording).entries()) {
    harness.nowMs = atMs;
    harness.forget();
    const wish = wishes[index];
    if (wish !== undefined) {
      harness.handle(wish);
    }
    if (message.kind === 'call') {
      calls.original.push(message.call);
    } else if (message.kind === 'registered') {
      harness.handle({ kind: 'subscribed', frameworkId: message.frameworkId });
    } else if (message.kind === 'offers') {
      harness.handle(message);
    } else {
      const taskId = { value: `p-${message.status.taskId.value}` };
      harness.handle({ kind: 'update', status: { ...message.status, taskId } });
    }
    for (const effect of harness.effects) {
      const call = effect.kind === 'acknowledge' ? acknowledgeCall(effect.status) : callOf(effect);
      calls.ours.push(call === undefined ? effect.kind.toUpperCase() : summarizeCall(call));
    }
  }
  return calls;
}

const isAnswer = (call: string) => /^(ACCEPT|DECLINE|KILL|ACKNOWLEDGE) /.test(call);
const totals = (request: ExecutorRequest): CoarseEvent => ({
  kind: 'executorTotals',
  totals: new Map([[0, request]]),
});

describe('what the original sent to a real Mesos', () => {
  test('C21 to C31: the same tasks and declines for a shell that counts', () => {
    const taskLabels = parseLabels('team:a,stage:test');
    const launch = ({ executorId }: { executorId: number }) => ({
      name: `Spark shell ${executorId}`,
      command: { shell: false, value: '/bin/true' },
    });
    const harness = new Harness({ coresMax: 2, taskLabels }, launch);
    const wishes = { 0: totals({ memoryMiB: 1024 }), 9: { kind: 'stop' } } as const;
    const { original, ours } = replay('original-count.jsonl', harness, wishes);
    // The original revived once more after its stop, and had to decline what came of it.
    const needless = original.filter((call) => call.startsWith('DECLINE')).slice(1);
    expect(ours.filter(isAnswer)).toEqual(
      original.filter((call) => isAnswer(call) && !needless.includes(call)),
    );
    expect(original.filter(isAnswer)).toHaveLength(6);
    expect(original.filter((call) => call.startsWith('REVIVE'))).toHaveLength(1);
    expect(ours.filter((call) => call.startsWith('REVIVE'))).toEqual([]);
    // U124: it never suppressed offers.
    expect(ours.filter((call) => call.startsWith('SUPPRESS'))).toHaveLength(1);
    expect(ours.at(-1)).toBe('TEARDOWN');
  });

  test('C54, C55: the same tasks, declines and kills for dynamic allocation', () => {
    const launch = ({ executorId }: { executorId: number }) => ({
      name: `Spark shell ${executorId}`,
      command: { shell: false, value: '/bin/true' },
    });
    const one = { cores: 1, memoryMiB: 512 };
    const harness = new Harness({ coresMax: 2 }, launch);
    const { original, ours } = replay('original-dynamic-allocation.jsonl', harness, {
      0: totals({ ...one, total: 0 }),
      4: totals({ ...one, total: 1 }),
      10: totals({ ...one, total: 24 }),
      17: totals({ ...one, total: 0 }),
      18: { kind: 'killExecutors', executorIds: [0, 1] },
      31: totals({ ...one, total: 1 }),
      37: totals({ ...one, total: 24 }),
      46: totals({ ...one, total: 0 }),
    });
    const inAnyOrder = (calls: readonly string[]) => calls.filter(isAnswer).sort();
    expect(inAnyOrder(ours)).toEqual(inAnyOrder(original));
    expect(original.filter((call) => call.startsWith('ACCEPT'))).toHaveLength(4);
    expect(original.filter((call) => call.startsWith('KILL'))).toHaveLength(2);
    // C54: it never revived when the target rose, so that executors came 6 s late; but it did at every end.
    expect(original.filter((call) => call.startsWith('REVIVE'))).toHaveLength(4);
    expect(ours.filter((call) => call.startsWith('REVIVE')).length).toBeGreaterThan(0);
  });

  test('C26, C27: the first launch and its failure are the same, the second comes a second later', () => {
    const harness = new Harness({ coresMax: 2 });
    const { original, ours } = replay('original-failures.jsonl', harness, { 0: totals({ memoryMiB: 1024 }) });
    const firstOffers = (calls: readonly string[]) =>
      calls.filter(isAnswer).map((call) => `${call.split(' ')[0]} ${/-O\d+/.exec(call)?.[0] ?? ''}`);
    expect(firstOffers(original).slice(0, 5)).toEqual([
      'ACCEPT -O317',
      'ACKNOWLEDGE ',
      'ACKNOWLEDGE ',
      'ACKNOWLEDGE ',
      'ACCEPT -O318',
    ]);
    expect(firstOffers(ours).slice(0, 5)).toEqual([
      'ACCEPT -O317',
      'ACKNOWLEDGE ',
      'ACKNOWLEDGE ',
      'ACKNOWLEDGE ',
      'DECLINE -O318',
    ]);
  });
});
