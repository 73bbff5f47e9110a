import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  NEW_REGISTRATION,
  type Registration,
  type RegistrationEvent,
  stepRegistration,
} from '../../src/client/agent-registration.ts';

const TIMES = { heartbeatIntervalMs: 10_000, minRetryMs: 1_000, maxRetryMs: 30_000 };

function after(...kinds: RegistrationEvent['kind'][]): { registration: Registration; effects: unknown } {
  let step: { registration: Registration; effects: unknown } = {
    registration: NEW_REGISTRATION,
    effects: [],
  };
  for (const kind of kinds) step = stepRegistration(step.registration, { kind }, TIMES, 0.5);
  return step;
}

describe('the registration with one agent', () => {
  it('S31, S32: registers when it is connected, and beats at once and by the interval', () => {
    expect(after('connected').effects).toEqual([{ kind: 'register' }]);
    const beat = [{ kind: 'heartbeat' }, { kind: 'wait', delayMs: 10_000 }];
    expect(after('connected', 'accepted').effects).toEqual(beat);
    expect(after('connected', 'accepted', 'due').effects).toEqual(beat);
  });

  it('S33, S34: tries again after a failure, each time later, until it is registered', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7].map((times) => {
      const failures = Array.from({ length: times - 1 }, () => ['failed', 'due'] as const).flat();
      return after(...failures, 'failed').effects;
    });
    const wait = (delayMs: number) => [{ kind: 'disconnect' }, { kind: 'wait', delayMs }];
    expect(delays).toEqual([750, 1_500, 3_000, 6_000, 12_000, 22_500, 22_500].map(wait));
    expect(after('failed', 'due').effects).toEqual([{ kind: 'connect' }]);
    expect(after('failed', 'due', 'connected', 'accepted').registration.failures).toBe(0);
  });

  it('S35: connects and registers again when the connection breaks', () => {
    expect(after('connected', 'accepted', 'failed', 'due').effects).toEqual([{ kind: 'connect' }]);
    expect(after('connected', 'accepted', 'failed', 'due', 'connected').effects).toEqual([
      { kind: 'register' },
    ]);
  });

  it('S27: registers again on the same connection when the service has forgotten it', () => {
    expect(after('connected', 'accepted', 'unknown').effects).toEqual([{ kind: 'register' }]);
    expect(after('connected', 'accepted', 'unknown', 'due').effects).toEqual([]);
    const wait = [{ kind: 'wait', delayMs: 10_000 }];
    expect(after('connected', 'accepted', 'unknown', 'due', 'accepted').effects).toEqual(wait);
  });

  it('never stands still: something is always under way, or waited for', () => {
    const kinds = fc.constantFrom('connected', 'accepted', 'unknown', 'failed', 'due');
    fc.assert(
      fc.property(fc.array(kinds), (events) => {
        const { phase, failures } = after(...events).registration;
        expect(failures >= 0).toBe(true);
        const leaves = {
          connecting: 'connected',
          registering: 'accepted',
          registered: 'due',
          renewing: 'accepted',
          waiting: 'due',
        };
        const next = { kind: leaves[phase] } as RegistrationEvent;
        expect(stepRegistration({ phase, failures }, next, TIMES, 0).effects).not.toEqual([]);
      }),
    );
  });
});
