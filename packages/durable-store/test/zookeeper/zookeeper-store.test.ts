import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  MemoryStore,
  StoreError,
  ZooKeeperLink,
  ZooKeeperStore,
  type ZooKeeperStoreOptions,
} from '../../src/index.ts';
import { FakeEnsemble, type FakeFault, type FakeRequest } from '../../src/testing/index.ts';
import { bytes } from '../support/folders.ts';
import { ManualStoreClock } from '../support/manual-store-clock.ts';

const PATH = '/spark/drivers';

async function setUp(ensemble = new FakeEnsemble(), more: Partial<ZooKeeperStoreOptions> = {}) {
  const clock = new ManualStoreClock();
  const link = new ZooKeeperLink({ connect: ensemble.connector, description: 'zk://fake', clock });
  const open = () => ZooKeeperStore.open({ link, path: PATH, owner: 'one', ...more });
  return { ensemble, clock, link, store: await open(), open };
}

/** What another process finds. */
async function reopened(ensemble: FakeEnsemble) {
  const { store } = await setUp(ensemble, { owner: 'another' });
  return store;
}

const isCommit = ({ kind }: FakeRequest) => kind === 'change';

/** A fault for the first requests that the test asks for. */
function faults(
  ensemble: FakeEnsemble,
  list: readonly FakeFault[],
  which: (request: FakeRequest) => boolean,
) {
  const left = [...list];
  ensemble.fault = (request) => (which(request) ? left.shift() : undefined);
}

