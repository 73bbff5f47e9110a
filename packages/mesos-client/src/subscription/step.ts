import { mesos } from '@spark-mesos/mesos-proto';
import { backOffMs } from '../back-off.ts';
import type { MesosError, MesosErrorCode } from '../errors.ts';
import {
  errorOfEvent,
  protocolProblem,
  redirectProblem,
  registrationProblem,
  silenceProblem,
} from './problems.ts';
import type {
  SubscriptionEffect,
  SubscriptionInput,
  SubscriptionSettings,
  SubscriptionState,
  SubscriptionTimer,
} from './state.ts';

/*
 * The life of a subscription as a pure step.
 *
 *   idle → detecting → connecting → subscribing → subscribed → leaving → closed
 *              ↑        ↻ redirect                    │ stream ends, heartbeats stay out, a call is told so
 *              └──────────── backingOff ←─────────────┴─ … and any failed try
 *
 * and from anywhere to failed or closed.
 */

/** A step's outcome. */
export interface SubscriptionStep {
  readonly state: SubscriptionState;
  readonly effects: readonly SubscriptionEffect[];
}

const { Type } = mesos.v1.scheduler.Event;
/** More than any number of masters that a cluster has. */
const MAX_REDIRECTS = 8;

/** What becomes of a subscription when something happens to it. */
export function stepSubscription(
  state: SubscriptionState,
  input: SubscriptionInput,
  settings: SubscriptionSettings,
): SubscriptionStep {
  if (isOver(state) || isStale(state, input)) {
    return { state, effects: [] };
  }
  switch (input.kind) {
    case 'start':
      return state.phase === 'idle' ? start(state, settings) : { state, effects: [] };
    case 'detected':
      return connect(state, input.url, 0, settings);
    case 'redirected':
      return redirect(state, input.url, settings);
    case 'accepted':
      return { state: { ...state, phase: 'subscribing', streamId: input.streamId }, effects: [] };
    case 'received':
      return { state, effects: state.phase === 'subscribed' ? [watchHeartbeats(state, settings)] : [] };
    case 'stalled':
      return { state, effects: [{ kind: 'clearTimer', timer: 'heartbeat' }] };
    case 'event':
      return receive(state, input.event, settings);
    case 'lost':
      return lose(state, input.problem, settings);
    case 'timer':
      return timeOut(state, input.timer, settings);
    case 'leave':
      return { state: state.phase === 'subscribed' ? { ...state, phase: 'leaving' } : state, effects: [] };
    case 'close':
      return close(state);
  }
}

function close(state: SubscriptionState): SubscriptionStep {
  return end({ ...state, phase: 'closed' }, [{ kind: 'finish', discard: true }]);
}

function isOver(state: SubscriptionState): boolean {
  return state.phase === 'failed' || state.phase === 'closed';
}

function isStale(state: SubscriptionState, input: SubscriptionInput): boolean {
  // Between two tries nothing is under way, though the number is still that of the last.
  return 'attempt' in input && (input.attempt !== state.attempt || state.phase === 'backingOff');
}

function start(state: SubscriptionState, settings: SubscriptionSettings): SubscriptionStep {
  const { state: next, effects } = detect(state);
  const registration = {
    kind: 'setTimer',
    timer: 'registration',
    delayMs: settings.registrationTimeoutMs,
  } as const;
  return { state: next, effects: [registration, ...effects] };
}

function detect(state: SubscriptionState): SubscriptionStep {
  const attempt = state.attempt + 1;
  return {
    state: { ...state, phase: 'detecting', attempt, streamId: undefined },
    effects: [{ kind: 'detect', attempt }],
  };
}

function connect(
  state: SubscriptionState,
  url: URL,
  redirects: number,
  settings: SubscriptionSettings,
): SubscriptionStep {
  const { frameworkId, attempt } = state;
  return {
    state: { ...state, phase: 'connecting', url, redirects },
    effects: [
      { kind: 'setTimer', timer: 'attempt', delayMs: settings.attemptTimeoutMs },
      { kind: 'subscribe', attempt, url, frameworkId },
    ],
  };
}

function redirect(state: SubscriptionState, url: URL, settings: SubscriptionSettings): SubscriptionStep {
  if (state.redirects < MAX_REDIRECTS) {
    // A new number, so that nothing of the connection to the old master counts any more.
    const next = { ...state, attempt: state.attempt + 1 };
    const { state: connecting, effects } = connect(next, url, state.redirects + 1, settings);
    return { state: connecting, effects: [{ kind: 'abort' }, ...effects] };
  }
  return lose(state, redirectProblem(url), settings);
}

function receive(
  state: SubscriptionState,
  event: mesos.v1.scheduler.IEvent,
  settings: SubscriptionSettings,
): SubscriptionStep {
  switch (event.type) {
    case Type.ERROR:
      return state.phase === 'leaving'
        ? close(state)
        : fail(state, errorOfEvent(event.error?.message ?? 'no reason given'));
    case Type.SUBSCRIBED:
      return state.phase === 'subscribing' ? subscribed(state, event, settings) : { state, effects: [] };
    case Type.HEARTBEAT:
    case Type.UNKNOWN:
    case undefined:
    case null:
      return { state, effects: [] };
    default:
      if (state.phase === 'subscribing') {
        return lose(state, protocolProblem(state, `${Type[event.type]} came before SUBSCRIBED`), settings);
      }
      return { state, effects: [{ kind: 'emit', event: { kind: 'mesos', event } }] };
  }
}

