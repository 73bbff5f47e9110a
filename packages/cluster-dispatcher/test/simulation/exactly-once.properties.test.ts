import fc from 'fast-check';
import { describe, test } from 'vitest';
import { Simulation, STEPS } from './simulation.ts';

const steps = fc.array(fc.tuple(fc.constantFrom(...STEPS), fc.nat(60)), {
  minLength: 20,
  maxLength: 250,
  size: 'max',
});

describe('whatever breaks', () => {
  test('every accepted driver ends, none runs more often than it may, and none is lost', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (course) => {
        const simulation = await Simulation.start();
        await simulation.step('subscribe', 0);
        for (const [step, pick] of course) await simulation.step(step, pick);
        await simulation.settle();
        simulation.checkEnd();
      }),
      { numRuns: Number(process.env.SIMULATED_RUNS ?? 200) },
    );
  });
});
