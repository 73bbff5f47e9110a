import { mesos } from '@spark-mesos/mesos-proto';
import { describe, expect, it } from 'vitest';
import { MesosError, type MesosErrorCode } from '../../src/errors.ts';
import {
  type ExecutorEffect,
  type ExecutorInput,
  type ExecutorSettings,
  type ExecutorState,
  INITIAL_EXECUTOR_STATE,
} from '../../src/executor/state.ts';
import { stepExecutor } from '../../src/executor/step.ts';

const { Type } = mesos.v1.executor.Event;
const settings: ExecutorSettings = {
  checkpoint: true,
  registrationTimeoutMs: 60_000,
  attemptTimeoutMs: 10_000,
  recoveryTimeoutMs: 900_000,
  subscriptionBackOffMaxMs: 2_000,
  shutdownGracePeriodMs: 5_000,
  agent: 'agent:5051',
  random: () => 0.5,
};
const info = { executorInfo: {}, frameworkInfo: {}, agentInfo: {} } as never;
const problem = (code: MesosErrorCode) => new MesosError(code, code);
const lost = (attempt: number, code: MesosErrorCode = 'MESOS_CONNECTION_LOST'): ExecutorInput => ({
  kind: 'lost',
  attempt,
  problem: problem(code),
});
const event = (attempt: number, type: mesos.v1.executor.Event.Type, more: object = {}): ExecutorInput => ({
  kind: 'event',
  attempt,
  event: { type, ...more },
});
const subscribed = (attempt: number) => event(attempt, Type.SUBSCRIBED, { subscribed: info });

/** Puts inputs in one after another; gives the last step's effects. */
function run(inputs: readonly ExecutorInput[], using = settings) {
  let state: ExecutorState = INITIAL_EXECUTOR_STATE;
  let effects: readonly ExecutorEffect[] = [];
  for (const input of inputs) {
    ({ state, effects } = stepExecutor(state, input, using));
  }
  return {
    state,
    effects,
    emitted: effects.flatMap((effect) => (effect.kind === 'emit' ? [effect.event] : [])),
  };
}

const toSubscribed: ExecutorInput[] = [{ kind: 'start' }, { kind: 'accepted', attempt: 1 }, subscribed(1)];
const timer = (name: 'backOff' | 'recovery' | 'grace' | 'registration' | 'attempt'): ExecutorInput => ({
  kind: 'timer',
  timer: name,
});

