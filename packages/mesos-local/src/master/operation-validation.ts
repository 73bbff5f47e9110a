import { mesos } from '@spark-mesos/mesos-proto';
import { ResourceSet, resourceText } from '../resources/resource-set.ts';
import { ResourceShape } from '../resources/resource-shape.ts';
import { roleProblem } from './framework-validation.ts';
import { resourceProblem } from './task-validation.ts';
import { growProblem, shrinkProblem } from './volume-resizing.ts';
import { createProblem, destroyProblem } from './volume-validation.ts';

const { Type } = mesos.v1.Offer.Operation;
const { Type: ReservationType } = mesos.v1.Resource.ReservationInfo;

/** Who asks for an operation: a framework on what it was offered, or an operator on what is free. */
export interface Requester {
  readonly principal: string | undefined;
  /** Undefined for operators. */
  readonly frameworkRoles: readonly string[] | undefined;
  /** All that the agent has: volumes are made of it, and found in it. */
  readonly agentResources: ResourceSet;
}

/** Why this operation cannot be, in the words of a real master; undefined when it can. */
export function operationProblem(
  operation: mesos.v1.Offer.IOperation,
  requester: Requester,
): string | undefined {
  if (operation.type === Type.UNRESERVE) return unreserveProblem(operation.unreserve?.resources ?? []);
  if (operation.type === Type.RESERVE) return reserveProblem(operation.reserve ?? {}, requester);
  if (operation.type === Type.CREATE || operation.type === Type.DESTROY) {
    return volumesProblem(operation, requester);
  }
  if (operation.type === Type.GROW_VOLUME && operation.growVolume) return growProblem(operation.growVolume);
  if (operation.type === Type.SHRINK_VOLUME && operation.shrinkVolume) {
    return shrinkProblem(operation.shrinkVolume);
  }
  const name = Type[operation.type ?? Type.UNKNOWN] ?? 'UNKNOWN';
  return `NOT_SUPPORTED: this embedded Mesos does no ${name}`;
}

function volumesProblem(
  { type, create, destroy }: mesos.v1.Offer.IOperation,
  { agentResources, principal }: Requester,
): string | undefined {
  const volumes = (type === Type.CREATE ? create : destroy)?.volumes ?? [];
  const invalid = firstProblem(volumes, reservableProblem);
  if (invalid !== undefined) return `Invalid resources: ${invalid}`;
  return type === Type.CREATE
    ? createProblem(volumes, agentResources, principal)
    : destroyProblem(volumes, agentResources);
}

function reserveProblem(
  { resources, source }: mesos.v1.Offer.Operation.IReserve,
  requester: Requester,
): string | undefined {
  const wanted = resources ?? [];
  const invalid = firstProblem(wanted, reservableProblem);
  if (invalid !== undefined) return `Invalid resources: ${invalid}`;
  const from = source?.length ? sourceProblem(source, wanted) : undefined;
  return from ?? firstProblem(wanted, (resource) => oneReservationProblem(resource, requester));
}

function unreserveProblem(resources: readonly mesos.v1.IResource[]): string | undefined {
  const invalid = firstProblem(resources, reservableProblem);
  return invalid === undefined ? firstProblem(resources, notDynamicProblem) : `Invalid resources: ${invalid}`;
}

function firstProblem(
  resources: readonly mesos.v1.IResource[],
  problemOf: (resource: mesos.v1.IResource) => string | undefined,
): string | undefined {
  for (const resource of resources) {
    const problem = problemOf(resource);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** What is wrong with one resource and the layers of its reservation. */
export function reservableProblem(resource: mesos.v1.IResource): string | undefined {
  const problem = resourceProblem(resource);
  if (problem !== undefined) return problem;
  const { reservations } = ResourceShape.of(resource);
  for (const [index, { role, type }] of reservations.entries()) {
    const badRole = roleProblem(role);
    if (badRole !== undefined) return invalidResource(resource, badRole);
    if (role === '*') return invalidResource(resource, 'Invalid reservation: role "*" cannot be reserved');
    const above = reservations[index - 1];
    if (above !== undefined && !role.startsWith(`${above.role}/`)) {
      const why = `Invalid refined reservation: role '${role}' is not below role '${above.role}'`;
      return invalidResource(resource, why);
    }
    if (index > 0 && type !== ReservationType.DYNAMIC) {
      return invalidResource(resource, 'Invalid refined reservation: only the first one can be static');
    }
  }
  return undefined;
}

function invalidResource(resource: mesos.v1.IResource, why: string): string {
  return `Resource '${resourceText(resource)}' is invalid: ${why}`;
}

function notDynamicProblem(resource: mesos.v1.IResource): string | undefined {
  const last = ResourceShape.of(resource).reservations.at(-1);
  if (last?.type === ReservationType.DYNAMIC) return undefined;
  return `Resource ${resourceText(resource)} is not dynamically reserved`;
}

/** A reservation that is changed in one step: source and target are the same amounts. */
function sourceProblem(
  source: readonly mesos.v1.IResource[],
  target: readonly mesos.v1.IResource[],
): string | undefined {
  const invalid = firstProblem(source, reservableProblem);
  if (invalid !== undefined) return `Invalid source: ${invalid}`;
  const unreserved = (resources: readonly mesos.v1.IResource[]) =>
    ResourceSet.of(resources).mapShapes((shape) => shape.reservedBy([]));
  const [left, right] = [unreserved(source), unreserved(target)];
  if (left.equals(right)) return undefined;
  return `Source and target resources should refer to identical resource quantities: ${left.text()} vs. ${right.text()}`;
}

function oneReservationProblem(resource: mesos.v1.IResource, requester: Requester): string | undefined {
  const { principal, frameworkRoles } = requester;
  const shape = ResourceShape.of(resource);
  return (
    notDynamicProblem(resource) ??
    principalProblem(shape, principal) ??
    (frameworkRoles === undefined
      ? operatorProblem(shape)
      : frameworkRoleProblem(resource, shape, frameworkRoles))
  );
}

function principalProblem(shape: ResourceShape, principal: string | undefined): string | undefined {
  if (principal === undefined) return undefined;
  const named = shape.reservations.at(-1)?.principal;
  if (named === undefined) {
    return `A reserve operation was attempted by principal '${principal}', but there is a reserved resource in the request with no principal set`;
  }
  if (named === principal) return undefined;
  return `A reserve operation was attempted by authenticated principal '${principal}', which does not match a reserved resource in the request with principal '${named}'`;
}

function operatorProblem(shape: ResourceShape): string | undefined {
  if (shape.allocatedRole === undefined) return undefined;
  return 'A reserve operation was attempted with an allocated resource, but the operator API only allows reservations to be made to unallocated resources';
}

function frameworkRoleProblem(
  resource: mesos.v1.IResource,
  shape: ResourceShape,
  roles: readonly string[],
): string | undefined {
  const { allocatedRole, reservedRole } = shape;
  if (allocatedRole === undefined) {
    return `A reserve operation was attempted on unallocated resource ${resourceText(resource)}, but frameworks can only perform reservations on allocated resources`;
  }
  if (allocatedRole !== reservedRole) {
    return `A reserve operation was attempted for a resource with role '${reservedRole}', but the resource was allocated to role '${allocatedRole}'`;
  }
  if (roles.includes(allocatedRole)) return undefined;
  return `A reserve operation was attempted for a resource allocated to role '${allocatedRole}', but the framework only has roles '{ ${roles.join(', ')} }'`;
}
