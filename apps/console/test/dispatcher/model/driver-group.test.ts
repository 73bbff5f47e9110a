import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DRIVER_GROUPS,
  listParameters,
  listQuery,
  OUTCOMES,
  parseListPlace,
} from '../../../src/dispatcher/model/driver-group.ts';

const placeOf = (parameters: Readonly<Record<string, string>>) =>
  parseListPlace(new Map(Object.entries(parameters)));

describe('a place in the list of drivers', () => {
  it('is in the order that fits its group, and asks for its states', () => {
    expect(listQuery(placeOf({ group: 'queued' }))).toMatchObject({
      state: 'queued',
      sort: 'submittedAt',
      order: 'ascending',
      offset: '0',
    });
    expect(listQuery(placeOf({ group: 'finished', outcome: 'LOST', page: '3' }))).toMatchObject({
      state: 'finished',
      finalState: 'LOST',
      sort: 'finishedAt',
      order: 'descending',
      offset: '100',
    });
  });

  it('is the first page of all where the address makes no sense', () => {
    const strange = {
      group: 'none',
      outcome: 'GOOD',
      page: '-1',
      sort: 'no',
      order: 'up',
      search: 'x'.repeat(999),
    };
    expect(listQuery(placeOf(strange))).toEqual({
      state: '',
      finalState: '',
      search: 'x'.repeat(200),
      sort: '',
      order: 'ascending',
      offset: '0',
      limit: '50',
    });
  });

  it('comes back from the address as it went there', () => {
    fc.assert(
      fc.property(
        fc.record({
          group: fc.constantFrom(...DRIVER_GROUPS),
          outcome: fc.constantFrom('', ...OUTCOMES.map(({ finalState }) => finalState)),
          search: fc.string({ maxLength: 20 }),
          by: fc.constantFrom('submittedAt', 'finishedAt', 'name', 'queue'),
          descending: fc.boolean(),
          page: fc.integer({ min: 1, max: 20_000 }),
        }),
        (place) => {
          const kept = Object.entries(listParameters(place)).filter(([, value]) => value !== '');
          const outcome = place.group === 'finished' ? place.outcome : '';
          expect(parseListPlace(new Map(kept))).toEqual({ ...place, outcome });
        },
      ),
    );
  });
});
