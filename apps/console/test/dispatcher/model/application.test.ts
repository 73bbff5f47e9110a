import { describe, expect, it } from 'vitest';
import { applicationOf, parseApplications } from '../../../src/dispatcher/model/application.ts';

const APPLICATIONS = parseApplications({
  applications: [
    { id: 'f-driver-1', name: 'first', sentence: 'has what it wants', executors: 2, cores: 4 },
    { id: 'f-driver-1-0001', name: 'second', sentence: 'waits', executors: 0, cores: 0 },
    { id: 'f-driver-1-retry-1', name: 'again' },
    { name: 'not registered' },
  ],
});

describe('the application of a driver', () => {
  it('is the last one that has the framework id of its attempt (U14, D55)', () => {
    expect(applicationOf(APPLICATIONS, 'f-driver-1')).toEqual({
      id: 'f-driver-1-0001',
      name: 'second',
      sentence: 'waits',
      executors: 0,
      cores: 0,
    });
    expect(applicationOf(APPLICATIONS, 'f-driver-1-retry-1')?.name).toBe('again');
    expect(applicationOf(APPLICATIONS, 'f-driver-2')).toBeUndefined();
  });

  it('is none where the answer is none', () => {
    expect(parseApplications('nonsense')).toEqual([]);
    expect(applicationOf([], 'f')).toBeUndefined();
  });
});
