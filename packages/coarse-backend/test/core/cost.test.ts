import { makeOffer } from '@spark-mesos/scheduler-utils/testing';
import { describe, expect, test } from 'vitest';
import { Harness } from './harness.ts';

/** Looks at resources of offers: what the cost of an event consists of. */
function countedOffers(count: number, looks: { count: number }) {
  return Array.from({ length: count }, (_, index) => {
    const offer = makeOffer({ id: `o${index}`, cpus: 4, memMiB: 8192 });
    return new Proxy(offer, {
      get(target, name, receiver) {
        looks.count += 1;
        return Reflect.get(target, name, receiver);
      },
    });
  });
}

describe('the cost of an offer', () => {
  test('C21: is the same for ten and for a thousand offers, and with a thousand executors alive', () => {
    const looksPerOffer = (offers: number, alive: number) => {
      const harness = new Harness().subscribed().wants({ cores: 1, memoryMiB: 100, total: alive });
      for (let index = 0; index < alive / 100; index += 1) {
        harness.offers({ id: `early${index}`, cpus: 100, memMiB: 1_000_000 });
      }
      expect(harness.scheduler.snapshot(0).executors).toHaveLength(alive);
      const looks = { count: 0 };
      harness.wants({ cores: 1, memoryMiB: 100 });
      harness.handle({ kind: 'offers', offers: countedOffers(offers, looks) });
      return looks.count / offers;
    };
    const few = looksPerOffer(10, 0);
    expect(looksPerOffer(1000, 0)).toBe(few);
    expect(looksPerOffer(1000, 1000)).toBe(few);
  });
});
