import { mesos } from '@spark-mesos/mesos-proto';
import { hasField } from '../message-fields.ts';
import { offerFiltersProblem } from './offer-minimums.ts';

const { MULTI_ROLE } = mesos.v1.FrameworkInfo.Capability.Type;

/** Longest id; it becomes a folder's name. */
const MAX_ID_BYTES = 255;

/** What makes an id impossible as a folder's name, in Mesos's words; undefined when nothing does. */
export function idProblem(id: string): string | undefined {
  if (id === '') return 'ID must not be empty';
  if (Buffer.byteLength(id) > MAX_ID_BYTES) return `ID must not be greater than ${MAX_ID_BYTES} characters`;
  if (id === '.' || id === '..') return `'${id}' is disallowed`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u001f\u007f/\\]/.test(id)) return `'${id}' contains invalid characters`;
  return undefined;
}

/** What is wrong with the name of a role, in Mesos's words. */
export function roleProblem(role: string): string | undefined {
  if (role === '*') return undefined;
  if (role.startsWith('/')) return `Role '${role}' cannot start with a slash`;
  if (role.endsWith('/')) return `Role '${role}' cannot end with a slash`;
  if (role.includes('//')) return `Role '${role}' cannot contain two adjacent slashes`;
  if (role === '') return 'Role names cannot be the empty string';
  for (const component of role.split('/')) {
    if (component === '.' || component === '..' || component === '*') {
      return `Role '${role}' cannot include '${component}' as a component`;
    }
    if (component.startsWith('-')) {
      return `Role component '${component}' is invalid because it starts with a dash`;
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the characters that Mesos names
    if (/[\t\n\u000b\u000c\r \u007f]/.test(component)) {
      return `Role component '${component}' is invalid because it contains backspace or whitespace`;
    }
  }
  return undefined;
}

/** The capabilities that a framework claims. */
export function capabilitiesOf(info: mesos.v1.IFrameworkInfo): Set<mesos.v1.FrameworkInfo.Capability.Type> {
  const types = (info.capabilities ?? []).map((capability) => capability.type);
  return new Set(types.filter((type) => type !== undefined && type !== null));
}

/** The roles that a framework is in; without MULTI_ROLE it is one, `*` when it says nothing. */
export function rolesOf(info: mesos.v1.IFrameworkInfo): string[] {
  return capabilitiesOf(info).has(MULTI_ROLE) ? [...(info.roles ?? [])] : [info.role ?? '*'];
}

/** Why this framework cannot subscribe; it hears of it as an ERROR event on its stream. */
export function frameworkProblem(info: mesos.v1.IFrameworkInfo): string | undefined {
  return (
    rolesProblem(info) ??
    (info.id?.value ? idProblem(info.id.value) : undefined) ??
    offerFiltersProblem(info) ??
    failoverTimeoutProblem(info.failoverTimeout ?? 0)
  );
}

/** Durations of Mesos are nanoseconds in 64 bits. */
const MAX_DURATION_SECONDS = 2 ** 63 / 1e9;

function failoverTimeoutProblem(seconds: number): string | undefined {
  if (Math.abs(seconds) < MAX_DURATION_SECONDS) return undefined;
  // As C++ writes a double: six digits without the zeros at their end, and two of the exponent at least.
  const text = seconds
    .toExponential(5)
    .replace(/\.?0*e\+(\d)$/, 'e+0$1')
    .replace(/\.?0*e/, 'e');
  return `The framework failover_timeout (${text}) is invalid`;
}

/** Which of the suppressed roles are none of the framework's. */
export function suppressionProblem(
  suppressedRoles: readonly string[] | null | undefined,
  roles: readonly string[],
): string | undefined {
  const strangers = [...new Set(suppressedRoles)].filter((role) => !roles.includes(role)).sort();
  if (strangers.length === 0) return undefined;
  return `Suppressed roles { ${strangers.join(', ')} } are not contained in the set of roles`;
}

/** A framework that comes back is whose it was. */
export function principalChangeProblem(
  before: mesos.v1.IFrameworkInfo,
  after: mesos.v1.IFrameworkInfo,
): string | undefined {
  const principalOf = (info: mesos.v1.IFrameworkInfo) =>
    hasField(info, 'principal') ? info.principal : undefined;
  return principalOf(before) === principalOf(after)
    ? undefined
    : "Changing framework's principal is not allowed.";
}

/** What a framework cannot change with UPDATE_FRAMEWORK. When it subscribes again, it is passed over. */
export function updateProblem(
  before: mesos.v1.IFrameworkInfo,
  after: mesos.v1.IFrameworkInfo,
): string | undefined {
  const principal = principalChangeProblem(before, after);
  if (principal !== undefined) return principal;
  if (before.user !== after.user) {
    return `Updating 'FrameworkInfo.user' is unsupported; attempted to update from '${before.user}' to '${after.user}'`;
  }
  const [was, is] = [before.checkpoint ?? false, after.checkpoint ?? false];
  if (was === is) return undefined;
  // As C++ writes a bool.
  return `Updating 'FrameworkInfo.checkpoint' is unsupported; attempted to update from '${Number(was)}' to '${Number(is)}'`;
}

function rolesProblem(info: mesos.v1.IFrameworkInfo): string | undefined {
  if (!capabilitiesOf(info).has(MULTI_ROLE)) {
    if (info.roles?.length) {
      return "'FrameworkInfo.roles' must not be set when the framework is not MULTI_ROLE capable";
    }
    const problem = roleProblem(info.role ?? '*');
    return problem && `'FrameworkInfo.role' is not a valid role: ${problem}`;
  }
  if (hasField(info, 'role')) {
    return "'FrameworkInfo.role' must not be set when the framework is MULTI_ROLE capable";
  }
  const roles = info.roles ?? [];
  const twice = new Set(roles.filter((role, index) => roles.indexOf(role) !== index));
  if (twice.size > 0) {
    return `'FrameworkInfo.roles' contains duplicate items: { ${[...twice].join(', ')} }`;
  }
  for (const role of roles) {
    const problem = roleProblem(role);
    if (problem !== undefined) return `'FrameworkInfo.roles' contains invalid role: ${problem}`;
  }
  return undefined;
}
