import { mesos } from '@spark-mesos/mesos-proto';
import { isWithin, type Quota } from '../allocation/quota.ts';
import type { Quantities } from '../resources/resource-set.ts';
import { fromMilli, toMilli } from '../resources/value.ts';
import { roleProblem } from './framework-validation.ts';
import type { MasterState } from './master-state.ts';
import { makeOffers, rescindOffer } from './offers.ts';

type Scalars = { readonly [name: string]: mesos.v1.Value.IScalar };
type QuotaConfig = mesos.v1.quota.IQuotaConfig;

const EXABYTE_IN_MIB = 1024 ** 4;
const TRILLION = 1000 ** 4;

function quantitiesOf(scalars: Scalars | null | undefined): Map<string, number> {
  return new Map(Object.entries(scalars ?? {}).map(([name, { value }]) => [name, toMilli(value)]));
}

function scalarsOf(quantities: Quantities): Record<string, mesos.v1.Value.IScalar> {
  return Object.fromEntries([...quantities].map(([name, milli]) => [name, { value: fromMilli(milli) }]));
}

function textOf(quantities: Quantities): string {
  if (quantities.size === 0) return '{}';
  return [...quantities].map(([name, milli]) => `${name}:${fromMilli(milli)}`).join('; ');
}

/** Why these quotas cannot be set, in Mesos's words; all are set or none. */
export function quotaProblem(
  state: MasterState,
  { quotaConfigs, force }: mesos.v1.master.Call.IUpdateQuota,
): string | undefined {
  const configs = quotaConfigs ?? [];
  for (const config of configs) {
    if (config.role.includes('/')) {
      return `Updating quota on nested role '${config.role}' is not supported yet`;
    }
    const problem = configProblem(config);
    if (problem !== undefined) return `Invalid QuotaConfig: ${problem}`;
  }
  if (force) return undefined;
  for (const config of configs) {
    const limits = quantitiesOf(config.limits);
    const consumed = consumedQuota(state, config.role);
    if (isWithin(limits, consumed)) continue;
    return `Invalid QuotaConfig: Role '${config.role}' is already consuming '${textOf(consumed)}'; this is more than the requested limits '${textOf(limits)}' (use 'force' flag to bypass this check)`;
  }
  const overcommit = overcommitProblem(state, configs);
  return overcommit && `Invalid QuotaConfig: ${overcommit} (use 'force' flag to bypass this check)`;
}

/** What a role has for good: reservations for it and below it, and what else its tasks hold. Offers do not count. */
export function consumedQuota(state: MasterState, role: string): Quantities {
  const isBelow = (other: string) => other === role || other.startsWith(`${role}/`);
  const parts: Quantities[] = [];
  for (const agent of state.agents.values()) {
    if (agent.resources.hasReservations) {
      for (const [owner, part] of agent.resources.byReservation()) {
        if (isBelow(owner)) parts.push(part.scalars());
      }
    }
    for (const task of agent.tasks) {
      if (task.charged && isBelow(task.role)) parts.push(task.resources.unreservedScalars());
    }
    for (const executor of agent.executors.values()) {
      if (isBelow(executor.role)) parts.push(executor.resources.unreservedScalars());
    }
  }
  return sum(parts);
}

function configProblem({ role, guarantees, limits }: QuotaConfig): string | undefined {
  const badRole = roleProblem(role);
  if (badRole !== undefined) return `Invalid 'QuotaConfig.role': ${badRole}`;
  const tooLarge = tooLargeProblem(guarantees);
  if (tooLarge !== undefined) return `Invalid 'QuotaConfig.guarantees': ${tooLarge}`;
  const tooLargeLimit = tooLargeProblem(limits);
  if (tooLargeLimit !== undefined) return `Invalid 'QuotaConfig.limits': ${tooLargeLimit}`;
  const negative = negativeProblem('guarantee', guarantees) ?? negativeProblem('limit', limits);
  if (negative !== undefined) return negative;
  const [low, high] = [quantitiesOf(guarantees), quantitiesOf(limits)];
  if (isWithin(high, low)) return undefined;
  return `'QuotaConfig.guarantees' ${mapText(guarantees)} is not contained within the 'QuotaConfig.limits' ${mapText(limits)}`;
}

function mapText(scalars: Scalars | null | undefined): string {
  const parts = Object.entries(scalars ?? {}).map(([name, { value }]) => `${name}: ${value}`);
  return `{ ${parts.join(', ')} }`;
}

function tooLargeProblem(scalars: Scalars | null | undefined): string | undefined {
  for (const [name, { value }] of Object.entries(scalars ?? {})) {
    const isBytes = name === 'mem' || name === 'disk';
    if (value <= (isBytes ? EXABYTE_IN_MIB : TRILLION)) continue;
    const most = isBytes ? `1 exabyte (${EXABYTE_IN_MIB})` : `1 trillion (${TRILLION})`;
    return `{'${name}': ${value}} is invalid: values greater than ${most} are not supported`;
  }
  return undefined;
}

