import { MemoryStore } from '@spark-mesos/durable-store';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PersistentRecords } from '../../src/registry/persistent-records.ts';

test('whatever fails for a while, the store ends up with the last change of each key', async () => {
  const step = fc.record({
    key: fc.constantFrom('a', 'b'),
    value: fc.option(fc.nat(255), { nil: undefined }),
    fails: fc.boolean(),
    /** Whether the next change is asked for while this one is under way. */
    awaited: fc.boolean(),
    retried: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const store = new MemoryStore();
      const [put, remove] = [store.put.bind(store), store.delete.bind(store)];
      let failing = false;
      const refuse = () => Promise.reject(new Error('no space left on device'));
      store.put = (...change) => (failing ? refuse() : put(...change));
      store.delete = (...change) => (failing ? refuse() : remove(...change));
      const records = new PersistentRecords(store);
      const expected = new Map<string, number>();
      const underWay: Promise<void>[] = [];
      for (const { key, value, fails, awaited, retried } of steps) {
        failing = fails;
        if (value === undefined) expected.delete(key);
        else expected.set(key, value);
        const change = value === undefined ? records.delete(key) : records.put(key, Uint8Array.of(value));
        underWay.push(change);
        if (retried) underWay.push(records.retry());
        if (awaited) await change;
      }
      await Promise.all(underWay);
      failing = false;
      await records.retry();
      expect(records.unsavedChanges).toBe(0);
      const stored = (await store.entries()).map(({ key, value }) => [key, value[0]]);
      expect(stored).toEqual([...expected].sort());
    }),
    { numRuns: 500 },
  );
});
