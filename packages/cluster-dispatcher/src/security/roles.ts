/** What one may do, the least first: see everything but secrets; submit, and end what is one's own; everything. */
export const ROLES = ['viewer', 'submitter', 'admin'] as const;

/** One of {@link ROLES}. */
export type Role = (typeof ROLES)[number];

/** Somebody who asks, as far as it is known who. */
export interface Principal {
  /** None: nothing was shown that names anybody. What such a one submits, every submitter may end. */
  readonly name?: string;
  readonly role: Role;
  readonly by: 'anonymous' | 'token' | 'jws' | 'certificate' | 'secret';
}

/** Whether one role includes what another one may. */
export function includesRole(has: Role, needed: Role): boolean {
  return ROLES.indexOf(has) >= ROLES.indexOf(needed);
}

/** Whether one may end, or submit again, what somebody submitted. */
export function mayManage(principal: Principal, owner: string | undefined): boolean {
  if (principal.role === 'admin') return true;
  return includesRole(principal.role, 'submitter') && (owner === undefined || owner === principal.name);
}
