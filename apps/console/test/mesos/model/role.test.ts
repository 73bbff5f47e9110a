import { describe, expect, it } from 'vitest';
import { addResources, dominantShare, parseResources } from '../../../src/mesos/model/resources.ts';
import { parseRoles } from '../../../src/mesos/model/role.ts';
import { fixture } from '../../fixtures.ts';

describe('roles', () => {
  it('show what a real master has allocated and offered to them', () => {
    expect(parseRoles(fixture('tasks-roles.json'))).toMatchObject([
      {
        name: 'spark',
        weight: 1,
        allocated: { cpus: 1, memMiB: 128 },
        offered: { cpus: 3, memMiB: 3968, diskMiB: 10000 },
        limit: { cpus: 0 },
      },
    ]);
    expect(parseRoles(fixture('spark-roles.json'))[0]?.frameworkIds).toEqual([
      'e2a7a185-ddc5-429f-be4a-14b7bbba8b5a-0000',
    ]);
  });

  it('are none when the answer is not as it should be', () => {
    for (const answer of [null, 'x', {}, { roles: 1 }, { roles: [1] }])
      expect(parseRoles(answer)).toEqual([]);
  });
});

describe('resources', () => {
  it('add up without the noise of floating point', () => {
    const tenths = Array.from({ length: 10 }, () => parseResources({ cpus: 0.1 }));
    expect(addResources(tenths).cpus).toBe(1);
  });

  it('have the largest of their shares as the dominant one', () => {
    const whole = parseResources({ cpus: 4, mem: 1000, gpus: 0 });
    expect(dominantShare(parseResources({ cpus: 1, mem: 500, gpus: 3 }), whole)).toBe(0.5);
    expect(dominantShare(parseResources({ cpus: 1 }), parseResources({}))).toBe(0);
  });
});
