import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ApplicationLife,
  isLive,
  type LifeEffect,
  type LifeEvent,
  NEW_APPLICATION,
  stepLife,
} from '../src/application-life.ts';

function live(events: readonly LifeEvent[]): { life: ApplicationLife; effects: LifeEffect[] } {
  let life = NEW_APPLICATION;
  const effects: LifeEffect[] = [];
  for (const event of events) {
    const step = stepLife(life, event);
    life = step.life;
    effects.push(...step.effects);
  }
  return { life, effects };
}

const kinds = (effects: readonly LifeEffect[]) => effects.map(({ kind }) => kind);

const ACCEPTED: LifeEvent = { kind: 'settings-accepted' };
const REGISTERED: LifeEvent = { kind: 'framework-registered', frameworkId: 'f-1' };
const FAILED: LifeEvent = { kind: 'failed', code: 'GATEWAY_FRAMEWORK_ENDED', message: 'why' };
const UNREGISTERED: LifeEvent = { kind: 'driver-unregistered' };
const LOST: LifeEvent = { kind: 'driver-lost' };
const CLOSING: LifeEvent = { kind: 'gateway-closing' };
const TORN_DOWN: LifeEvent = { kind: 'framework-torn-down' };
const TAKEN_OVER: LifeEvent = { kind: 'taken-over' };

describe('the life of an application', () => {
  test('that goes well', () => {
    const { life, effects } = live([ACCEPTED, REGISTERED, UNREGISTERED, TORN_DOWN]);
    expect(life).toEqual({ phase: 'ended', applicationId: 'f-1', endReason: 'unregistered' });
    expect(effects).toEqual([
      { kind: 'start-framework' },
      { kind: 'tell-registered', applicationId: 'f-1' },
      { kind: 'release-driver' },
      { kind: 'stop-framework', graceful: true },
      { kind: 'finished', reason: 'unregistered' },
    ]);
  });

  test('that another gateway has taken over tells its driver nothing, and lets its framework be', () => {
    const { life, effects } = live([ACCEPTED, REGISTERED, TAKEN_OVER, LOST, CLOSING]);
    expect(life.phase).toBe('ended');
    expect(kinds(effects).slice(2)).toEqual(['release-driver', 'hand-over']);
    expect(live([ACCEPTED, TAKEN_OVER]).life.phase).toBe('subscribing');
  });

  test('whose driver is lost gives executors no time to end by themselves', () => {
    const { life, effects } = live([ACCEPTED, REGISTERED, LOST]);
    expect(life.phase).toBe('ending');
    expect(effects).toContainEqual({ kind: 'stop-framework', graceful: false });
  });

  test('whose driver drops after its leave stays graceful', () => {
    const { effects } = live([ACCEPTED, REGISTERED, UNREGISTERED, LOST]);
    expect(effects.filter(({ kind }) => kind === 'stop-framework')).toEqual([
      { kind: 'stop-framework', graceful: true },
    ]);
  });

  test('whose framework fails tells the driver why, and lets the framework go', () => {
    const { effects } = live([ACCEPTED, FAILED]);
    expect(kinds(effects)).toEqual(['start-framework', 'tell-removed', 'release-driver', 'stop-framework']);
    expect(effects[1]).toEqual({ kind: 'tell-removed', message: 'why' });
  });

  test('that is refused before there is a framework ends at once', () => {
    const { life, effects } = live([FAILED]);
    expect(life.phase).toBe('ended');
    expect(kinds(effects)).toEqual(['tell-removed', 'release-driver', 'finished']);
  });

  test('whose driver goes while it is asked never gets a framework', () => {
    const { effects } = live([LOST, ACCEPTED]);
    expect(kinds(effects)).toEqual(['release-driver', 'finished']);
  });

  test('whose framework subscribes again keeps its id and tells nobody', () => {
    const { life, effects } = live([ACCEPTED, REGISTERED, { ...REGISTERED, frameworkId: 'f-1' }]);
    expect(life).toEqual({ phase: 'running', applicationId: 'f-1' });
    expect(effects.filter(({ kind }) => kind === 'tell-registered')).toHaveLength(1);
  });

  test('cannot be torn down while it goes on', () => {
    expect(() => live([ACCEPTED, REGISTERED, TORN_DOWN])).toThrow(
      expect.objectContaining({ code: 'GATEWAY_ILLEGAL_TRANSITION' }),
    );
  });

  test('of any kind starts at most one framework, stops it once, and finishes once', () => {
    const event = fc.constantFrom(ACCEPTED, REGISTERED, FAILED, UNREGISTERED, LOST, CLOSING, TAKEN_OVER);
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const { life, effects } = live(events);
        const count = (kind: LifeEffect['kind']) => effects.filter((effect) => effect.kind === kind).length;
        expect(count('start-framework')).toBeLessThanOrEqual(1);
        expect(count('tell-registered')).toBeLessThanOrEqual(1);
        expect(count('tell-removed')).toBeLessThanOrEqual(1);
        expect(count('release-driver')).toBe(isLive(life) ? 0 : 1);
        expect(count('stop-framework')).toBe(life.phase === 'ending' ? 1 : 0);
        expect(count('finished') + count('hand-over')).toBe(life.phase === 'ended' ? 1 : 0);
        if (life.phase === 'ending') {
          const last = stepLife(life, TORN_DOWN);
          expect(kinds(last.effects)).toEqual(['finished']);
        }
      }),
    );
  });
});
