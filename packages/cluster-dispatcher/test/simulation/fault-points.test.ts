import { describe, expect, test } from 'vitest';
import { Simulation, type Step } from './simulation.ts';

type NumberedStep = readonly [step: Step, pick: number];

/** What is on its way arrives, in both directions, and is safe. */
const ARRIVE: readonly NumberedStep[] = Array.from({ length: 4 }, (): NumberedStep[] => [
  ['news', 0],
  ['sync', 3],
  ['call', 0],
]).flat();

/** A life with all there is: of three drivers the first fails and is started again, the second is killed. */
const LIFE: readonly NumberedStep[] = [
  ['subscribe', 0],
  ...ARRIVE,
  ['submitSupervised', 0],
  ['sync', 3],
  ['submit', 0],
  ['sync', 3],
  ['submit', 0],
  ...ARRIVE,
  ['offer', 0],
  ...ARRIVE,
  ...ARRIVE,
  ['fail', 0],
  ['tell', 0],
  ...ARRIVE,
  ['fail', 0],
  ['tell', 0],
  ...ARRIVE,
  ['kill', 1],
  ...ARRIVE,
  ['tell', 0],
  ['tell', 1],
  ...ARRIVE,
  ['subscribe', 0],
  ...ARRIVE,
  ['time', 5],
  ...ARRIVE,
  ['offer', 0],
  ...ARRIVE,
  ['progress', 0],
  ['tell', 0],
  ...ARRIVE,
];

async function live(crashAtWrite: number | undefined, keepsLast: boolean): Promise<Simulation> {
  const simulation = await Simulation.start();
  simulation.crashAtWrite = crashAtWrite;
  for (const [step, pick] of LIFE) {
    await simulation.step(step, pick);
    await simulation.crashIfDue(keepsLast);
  }
  await simulation.settle();
  simulation.checkEnd();
  return simulation;
}

describe('killed at every write', () => {
  test.each([
    ['before', false],
    ['after', true],
  ] as const)(
    'a dispatcher that is killed %s it is safe loses no driver and runs none twice',
    async (_, keepsLast) => {
      const { writes, endings } = await live(undefined, keepsLast);
      expect(endings).toEqual(['FINISHED after 2', 'KILLED after 1', 'FINISHED after 1']);
      expect(writes).toBeGreaterThan(10);
      for (let crashAtWrite = 1; crashAtWrite <= writes; crashAtWrite += 1) {
        await live(crashAtWrite, keepsLast);
      }
    },
  );
});