function subscribed(
  state: SubscriptionState,
  event: mesos.v1.scheduler.IEvent,
  settings: SubscriptionSettings,
): SubscriptionStep {
  const frameworkId = event.subscribed?.frameworkId?.value;
  if (frameworkId === undefined || frameworkId === '') {
    return lose(state, protocolProblem(state, 'SUBSCRIBED has no framework id'), settings);
  }
  if (state.streamId === undefined) {
    return lose(state, protocolProblem(state, 'the answer to SUBSCRIBE has no Mesos-Stream-Id'), settings);
  }
  const seconds = event.subscribed?.heartbeatIntervalSeconds;
  const next: SubscriptionState = {
    ...state,
    phase: 'subscribed',
    frameworkId,
    everSubscribed: true,
    failures: 0,
    lastProblem: undefined,
    heartbeatMs: seconds != null && seconds > 0 ? seconds * 1000 : state.heartbeatMs,
  };
  return {
    state: next,
    effects: [
      { kind: 'clearTimer', timer: 'registration' },
      { kind: 'clearTimer', timer: 'attempt' },
      watchHeartbeats(next, settings),
      {
        kind: 'emit',
        event: {
          kind: 'subscribed',
          frameworkId,
          resubscribed: state.frameworkId !== undefined,
          masterInfo: event.subscribed?.masterInfo ?? undefined,
        },
      },
    ],
  };
}

function watchHeartbeats(state: SubscriptionState, settings: SubscriptionSettings): SubscriptionEffect {
  return { kind: 'setTimer', timer: 'heartbeat', delayMs: state.heartbeatMs * settings.missedHeartbeats };
}

/** Ends this try or this subscription, and waits before the next unless that would be of no use. */
function lose(
  state: SubscriptionState,
  problem: MesosError,
  settings: SubscriptionSettings,
): SubscriptionStep {
  if (state.phase === 'leaving') {
    return close(state);
  }
  if (isHopeless(state, problem.code)) {
    return fail(state, problem);
  }
  const failures = state.failures + 1;
  const delayMs = backOffMs(settings.backOff, failures, settings.random);
  const disconnected: SubscriptionEffect[] =
    state.phase === 'subscribed'
      ? [{ kind: 'emit', event: { kind: 'disconnected', reason: problem.message } }]
      : [];
  return {
    state: { ...state, phase: 'backingOff', failures, streamId: undefined, lastProblem: problem },
    effects: [
      { kind: 'abort' },
      { kind: 'clearTimer', timer: 'attempt' },
      { kind: 'clearTimer', timer: 'heartbeat' },
      ...disconnected,
      { kind: 'retrying', problem, delayMs },
      { kind: 'setTimer', timer: 'backOff', delayMs },
    ],
  };
}

/** Whether the same words would be answered the same way again. */
function isHopeless(state: SubscriptionState, code: MesosErrorCode): boolean {
  switch (code) {
    case 'MESOS_UNAUTHENTICATED':
    case 'MESOS_FORBIDDEN':
    case 'MESOS_REFUSED':
    case 'MESOS_NOT_SUPPORTED':
    case 'MESOS_ADDRESS_INVALID':
      return true;
    case 'MESOS_NOT_A_MASTER':
    case 'MESOS_TLS':
      // Where there was a master before, something in between has lost sight of it.
      return !state.everSubscribed;
    default:
      return false;
  }
}

function timeOut(
  state: SubscriptionState,
  timer: SubscriptionTimer,
  settings: SubscriptionSettings,
): SubscriptionStep {
  switch (timer) {
    case 'backOff':
      return state.phase === 'backingOff' ? detect(state) : { state, effects: [] };
    case 'registration':
      return state.everSubscribed
        ? { state, effects: [] }
        : fail(state, registrationProblem(state, settings));
    case 'attempt':
      return state.phase === 'connecting' || state.phase === 'subscribing'
        ? lose(state, silenceProblem(state, settings.attemptTimeoutMs), settings)
        : { state, effects: [] };
    case 'heartbeat':
      return state.phase === 'subscribed'
        ? lose(state, silenceProblem(state, state.heartbeatMs * settings.missedHeartbeats), settings)
        : { state, effects: [] };
  }
}

function fail(state: SubscriptionState, error: MesosError): SubscriptionStep {
  return end({ ...state, phase: 'failed', lastProblem: error }, [
    { kind: 'emit', event: { kind: 'failed', error } },
    { kind: 'finish', discard: false },
  ]);
}

function end(state: SubscriptionState, last: readonly SubscriptionEffect[]): SubscriptionStep {
  const timers: readonly SubscriptionTimer[] = ['registration', 'attempt', 'heartbeat', 'backOff'];
  return {
    state: { ...state, streamId: undefined },
    effects: [{ kind: 'abort' }, ...timers.map((timer) => ({ kind: 'clearTimer', timer }) as const), ...last],
  };
}
