import { GatewayError, type GatewayErrorCode } from './errors.ts';

/**
 * Where an application is in its life. Events that a phase does not name leave it as it is.
 *
 * - `asking`: a driver has registered and is asked for its settings. Left when they are good (`subscribing`), when
 *   they are not or do not come (`ended`), when the driver or the gateway goes (`ended`).
 * - `subscribing`: the framework is being registered with the master. Left with its id (`running`), or when it
 *   fails for good, or driver or gateway goes (`ending`).
 * - `running`: the driver knows its application id, which is the framework's. Left when the driver takes its leave
 *   or is gone, when the framework fails or the gateway closes (`ending`), and when its connection drops while
 *   drivers are called back (`recalling`).
 * - `recalling`: the driver is called back, since its connection dropped or an earlier gateway ended; the framework
 *   and its executors go on meanwhile. Left when the driver takes this gateway for its master (`running`), or by
 *   what ends a running application, among it that the driver does not answer in time (`ending`).
 *   This phase and the one before are left, too, when another gateway has taken over (`ended`).
 * - `ending`: nothing is wanted any more; executors end by themselves or are killed, then the framework is torn
 *   down. Left when that is done (`ended`). Nothing brings an application back: the same driver address
 *   registering now is another application.
 * - `ended`: nothing is left at the master or here; or all of it is another gateway's.
 */
export type ApplicationPhase = 'asking' | 'subscribing' | 'running' | 'recalling' | 'ending' | 'ended';

/** Why an application ended, for people and logs. */
export type EndReason =
  /** The driver took its leave, as every SparkContext does that is stopped. */
  | 'unregistered'
  /** The driver's connection dropped without that: it was killed, or its machine is gone. */
  | 'driver-lost'
  /** Its settings, or the master, do not let it go on. */
  | 'failed'
  /** The gateway closes. */
  | 'gateway-closed';

/** All that the life cycle remembers. */
export interface ApplicationLife {
  readonly phase: ApplicationPhase;
  /** The framework's id, once there is one. */
  readonly applicationId?: string;
  readonly endReason?: EndReason;
}

/** What happens to an application. */
export type LifeEvent =
  | { readonly kind: 'settings-accepted' }
  | { readonly kind: 'framework-registered'; readonly frameworkId: string }
  | { readonly kind: 'failed'; readonly code: GatewayErrorCode; readonly message: string }
  | { readonly kind: 'driver-unregistered' }
  | { readonly kind: 'driver-lost' }
  /** Its connection dropped; whether it lives will show when it is called back. */
  | { readonly kind: 'driver-dropped' }
  | { readonly kind: 'driver-recalled' }
  | { readonly kind: 'gateway-closing' }
  | { readonly kind: 'framework-torn-down' }
  /** A gateway that has the same store goes on with the framework, and with the driver. */
  | { readonly kind: 'taken-over' };

/** What is to be done because of it, in this order. */
export type LifeEffect =
  | { readonly kind: 'start-framework' }
  /** RegisteredApplication to the driver. */
  | { readonly kind: 'tell-registered'; readonly applicationId: string }
  /** ApplicationRemoved to the driver, which then stops with this text as its reason. */
  | { readonly kind: 'tell-removed'; readonly message: string }
  /** Lets go of executors and framework; `graceful` gives executors the time to end by themselves. */
  | { readonly kind: 'stop-framework'; readonly graceful: boolean }
  /** Lets everything be, framework, record and driver, for the gateway that has taken over. */
  | { readonly kind: 'hand-over' }
  /** The driver's address may register anew. */
  | { readonly kind: 'release-driver' }
  | { readonly kind: 'finished'; readonly reason: EndReason };

/** The next state and what to do. */
export interface LifeStep {
  readonly life: ApplicationLife;
  readonly effects: readonly LifeEffect[];
}

/** An application whose driver has just registered. */
export const NEW_APPLICATION: ApplicationLife = { phase: 'asking' };

/** An application that an earlier gateway began: the driver knows its id, and is to be called back. */
export function restoredApplication(applicationId: string): ApplicationLife {
  return { phase: 'recalling', applicationId };
}

/** Whether the application still goes on, so that its driver's address belongs to it. */
export function isLive(life: ApplicationLife): boolean {
  return life.phase === 'asking' || life.phase === 'subscribing' || isPlacing(life);
}

/** Whether the driver has its id and executors may come and go. */
export function isPlacing(life: ApplicationLife): boolean {
  return life.phase === 'running' || life.phase === 'recalling';
}

/** One step of an application's life; pure. */
export function stepLife(life: ApplicationLife, event: LifeEvent): LifeStep {
  switch (event.kind) {
    case 'settings-accepted':
      // The driver may have gone while it was asked.
      if (life.phase !== 'asking') return { life, effects: [] };
      return { life: { phase: 'subscribing' }, effects: [{ kind: 'start-framework' }] };
    case 'framework-registered':
      return frameworkRegistered(life, event.frameworkId);
    case 'failed':
      return end(life, 'failed', [{ kind: 'tell-removed', message: event.message }]);
    case 'driver-unregistered':
      return end(life, 'unregistered', []);
    case 'driver-lost':
      return end(life, 'driver-lost', []);
    case 'driver-dropped':
      return { life: life.phase === 'running' ? { ...life, phase: 'recalling' } : life, effects: [] };
    case 'driver-recalled':
      return { life: life.phase === 'recalling' ? { ...life, phase: 'running' } : life, effects: [] };
    case 'gateway-closing':
      return end(life, 'gateway-closed', [
        { kind: 'tell-removed', message: 'spark-mesos is ending, and the application with it' },
      ]);
    case 'framework-torn-down':
      return tornDown(life);
    case 'taken-over':
      if (!isPlacing(life)) return { life, effects: [] };
      return {
        life: { ...life, phase: 'ended' },
        effects: [{ kind: 'release-driver' }, { kind: 'hand-over' }],
      };
  }
}

function frameworkRegistered(life: ApplicationLife, frameworkId: string): LifeStep {
  // A framework that subscribes again, after its master changed, keeps its id: the driver has been told.
  if (life.phase !== 'subscribing') return { life, effects: [] };
  return {
    life: { phase: 'running', applicationId: frameworkId },
    effects: [{ kind: 'tell-registered', applicationId: frameworkId }],
  };
}

function end(life: ApplicationLife, reason: EndReason, first: readonly LifeEffect[]): LifeStep {
  if (!isLive(life)) return { life, effects: [] };
  const effects: LifeEffect[] = [...first, { kind: 'release-driver' }];
  if (life.phase === 'asking') {
    return {
      life: { ...life, phase: 'ended', endReason: reason },
      effects: [...effects, { kind: 'finished', reason }],
    };
  }
  return {
    life: { ...life, phase: 'ending', endReason: reason },
    effects: [...effects, { kind: 'stop-framework', graceful: reason === 'unregistered' }],
  };
}

function tornDown(life: ApplicationLife): LifeStep {
  if (life.phase === 'ended') return { life, effects: [] };
  if (life.phase !== 'ending' || life.endReason === undefined) {
    throw new GatewayError(
      'GATEWAY_ILLEGAL_TRANSITION',
      `the framework of an application was torn down while it was ${life.phase}`,
    );
  }
  return {
    life: { ...life, phase: 'ended' },
    effects: [{ kind: 'finished', reason: life.endReason }],
  };
}
