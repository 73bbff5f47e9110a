import { mesos } from '@spark-mesos/mesos-proto';
import { MesosError, type MesosErrorCode } from '../errors.ts';
import type {
  ExecutorEffect,
  ExecutorInput,
  ExecutorPhase,
  ExecutorSettings,
  ExecutorState,
  ExecutorTimer,
} from './state.ts';

/*
 * The life of an executor's subscription as a pure step (Mesos 1.11: src/executor/executor.cpp).
 *
 *   idle → connecting → subscribing → subscribed ──SHUTDOWN──► shuttingDown → closed
 *              ↑                          │ lost                  ↑
 *              └───── backingOff ◄────────┤ with checkpoints      │ the agent has not come back in time
 *                         └───────────────┼───────────────────────┤
 *                                         └ without them ─────────┘
 */

/** A step's outcome. */
export interface ExecutorStep {
  readonly state: ExecutorState;
  readonly effects: readonly ExecutorEffect[];
}

const { Type } = mesos.v1.executor.Event;
/** So that a random wait of nothing does not become a storm. */
const LEAST_BACK_OFF_MS = 50;
const ALL_TIMERS: readonly ExecutorTimer[] = ['registration', 'attempt', 'backOff', 'recovery', 'grace'];

/** What becomes of the subscription when something happens to it. */
export function stepExecutor(
  state: ExecutorState,
  input: ExecutorInput,
  settings: ExecutorSettings,
): ExecutorStep {
  if (isOver(state.phase) || isStale(state, input)) {
    return { state, effects: [] };
  }
  switch (input.kind) {
    case 'start':
      return state.phase === 'idle' ? start(state, settings) : { state, effects: [] };
    case 'accepted':
      return { state: { ...state, phase: 'subscribing' }, effects: [] };
    case 'event':
      return receive(state, input.event, settings);
    case 'lost':
      return lose(state, input.problem, settings);
    case 'timer':
      return timeOut(state, input.timer, settings);
    case 'close':
      return end({ ...state, phase: 'closed' }, [{ kind: 'finish', discard: true }]);
  }
}

function isOver(phase: ExecutorPhase): boolean {
  return phase === 'failed' || phase === 'closed';
}

function isStale(state: ExecutorState, input: ExecutorInput): boolean {
  // Between two tries nothing is under way, though the number is still that of the last.
  return 'attempt' in input && (input.attempt !== state.attempt || state.phase === 'backingOff');
}

function start(state: ExecutorState, settings: ExecutorSettings): ExecutorStep {
  const { state: next, effects } = connect(state, settings);
  const delayMs = settings.registrationTimeoutMs;
  return { state: next, effects: [{ kind: 'setTimer', timer: 'registration', delayMs }, ...effects] };
}

function connect(state: ExecutorState, settings: ExecutorSettings): ExecutorStep {
  const attempt = state.attempt + 1;
  return {
    state: { ...state, phase: 'connecting', attempt },
    effects: [
      { kind: 'setTimer', timer: 'attempt', delayMs: settings.attemptTimeoutMs },
      { kind: 'subscribe', attempt },
    ],
  };
}

function receive(
  state: ExecutorState,
  event: mesos.v1.executor.IEvent,
  settings: ExecutorSettings,
): ExecutorStep {
  switch (event.type) {
    case Type.SUBSCRIBED:
      return state.phase === 'subscribing' ? subscribed(state, event, settings) : { state, effects: [] };
    case Type.SHUTDOWN:
      return state.phase === 'shuttingDown'
        ? { state, effects: [] }
        : shutDown({ ...state, connected: true }, 'the agent asks for it', settings);
    case Type.ERROR:
      return fail(state, errorOfEvent(event.error?.message ?? 'no reason given', settings));
    case Type.HEARTBEAT:
    case Type.UNKNOWN:
    case undefined:
    case null:
      return { state, effects: [] };
    default:
      if (state.phase === 'subscribing') {
        const text = `agent ${settings.agent} does not keep to the protocol: ${Type[event.type]} came before SUBSCRIBED`;
        return lose(state, new MesosError('MESOS_PROTOCOL', text), settings);
      }
      return { state, effects: [{ kind: 'emit', event: { kind: 'mesos', event } }] };
  }
}

function subscribed(
  state: ExecutorState,
  event: mesos.v1.executor.IEvent,
  settings: ExecutorSettings,
): ExecutorStep {
  if (event.subscribed == null) {
    const text = `agent ${settings.agent} does not keep to the protocol: SUBSCRIBED has nothing in it`;
    return lose(state, new MesosError('MESOS_PROTOCOL', text), settings);
  }
  const { executorInfo, frameworkInfo, agentInfo, containerId } = event.subscribed;
  return {
    state: { ...state, phase: 'subscribed', everSubscribed: true, connected: true, lastProblem: undefined },
    effects: [
      { kind: 'clearTimer', timer: 'registration' },
      { kind: 'clearTimer', timer: 'attempt' },
      { kind: 'clearTimer', timer: 'recovery' },
      {
        kind: 'emit',
        event: {
          kind: 'subscribed',
          executorInfo,
          frameworkInfo,
          agentInfo,
          containerId: containerId ?? undefined,
          resubscribed: state.everSubscribed,
        },
      },
    ],
  };
}