function negativeProblem(what: string, scalars: Scalars | null | undefined): string | undefined {
  for (const [name, { value }] of Object.entries(scalars ?? {})) {
    if (value >= 0) continue;
    return `Invalid ${what} configuration {'${name}': ${value}}: Value is negative`;
  }
  return undefined;
}

/** Why so much cannot be promised; undefined when all agents together have it. */
export function overcommitProblem(state: MasterState, configs: readonly QuotaConfig[]): string | undefined {
  const quotas = new Map(state.operator.quotas);
  for (const config of configs) quotas.set(config.role, quotaOf(config));
  const promised = sum([...quotas.values()].map(({ guarantees }) => guarantees));
  const capacity = sum([...state.agents.values()].map((agent) => agent.resources.scalars()));
  const isCovered = [...promised].every(([name, milli]) => milli <= (capacity.get(name) ?? 0));
  if (isCovered) return undefined;
  return `total quota guarantees '${textOf(promised)}' exceed cluster capacity '${textOf(capacity)}'`;
}

function sum(parts: readonly Quantities[]): Map<string, number> {
  const total = new Map<string, number>();
  for (const part of parts) {
    for (const [name, milli] of part) total.set(name, (total.get(name) ?? 0) + milli);
  }
  return total;
}

function quotaOf({ guarantees, limits }: QuotaConfig): Quota {
  return { guarantees: quantitiesOf(guarantees), limits: quantitiesOf(limits) };
}

/** Sets quotas, and takes back offers so that they can be kept. */
export function updateQuotas(state: MasterState, configs: readonly QuotaConfig[]): void {
  for (const config of configs) {
    const quota = quotaOf(config);
    const isNone = quota.guarantees.size === 0 && quota.limits.size === 0;
    if (isNone) state.operator.quotas.delete(config.role);
    else state.operator.quotas.set(config.role, quota);
    state.allocator.setQuota(config.role, quota);
  }
  for (const { role } of configs) rescindForQuota(state, role);
}

/** Offers to a role that has more than it may, then offers to anybody until guarantees could be kept. */
function rescindForQuota(state: MasterState, role: string): void {
  const quota = state.allocator.quotaOf(role);
  if (quota === undefined) return;
  const isBelow = (other: string) => other === role || other.startsWith(`${role}/`);
  for (const offer of [...state.offers.values()]) {
    if (isWithin(quota.limits, state.allocator.quotaConsumption(role))) break;
    if (isBelow(offer.role)) rescindOffer(state, offer);
  }
  const has = new Map(state.allocator.quotaConsumption(role));
  const isKept = () => [...quota.guarantees].every(([name, milli]) => milli <= (has.get(name) ?? 0));
  for (const offer of [...state.offers.values()]) {
    if (isKept()) return;
    if (isBelow(offer.role)) continue;
    for (const [name, milli] of offer.resources.scalars()) has.set(name, (has.get(name) ?? 0) + milli);
    rescindOffer(state, offer);
  }
}

/** The quotas in force, in both of Mesos's forms. */
export function quotaStatus(state: MasterState): mesos.v1.quota.IQuotaStatus {
  const quotas = [...state.operator.quotas];
  const { SCALAR } = mesos.v1.Value.Type;
  return {
    infos: quotas.map(([role, { guarantees }]) => ({
      role,
      guarantee: [...guarantees].map(([name, milli]) => ({
        name,
        type: SCALAR,
        scalar: { value: fromMilli(milli) },
      })),
    })),
    configs: quotas.map(([role, { guarantees, limits }]) => ({
      role,
      guarantees: scalarsOf(guarantees),
      limits: scalarsOf(limits),
    })),
  };
}

/** Why these weights cannot be set, in Mesos's words. */
export function weightsProblem(weights: readonly mesos.v1.IWeightInfo[]): string | undefined {
  for (const { role: given, weight } of weights) {
    const role = (given ?? '').trim();
    const intro = 'Failed to validate update weights request JSON';
    const badRole = roleProblem(role);
    if (badRole !== undefined) return `${intro}: Invalid role '${role}': ${badRole}`;
    if (weight <= 0) {
      return `${intro} for role '${role}': Invalid weight '${weight}': Weights must be positive`;
    }
  }
  return undefined;
}

/** Sets weights; when any concerns a role with frameworks, all offers are made anew. */
export function updateWeights(state: MasterState, weights: readonly mesos.v1.IWeightInfo[]): void {
  const roles = new Set(weights.map(({ role }) => (role ?? '').trim()));
  for (const { role, weight } of weights) {
    state.operator.weights.set((role ?? '').trim(), weight);
    state.allocator.setWeight((role ?? '').trim(), weight);
  }
  const isInUse = [...state.frameworks.values()].some((framework) =>
    framework.roles.some((role) => roles.has(role)),
  );
  if (!isInUse) return;
  for (const offer of [...state.offers.values()]) rescindOffer(state, offer);
  makeOffers(state);
}
