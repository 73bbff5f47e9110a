import { describe, expect, test } from 'vitest';
import { OfferFlow } from '../../src/index.ts';

const RULES = { intervalMs: 0, longestMs: 0, spacingMs: 10, slowestSpacingMs: 80, suppressAfterMs: 1000 };

/** The times at which REVIVE is sent while something is wanted and each is answered at once. */
function revives(flow: OfferFlow, untilMs: number): number[] {
  const times: number[] = [];
  for (let nowMs = 0; nowMs < untilMs; nowMs += 5) {
    flow.need();
    if (flow.settle(true, nowMs)?.kind === 'revive') {
      times.push(nowMs);
      flow.reviveSettled(true);
    }
  }
  return times;
}

describe('the flow of offers', () => {
  test('spaces REVIVE out, further each time while nothing comes of it', () => {
    const flow = new OfferFlow(RULES);
    flow.subscribed();
    expect(revives(flow, 400)).toEqual([0, 10, 30, 70, 150, 230, 310, 390]);
  });

  test('begins with the least space again once something came of it', () => {
    const flow = new OfferFlow(RULES);
    flow.subscribed();
    revives(flow, 400);
    flow.progressed();
    flow.need();
    expect(flow.nextWakeMs()).toBe(400);
  });

  test('suppresses offers only after nothing was wanted for a while', () => {
    const flow = new OfferFlow(RULES);
    flow.subscribed();
    expect(flow.settle(false, 0)).toBeUndefined();
    expect(flow.nextWakeMs()).toBe(1000);
    expect(flow.settle(true, 500)).toBeUndefined();
    expect(flow.settle(false, 600)).toBeUndefined();
    expect(flow.settle(false, 1600)).toEqual({ kind: 'suppress' });
    expect(flow.settle(true, 1700)).toEqual({ kind: 'revive' });
  });

  test('of coarse mode suppresses at once, and keeps one space', () => {
    const flow = new OfferFlow({ intervalMs: 0, longestMs: 0 });
    flow.subscribed();
    expect(revives(flow, 800)).toEqual([0, 250, 500, 750]);
    expect(flow.settle(false, 800)).toEqual({ kind: 'suppress' });
  });
});
