/**
 * One application's registration with the service of one agent: what to do next, and nothing done.
 *
 * ```text
 *              connected             accepted             due: heartbeat
 * connecting ────────────► registering ────────► registered ◄──┐
 *     │ ▲                       │                │  │ ▲ │      │
 *     │ │ due                   │        unknown │  │ │ └──────┘
 *     ▼ │        failed         ▼                │  │ │ accepted
 *    waiting ◄───────────────────────────────────┼──┘ │
 *       ▲                                        ▼    │
 *       └──────────────── failed ───────────── renewing
 * ```
 */
export type RegistrationPhase =
  /** Entered at the start and when a wait is over; left when the connection stands or cannot be had. */
  | 'connecting'
  /** Entered with a connection; left by the service's answer. */
  | 'registering'
  /** Entered when the service has accepted; left when it has forgotten, or when the connection ends. */
  | 'registered'
  /** Entered when the service has forgotten; left by its answer. No beat follows at once: it could say so for ever. */
  | 'renewing'
  /** Entered when anything fails; left when its time is over. */
  | 'waiting';

/** Where a registration is. */
export interface Registration {
  readonly phase: RegistrationPhase;
  /** In a row; none once it is registered. */
  readonly failures: number;
}

/** What has happened. One that does not fit the phase comes too late, and changes nothing. */
export type RegistrationEvent =
  | { readonly kind: 'connected' }
  | { readonly kind: 'accepted' }
  /** The service answers a heartbeat that it does not know the application. */
  | { readonly kind: 'unknown' }
  /** No connection, a refusal, or the connection's end. */
  | { readonly kind: 'failed' }
  /** The time of the last wait is over. */
  | { readonly kind: 'due' };

/** What is to be done. A new wait replaces the one before. */
export type RegistrationEffect =
  | { readonly kind: 'connect' }
  | { readonly kind: 'register' }
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'disconnect' }
  | { readonly kind: 'wait'; readonly delayMs: number };

/** The times that a registration keeps. */
export interface RegistrationTimes {
  /** `spark.executor.heartbeatInterval`. */
  readonly heartbeatIntervalMs: number;
  /** The wait after a first failure; doubles with each. */
  readonly minRetryMs: number;
  readonly maxRetryMs: number;
}

/** A registration before anything has happened; the first effect is `connect`. */
export const NEW_REGISTRATION: Registration = { phase: 'connecting', failures: 0 };

/** What comes of an event. */
export interface RegistrationStep {
  readonly registration: Registration;
  readonly effects: readonly RegistrationEffect[];
}

/** @param random from 0 to below 1: spreads the attempts of many gateways when a service comes back */
export function stepRegistration(
  registration: Registration,
  event: RegistrationEvent,
  times: RegistrationTimes,
  random: number,
): RegistrationStep {
  const { phase, failures } = registration;
  const beat: RegistrationEffect[] = [
    { kind: 'heartbeat' },
    { kind: 'wait', delayMs: times.heartbeatIntervalMs },
  ];
  switch (`${phase} ${event.kind}` as const) {
    case 'connecting connected':
      return { registration: { phase: 'registering', failures }, effects: [{ kind: 'register' }] };
    case 'registering accepted':
      // S32: the first beat follows at once.
      return { registration: { phase: 'registered', failures: 0 }, effects: beat };
    case 'registered due':
      return { registration, effects: beat };
    case 'registered unknown':
      return { registration: { phase: 'renewing', failures }, effects: [{ kind: 'register' }] };
    case 'renewing accepted':
      return {
        registration: { phase: 'registered', failures: 0 },
        effects: [{ kind: 'wait', delayMs: times.heartbeatIntervalMs }],
      };
    case 'waiting due':
      return { registration: { phase: 'connecting', failures }, effects: [{ kind: 'connect' }] };
    case 'connecting failed':
    case 'registering failed':
    case 'registered failed':
    case 'renewing failed': {
      const delayMs = retryDelay(failures, times, random);
      return {
        registration: { phase: 'waiting', failures: failures + 1 },
        effects: [{ kind: 'disconnect' }, { kind: 'wait', delayMs }],
      };
    }
    default:
      return { registration, effects: [] };
  }
}

function retryDelay(failures: number, { minRetryMs, maxRetryMs }: RegistrationTimes, random: number): number {
  const full = Math.min(maxRetryMs, minRetryMs * 2 ** failures);
  return Math.round(full * (0.5 + random / 2));
}
