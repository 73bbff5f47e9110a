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
  ['progress', 0],
  ['tell', 0],
  ...ARRIVE,
];

interface Crash {
  /** After so many steps, or when so many writes were asked for. */
  readonly after: number;
  readonly of: 'steps' | 'writes';
  /** Whether the last write is safe; else nothing is that was not before. */
  readonly isSafe: boolean;
  /** So many calls that were made arrive all the same. */
  readonly callsArriving: number;
}

async function live(crash?: Crash): Promise<Simulation> {
  const simulation = await Simulation.start();
  let isDue = crash !== undefined;
  for (const [index, [step, pick]] of LIFE.entries()) {
    await simulation.step(step, pick);
    const done = crash?.of === 'steps' ? index + 1 : simulation.writes;
    if (isDue && crash !== undefined && done >= crash.after) {
      isDue = false;
      await simulation.crash(crash.callsArriving, crash.isSafe ? 'all' : 'none');
    }
  }
  await simulation.settle();
  simulation.checkEnd();
  return simulation;
}

describe('killed at every point of a life', () => {
  test('the life has all there is in it', async () => {
    const { writes, endings } = await live();
    expect(endings).toEqual(['FINISHED after 2', 'KILLED after 1', 'FINISHED after 1']);
    expect(writes).toBeGreaterThan(10);
  });

  test.each([
    ['steps', false, 0],
    ['steps', false, 1],
    ['steps', false, 3],
    ['steps', true, 0],
    ['steps', true, 3],
    ['writes', false, 0],
    ['writes', true, 0],
  ] as const)(
    'after any number of %s (the last write safe: %s; %d calls on their way arrive) no driver is lost and none runs twice',
    async (of, isSafe, callsArriving) => {
      const { writes } = await live();
      const points = of === 'steps' ? LIFE.length : writes;
      for (let after = 1; after <= points; after += 1) {
        await live({ after, of, isSafe, callsArriving });
      }
    },
  );
});
