import { type ChangeOptions, MemoryStore } from '@spark-mesos/durable-store';
import { silentLogger } from '@spark-mesos/scheduler-utils';
import { expect, test } from 'vitest';
import { Applications } from '../src/applications.ts';
import { GatewayJournal } from '../src/journal.ts';
import { application, FakeDriver, fakeContext, HeardEvents, placement, settled } from './support/fakes.ts';

/** A store whose process is killed after so many changes: what is asked for later is never heard of again. */
class KilledStore extends MemoryStore {
  changes = 0;
  #last: number;

  constructor(last: number) {
    super();
    this.#last = last;
  }

  /** The next process has it. */
  revive(): void {
    this.#last = Number.POSITIVE_INFINITY;
  }

  override async put(key: string, value: Uint8Array, options?: ChangeOptions): Promise<number> {
    await this.#orNever();
    return super.put(key, value, options);
  }

  override async delete(key: string, options?: ChangeOptions): Promise<boolean> {
    await this.#orNever();
    return super.delete(key, options);
  }

  #orNever(): Promise<void> {
    this.changes += 1;
    return this.changes <= this.#last ? Promise.resolve() : new Promise(() => {});
  }
}

/** What the world outside the gateway has seen before it was killed. */
interface Seen {
  readonly driverKnowsId: boolean;
  readonly launched: readonly number[];
}

/** The lines of the story's application and its two executors are deleted at its end. */
const ENDING_CHANGES = 5;

/** Two executors come, one fails and is replaced, the driver wants more and takes its leave. */
async function story(store: KilledStore): Promise<Seen> {
  const { context, backends } = fakeContext(new HeardEvents(), {
    journal: new GatewayJournal(store, silentLogger),
  });
  const applications = new Applications(context);
  const driver = new FakeDriver();
  applications.registerApplication(application({ initialExecutorLimit: 2 }), driver);
  await settled();
  const [backend] = backends;
  backend?.application.registered('f-1');
  await settled();
  const launched: number[] = [];
  const steps = [
    () => launched.push(0) && backend?.application.executorLaunched(executor(0)),
    () => launched.push(1) && backend?.application.executorLaunched(executor(1)),
    () => backend?.application.executorState(executor(0), 'FAILED', {}),
    () => applications.requestExecutors('f-1', new Map([[0, { total: 3 }]])),
    () => launched.push(2) && backend?.application.executorLaunched(executor(2)),
    () => applications.unregisterApplication('f-1', driver),
    () => backend?.finishStop(),
  ];
  // An engine without totals places nothing.
  const placing = (backend?.totals.size ?? 0) > 0;
  for (const step of placing ? steps : []) {
    step();
    await settled();
  }
  return {
    driverKnowsId: driver.told.some(([what]) => what === 'registered'),
    launched,
  };
}

const executor = (executorId: number) => placement({ executorId, taskId: `abc-${executorId}` });

test('whatever write a gateway is killed at, the next one knows what the driver knows, and no more', async () => {
  const whole = new KilledStore(Number.POSITIVE_INFINITY);
  await story(whole);
  expect(whole.changes).toBeGreaterThan(8);
  expect(await whole.entries()).toEqual([]);
  for (let last = 0; last <= whole.changes; last += 1) {
    const store = new KilledStore(last);
    const seen = await story(store);
    store.revive();
    const [restored, ...more] = await new GatewayJournal(store, silentLogger).restore();
    expect(more).toEqual([]);
    const at = `killed after ${last} of ${whole.changes} changes`;
    // In the story everything goes on in the world although nothing is written any more: the worst that can happen.
    if (restored === undefined) {
      // Nobody knew of it yet, or it was over.
      expect(!seen.driverKnowsId || last > whole.changes - ENDING_CHANGES, at).toBe(true);
      expect(await store.entries(), at).toEqual([]);
      continue;
    }
    const ids = restored.executors.map(({ executorId }) => executorId);
    expect(
      ids.every((id) => seen.launched.includes(id)),
      at,
    ).toBe(true);
    expect(Math.max(-1, ...seen.launched), at).toBeLessThan(restored.nextExecutorId);
    expect(restored.description, at).toEqual(application({ initialExecutorLimit: 2 }));
    expect(restored.driver, at).toEqual({ host: '127.0.0.1', port: 40_001 });
  }
});
