import type { mesos } from '@spark-mesos/mesos-proto';
import { describe, expect, it } from 'vitest';
import { frameworkInfo, MasterHarness, type TestFramework } from '../support/master-harness.ts';

type Least = Readonly<Record<string, number>>;

function filters(all: Readonly<Record<string, readonly Least[]>>): Partial<mesos.v1.IFrameworkInfo> {
  const offerFilters = Object.entries(all).map(([role, leasts]) => {
    const quantities = leasts.map((least) => ({
      quantities: Object.fromEntries(Object.entries(least).map(([name, value]) => [name, { value }])),
    }));
    return [role, { minAllocatableResources: { quantities } }] as const;
  });
  return { offerFilters: Object.fromEntries(offerFilters) };
}

const amounts = (framework: TestFramework) =>
  framework
    .takeOffers()
    .map(({ resources }) => (resources ?? []).map(({ name, scalar }) => `${name}:${scalar?.value}`).join());

describe('the least that a framework wants to be offered', () => {
  it.each([
    ['any of several', { spark: [{ cpus: 8 }, { mem: 512 }] }, ['cpus:4,mem:512']],
    ['all of one', { spark: [{ cpus: 4, mem: 1024 }] }, []],
    ['more than there is', { spark: [{ gpus: 1 }] }, []],
    ['anything', { spark: [] }, ['cpus:4,mem:512']],
    ['of another role', { eng: [{ cpus: 8 }] }, ['cpus:4,mem:512']],
  ])('is what it says: %s', (_what, least, expected) => {
    const master = new MasterHarness();
    master.agent('cpus:4;mem:512');
    expect(amounts(master.subscribe(frameworkInfo(['spark'], filters(least))))).toEqual(expected);
  });

  it('may be less than what a master offers by itself, and stays its own', () => {
    const master = new MasterHarness();
    master.agent('cpus:0.005;mem:16');
    const humble = master.subscribe(frameworkInfo(['spark'], filters({ spark: [{ mem: 16 }] })));
    expect(amounts(humble)).toEqual(['cpus:0.005,mem:16']);
    humble.call('TEARDOWN');
    expect(amounts(master.subscribe(frameworkInfo(['spark'])))).toEqual([]);
  });

  it('changes with UPDATE_FRAMEWORK', () => {
    const master = new MasterHarness();
    master.agent('cpus:4;mem:512');
    const choosy = master.subscribe(frameworkInfo(['spark'], filters({ spark: [{ cpus: 8 }] })));
    expect(amounts(choosy)).toEqual([]);
    choosy.call('UPDATE_FRAMEWORK', { updateFramework: { frameworkInfo: frameworkInfo(['spark']) } });
    master.pass(1000);
    expect(amounts(choosy)).toEqual(['cpus:4,mem:512']);
  });

  it.each([
    [{}, 'Resource quantities must contain at least one quantity'],
    [{ cpus: -1 }, "Invalid resource quantity for 'cpus': Negative values not supported"],
    [{ cpus: Number.NaN }, "Invalid resource quantity for 'cpus': NaN not supported"],
    [{ mem: Number.POSITIVE_INFINITY }, "Invalid resource quantity for 'mem': Infinite values not supported"],
    [{ mem: 1e-310 }, "Invalid resource quantity for 'mem': Subnormal values not supported"],
  ])('cannot be %j', (least, message) => {
    const master = new MasterHarness();
    const framework = master.subscribe(frameworkInfo(['spark'], filters({ spark: [least] })));
    expect(framework.take()).toMatchObject([{ error: { message } }]);
  });
});
