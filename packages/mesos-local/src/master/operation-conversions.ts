import { mesos } from '@spark-mesos/mesos-proto';
import { ResourceSet } from '../resources/resource-set.ts';
import { growConversion, shrinkConversion, withoutVolume } from './volume-resizing.ts';

const { Type } = mesos.v1.Offer.Operation;

/** Resources that become others of the same amount. */
export interface Conversion {
  readonly consumed: ResourceSet;
  readonly converted: ResourceSet;
}

/** The resources without the last layer of their reservation. */
export function withoutLastReservation(resources: ResourceSet): ResourceSet {
  return resources.mapShapes((shape) => shape.reservedBy(shape.reservations.slice(0, -1)));
}

/** What an operation makes of which resources, one after the other, as Mesos does it. */
export function conversionsOf(operation: mesos.v1.Offer.IOperation): Conversion[] {
  if (operation.type === Type.UNRESERVE) {
    return (operation.unreserve?.resources ?? []).map((resource) => {
      const reserved = ResourceSet.of([resource]);
      return { consumed: reserved, converted: withoutLastReservation(reserved) };
    });
  }
  if (operation.type === Type.CREATE) {
    return (operation.create?.volumes ?? []).map((volume) => {
      const made = ResourceSet.of([volume]);
      return { consumed: withoutVolume(made), converted: made };
    });
  }
  if (operation.type === Type.DESTROY) {
    return (operation.destroy?.volumes ?? []).map((volume) => {
      const made = ResourceSet.of([volume]);
      return { consumed: made, converted: withoutVolume(made) };
    });
  }
  if (operation.growVolume) return [growConversion(operation.growVolume)];
  if (operation.shrinkVolume) return [shrinkConversion(operation.shrinkVolume)];
  const { resources = [], source } = operation.reserve ?? {};
  if (source?.length)
    return [{ consumed: ResourceSet.of(source), converted: ResourceSet.of(resources ?? []) }];
  return (resources ?? []).map((resource) => {
    const reserved = ResourceSet.of([resource]);
    return { consumed: withoutLastReservation(reserved), converted: reserved };
  });
}

/** The resources after all conversions, or why one of them cannot be made. */
export function convert(
  resources: ResourceSet,
  conversions: readonly Conversion[],
): { readonly ok: true; readonly resources: ResourceSet } | { readonly ok: false; readonly problem: string } {
  let rest = resources;
  for (const { consumed, converted } of conversions) {
    if (!rest.contains(consumed)) {
      return { ok: false, problem: `${rest.text()} does not contain ${consumed.text()}` };
    }
    rest = rest.minus(consumed).plus(converted);
  }
  return { ok: true, resources: rest };
}
