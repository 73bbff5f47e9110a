import { expect, test } from 'vitest';
import { type Contender, contention, until } from '../support/contending-dispatchers.ts';

const ROUNDS = 12;
/** With 28 it happens that nobody leads for long enough to accept anything while it is disturbed. */
const SEEDS = [2, 28];

/** Numbers below `end`, the same ones for the same seed (mulberry32). */
function randomFrom(seed: number): (end: number) => number {
  let state = seed;
  return (end) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end;
  };
}

interface Listed {
  readonly id: string;
  readonly state: string;
  readonly finalState?: string;
}

test.each(SEEDS)(
  'whoever sleeps, goes or comes, and ZooKeeper too: what was accepted runs once (seed %i)',
  async (seed) => {
    const random = randomFrom(seed);
    const { cluster, ensemble, stand, submission } = await contention();
    const contenders: Contender[] = [await stand(), await stand(), await stand()];
    const accepted: string[] = [];

    const leader = async (): Promise<Contender> => {
      let found: Contender | undefined;
      await until(async () => {
        const ready = await Promise.all(contenders.map((one) => one.isReady().catch(() => false)));
        found = contenders.find((_, index) => ready[index]);
        return found !== undefined;
      });
      if (found === undefined) throw new Error('nobody leads');
      return found;
    };
    /** An answer may get lost with the one that would give it; only what was promised counts. */
    const submitTo = async (one: Contender | undefined) => {
      const answer = await one?.ask('/v1/submissions/create', submission('quick')).catch(() => undefined);
      if (answer?.success === true) accepted.push(String(answer.submissionId));
    };
    const disturbances: readonly ((one: Contender) => Promise<void>)[] = [
      async () => {
        ensemble.stop();
        await new Promise((resolve) => setImmediate(resolve));
        ensemble.resume();
      },
      async ({ session }) => session.expire(),
      async (one) => {
        // It sleeps until another one leads.
        const { session } = one;
        session.expire(false);
        await until(async () => {
          const others = contenders.filter((other) => other !== one);
          return (await Promise.all(others.map((other) => other.isReady()))).includes(true);
        });
        session.wakeUp();
      },
      async (one) => {
        contenders.splice(contenders.indexOf(one), 1);
        await one.close();
        contenders.push(await stand());
      },
    ];

    for (let round = 0; round < ROUNDS; round += 1) {
      const one = await leader();
      const disturb = disturbances[random(disturbances.length)];
      const submitting = [0, 1, 2].map(() => submitTo(contenders[random(contenders.length)]));
      await disturb?.(one);
      await Promise.all(submitting);
    }

    // Each of those before may have met somebody who was not to lead for long enough.
    await until(async () => {
      await submitTo(await leader());
      return accepted.length > 0;
    });
    const last = await leader();
    let listed: readonly Listed[] = [];
    await until(async () => {
      listed = ((await last.ask('/api/v2/submissions?limit=1000')).submissions ?? []) as Listed[];
      return listed.length >= accepted.length && listed.every(({ state }) => state === 'finished');
    });
    expect(listed.map(({ id }) => id)).toEqual(expect.arrayContaining(accepted));
    expect(new Set(listed.map(({ finalState }) => finalState))).toEqual(new Set(['FINISHED']));
    const state = (await (await fetch(`${cluster.master.url}/state`)).json()) as {
      frameworks: { tasks: unknown[]; completed_tasks: unknown[] }[];
    };
    const tasks = state.frameworks.flatMap((one) => [...one.tasks, ...one.completed_tasks]);
    expect([state.frameworks.length, tasks.length]).toEqual([1, listed.length]);
  },
  120_000,
);
