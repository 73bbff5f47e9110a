import { mesos, toMesosJson } from '@spark-mesos/mesos-proto';
import { toEndpointFormat } from '../resources/resource-format.ts';
import { ResourceSet } from '../resources/resource-set.ts';
import { fromMilli, readValue, valueText } from '../resources/value.ts';

/** Resources by name, as `/state` has them: the four usual ones always, ranges and sets as text. */
export interface ResourcesView {
  cpus: number;
  mem: number;
  disk: number;
  gpus: number;
  [name: string]: number | string;
}

/** What these resources look like in `/state`; those of one name are added up. */
export function resourcesView(resources: ResourceSet): ResourcesView {
  const view: ResourcesView = { disk: 0, mem: 0, gpus: 0, cpus: 0 };
  const plain = ResourceSet.of(
    resources.toMessages().map(({ name, scalar, ranges, set }) => ({
      name,
      type: mesos.v1.Value.Type.SCALAR,
      ...(scalar && { scalar }),
      ...(ranges && { ranges }),
      ...(set && { set }),
    })),
  );
  for (const resource of plain.toMessages()) {
    const value = readValue(resource);
    if (value === undefined) continue;
    view[resource.name] = value.kind === 'scalar' ? fromMilli(value.milli) : valueText(value);
  }
  return view;
}

/** The resources themselves in Mesos's JSON form. */
export function fullResourcesView(resources: ResourceSet): unknown[] {
  return toEndpointFormat(resources.toMessages()).map((resource) => toMesosJson(mesos.v1.Resource, resource));
}

/** Thousandths by name as plain amounts; nothing of what there is none of. */
export function amountsView(amounts: ReadonlyMap<string, number>): Record<string, number> {
  const present = [...amounts].filter(([, milli]) => milli !== 0);
  return Object.fromEntries(present.map(([name, milli]) => [name, fromMilli(milli)]));
}

/** Amounts by name, and only those that are there; as `/roles` has them. */
export function quantitiesView(resources: ResourceSet): Record<string, number> {
  return Object.fromEntries([...resources.quantities()].map(([name, milli]) => [name, fromMilli(milli)]));
}

/** The parts that a role has reserved, by role. */
export function reservedView(resources: ResourceSet): Record<string, ResourcesView> {
  const parts = [...resources.byReservation()].filter(([role]) => role !== '*');
  return Object.fromEntries(parts.map(([role, part]) => [role, resourcesView(part)]));
}

/** The parts that a role has reserved, by role, in Mesos's JSON form. */
export function fullReservedView(resources: ResourceSet): Record<string, unknown[]> {
  const parts = [...resources.byReservation()].filter(([role]) => role !== '*');
  return Object.fromEntries(parts.map(([role, part]) => [role, fullResourcesView(part)]));
}

/** The part that nobody has reserved. */
export function unreservedPart(resources: ResourceSet): ResourceSet {
  return resources.byReservation().get('*') ?? ResourceSet.empty;
}

/** Attributes by name: numbers as numbers, all else as text. */
export function attributesView(attributes: readonly mesos.v1.IAttribute[]): Record<string, number | string> {
  const entries = attributes.map(({ name, scalar, ranges, set, text }): [string, number | string] => {
    if (scalar) return [name, scalar.value];
    if (text) return [name, text.value];
    const value = readValue({ name, type: 0, ...(ranges && { ranges }), ...(set && { set }) });
    return [name, value === undefined ? '' : valueText(value)];
  });
  return Object.fromEntries(entries);
}
