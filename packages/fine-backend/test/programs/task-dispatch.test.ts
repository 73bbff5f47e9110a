import { parseConstraints } from '@spark-mesos/scheduler-utils';
import { makeOffer, makeStatus, type OfferSketch } from '@spark-mesos/scheduler-utils/testing';
import { describe, expect, test } from 'vitest';
import { DEFAULT_FINE_SETTINGS, type ProgramTask, type WorkerOffer } from '../../src/index.ts';
import type { DispatchEffect, DispatchEvent, DispatchSettings } from '../../src/programs/dispatch-events.ts';
import { TaskDispatch } from '../../src/programs/task-dispatch.ts';

/** A program with tasks of one core that wait, and what comes of them. */
class Program {
  readonly waiting: string[] = [];
  readonly effects: DispatchEffect[] = [];
  readonly dispatch: TaskDispatch;
  seen: readonly WorkerOffer[] = [];
  memMiB = 32;
  nowMs = 0;

  constructor(settings: Partial<DispatchSettings> = {}) {
    this.dispatch = new TaskDispatch({
      settings: { ...DEFAULT_FINE_SETTINGS, ...settings },
      taskIdPrefix: 'p',
      resourceOffers: (offers) => {
        this.seen = offers;
        return offers.flatMap((worker) => this.#place(worker));
      },
      random: () => 0,
    });
    this.handle({ kind: 'subscribed', frameworkId: 'framework-1' });
  }

  handle(event: DispatchEvent): this {
    const effects = this.dispatch.handle(event, this.nowMs);
    this.effects.push(...effects);
    return effects.some(({ kind }) => kind === 'revive')
      ? this.handle({ kind: 'reviveSettled', ok: true })
      : this;
  }

  run(...taskIds: string[]): this {
    this.waiting.push(...taskIds);
    return this.handle({ kind: 'reviveOffers' });
  }

  offers(...sketches: OfferSketch[]): this {
    return this.handle({ kind: 'offers', offers: sketches.map(makeOffer) });
  }

  update(...status: Parameters<typeof makeStatus>): this {
    return this.handle({ kind: 'update', status: makeStatus(...status) });
  }

  /** Moves the time on and wakes it. */
  later(milliseconds: number): this {
    this.nowMs += milliseconds;
    return this.handle({ kind: 'wake' });
  }

  /** The effects of these kinds, in words. */
  told(): string[] {
    return this.effects.flatMap((effect) => {
      switch (effect.kind) {
        case 'accept':
          return [`accept ${effect.offerIds.join('+')}: ${effect.taskIds.join(' ')}`];
        case 'decline':
          return [`decline ${effect.offerIds.join('+')} ${effect.reason}`];
        case 'taskState':
          return [`${effect.taskId} ${effect.state}`];
        case 'kill':
          return [`kill ${effect.taskId}`];
        case 'failed':
          return [`failed ${effect.error.message}`];
        case 'acknowledge':
        case 'registered':
        case 'reconcile':
          return [];
        default:
          return [effect.kind];
      }
    });
  }

  forget(): this {
    this.effects.length = 0;
    return this;
  }

  #place(worker: WorkerOffer): ProgramTask[] {
    return this.waiting.splice(0, Math.floor(worker.cpus)).map((taskId) => ({
      taskId,
      name: taskId,
      worker,
      cpus: 1,
      memMiB: this.memMiB,
      command: { value: taskId },
    }));
  }
}