function lose(state: ExecutorState, problem: MesosError, settings: ExecutorSettings): ExecutorStep {
  const lost: ExecutorState = { ...state, connected: false, lastProblem: problem };
  switch (state.phase) {
    case 'shuttingDown':
      // When the stream ends, nobody is left to send the last updates to. Without one there is only the time to wait for.
      return state.connected
        ? end({ ...lost, phase: 'closed' }, [{ kind: 'finish', discard: false }])
        : { state, effects: [] };
    case 'subscribed': {
      const disconnected = { kind: 'disconnected', reason: problem.message } as const;
      const then = settings.checkpoint ? backOff(lost, problem, settings, true) : undefined;
      const { state: next, effects } =
        then ??
        shutDown(lost, `the agent is lost, and would not know the tasks again: ${problem.message}`, settings);
      return { state: next, effects: [{ kind: 'abort' }, { kind: 'emit', event: disconnected }, ...effects] };
    }
    default:
      return isHopeless(problem.code) ? fail(lost, problem) : backOff(lost, problem, settings, false);
  }
}

function backOff(
  state: ExecutorState,
  problem: MesosError,
  settings: ExecutorSettings,
  justLost: boolean,
): ExecutorStep {
  // As Mesos does it: any time up to the most, since the agent has all its executors come back to it at once.
  const delayMs = Math.max(
    LEAST_BACK_OFF_MS,
    Math.round(settings.subscriptionBackOffMaxMs * settings.random()),
  );
  const recovery: ExecutorEffect[] = justLost
    ? [{ kind: 'setTimer', timer: 'recovery', delayMs: settings.recoveryTimeoutMs }]
    : [];
  return {
    state: { ...state, phase: 'backingOff' },
    effects: [
      { kind: 'abort' },
      { kind: 'clearTimer', timer: 'attempt' },
      ...recovery,
      { kind: 'retrying', problem, delayMs },
      { kind: 'setTimer', timer: 'backOff', delayMs },
    ],
  };
}

/** Whether the same words would be answered the same way again. */
function isHopeless(code: MesosErrorCode): boolean {
  switch (code) {
    case 'MESOS_UNAUTHENTICATED':
    case 'MESOS_FORBIDDEN':
    case 'MESOS_REFUSED':
    case 'MESOS_TLS':
      return true;
    default:
      // An agent that starts answers 404 and 503 for a while.
      return false;
  }
}

function timeOut(state: ExecutorState, timer: ExecutorTimer, settings: ExecutorSettings): ExecutorStep {
  switch (timer) {
    case 'backOff':
      return state.phase === 'backingOff' ? connect(state, settings) : { state, effects: [] };
    case 'attempt':
      return state.phase === 'connecting' || state.phase === 'subscribing'
        ? lose(state, silenceProblem(settings), settings)
        : { state, effects: [] };
    case 'registration':
      return state.everSubscribed
        ? { state, effects: [] }
        : fail(state, registrationProblem(state, settings));
    case 'recovery': {
      const seconds = settings.recoveryTimeoutMs / 1000;
      const reason = `the agent has not come back within ${seconds} s: ${state.lastProblem?.message ?? ''}`;
      return state.phase === 'subscribed' || state.phase === 'shuttingDown'
        ? { state, effects: [] }
        : shutDown(state, reason, settings);
    }
    case 'grace':
      return state.phase === 'shuttingDown'
        ? end({ ...state, phase: 'closed', connected: false }, [{ kind: 'finish', discard: false }])
        : { state, effects: [] };
  }
}

/** Tells that the tasks are to end. While the stream is there it is read on, for the acknowledgements. */
function shutDown(state: ExecutorState, reason: string, settings: ExecutorSettings): ExecutorStep {
  const graceMs = settings.shutdownGracePeriodMs;
  const clear = ALL_TIMERS.map((timer) => ({ kind: 'clearTimer', timer }) as const);
  return {
    state: { ...state, phase: 'shuttingDown' },
    effects: [
      ...(state.connected ? [] : [{ kind: 'abort' } as const]),
      ...clear,
      { kind: 'emit', event: { kind: 'shutdown', reason, graceMs } },
      { kind: 'setTimer', timer: 'grace', delayMs: graceMs },
    ],
  };
}

function fail(state: ExecutorState, error: MesosError): ExecutorStep {
  return end({ ...state, phase: 'failed', connected: false, lastProblem: error }, [
    { kind: 'emit', event: { kind: 'failed', error } },
    { kind: 'finish', discard: false },
  ]);
}

function end(state: ExecutorState, last: readonly ExecutorEffect[]): ExecutorStep {
  const clear = ALL_TIMERS.map((timer) => ({ kind: 'clearTimer', timer }) as const);
  return { state: { ...state, connected: false }, effects: [{ kind: 'abort' }, ...clear, ...last] };
}

function errorOfEvent(message: string, { agent }: ExecutorSettings): MesosError {
  const text = `agent ${agent} has ended the subscription: ${message}`;
  return new MesosError('MESOS_EXECUTOR_ERROR', text, { masterText: message });
}

function silenceProblem({ agent, attemptTimeoutMs }: ExecutorSettings): MesosError {
  const text = `agent ${agent} has not answered SUBSCRIBE within ${attemptTimeoutMs / 1000} s`;
  return new MesosError('MESOS_UNREACHABLE', text);
}

function registrationProblem(state: ExecutorState, settings: ExecutorSettings): MesosError {
  const cause = state.lastProblem;
  const why = cause?.message ?? `agent ${settings.agent} does not answer`;
  const text = `not registered within ${settings.registrationTimeoutMs / 1000} s: ${why}`;
  return new MesosError('MESOS_REGISTRATION_TIMEOUT', text, {
    cause,
    status: cause?.status,
    masterText: cause?.masterText,
  });
}
