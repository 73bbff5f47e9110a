import { ConfigError } from '../errors.ts';

/** Checks a role as a Mesos master does, so that a wrong one is named before anything is started. */
export function checkRole(role: string): string {
  const why = role === '*' ? undefined : whyNoRole(role);
  if (why !== undefined) {
    throw new ConfigError('CONFIG_MALFORMED', `'${role}' is no role that Mesos accepts: ${why}`);
  }
  return role;
}

function whyNoRole(role: string): string | undefined {
  if (role.startsWith('/') || role.endsWith('/')) {
    return "it must not begin or end with '/'";
  }
  for (const part of role.split('/')) {
    if (part === '' || part === '.' || part === '..' || part === '*') {
      return `'${part}' cannot be a part of it`;
    }
    if (part.startsWith('-')) {
      return "no part of it may begin with '-'";
    }
  }
  // The characters that the master refuses: backspace and white space.
  return /[\b\s]/.test(role) ? 'it must not hold white space' : undefined;
}
