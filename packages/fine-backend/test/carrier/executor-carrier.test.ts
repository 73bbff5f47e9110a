import { mesos } from '@spark-mesos/mesos-proto';
import { exitStatusOf } from '@spark-mesos/scheduler-utils';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ExecutorCarrier } from '../../src/carrier/executor-carrier.ts';
import { type CarrierEffect, type CarrierEvent, encodeEndMessage, TASK_ENDS } from '../../src/index.ts';

const { TaskState } = mesos.v1;
const EXECUTOR = 'e-0';

/** Drives an executor, and keeps what it does. */
class Driven {
  readonly carrier = new ExecutorCarrier({ executorId: EXECUTOR });
  readonly effects: CarrierEffect[] = [];
  nowMs = 1000;

  handle(...events: CarrierEvent[]): this {
    for (const event of events) {
      this.effects.push(...this.carrier.handle(event, this.nowMs));
    }
    return this;
  }

  advance(milliseconds: number): this {
    this.nowMs += milliseconds;
    return this.handle({ kind: 'wake' });
  }

  /** What has been done since the last look, in few words. */
  take(): string[] {
    return this.effects.splice(0).map((effect) => {
      switch (effect.kind) {
        case 'update':
          return `${effect.taskId} ${TaskState[effect.state]}`;
        case 'signal':
          return effect.signal;
        case 'exit':
          return effect.isFault ? 'exit with a fault' : 'exit';
        default:
          return effect.kind;
      }
    });
  }
}

const launch = (taskId: string, graceMs?: number): CarrierEvent => ({
  kind: 'launch',
  task: {
    name: taskId,
    taskId: { value: taskId },
    agentId: { value: 'a' },
    ...(graceMs !== undefined && { killPolicy: { gracePeriod: { nanoseconds: graceMs * 1e6 } } }),
  },
});

function running(graceMs?: number): Driven {
  const driven = new Driven().handle(launch(EXECUTOR, graceMs), { kind: 'childStarted' });
  driven.take();
  return driven;
}

