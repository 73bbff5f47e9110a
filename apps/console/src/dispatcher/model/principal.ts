import { asObject, textOf } from '../../shared/json.ts';

/** Who the reader is taken for. */
export interface Principal {
  readonly name: string;
  readonly role: string;
  readonly by: string;
}

/** Reads the answer of `/principal`. */
export function parsePrincipal(answer: unknown): Principal {
  const object = asObject(answer);
  return { name: textOf(object, 'name'), role: textOf(object, 'role'), by: textOf(object, 'by') };
}

/** Whether the dispatcher lets one end, or submit again, what somebody submitted; it decides itself in the end. */
export function mayManage(principal: Principal | undefined, owner: string): boolean {
  if (principal?.role === 'admin') return true;
  return principal?.role === 'submitter' && (owner === '' || owner === principal.name);
}
