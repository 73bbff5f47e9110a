import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AGENT_TOTAL, commands, RandomRun } from './support/random-run.ts';

describe('the books of a cluster', () => {
  it('add up after every step of any sequence of calls and faults, and are empty at the end', () => {
    fc.assert(
      fc.property(
        fc.array(commands, { minLength: 20, maxLength: 120, size: 'max' }),
        fc.constantFrom(700, 1e9),
        (sequence, offerTimeoutMs) => {
          const run = new RandomRun(offerTimeoutMs);
          for (const command of sequence) {
            run.apply(command);
            expect(run.cluster.accountingProblems()).toEqual([]);
            for (const { resources } of run.cluster.core.state.agents.values()) {
              expect(
                resources.mapShapes((shape) => shape.usedAs(undefined).reservedBy([])).equals(AGENT_TOTAL),
              ).toBe(true);
            }
          }
          run.finish();
          expect(run.cluster.accountingProblems()).toEqual([]);
          expect(run.cluster.processCount).toBe(0);
          const { state } = run.cluster.core;
          expect(state.offers.size).toBe(0);
          for (const agentId of state.agents.keys()) {
            expect(state.allocator.allocatedOn(agentId).text()).toBe('{}');
            expect(run.cluster.agents.get(agentId)?.core.pendingUpdateCount).toBe(0);
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
