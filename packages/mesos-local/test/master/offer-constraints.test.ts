import { mesos } from '@spark-mesos/mesos-proto';
import { describe, expect, it } from 'vitest';
import { constraintsProblem, exclusionOf } from '../../src/master/offer-constraints.ts';
import { parseAttribute } from '../../src/resources/resource-text.ts';
import { frameworkInfo, MasterHarness } from '../support/master-harness.ts';

type Constraint = mesos.v1.scheduler.IAttributeConstraint;
const { HOSTNAME, ZONE, UNKNOWN } = mesos.v1.scheduler.AttributeConstraint.Selector.PseudoattributeType;
const { Type: EventType } = mesos.v1.scheduler.Event;

const AGENT = {
  hostname: 'node-1',
  attributes: [parseAttribute('rack', 'r1'), parseAttribute('level', '10')],
};

function constrained(...groups: Constraint[][]): mesos.v1.scheduler.IOfferConstraints {
  const made = groups.map((attributeConstraints) => ({ attributeConstraints }));
  return { roleConstraints: { spark: { groups: made } } };
}

const on = (attributeName: string, predicate: Constraint['predicate']): Constraint => ({
  selector: { attributeName },
  predicate,
});

function isExcluded(...groups: Constraint[][]): boolean | undefined {
  return exclusionOf(constrained(...groups))?.('spark', AGENT);
}

describe('an agent is offered to a role', () => {
  it.each<[string, Constraint, boolean]>([
    ['that wants an attribute it has', on('rack', { exists: {} }), true],
    ['that wants one it has not', on('zone', { exists: {} }), false],
    ['that wants one it has not to be absent', on('zone', { notExists: {} }), true],
    ['that wants its text', on('rack', { textEquals: { value: 'r1' } }), true],
    ['that wants another text', on('rack', { textEquals: { value: 'r' } }), false],
    ['that wants any other text', on('rack', { textNotEquals: { value: 'r2' } }), true],
    ['that wants anything but its text', on('rack', { textNotEquals: { value: 'r1' } }), false],
    ['that wants no text of what it has not', on('zone', { textNotEquals: { value: 'a' } }), true],
    ['whose pattern is its whole text', on('rack', { textMatches: { regex: 'r[0-9]|x' } }), true],
    ['whose pattern is a part of its text', on('rack', { textMatches: { regex: 'r' } }), false],
    ['whose pattern it must not match', on('rack', { textNotMatches: { regex: 'r.' } }), false],
    [
      'that says of a number what can be said of texts only',
      on('level', { textEquals: { value: 'x' } }),
      true,
    ],
  ])('%s: %o → %s', (_title, constraint, isOffered) => {
    expect(isExcluded([constraint])).toBe(!isOffered);
  });

  it('when all constraints of any group are met', () => {
    const [met, unmet] = [on('rack', { exists: {} }), on('zone', { exists: {} })];
    expect(isExcluded([met, unmet])).toBe(true);
    expect(isExcluded([met, unmet], [met])).toBe(false);
  });

  it('by its host name, and is in no zone', () => {
    const textEquals = { value: 'node-1' };
    expect(isExcluded([{ selector: { pseudoattributeType: HOSTNAME }, predicate: { textEquals } }])).toBe(
      false,
    );
    expect(isExcluded([{ selector: { pseudoattributeType: ZONE }, predicate: { exists: {} } }])).toBe(true);
  });

  it('that has no constraints', () => {
    expect(exclusionOf(constrained([on('zone', { exists: {} })]))?.('other', AGENT)).toBe(false);
    expect(exclusionOf({})).toBeUndefined();
  });
});

describe('constraints are refused', () => {
  const fine = on('rack', { exists: {} });
  it.each<[string, mesos.v1.scheduler.IOfferConstraints, RegExp]>([
    [
      'of a role that the framework is not in',
      { roleConstraints: { other: {} } },
      /for a role 'other'not contained/,
    ],
    ['without a group', constrained(), /empty 'RoleConstraints::groups' for role spark/],
    ['with an empty group', constrained([fine], []), /contains an empty RoleConstraints::Group/],
    ['with nothing to look at', constrained([{ ...fine, selector: {} }]), /Exactly one of/],
    [
      'with something unknown to look at',
      constrained([{ ...fine, selector: { pseudoattributeType: UNKNOWN } }]),
      /Unknown pseudoattribute type/,
    ],
    ['that say nothing', constrained([on('rack', {})]), /Unknown predicate type/],
    [
      'with no pattern',
      constrained([on('rack', { textMatches: { regex: '(' } })]),
      /Failed to construct regex/,
    ],
    [
      'with too long a pattern',
      constrained([on('rack', { textMatches: { regex: 'a'.repeat(1000) } })]),
      /is too complex/,
    ],
  ])('%s', (_title, constraints, reason) => {
    expect(constraintsProblem(constraints, ['spark'])).toMatch(reason);
  });
});

describe('a framework', () => {
  const inZone = constrained([on('rack', { exists: {} })]);

  it('with constraints that are not valid hears so, and its stream ends', () => {
    const master = new MasterHarness();
    const streamId = 'stream' as never;
    const subscribe = { frameworkInfo: frameworkInfo(['spark']), offerConstraints: constrained() };
    master.step({ kind: 'subscribe', streamId, subscribe, frameworkId: undefined });
    expect(master.eventsOf(streamId)).toMatchObject([{ type: EventType.ERROR }]);
  });

  it('is not offered what its constraints exclude, until it changes them', () => {
    const master = new MasterHarness();
    master.agent();
    const framework = master.subscribe(frameworkInfo(['spark']));
    const update = (offerConstraints: mesos.v1.scheduler.IOfferConstraints) => {
      framework.decline(framework.takeOffers(), 0);
      const info = { ...frameworkInfo(['spark']), id: { value: framework.id } };
      framework.call('UPDATE_FRAMEWORK', { updateFramework: { frameworkInfo: info, offerConstraints } });
      master.pass(1000);
    };
    update(inZone);
    expect(framework.takeOffers()).toEqual([]);
    expect(framework.record?.offerConstraints).toEqual(inZone);
    update({});
    expect(framework.takeOffers()).toHaveLength(1);
  });
});
