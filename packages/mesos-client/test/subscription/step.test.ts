import { mesos } from '@spark-mesos/mesos-proto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_BACK_OFF, MesosError, type MesosErrorCode } from '../../src/index.ts';
import {
  initialState,
  type SubscriptionEffect,
  type SubscriptionInput,
  type SubscriptionSettings,
  type SubscriptionState,
} from '../../src/subscription/state.ts';
import { stepSubscription } from '../../src/subscription/step.ts';

const { Type } = mesos.v1.scheduler.Event;
const settings: SubscriptionSettings = {
  registrationTimeoutMs: 15_000,
  attemptTimeoutMs: 10_000,
  missedHeartbeats: 5,
  backOff: DEFAULT_BACK_OFF,
  master: 'm1:5050',
  random: () => 1,
};
const url = new URL('http://m1:5050/api/v1/scheduler');
const problem = (code: MesosErrorCode, message = `it was ${code}`) => new MesosError(code, message);
const subscribedEvent: mesos.v1.scheduler.IEvent = {
  type: Type.SUBSCRIBED,
  subscribed: { frameworkId: { value: 'F-1' }, heartbeatIntervalSeconds: 2 },
};

interface LooseInput {
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** An input; where a test leaves out the attempt that it belongs to, it is the present one. */
function inputOf(input: LooseInput, state: SubscriptionState): SubscriptionInput {
  const needsAttempt = !['start', 'timer', 'leave', 'close'].includes(input.kind);
  return { ...(needsAttempt ? { attempt: state.attempt } : {}), ...input } as SubscriptionInput;
}

function run(inputs: readonly LooseInput[], from: SubscriptionState = initialState(undefined)) {
  let state = from;
  let effects: readonly SubscriptionEffect[] = [];
  for (const input of inputs) {
    ({ state, effects } = stepSubscription(state, inputOf(input, state), settings));
  }
  return { state, effects };
}

const toConnecting = [{ kind: 'start' }, { kind: 'detected', url }];
const toSubscribing = [...toConnecting, { kind: 'accepted', streamId: 'S' }];
const toSubscribed = [...toSubscribing, { kind: 'event', event: subscribedEvent }];
const kinds = (effects: readonly SubscriptionEffect[]) => effects.map((effect) => effect.kind);
const emitted = (effects: readonly SubscriptionEffect[]) =>
  effects.flatMap((effect) => (effect.kind === 'emit' ? [effect.event] : []));

describe('a subscription', () => {
  it('asks for a master, subscribes there, and is subscribed with the first record', () => {
    expect(run([{ kind: 'start' }]).effects).toEqual([
      { kind: 'setTimer', timer: 'registration', delayMs: 15_000 },
      { kind: 'detect', attempt: 1 },
    ]);
    expect(run(toConnecting).effects).toEqual([
      { kind: 'setTimer', timer: 'attempt', delayMs: 10_000 },
      { kind: 'subscribe', attempt: 1, url, frameworkId: undefined },
    ]);
    const { state, effects } = run(toSubscribed);
    expect(state).toMatchObject({
      phase: 'subscribed',
      frameworkId: 'F-1',
      streamId: 'S',
      heartbeatMs: 2_000,
    });
    expect(effects).toContainEqual({ kind: 'setTimer', timer: 'heartbeat', delayMs: 10_000 });
    expect(effects).toContainEqual({ kind: 'clearTimer', timer: 'registration' });
    expect(emitted(effects)).toEqual([
      { kind: 'subscribed', frameworkId: 'F-1', resubscribed: false, masterInfo: undefined },
    ]);
  });

  it('is one that comes back when it had an id from the start', () => {
    const { effects } = run(toSubscribed, initialState('F-1'));
    expect(emitted(effects)).toEqual([expect.objectContaining({ kind: 'subscribed', resubscribed: true })]);
  });

  it('hands on events, but no heartbeats and nothing that it does not know', () => {
    const update: mesos.v1.scheduler.IEvent = { type: Type.UPDATE };
    expect(emitted(run([...toSubscribed, { kind: 'event', event: update }]).effects)).toEqual([
      { kind: 'mesos', event: update },
    ]);
    for (const event of [{ type: Type.HEARTBEAT }, { type: Type.UNKNOWN }, {}]) {
      expect(run([...toSubscribed, { kind: 'event', event }]).effects).toEqual([]);
    }
  });

  it('watches the heartbeats anew with every sign of life, and not while nobody reads', () => {
    expect(run([...toSubscribed, { kind: 'received' }]).effects).toEqual([
      { kind: 'setTimer', timer: 'heartbeat', delayMs: 10_000 },
    ]);
    expect(run([...toSubscribed, { kind: 'stalled' }]).effects).toEqual([
      { kind: 'clearTimer', timer: 'heartbeat' },
    ]);
  });

  it('tells that it is disconnected when the master falls silent, and comes back with its id', () => {
    const silent = run([...toSubscribed, { kind: 'timer', timer: 'heartbeat' }]);
    expect(silent.state.phase).toBe('backingOff');
    expect(emitted(silent.effects)).toEqual([
      { kind: 'disconnected', reason: 'master m1:5050 has been silent for 10 s' },
    ]);
    expect(silent.effects).toContainEqual({ kind: 'setTimer', timer: 'backOff', delayMs: 250 });
    const again = run(
      [
        { kind: 'timer', timer: 'backOff' },
        { kind: 'detected', url },
      ],
      silent.state,
    );
    expect(again.effects).toContainEqual({ kind: 'subscribe', attempt: 2, url, frameworkId: 'F-1' });
    const back = run(
      [
        { kind: 'accepted', streamId: 'T' },
        { kind: 'event', event: subscribedEvent },
      ],
      again.state,
    );
    expect(back.state).toMatchObject({ phase: 'subscribed', streamId: 'T', failures: 0 });
    expect(emitted(back.effects)).toEqual([
      expect.objectContaining({ kind: 'subscribed', resubscribed: true }),
    ]);
  });

  it('waits longer with each failure in a row', () => {
    let { state } = run([{ kind: 'start' }]);
    const delays: unknown[] = [];
    for (let failure = 0; failure < 4; failure += 1) {
      const lost = run([{ kind: 'lost', problem: problem('MESOS_UNREACHABLE') }], state);
      delays.push(lost.effects.find((effect) => effect.kind === 'setTimer'));
      state = run([{ kind: 'timer', timer: 'backOff' }], lost.state).state;
    }
    expect(delays).toEqual(
      [250, 500, 1_000, 2_000].map((delayMs) => ({ kind: 'setTimer', timer: 'backOff', delayMs })),
    );
  });

  it('follows redirects at once, though not for ever', () => {
    const leader = new URL('http://m2:5050/master/api/v1/scheduler');
    const followed = run([...toConnecting, { kind: 'redirected', url: leader }]);
    expect(kinds(followed.effects)).toEqual(['abort', 'setTimer', 'subscribe']);
    expect(followed.state).toMatchObject({ phase: 'connecting', url: leader, attempt: 2 });
    const around = run([...toConnecting, ...Array(9).fill({ kind: 'redirected', url: leader })]);
    expect(around.state.phase).toBe('backingOff');
    expect(around.state.lastProblem?.code).toBe('MESOS_NOT_LEADER');
  });

  it('fails when the time to register is up, and says why', () => {
    const unreachable = problem('MESOS_UNREACHABLE', 'no Mesos master answers at m1:5050: refused; check it');
    const late = run([
      ...toConnecting,
      { kind: 'lost', problem: unreachable },
      { kind: 'timer', timer: 'registration' },
    ]);
    expect(late.state.phase).toBe('failed');
    expect(late.effects.at(-1)).toEqual({ kind: 'finish', discard: false });
    const [event] = emitted(late.effects);
    expect(event).toMatchObject({
      kind: 'failed',
      error: {
        code: 'MESOS_REGISTRATION_TIMEOUT',
        message: 'not registered within 15 s: no Mesos master answers at m1:5050: refused; check it',
        cause: unreachable,
      },
    });
    expect(run([...toSubscribed, { kind: 'timer', timer: 'registration' }]).state.phase).toBe('subscribed');
  });

  it('says so when a master takes the connection and then nothing', () => {
    const silent = run([...toSubscribing, { kind: 'timer', timer: 'attempt' }]);
    expect(silent.state.phase).toBe('backingOff');
    expect(silent.state.lastProblem?.message).toContain('has not answered SUBSCRIBE within 10 s');
    const late = run([...toConnecting, { kind: 'timer', timer: 'registration' }]);
    expect(late.state.lastProblem?.message).toBe(
      'not registered within 15 s: no Mesos master answers at m1:5050; check the address',
    );
  });

  it.each<MesosErrorCode>([
    'MESOS_UNAUTHENTICATED',
    'MESOS_FORBIDDEN',
    'MESOS_REFUSED',
    'MESOS_NOT_A_MASTER',
  ])('fails at once on %s, since the answer would stay the same', (code) => {
    expect(run([...toConnecting, { kind: 'lost', problem: problem(code) }]).state.phase).toBe('failed');
  });

  it('goes on when a proxy has lost sight of a master that was there', () => {
    const lost = run([...toSubscribed, { kind: 'lost', problem: problem('MESOS_NOT_A_MASTER') }]);
    expect(lost.state.phase).toBe('backingOff');
  });

  it.each([
    ['Framework failed over', 'MESOS_FRAMEWORK_FAILED_OVER'],
    ['Framework has been removed', 'MESOS_FRAMEWORK_REMOVED'],
    ["Role '/x' is invalid", 'MESOS_FRAMEWORK_ERROR'],
  ])('fails on the ERROR event %j', (message, code) => {
    const event = { type: Type.ERROR, error: { message } };
    for (const before of [toSubscribing, toSubscribed]) {
      const failed = run([...before, { kind: 'event', event }]);
      expect(failed.state.phase).toBe('failed');
      expect(emitted(failed.effects)).toEqual([
        { kind: 'failed', error: expect.objectContaining({ code, masterText: message }) },
      ]);
    }
  });

  it.each([
    ['an event before SUBSCRIBED', { type: Type.OFFERS }],
    ['SUBSCRIBED without an id', { type: Type.SUBSCRIBED, subscribed: { frameworkId: { value: '' } } }],
  ])('does not take %s', (_, event) => {
    const lost = run([...toSubscribing, { kind: 'event', event }]);
    expect(lost.state).toMatchObject({ phase: 'backingOff', lastProblem: { code: 'MESOS_PROTOCOL' } });
  });

  it('does not take a stream without an id, to which no call could be sent', () => {
    const lost = run([
      ...toConnecting,
      { kind: 'accepted', streamId: undefined },
      { kind: 'event', event: subscribedEvent },
    ]);
    expect(lost.state.lastProblem?.code).toBe('MESOS_PROTOCOL');
  });

  it('ends with the stream when it is leaving', () => {
    const end = { kind: 'lost', problem: problem('MESOS_CONNECTION_LOST') };
    const left = run([...toSubscribed, { kind: 'leave' }, end]);
    expect(left.state.phase).toBe('closed');
    expect(emitted(left.effects)).toEqual([]);
  });

  it('ignores news of earlier tries, and everything when it is over', () => {
    const { state } = run([
      ...toConnecting,
      { kind: 'lost', problem: problem('MESOS_UNREACHABLE') },
      { kind: 'timer', timer: 'backOff' },
      { kind: 'detected', url },
    ]);
    const stale = { kind: 'event', attempt: 1, event: subscribedEvent };
    expect(run([stale], state)).toEqual({ state, effects: [] });
    const closed = run([...toSubscribed, { kind: 'close' }]);
    expect(closed.state.phase).toBe('closed');
    expect(run([{ kind: 'start' }], closed.state).effects).toEqual([]);
  });

  it('always has something under way or a timer running, until it is over', () => {
    const anyProblem = fc
      .constantFrom<MesosErrorCode>(
        'MESOS_UNREACHABLE',
        'MESOS_CONNECTION_LOST',
        'MESOS_PROTOCOL',
        'MESOS_UNAVAILABLE',
      )
      .map((code) => ({ kind: 'lost', problem: problem(code) }));
    const anyInput = fc.oneof(
      fc.constantFrom<LooseInput>(
        { kind: 'detected', url },
        { kind: 'redirected', url },
        { kind: 'accepted', streamId: 'S' },
        { kind: 'event', event: subscribedEvent },
        { kind: 'event', event: { type: Type.OFFERS } },
        { kind: 'timer', timer: 'backOff' },
        { kind: 'timer', timer: 'heartbeat' },
        { kind: 'timer', timer: 'attempt' },
        { kind: 'received' },
        { kind: 'leave' },
        { kind: 'close' },
      ),
      anyProblem,
    );
    fc.assert(
      fc.property(fc.array(anyInput, { maxLength: 40 }), (inputs) => {
        let state = initialState(undefined);
        const rim = new Rim();
        for (const input of [{ kind: 'start' }, ...inputs]) {
          const full = inputOf(input, state);
          if (rim.canTell(full)) {
            const step = stepSubscription(state, full, settings);
            state = step.state;
            rim.perform(step.effects);
            const over = state.phase === 'closed' || state.phase === 'failed';
            expect(rim.isIdle).toBe(over);
          }
        }
      }),
    );
  });
});

/** Keeps account of what the world around the machine would be doing. */
class Rim {
  readonly #timers = new Set<string>();
  #connected = false;

  /** Nothing happens on connections that are not there, and no timer fires that does not run. */
  canTell(input: SubscriptionInput): boolean {
    return input.kind === 'timer'
      ? this.#timers.delete(input.timer)
      : this.#connected || !('attempt' in input);
  }

  perform(effects: readonly SubscriptionEffect[]): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case 'setTimer':
          this.#timers.add(effect.timer);
          break;
        case 'clearTimer':
          this.#timers.delete(effect.timer);
          break;
        case 'abort':
          this.#connected = false;
          break;
        case 'detect':
        case 'subscribe':
          this.#connected = true;
          break;
        default:
      }
    }
  }

  get isIdle(): boolean {
    return !this.#connected && !this.#timers.has('backOff');
  }
}
