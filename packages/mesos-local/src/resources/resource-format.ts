import { mesos } from '@spark-mesos/mesos-proto';

const { Type: ReservationType } = mesos.v1.Resource.ReservationInfo;

/** The older fields for the same reservation: the role, and who made it when it is a dynamic one. */
function olderFields(resource: mesos.v1.IResource): Pick<mesos.v1.IResource, 'role' | 'reservation'> {
  const last = resource.reservations?.at(-1);
  if (last === undefined) return { role: '*' };
  const role = last.role ?? '*';
  if (last.type !== ReservationType.DYNAMIC) return { role };
  const { principal, labels } = last;
  return {
    role,
    reservation: { ...(principal !== undefined && { principal }), ...(labels && { labels }) },
  };
}

/** As frameworks without RESERVATION_REFINEMENT know resources: a role, and a reservation of one layer. */
export function toOlderFormat(resources: readonly mesos.v1.IResource[]): mesos.v1.IResource[] {
  return resources.map((resource) => {
    const { reservations: _reservations, ...rest } = resource;
    return { ...rest, ...olderFields(resource) };
  });
}

/** As Mesos's endpoints show resources: in both forms at once, where the older one can say it. */
export function toEndpointFormat(resources: readonly mesos.v1.IResource[]): mesos.v1.IResource[] {
  return resources.map((resource) =>
    (resource.reservations?.length ?? 0) > 1 ? resource : { ...resource, ...olderFields(resource) },
  );
}
