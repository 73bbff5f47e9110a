import { expect, test } from 'vitest';
import { Harness } from './harness.ts';

const MANY = 10_000;
const REMEMBERED = 4096;
/** Too small for what is wanted. */
const agents = Array.from({ length: MANY }, (_, index) => ({
  id: `o${index}`,
  agentId: `a${index}`,
  cpus: 1,
  memMiB: 64,
}));

test('U123: of more agents than are remembered, each is declined for longer each time, up to the common duration', () => {
  const harness = new Harness().subscribed().wants();
  const declines = () => {
    harness.forget().offers(...agents);
    const seconds = harness
      .of('decline')
      .map(({ offerIds, refuseSeconds }) => [offerIds.length, refuseSeconds]);
    harness.advance(1000);
    return seconds;
  };
  expect(declines()).toEqual([[MANY, undefined]]);
  expect(declines()).toEqual([[MANY, 10]]);
  expect(declines()).toEqual([[MANY, 20]]);
});

test('remembers the agents that were offered last, and no more than a person reads', () => {
  const harness = new Harness().subscribed().wants();
  harness.offers(...agents);
  const looks = harness.scheduler.snapshot(harness.nowMs).agents.map(({ agentId }) => agentId);
  expect(looks).toHaveLength(REMEMBERED);
  expect(looks[0]).toBe(`a${MANY - REMEMBERED}`);
  expect(looks.at(-1)).toBe(`a${MANY - 1}`);
});

test('an agent that is lost and comes again is remembered once', () => {
  const harness = new Harness().subscribed().wants();
  for (let round = 0; round < 3; round += 1) {
    harness.offers(...agents.slice(0, REMEMBERED)).advance(1000);
    harness.handle({ kind: 'agentLost', agentId: 'a7' as never });
  }
  harness.offers(...agents.slice(0, REMEMBERED));
  const looks = harness.scheduler.snapshot(harness.nowMs).agents;
  expect(looks.filter(({ agentId }) => agentId === 'a7')).toHaveLength(1);
});
