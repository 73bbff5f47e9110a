import { mesos } from '@spark-mesos/mesos-proto';
import { hasField } from '../message-fields.ts';
import { roleProblem } from './framework-validation.ts';
import type { MasterState } from './master-state.ts';
import { overcommitProblem, updateQuotas } from './quota-calls.ts';
import { resourceProblem } from './task-validation.ts';

/**
 * SET_QUOTA and REMOVE_QUOTA, as they were before UPDATE_QUOTA: what is set is guarantee and limit at once, and only
 * for a role that has none yet.
 */
type QuotaRequest = mesos.v1.quota.IQuotaRequest;

const { SCALAR } = mesos.v1.Value.Type;

/** The same quota as UPDATE_QUOTA has it. */
function configOf({ role, guarantee }: QuotaRequest): mesos.v1.quota.IQuotaConfig {
  const amounts = Object.fromEntries(
    (guarantee ?? []).map(({ name, scalar }) => [name, { value: scalar?.value ?? 0 }]),
  );
  return { role: role ?? '', guarantees: amounts, limits: amounts };
}

/** Why a quota cannot be set, in Mesos's words. */
export function setQuotaRefusal(
  state: MasterState,
  request: QuotaRequest,
): { readonly status: 400 | 409; readonly text: string } | undefined {
  const problem = requestProblem(state, request);
  if (problem !== undefined) return { status: 400, text: problem };
  if (request.force) return undefined;
  const overcommit = overcommitProblem(state, [configOf(request)]);
  if (overcommit === undefined) return undefined;
  const text = `Quota guarantees overcommit the cluster (use 'force' to bypass this check): ${overcommit}`;
  return { status: 409, text };
}

function requestProblem(state: MasterState, request: QuotaRequest): string | undefined {
  const intro = 'Failed to validate set quota request:';
  const invalid = (request.guarantee ?? []).map(resourceProblem).find((problem) => problem !== undefined);
  if (invalid !== undefined) return `${intro} QuotaInfo with invalid resource: ${invalid}`;
  const problem = infoProblem(request);
  if (problem !== undefined) return `${intro} ${problem}`;
  const role = request.role ?? '';
  if (state.operator.quotas.has(role)) {
    return `${intro} Cannot set quota for role '${role}' which already has quota`;
  }
  return role.includes('/') ? `Setting quota on nested role '${role}' is not supported yet` : undefined;
}

function infoProblem(request: QuotaRequest): string | undefined {
  if (!hasField(request, 'role')) return 'QuotaInfo must specify a role';
  const badRole = roleProblem(request.role ?? '');
  if (badRole !== undefined) return `QuotaInfo with invalid role: ${badRole}`;
  const guarantee = request.guarantee ?? [];
  if (guarantee.length === 0) return "QuotaInfo with empty 'guarantee'";
  const names = new Set<string>();
  for (const resource of guarantee) {
    if (resource.reservations?.length) return 'QuotaInfo must not contain any ReservationInfo';
    if (resource.disk) return 'QuotaInfo must not contain DiskInfo';
    if (resource.revocable) return 'QuotaInfo must not contain RevocableInfo';
    if (resource.type !== SCALAR) return 'QuotaInfo must not include non-scalar resources';
    if (names.has(resource.name)) return `QuotaInfo contains duplicate resource name '${resource.name}'`;
    names.add(resource.name);
  }
  return undefined;
}

/** Sets a quota that {@link setQuotaRefusal} has nothing against. */
export function setQuota(state: MasterState, request: QuotaRequest): void {
  updateQuotas(state, [configOf(request)]);
}

/** Why the quota of a role cannot be removed. */
export function removeQuotaProblem(state: MasterState, role: string): string | undefined {
  if (state.operator.quotas.has(role)) return undefined;
  return `Failed to remove quota: Role '${role}' has no quota set`;
}

/** The role has no quota any more. */
export function removeQuota(state: MasterState, role: string): void {
  updateQuotas(state, [{ role, guarantees: {}, limits: {} }]);
}