describe('a store in ZooKeeper', () => {
  test('has a node for each key, and is found again by the next one', async () => {
    const { ensemble, store } = await setUp();
    await store.put('submission/driver-1', bytes('x'));
    await store.put('../a b', bytes('y'));
    expect(ensemble.paths.filter((path) => path.endsWith('/submission%2Fdriver-1')).length).toBe(1);
    const next = await reopened(ensemble);
    expect((await next.entries()).map(({ key }) => key)).toEqual(['../a b', 'submission/driver-1']);
  });

  test('makes what is asked for at once in one commit', async () => {
    const { ensemble, store } = await setUp();
    let commits = 0;
    ensemble.fault = (request) => {
      commits += isCommit(request) ? 1 : 0;
      return undefined;
    };
    await Promise.all(Array.from({ length: 100 }, (_, index) => store.put(`k${index}`, bytes('x'))));
    expect(commits).toBe(1);
    // One after another, in the same turn of the event loop.
    const later = async (key: string, steps: number) => {
      for (let step = 0; step < steps; step += 1) await Promise.resolve();
      await store.put(key, bytes('y'));
    };
    await Promise.all(Array.from({ length: 100 }, (_, index) => later(`k${index}`, index)));
    expect(commits).toBe(2);
  });

  test('keeps a long value in parts, and leaves none of them behind', async () => {
    const { ensemble, store } = await setUp();
    const parts = () => ensemble.paths.filter((path) => path.startsWith(`${PATH}/parts/`)).length;
    const long = Buffer.alloc(1024 * 1024, 'ab');
    await store.put('long', long);
    expect(parts()).toBe(4);
    const found = (await (await reopened(ensemble)).get('long'))?.value;
    expect(Buffer.from(found ?? []).equals(long)).toBe(true);
    const again = await reopened(ensemble);
    await again.put('long', Buffer.alloc(300_000));
    expect(parts()).toBe(2);
    await again.delete('long');
    expect(parts()).toBe(0);
  });

  test.each<[string, FakeFault[]]>([
    ['the request', ['requestLost']],
    ['the answer', ['answerLost']],
    ['both, several times', ['requestLost', 'answerLost', 'answerLost', 'requestLost']],
  ])('makes a change once when the connection is lost with %s', async (_, list) => {
    const { ensemble, store } = await setUp();
    await store.put('a', bytes('one'));
    faults(ensemble, list, isCommit);
    expect(await store.put('a', bytes('two'))).toBe(2);
    expect(await store.put('a', bytes('three'))).toBe(3);
    expect(await (await reopened(ensemble)).get('a')).toEqual({
      key: 'a',
      value: bytes('three'),
      version: 3,
    });
  });

  test('knows what became of a change though the question is lost as well', async () => {
    const { ensemble, store } = await setUp();
    let asked = 0;
    faults(ensemble, ['answerLost', 'requestLost', 'answerLost'], (request) => {
      asked += 1;
      return isCommit(request) || request.kind === 'read';
    });
    expect(await store.put('a', bytes('one'))).toBe(1);
    expect(asked).toBeGreaterThan(3);
  });

  test('goes on in a new session when its own is over in the middle of a change', async () => {
    const { ensemble, clock, store } = await setUp();
    ensemble.fault = ({ session, kind }) => {
      if (kind !== 'change') return undefined;
      ensemble.fault = () => undefined;
      setImmediate(() => session.expire());
      return 'answerLost';
    };
    const put = store.put('a', bytes('one'));
    await clock.waiting(1000);
    clock.advance(1000);
    expect(await put).toBe(1);
    expect(ensemble.sessions.length).toBe(2);
    expect((await (await reopened(ensemble)).get('a'))?.version).toBe(1);
  });

  test('writes nothing once another one has it, not even what was on its way', async () => {
    const told: unknown[] = [];
    const { ensemble, store } = await setUp(undefined, { fenced: (error) => told.push(error.code) });
    await store.put('a', bytes('old'));
    const next = await reopened(ensemble);
    await expect(store.put('a', bytes('late'))).rejects.toMatchObject({ code: 'STORE_FENCED' });
    await expect(store.delete('a')).rejects.toMatchObject({ code: 'STORE_FENCED' });
    expect(told).toEqual(['STORE_FENCED']);
    expect((await next.get('a'))?.value).toEqual(bytes('old'));
    expect(await next.put('a', bytes('new'))).toBe(2);
  });

  test('does not say that a change was not made whose answer is lost and which another one comes upon; the next one was not', async () => {
    const { ensemble, store } = await setUp();
    await store.put('a', bytes('one'));
    ensemble.fault = ({ kind, session }) => {
      if (kind !== 'change' || session !== ensemble.sessions[0]) return undefined;
      ensemble.fault = () => undefined;
      return 'requestLost';
    };
    const put = store.put('a', bytes('two'));
    const outcome = expect(put).rejects.toMatchObject({ code: 'STORE_OUTCOME_UNKNOWN' });
    const other = new ZooKeeperLink({ connect: ensemble.connector, description: 'zk://fake' });
    ensemble.sessions[0]?.disconnect();
    const next = await ZooKeeperStore.open({ link: other, path: PATH, owner: 'another' });
    ensemble.sessions[0]?.connect();
    await outcome;
    await expect(store.put('a', bytes('three'))).rejects.toMatchObject({ code: 'STORE_FENCED' });
    expect((await next.get('a'))?.value).toEqual(bytes('one'));
    await other.close();
  });

  test('refuses what it could not send while ZooKeeper is away, and takes more when it is back', async () => {
    const { ensemble, clock, store } = await setUp();
    await store.put('a', bytes('one'));
    ensemble.stop();
    const refused = expect(store.put('a', bytes('two'))).rejects.toMatchObject({
      code: 'STORE_WRITE_FAILED',
    });
    await clock.waiting(10_000);
    clock.advance(10_000);
    await refused;
    expect((await store.get('a'))?.value).toEqual(bytes('one'));
    ensemble.resume();
    expect(await store.put('a', bytes('three'))).toBe(2);
  });

  test('never says of a change that was sent that it was not made, while nobody knows', async () => {
    const { ensemble, clock, store } = await setUp();
    ensemble.fault = ({ kind }) => {
      if (kind !== 'change') return undefined;
      setImmediate(() => ensemble.stop());
      return 'answerLost';
    };
    let isSettled = false;
    const sent = store.put('a', bytes('sent')).finally(() => {
      isSettled = true;
    });
    await clock.waiting(10_000);
    ensemble.fault = () => undefined;
    const behind = expect(store.put('b', bytes('x'))).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' });
    clock.advance(10_000);
    await behind;
    expect(isSettled).toBe(false);
    ensemble.resume();
    expect(await sent).toBe(1);
  });

  test('says that nobody knows where it is closed before', async () => {
    const { ensemble, clock, link, store } = await setUp();
    ensemble.fault = ({ kind }) => {
      if (kind !== 'change') return undefined;
      setImmediate(() => ensemble.stop());
      return 'answerLost';
    };
    const sent = expect(store.put('a', bytes('sent'))).rejects.toMatchObject({
      code: 'STORE_OUTCOME_UNKNOWN',
    });
    await clock.waiting(10_000);
    await link.close();
    await sent;
    await store.close();
  });

  test('waits for nothing and writes nothing once it is abandoned, and says what nobody knows', async () => {
    const { ensemble, clock, store } = await setUp();
    await store.put('a', bytes('one'));
    ensemble.fault = ({ kind }) => {
      if (kind !== 'change') return undefined;
      setImmediate(() => ensemble.stop());
      return 'requestLost';
    };
    const sent = expect(store.put('a', bytes('two'))).rejects.toMatchObject({
      code: 'STORE_OUTCOME_UNKNOWN',
    });
    await clock.waiting(10_000);
    const behind = expect(store.put('a', bytes('three'))).rejects.toMatchObject({ code: 'STORE_FENCED' });
    store.abandon();
    await Promise.all([sent, behind]);
    await store.close();
    ensemble.fault = () => undefined;
    ensemble.resume();
    expect((await (await reopened(ensemble)).get('a'))?.value).toEqual(bytes('one'));
  });

  test('is opened however often the connection is lost meanwhile, and removes what a crash has left', async () => {
    const { ensemble, store, link } = await setUp();
    await store.put('a', bytes('one'));
    let commits = 0;
    ensemble.fault = (request) => {
      commits += isCommit(request) ? 1 : 0;
      if (commits < 3) return undefined;
      void link.close();
      return 'requestLost';
    };
    await expect(store.put('long', Buffer.alloc(1024 * 1024))).rejects.toThrow();
    expect(ensemble.paths.filter((path) => path.startsWith(`${PATH}/parts/`)).length).toBe(2);
    let requests = 0;
    ensemble.fault = () => {
      requests += 1;
      return requests % 97 === 0 && requests < 1000 ? 'answerLost' : undefined;
    };
    const next = await reopened(ensemble);
    expect((await next.entries()).map(({ key }) => key)).toEqual(['a']);
    expect(ensemble.paths.filter((path) => path.startsWith(`${PATH}/parts/`))).toEqual([]);
  });

  test('does not touch what a later version wrote, nor what is no store', async () => {
    const { ensemble, store } = await setUp();
    await store.put('a', bytes('one'));
    const record = ensemble.paths.find((path) => path.endsWith('/a')) ?? '';
    ensemble.write(record, Buffer.from([9, 0, 0, 0, 1]));
    await expect(reopened(ensemble)).rejects.toMatchObject({ code: 'STORE_FORMAT' });
    ensemble.write(record, Buffer.from('x'));
    await expect(reopened(ensemble)).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
    ensemble.write(`${PATH}/head`, Buffer.from('{"format":2}'));
    await expect(reopened(ensemble)).rejects.toMatchObject({ code: 'STORE_FORMAT' });
    expect(ensemble.read(`${PATH}/head`)).toMatchObject({
      value: { data: new Uint8Array(Buffer.from('{"format":2}')) },
    });
  });

  test('says that no ZooKeeper answers', async () => {
    const ensemble = new FakeEnsemble();
    ensemble.isUp = false;
    const clock = new ManualStoreClock();
    const link = new ZooKeeperLink({ connect: ensemble.connector, description: 'zk://nowhere', clock });
    const open = expect(ZooKeeperStore.open({ link, path: PATH, owner: 'one' })).rejects.toMatchObject({
      code: 'STORE_UNREADABLE',
      message: 'no ZooKeeper answers at zk://nowhere',
    });
    await clock.waiting(10_000);
    clock.advance(10_000);
    await open;
  });

  test('is the same as one in memory, whatever is lost on the way', async () => {
    const change = fc.record({
      key: fc.constantFrom('a', 'b', 'c/d'),
      value: fc.option(fc.uint8Array({ maxLength: 5 })),
    });
    const fault = fc.option(fc.constantFrom<FakeFault>('requestLost', 'answerLost'), { freq: 2 });
    const property = fc.asyncProperty(
      fc.array(change, { maxLength: 12 }),
      fc.array(fault),
      async (changes, list) => {
        const { ensemble, store, link } = await setUp();
        const memory = new MemoryStore();
        const left = [...list];
        ensemble.fault = () => left.shift() ?? undefined;
        const makeAll = (to: ZooKeeperStore | MemoryStore) =>
          Promise.all(
            changes.map(({ key, value }) => (value === null ? to.delete(key) : to.put(key, value))),
          );
        expect(await makeAll(store)).toEqual(await makeAll(memory));
        expect(await (await reopened(ensemble)).entries()).toEqual(await memory.entries());
        await link.close();
      },
    );
    await fc.assert(property, { numRuns: 50 });
  });

  test('has what its last writer was promised, and nothing of those before, whatever is lost and whoever takes over', async () => {
    const step = fc.record({
      takesOver: fc.boolean(),
      key: fc.constantFrom('a', 'b'),
      value: fc.uint8Array({ maxLength: 3 }),
      late: fc.boolean(),
    });
    const fault = fc.option(fc.constantFrom<FakeFault>('requestLost', 'answerLost'), { freq: 3 });
    const property = fc.asyncProperty(
      fc.array(step, { maxLength: 10 }),
      fc.array(fault),
      async (steps, list) => {
        const ensemble = new FakeEnsemble();
        const left = [...list];
        ensemble.fault = () => left.shift() ?? undefined;
        const model = new Map<string, Uint8Array>();
        let old: ZooKeeperStore | undefined;
        let young = await reopened(ensemble);
        for (const { takesOver, key, value, late } of steps) {
          if (takesOver) [old, young] = [young, await reopened(ensemble)];
          const promised = young.put(key, value).then(() => model.set(key, value));
          if (late)
            await expect(old?.put(key, Buffer.from('late')) ?? fenced()).rejects.toMatchObject({
              // Whether its answer was lost is up to chance.
              code: expect.stringMatching(/^STORE_(?:FENCED|OUTCOME_UNKNOWN)$/),
            });
          await promised;
        }
        const found = await (await reopened(ensemble)).entries();
        expect(new Map(found.map(({ key, value }) => [key, value]))).toEqual(model);
      },
    );
    await fc.assert(property, { numRuns: 50 });
  });
});

async function fenced(): Promise<never> {
  throw new StoreError('STORE_FENCED', 'there was none before');
}