describe('an executor of ours', () => {
  test('F50: its first task starts the child, and runs when that does', () => {
    const driven = new Driven().handle(launch(EXECUTOR));
    expect(driven.take()).toEqual(['e-0 TASK_STARTING', 'start']);
    expect(driven.handle({ kind: 'childStarted' }).take()).toEqual(['e-0 TASK_RUNNING']);
  });

  test('F51, F53: any other task runs at once, and ends as it is told to have, or when it is killed', () => {
    const driven = running().handle(launch('s-1'), launch('s-2'), launch('s-3'));
    expect(driven.take()).toEqual(['s-1 TASK_RUNNING', 's-2 TASK_RUNNING', 's-3 TASK_RUNNING']);
    driven.handle(
      { kind: 'message', data: encodeEndMessage({ taskId: 's-1', end: 'FINISHED' }) },
      { kind: 'message', data: encodeEndMessage({ taskId: 's-2', end: 'FAILED' }) },
      { kind: 'kill', taskId: 's-3' },
    );
    expect(driven.take()).toEqual(['s-1 TASK_FINISHED', 's-2 TASK_FAILED', 's-3 TASK_KILLED']);
  });

  test('F52: an end is told once, and what is unknown is left alone', () => {
    const driven = running().handle(launch('s-1'), { kind: 'kill', taskId: 's-1' });
    driven.take();
    driven.handle(
      { kind: 'kill', taskId: 's-1' },
      { kind: 'message', data: encodeEndMessage({ taskId: 's-1', end: 'FINISHED' }) },
      { kind: 'kill', taskId: 'nobody' },
      { kind: 'message', data: Buffer.from('{"taskId":"s-1"}') },
      { kind: 'message', data: Buffer.from('not JSON') },
    );
    expect(driven.take()).toEqual([]);
  });

  test.for([
    ['FINISHED', { status: 0 }, 0],
    ['FAILED', { status: 3 }, 3],
    ['FAILED', { status: 137, signal: 'SIGKILL' }, 137],
    ['FAILED', { problem: 'no such file' }, undefined],
  ] as const)('F33: the end of the child is that of all tasks: %s', ([state, end, exitStatus]) => {
    const driven = running().handle(launch('s-1'));
    driven.take();
    driven.handle({ kind: 'childEnded', end });
    const [first] = driven.effects;
    expect(first?.kind === 'update' && exitStatusOf(first.message)).toBe(exitStatus);
    expect(driven.take()).toEqual([`e-0 TASK_${state}`, 's-1 TASK_FAILED', 'exit']);
  });

  test('F54: killed, it has its child end, and makes it when the grace is over', () => {
    const driven = running().handle(launch('s-1'));
    driven.take();
    expect(driven.handle({ kind: 'kill', taskId: EXECUTOR }).take()).toEqual(['SIGTERM']);
    expect(driven.handle(launch('s-2')).take()).toEqual(['s-2 TASK_KILLED']);
    expect(driven.advance(2999).take()).toEqual([]);
    expect(driven.advance(1).take()).toEqual(['SIGKILL']);
    driven.handle({ kind: 'childEnded', end: { status: 137, signal: 'SIGKILL' } });
    expect(driven.take()).toEqual(['e-0 TASK_KILLED', 's-1 TASK_KILLED', 'exit']);
    expect(driven.carrier.nextWakeMs()).toBeUndefined();
  });

  test('F54: the grace is that of the task, or the shorter one that comes with the kill', () => {
    const driven = running(9000).handle({ kind: 'kill', taskId: EXECUTOR });
    expect(driven.carrier.nextWakeMs()).toBe(driven.nowMs + 9000);
    driven.handle({ kind: 'kill', taskId: EXECUTOR, graceMs: 20_000 });
    expect(driven.carrier.nextWakeMs()).toBe(driven.nowMs + 9000);
    driven.handle({ kind: 'kill', taskId: EXECUTOR, graceMs: 100 });
    expect(driven.carrier.nextWakeMs()).toBe(driven.nowMs + 100);
  });

  test('F54: a child that is killed while it starts hears of it when it has', () => {
    const driven = new Driven().handle(launch(EXECUTOR), { kind: 'kill', taskId: EXECUTOR });
    driven.take();
    expect(driven.handle({ kind: 'childStarted' }).take()).toEqual(['SIGTERM']);
  });

  test('F54: at SHUTDOWN its child is gone before the agent kills it', () => {
    const driven = running().handle({ kind: 'shutdown', reason: 'the agent asks for it', graceMs: 5000 });
    expect(driven.take()).toEqual(['SIGTERM']);
    expect(driven.advance(4000).take()).toEqual(['SIGKILL']);
    expect(driven.handle({ kind: 'childEnded', end: { status: 143 } }).take()).toEqual([
      'e-0 TASK_KILLED',
      'exit',
    ]);
  });

  test('F54: without a task there is nothing to wait for', () => {
    const shutdown = { kind: 'shutdown', reason: 'no framework', graceMs: 5000 } as const;
    expect(new Driven().handle(shutdown).take()).toEqual(['exit']);
    expect(new Driven().handle({ kind: 'kill', taskId: EXECUTOR }).take()).toEqual([
      'e-0 TASK_KILLED',
      'exit',
    ]);
  });

  test('F44: abandoned by its agent it ends its child, and says that it was no end of its own', () => {
    const driven = running().handle({ kind: 'abandoned', reason: 'the agent does not know us' });
    expect(driven.take()).toEqual(['SIGTERM']);
    driven.handle({ kind: 'childEnded', end: { status: 143 } });
    expect(driven.take()).toEqual(['e-0 TASK_KILLED', 'exit with a fault']);
  });

  test('F53: whatever happens, each task ends once, all end before it does, and nothing follows', () => {
    const taskId = fc.constantFrom(EXECUTOR, 's-1', 's-2', 's-3');
    const event = fc.oneof(
      taskId.map((id): CarrierEvent => launch(id)),
      taskId.map((id): CarrierEvent => ({ kind: 'kill', taskId: id })),
      fc
        .record({ taskId, end: fc.constantFrom(...TASK_ENDS) })
        .map((message): CarrierEvent => ({ kind: 'message', data: encodeEndMessage(message) })),
      fc.uint8Array().map((data): CarrierEvent => ({ kind: 'message', data })),
      fc.constantFrom<CarrierEvent>(
        { kind: 'childEnded', end: { status: 1 } },
        { kind: 'shutdown', reason: 'why not', graceMs: 10 },
        { kind: 'abandoned', reason: 'why not' },
      ),
    );
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const driven = new Driven();
        const alive = new Set<string>();
        let hasChild = false;
        let isOver = false;
        const launched = new Set<string>();
        for (const next of events) {
          if (next.kind === 'childEnded' && !hasChild) continue;
          if (next.kind === 'launch') {
            // No id ever comes twice, and the first task is that of the child.
            if (launched.has(next.task.taskId.value)) continue;
            if (launched.size === 0 && next.task.taskId.value !== EXECUTOR) continue;
            launched.add(next.task.taskId.value);
          }
          driven.handle(next);
          for (const effect of driven.effects.splice(0)) {
            expect(isOver).toBe(false);
            if (effect.kind === 'start') {
              hasChild = true;
              driven.handle({ kind: 'childStarted' });
            } else if (effect.kind === 'exit') {
              isOver = true;
              expect([...alive]).toEqual([]);
            } else if (effect.kind === 'update') {
              const isStart =
                effect.state === TaskState.TASK_STARTING || effect.state === TaskState.TASK_RUNNING;
              if (isStart) alive.add(effect.taskId);
              else if (launched.has(effect.taskId)) alive.delete(effect.taskId);
            }
          }
          if (next.kind === 'childEnded') {
            hasChild = false;
            expect(isOver).toBe(true);
          }
        }
      }),
    );
  });
});
