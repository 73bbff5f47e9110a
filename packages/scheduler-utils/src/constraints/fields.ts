import { mesos } from '@spark-mesos/mesos-proto';
import { readRanges } from '../resources/ranges.ts';

const { RANGES, SET, TEXT } = mesos.v1.Value.Type;

/** What constraints look at of an offer. */
export interface OfferPlace {
  readonly hostname?: string | null | undefined;
  readonly attributes?: readonly mesos.v1.IAttribute[] | null | undefined;
  readonly domain?: mesos.v1.IDomainInfo | null | undefined;
}

/** The attribute of that name; of several the last (rule U57). */
export function attributeOf(offer: OfferPlace, name: string): mesos.v1.IAttribute | undefined {
  const attributes = offer.attributes ?? [];
  for (let index = attributes.length - 1; index >= 0; index -= 1) {
    if (attributes[index]?.name === name) {
      return attributes[index];
    }
  }
  return undefined;
}

/**
 * Reads a field of an operator's constraint as text: `hostname` and `@hostname`, `@region` and `@zone` of the agent's
 * fault domain, else an attribute. An attribute that is called hostname goes before the host's name.
 */
export function fieldReader(field: string): (offer: OfferPlace) => string | undefined {
  switch (field) {
    case '@hostname':
      return hostnameOf;
    case '@region':
      return (offer) => offer.domain?.faultDomain?.region?.name ?? undefined;
    case '@zone':
      return (offer) => offer.domain?.faultDomain?.zone?.name ?? undefined;
    case 'hostname':
      return (offer) => attributeText(offer, field) ?? hostnameOf(offer);
    default:
      return (offer) => attributeText(offer, field);
  }
}

/** The attribute's value as a person reads it: 'r1', '{a,b}', '4', '[1-5,9-9]'. */
export function formatAttribute(attribute: mesos.v1.IAttribute): string {
  switch (attribute.type) {
    case TEXT:
      return attribute.text?.value ?? '';
    case SET:
      return `{${(attribute.set?.item ?? []).join(',')}}`;
    case RANGES:
      return `[${readRanges(attribute.ranges).map(({ begin, end }) => `${begin}-${end}`)}]`;
    default:
      return String(attribute.scalar?.value ?? 0);
  }
}

function hostnameOf(offer: OfferPlace): string | undefined {
  return offer.hostname ?? undefined;
}

function attributeText(offer: OfferPlace, name: string): string | undefined {
  const attribute = attributeOf(offer, name);
  return attribute === undefined ? undefined : formatAttribute(attribute);
}