describe('a program', () => {
  test('F20, F22, F23: sees what is offered, and what it places is launched; the rest is declined', () => {
    const program = new Program().run('one', 'two', 'three');
    program.offers(
      { id: 'o1', cpus: 2, memMiB: 64 },
      { id: 'o2', cpus: 4, memMiB: 64 },
      { id: 'o3', cpus: 1 },
    );
    expect(program.told()).toEqual([
      'revive',
      'accept o1: p-t-0 p-t-1',
      'accept o2: p-t-2',
      'decline o3 NOTHING_WANTED',
    ]);
    expect(program.seen.map(({ cpus, memMiB, hostname }) => [cpus, memMiB, hostname])[0]).toEqual([
      2,
      64,
      'host-of-agent-of-o1',
    ]);
  });

  test('F24, F64: sees the offers of an agent as one', () => {
    const program = new Program().run('one');
    program.offers({ id: 'o1', agentId: 'a', cpus: 0.5, memMiB: 64 }, { id: 'o2', agentId: 'a', cpus: 0.5 });
    expect(program.told()).toEqual(['revive', 'accept o1+o2: p-t-0']);
  });

  test('F40: is asked again when a task ends, and left alone once it places nothing', () => {
    const program = new Program().run('one', 'two').offers({ id: 'o1', cpus: 1, memMiB: 64 }).forget();
    program.later(1000).update('p-t-0', 'TASK_FINISHED');
    expect(program.told()).toEqual(['one FINISHED', 'revive']);
    program.offers({ id: 'o2', cpus: 1, memMiB: 64 }).later(1000).forget().update('p-t-1', 'TASK_FINISHED');
    program.offers({ id: 'o3', cpus: 1, memMiB: 64 }).later(2000);
    expect(program.told()).toEqual(['two FINISHED', 'revive', 'decline o3 NOTHING_WANTED', 'suppress']);
  });

  test('F32: hears of each state once, of the last one once and for all', () => {
    const program = new Program().run('one').offers({ id: 'o1', cpus: 1, memMiB: 64 }).forget();
    program.update('p-t-0', 'TASK_STARTING').update('p-t-0', 'TASK_RUNNING').update('p-t-0', 'TASK_RUNNING');
    program.update('p-t-0', 'TASK_FAILED', { message: 'Command exited with status 3' });
    program.update('p-t-0', 'TASK_FAILED');
    expect(program.told().filter((words) => words.startsWith('one'))).toEqual([
      'one LAUNCHING',
      'one RUNNING',
      'one FAILED',
    ]);
  });

  test('F66, U31: that places more than there is hears that it is lost', () => {
    const program = new Program({ coresMax: 1 }).run('one', 'two').offers({ id: 'o1', cpus: 2, memMiB: 64 });
    expect(program.told()).toContain('two LOST');
    const other = new Program().run('one');
    other.memMiB = 1000;
    expect(other.offers({ id: 'o1', cpus: 2, memMiB: 64 }).told()).toContain('one LOST');
  });

  test('F20, U52: does not see agents that do not meet the constraints', () => {
    const program = new Program({ constraints: parseConstraints('rack:r1') }).run('one');
    expect(program.offers({ id: 'o1', cpus: 2, memMiB: 64 }).told()).toEqual([
      'revive',
      'decline o1 CONSTRAINTS_UNMET',
    ]);
    expect(program.seen).toEqual([]);
  });

  test('F36: kills a task, again until it has ended', () => {
    const program = new Program().run('one').offers({ id: 'o1', cpus: 1, memMiB: 64 }).forget();
    program
      .handle({ kind: 'killTask', taskId: 'one' })
      .handle({ kind: 'killTask', taskId: 'two' })
      .later(10_000);
    expect(program.told().filter((words) => words.startsWith('kill'))).toEqual(['kill p-t-0', 'kill p-t-0']);
    expect(program.update('p-t-0', 'TASK_FAILED').told()).toContain('one KILLED');
  });

  test('F33, F44: tasks on an agent that stays cut off are lost, and killed should they come back', () => {
    const program = new Program().run('one').offers({ id: 'o1', cpus: 1, memMiB: 64 }).forget();
    program.update('p-t-0', 'TASK_UNREACHABLE', { reason: 'REASON_AGENT_REMOVED' }).later(30_000);
    expect(program.told()).toContain('one LOST');
    expect(program.forget().update('p-t-0', 'TASK_RUNNING').told()).toEqual(['kill p-t-0']);
  });

  test('F10: that fails on offers cannot go on, and the offers go back', () => {
    const program = new Program().run('one');
    program.waiting.splice = () => {
      throw new Error('no idea');
    };
    expect(program.offers({ id: 'o1', cpus: 1 }).told()).toEqual([
      'revive',
      'failed The program failed on offers: no idea',
      'decline o1 NOTHING_WANTED',
    ]);
  });

  test('F42: ends once its tasks have, or after a while', () => {
    const program = new Program().run('one').offers({ id: 'o1', cpus: 1, memMiB: 64 }).forget();
    program.handle({ kind: 'stop', graceMs: 100 }).later(100).update('p-t-0', 'TASK_KILLED');
    expect(program.told().filter((words) => words !== 'suppress')).toEqual([
      'kill p-t-0',
      'one KILLED',
      'teardown',
    ]);
  });
});
