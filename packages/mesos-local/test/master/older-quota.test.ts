import type { mesos } from '@spark-mesos/mesos-proto';
import { describe, expect, it } from 'vitest';
import { parseResources } from '../../src/resources/resource-text.ts';
import { frameworkInfo, MasterHarness, reserved } from '../support/master-harness.ts';

function plain(text: string): mesos.v1.IResource[] {
  return parseResources(text).map(({ role: _role, ...resource }) => resource);
}

function lessThanNothing(resource: mesos.v1.IResource): mesos.v1.IResource {
  return { ...resource, scalar: { value: -1 } };
}

function scene() {
  const master = new MasterHarness();
  master.agent('cpus:4;mem:4096');
  const set = (quotaRequest: mesos.v1.quota.IQuotaRequest) =>
    master.operator('SET_QUOTA', { setQuota: { quotaRequest } });
  return { master, set };
}

describe('SET_QUOTA', () => {
  it('sets guarantee and limit at once, and REMOVE_QUOTA takes both away', () => {
    const { master, set } = scene();
    expect(set({ role: 'spark', guarantee: plain('cpus:2') })).toBeUndefined();
    const framework = master.subscribe(frameworkInfo(['spark']));
    const cpusOf = (offers: readonly mesos.v1.IOffer[]) =>
      offers.flatMap(({ resources }) => resources ?? []).find(({ name }) => name === 'cpus')?.scalar?.value;
    expect(cpusOf(framework.takeOffers())).toBe(2);
    expect(master.operator('REMOVE_QUOTA', { removeQuota: { role: 'spark' } })).toBeUndefined();
    master.pass(1000);
    expect(cpusOf(framework.takeOffers())).toBe(2);
    expect(master.core.state.operator.quotas.size).toBe(0);
  });

  it.each<[string, mesos.v1.quota.IQuotaRequest, RegExp]>([
    ['without a role', { guarantee: plain('cpus:1') }, /QuotaInfo must specify a role/],
    ['for what is no role', { role: '/x', guarantee: plain('cpus:1') }, /QuotaInfo with invalid role/],
    ['for nothing', { role: 'spark' }, /QuotaInfo with empty 'guarantee'/],
    ['of ports', { role: 'spark', guarantee: plain('ports:[1-2]') }, /must not include non-scalar/],
    [
      'of one thing twice',
      { role: 'spark', guarantee: [...plain('cpus:1'), ...plain('cpus:1')] },
      /duplicate resource/,
    ],
    [
      'of less than nothing',
      { role: 'spark', guarantee: plain('cpus:1').map(lessThanNothing) },
      /QuotaInfo with invalid resource/,
    ],
    [
      'of something reserved',
      { role: 'spark', guarantee: reserved('cpus:1', ['spark']) },
      /any ReservationInfo/,
    ],
    ['for a role below another', { role: 'eng/spark', guarantee: plain('cpus:1') }, /on nested role/],
  ])('%s is refused with the reason', (_title, request, reason) => {
    expect(scene().set(request)).toMatchObject({ status: 400, text: expect.stringMatching(reason) });
  });

  it('of more than there is is a conflict, which force overrules', () => {
    const { set } = scene();
    const request = { role: 'spark', guarantee: plain('cpus:5') };
    expect(set(request)).toMatchObject({
      status: 409,
      text: expect.stringContaining('overcommit the cluster'),
    });
    expect(set({ ...request, force: true })).toBeUndefined();
    expect(set(request)?.text).toContain('which already has quota');
  });
});

describe('REMOVE_QUOTA', () => {
  it('of a role that has none is refused', () => {
    const { master } = scene();
    expect(master.operator('REMOVE_QUOTA', { removeQuota: { role: 'spark' } })?.text).toContain(
      'has no quota set',
    );
  });
});
