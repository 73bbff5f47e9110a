import { describe, expect, it } from 'vitest';
import {
  frameworkInfo,
  MasterHarness,
  reserved,
  type TestFramework,
  task,
} from '../support/master-harness.ts';

function cpusOf(framework: TestFramework): number[] {
  return framework
    .takeOffers()
    .map((offer) =>
      (offer.resources ?? [])
        .filter(({ name }) => name === 'cpus')
        .reduce((sum, { scalar }) => sum + (scalar?.value ?? 0), 0),
    );
}

function setQuota(master: MasterHarness, role: string, guarantee: number, limit?: number, force = true) {
  const scalars = (value: number) => ({ cpus: { value } });
  const quotaConfigs = [
    {
      role,
      guarantees: guarantee > 0 ? scalars(guarantee) : {},
      limits: limit === undefined ? {} : scalars(limit),
    },
  ];
  return master.operator('UPDATE_QUOTA', { updateQuota: { force, quotaConfigs } });
}

describe('a quota', () => {
  it('cuts offers down to its limit, and leaves names that it does not limit', () => {
    const master = new MasterHarness();
    master.agent();
    setQuota(master, 'spark', 0, 2);
    const framework = master.subscribe(frameworkInfo(['spark']));
    const [offer] = framework.takeOffers();
    const amounts = offer?.resources?.map(({ name, scalar }) => [name, scalar?.value]);
    expect(amounts).toEqual([
      ['cpus', 2],
      ['mem', 4096],
      ['disk', 10000],
      ['ports', undefined],
    ]);
  });

  it('limits a role over all its agents and frameworks', () => {
    const master = new MasterHarness();
    setQuota(master, 'spark', 0, 6);
    for (let count = 0; count < 3; count++) master.agent('cpus:4;mem:64');
    const first = master.subscribe(frameworkInfo(['spark']));
    expect(cpusOf(first)).toEqual([4, 2, 0]);
    expect(cpusOf(master.subscribe(frameworkInfo(['spark'])))).toEqual([]);
  });

  it('counts what is reserved for the role against its limit, whoever has it', () => {
    const master = new MasterHarness();
    const agentId = master.agent();
    const resources = reserved('cpus:1.5', ['spark']);
    master.operator('RESERVE_RESOURCES', { reserveResources: { agentId: { value: agentId }, resources } });
    setQuota(master, 'spark', 0, 2);
    expect(cpusOf(master.subscribe(frameworkInfo(['spark'])))).toEqual([2]);
  });

  it('that is guaranteed is held back from others until the role has it', () => {
    const master = new MasterHarness();
    master.agent();
    setQuota(master, 'batch', 3);
    const greedy = master.subscribe(frameworkInfo(['spark']));
    expect(cpusOf(greedy)).toEqual([1]);
    const batch = master.subscribe(frameworkInfo(['batch']));
    expect(cpusOf(batch)).toEqual([3]);
  });

  it('is served before anybody else, however little the others have', () => {
    const master = new MasterHarness();
    const batch = master.subscribe(frameworkInfo(['batch']));
    const other = master.subscribe(frameworkInfo(['another']));
    setQuota(master, 'batch', 4);
    master.agent();
    expect(cpusOf(batch)).toEqual([4]);
    expect(cpusOf(other)).toEqual([]);
  });

  it('without guarantees and limits is none: what was held back is offered again', () => {
    const master = new MasterHarness();
    master.agent();
    setQuota(master, 'batch', 4);
    const framework = master.subscribe(frameworkInfo(['spark']));
    expect(cpusOf(framework)).toEqual([0]);
    setQuota(master, 'batch', 0);
    framework.decline(
      [...(framework.record?.offers.values() ?? [])].map(({ id }) => ({ id: { value: id } }) as never),
      0,
    );
    master.pass(1000);
    expect(cpusOf(framework)).toEqual([4]);
  });

  it('takes back offers that are more than the new limit', () => {
    const master = new MasterHarness();
    master.agent();
    const framework = master.subscribe(frameworkInfo(['spark']));
    framework.take();
    setQuota(master, 'spark', 0, 1);
    const [rescinded] = framework.take();
    expect(rescinded?.rescind).toBeDefined();
    master.pass(1000);
    expect(cpusOf(framework)).toEqual([1]);
  });

  it.each([
    ['eng/spark', 0, 1, "Updating quota on nested role 'eng/spark' is not supported yet"],
    ['a b', 0, 1, /^Invalid QuotaConfig: Invalid 'QuotaConfig.role': Role component 'a b' is invalid/],
    ['spark', 2, 1, /^Invalid QuotaConfig: 'QuotaConfig.guarantees' .* is not contained within/],
    ['spark', 5, 9, /^Invalid QuotaConfig: total quota guarantees 'cpus:5' exceed cluster capacity/],
    ['spark', 0, -1, /^Invalid QuotaConfig: Invalid limit configuration/],
  ])('of %s with %s guaranteed and a limit of %s is refused', (role, guarantee, limit, text) => {
    const master = new MasterHarness();
    master.agent();
    const refusal = setQuota(master, role, guarantee, limit, false);
    expect(refusal).toMatchObject({ status: 400, text: expect.stringMatching(text) });
  });

  it('below what the role has for good needs force; offers do not count', () => {
    const master = new MasterHarness();
    const agentId = master.agent();
    const framework = master.subscribe(frameworkInfo(['spark']));
    framework.accept(framework.takeOffers(), [task('t', agentId, 'cpus:3;mem:64')], 0);
    expect(setQuota(master, 'spark', 0, 3, false)).toBeUndefined();
    const refusal = setQuota(master, 'spark', 0, 2, false);
    expect(refusal?.text).toContain("is already consuming 'cpus:3; mem:64'");
    expect(setQuota(master, 'spark', 0, 2)).toBeUndefined();
  });
});

describe('weights', () => {
  it('give a role of twice the weight twice as much', () => {
    const master = new MasterHarness();
    master.operator('UPDATE_WEIGHTS', { updateWeights: { weightInfos: [{ role: 'big', weight: 2 }] } });
    const small = master.subscribe(frameworkInfo(['small']));
    const big = master.subscribe(frameworkInfo(['big']));
    for (let count = 0; count < 9; count++) master.agent('cpus:1;mem:64');
    expect(cpusOf(small)).toHaveLength(3);
    expect(cpusOf(big)).toHaveLength(6);
  });

  it('of roles with frameworks take all offers back, so that they can be made anew', () => {
    const master = new MasterHarness();
    master.agent();
    const framework = master.subscribe(frameworkInfo(['spark']));
    framework.take();
    master.operator('UPDATE_WEIGHTS', { updateWeights: { weightInfos: [{ role: 'spark', weight: 3 }] } });
    const [rescinded, offered] = framework.take();
    expect(rescinded?.rescind).toBeDefined();
    expect(offered?.offers?.offers).toHaveLength(1);
  });

  it('are above nothing', () => {
    const weightInfos = [{ role: 'spark', weight: 0 }];
    const refusal = new MasterHarness().operator('UPDATE_WEIGHTS', { updateWeights: { weightInfos } });
    expect(refusal?.text).toBe(
      "Failed to validate update weights request JSON for role 'spark': Invalid weight '0': Weights must be positive",
    );
  });
});
