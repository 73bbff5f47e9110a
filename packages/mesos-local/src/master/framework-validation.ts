import { mesos } from '@spark-mesos/mesos-proto';
import { hasField } from '../message-fields.ts';

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
  return rolesProblem(info) ?? (info.id?.value ? idProblem(info.id.value) : undefined);
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
