import { asObject, numberOf, objectOf, objectsOf, textOf, textsOf } from '../../shared/json.ts';
import { parseResources, type Resources } from './resources.ts';

/** A role as the allocator sees it. */
export interface RoleView {
  readonly name: string;
  readonly weight: number;
  readonly allocated: Resources;
  readonly offered: Resources;
  readonly reserved: Resources;
  /** What the role is never to fall below; zero where there is no such promise. */
  readonly guarantee: Resources;
  /** What the role may not exceed, for each resource that is limited. */
  readonly limit: Resources;
  readonly frameworkIds: readonly string[];
}

/** Reads the answer of `/roles`; whatever is no role in it is left out. */
export function parseRoles(answer: unknown): readonly RoleView[] {
  return objectsOf(asObject(answer), 'roles').map((role) => {
    const quota = objectOf(role, 'quota');
    return {
      name: textOf(role, 'name'),
      weight: numberOf(role, 'weight'),
      allocated: parseResources(role.allocated),
      offered: parseResources(role.offered),
      reserved: parseResources(role.reserved),
      guarantee: parseResources(quota.guarantee),
      limit: parseResources(quota.limit),
      frameworkIds: textsOf(role, 'frameworks'),
    };
  });
}
