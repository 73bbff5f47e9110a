import { MesosError } from '../errors.ts';
import type { SubscriptionSettings, SubscriptionState } from './state.ts';

/** Redirects without end. */
export function redirectProblem(last: URL): MesosError {
  return new MesosError(
    'MESOS_NOT_LEADER',
    `the masters send their callers around in a circle (${last.host} was the last); is an election under way?`,
  );
}

/** Nothing has come for too long. */
export function silenceProblem(state: SubscriptionState, silentMs: number): MesosError {
  const seconds = silentMs / 1000;
  return state.phase === 'subscribed'
    ? new MesosError('MESOS_CONNECTION_LOST', `master ${state.url?.host} has been silent for ${seconds} s`)
    : new MesosError(
        'MESOS_UNREACHABLE',
        `no Mesos master answers at ${state.url?.host}: it has not answered SUBSCRIBE within ${seconds} s; check the address`,
      );
}

/** The time for the first subscription is up. */
export function registrationProblem(state: SubscriptionState, settings: SubscriptionSettings): MesosError {
  const seconds = settings.registrationTimeoutMs / 1000;
  const cause = state.lastProblem;
  const why =
    cause?.message ?? `no Mesos master answers at ${state.url?.host ?? settings.master}; check the address`;
  return new MesosError('MESOS_REGISTRATION_TIMEOUT', `not registered within ${seconds} s: ${why}`, {
    cause,
    status: cause?.status,
    masterText: cause?.masterText,
  });
}

/** The stream makes no sense. */
export function protocolProblem(state: SubscriptionState, what: string): MesosError {
  return new MesosError('MESOS_PROTOCOL', `master ${state.url?.host} does not keep to the protocol: ${what}`);
}

/** What an ERROR event means; its words are the master's only means to tell its reasons apart. */
export function errorOfEvent(message: string): MesosError {
  const options = { masterText: message };
  if (message.includes('failed over')) {
    const text = `another scheduler has subscribed with this framework id (${message})`;
    return new MesosError('MESOS_FRAMEWORK_FAILED_OVER', text, options);
  }
  if (message.includes('has been removed')) {
    const text = `the framework is gone: torn down, or away for longer than its failover timeout (${message}); subscribe without an id`;
    return new MesosError('MESOS_FRAMEWORK_REMOVED', text, options);
  }
  return new MesosError(
    'MESOS_FRAMEWORK_ERROR',
    `the master has ended the subscription: ${message}`,
    options,
  );
}