describe('stepExecutor', () => {
  it('subscribes within a time, all tries together and each by itself', () => {
    expect(run([{ kind: 'start' }]).effects).toEqual([
      { kind: 'setTimer', timer: 'registration', delayMs: 60_000 },
      { kind: 'setTimer', timer: 'attempt', delayMs: 10_000 },
      { kind: 'subscribe', attempt: 1 },
    ]);
    const { state, effects, emitted } = run(toSubscribed);
    expect(state.phase).toBe('subscribed');
    expect(emitted).toMatchObject([{ kind: 'subscribed', resubscribed: false }]);
    expect(effects).toContainEqual({ kind: 'clearTimer', timer: 'registration' });
  });

  it('comes back after a random time while it may, and stops when the agent stays away too long', () => {
    const after = run([...toSubscribed, lost(1)]);
    expect(after.state.phase).toBe('backingOff');
    expect(after.emitted).toMatchObject([{ kind: 'disconnected' }]);
    expect(after.effects).toContainEqual({ kind: 'setTimer', timer: 'recovery', delayMs: 900_000 });
    expect(after.effects).toContainEqual({ kind: 'setTimer', timer: 'backOff', delayMs: 1_000 });

    const again = run([...toSubscribed, lost(1), timer('backOff'), lost(2, 'MESOS_UNREACHABLE')]);
    expect(again.emitted).toEqual([]);
    // The time to recover runs from the loss, not from the last try.
    expect(again.effects.some((effect) => effect.kind === 'setTimer' && effect.timer === 'recovery')).toBe(
      false,
    );
    const back = run([
      ...toSubscribed,
      lost(1),
      timer('backOff'),
      { kind: 'accepted', attempt: 2 },
      subscribed(2),
    ]);
    expect(back.emitted).toMatchObject([{ kind: 'subscribed', resubscribed: true }]);
    expect(back.effects).toContainEqual({ kind: 'clearTimer', timer: 'recovery' });

    for (const meanwhile of [[], [timer('backOff')]]) {
      const over = run([...toSubscribed, lost(1), ...meanwhile, timer('recovery')]);
      expect(over.state.phase).toBe('shuttingDown');
      expect(over.emitted).toMatchObject([
        { kind: 'shutdown', reason: expect.stringContaining('not come back within 900 s'), graceMs: 5_000 },
      ]);
      expect(over.effects[0]).toEqual({ kind: 'abort' });
    }
  });

  it('shuts down at once when it is lost without checkpoints', () => {
    const { state, emitted } = run([...toSubscribed, lost(1)], { ...settings, checkpoint: false });
    expect(state.phase).toBe('shuttingDown');
    expect(emitted).toMatchObject([{ kind: 'disconnected' }, { kind: 'shutdown' }]);
    // What calls that were under way have to say changes nothing.
    const later = run([...toSubscribed, lost(1), lost(1)], { ...settings, checkpoint: false });
    expect(later.state.phase).toBe('shuttingDown');
    expect(later.effects).toEqual([]);
  });

  it('hears acknowledgements while it shuts down, until the stream or the time ends', () => {
    const shutdown = [...toSubscribed, event(1, Type.SHUTDOWN)];
    const { emitted, effects } = run(shutdown);
    expect(emitted).toMatchObject([{ kind: 'shutdown', graceMs: 5_000 }]);
    expect(effects.some((effect) => effect.kind === 'abort')).toBe(false);
    expect(run([...shutdown, event(1, Type.SHUTDOWN)]).effects).toEqual([]);
    expect(run([...shutdown, event(1, Type.ACKNOWLEDGED)]).emitted).toMatchObject([{ kind: 'mesos' }]);
    for (const end of [lost(1), timer('grace')]) {
      const ended = run([...shutdown, end]);
      expect(ended.state.phase).toBe('closed');
      expect(ended.effects).toContainEqual({ kind: 'finish', discard: false });
    }
  });

  it.each(['MESOS_UNREACHABLE', 'MESOS_UNAVAILABLE', 'MESOS_NOT_A_MASTER', 'MESOS_CONNECTION_LOST'] as const)(
    'tries again after %s, until the time is up',
    (code) => {
      expect(run([{ kind: 'start' }, lost(1, code)]).state.phase).toBe('backingOff');
      const over = run([{ kind: 'start' }, lost(1, code), timer('registration')]);
      expect(over.emitted).toMatchObject([
        {
          kind: 'failed',
          error: { code: 'MESOS_REGISTRATION_TIMEOUT', message: expect.stringContaining(code) },
        },
      ]);
    },
  );

  it.each(['MESOS_UNAUTHENTICATED', 'MESOS_FORBIDDEN', 'MESOS_REFUSED', 'MESOS_TLS'] as const)(
    'gives up after %s',
    (code) => {
      expect(run([{ kind: 'start' }, lost(1, code)]).emitted).toMatchObject([
        { kind: 'failed', error: { code } },
      ]);
    },
  );

  it('fails with the words of an ERROR event', () => {
    const { emitted, state } = run([...toSubscribed, event(1, Type.ERROR, { error: { message: 'no' } })]);
    expect(emitted).toMatchObject([
      { kind: 'failed', error: { code: 'MESOS_EXECUTOR_ERROR', masterText: 'no' } },
    ]);
    expect(state.phase).toBe('failed');
  });

  it('does not believe a stream that does not begin with SUBSCRIBED', () => {
    const accepted: ExecutorInput[] = [{ kind: 'start' }, { kind: 'accepted', attempt: 1 }];
    expect(run([...accepted, event(1, Type.LAUNCH)]).state).toMatchObject({
      phase: 'backingOff',
      lastProblem: { code: 'MESOS_PROTOCOL' },
    });
    expect(run([...accepted, event(1, Type.SUBSCRIBED)]).state).toMatchObject({
      phase: 'backingOff',
      lastProblem: { code: 'MESOS_PROTOCOL' },
    });
    expect(run([...accepted, timer('attempt')]).state.lastProblem?.message).toContain(
      'has not answered SUBSCRIBE',
    );
  });

  it('keeps heartbeats and unknown events to itself, and minds nothing of earlier tries', () => {
    expect(run([...toSubscribed, event(1, Type.HEARTBEAT)]).effects).toEqual([]);
    expect(run([...toSubscribed, event(1, Type.UNKNOWN)]).effects).toEqual([]);
    const second = [...toSubscribed, lost(1), timer('backOff')];
    expect(run([...second, event(1, Type.SHUTDOWN)]).state.phase).toBe('connecting');
    expect(run([...toSubscribed, lost(1), lost(1)]).effects).toEqual([]);
    for (const late of [
      timer('backOff'),
      timer('attempt'),
      timer('registration'),
      timer('recovery'),
      timer('grace'),
    ]) {
      expect(run([...toSubscribed, late]).effects).toEqual([]);
    }
  });

  it('is over for good when it is closed', () => {
    const { state, effects } = run([...toSubscribed, { kind: 'close' }]);
    expect(state.phase).toBe('closed');
    expect(effects).toContainEqual({ kind: 'finish', discard: true });
    expect(run([...toSubscribed, { kind: 'close' }, { kind: 'start' }, lost(1)]).effects).toEqual([]);
  });
});
