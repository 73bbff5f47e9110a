import { mesos } from '@spark-mesos/mesos-proto';
import { LocalMesosError } from '../errors.ts';
import type { WholeRange } from './value.ts';

const { Type } = mesos.v1.Value;

function invalid(text: string, why: string): LocalMesosError {
  return new LocalMesosError(
    'LOCAL_RESOURCES_INVALID',
    `cannot read '${text}': ${why}; write it like 'cpus:4;mem:8192;ports:[31000-32000]'`,
  );
}

/** A value in Mesos's text form (`4`, `[1-2, 5-9]`, `{a,b}`, plain text) as one of the four value types. */
export type TextValue =
  | { readonly kind: 'scalar'; readonly value: number }
  | { readonly kind: 'ranges'; readonly ranges: readonly WholeRange[] }
  | { readonly kind: 'set'; readonly items: readonly string[] }
  | { readonly kind: 'text'; readonly value: string };

/** Reads one value; what is neither number, ranges nor set is text. */
export function parseTextValue(text: string): TextValue {
  const trimmed = text.trim();
  if (trimmed.startsWith('[')) return { kind: 'ranges', ranges: parseRanges(trimmed) };
  if (trimmed.startsWith('{')) return { kind: 'set', items: parseItems(trimmed) };
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed))
    return { kind: 'scalar', value: Number(trimmed) };
  return { kind: 'text', value: trimmed };
}

function inner(text: string, close: string): string[] {
  if (!text.endsWith(close)) throw invalid(text, `'${close}' is missing at its end`);
  const body = text.slice(1, -1).trim();
  return body === '' ? [] : body.split(',').map((piece) => piece.trim());
}

function parseRanges(text: string): WholeRange[] {
  return inner(text, ']').map((piece) => {
    const match = /^(\d+)\s*-\s*(\d+)$/.exec(piece);
    if (match === null) throw invalid(text, `'${piece}' is no range`);
    const range = { begin: Number(match[1]), end: Number(match[2]) };
    if (range.begin > range.end) throw invalid(text, `'${piece}' ends before it begins`);
    return range;
  });
}

function parseItems(text: string): string[] {
  return inner(text, '}');
}

/** Reads `cpus:4;mem:8192;ports:[31000-32000]`, with `name(role):…` for statically reserved resources. */
export function parseResources(text: string): mesos.v1.IResource[] {
  return text
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => parseResource(part));
}

function parseResource(part: string): mesos.v1.IResource {
  const match = /^([^:()\s]+)(?:\(([^()]*)\))?:(.*)$/.exec(part);
  if (match === null) throw invalid(part, 'a resource is a name, a colon and an amount');
  const [, name = '', role = '*', amount = ''] = match;
  const value = parseTextValue(amount);
  if (value.kind === 'text') throw invalid(part, `'${value.value}' is no amount`);
  if (value.kind === 'scalar') {
    if (value.value < 0) throw invalid(part, 'an amount is not below zero');
    return { name, type: Type.SCALAR, scalar: { value: value.value }, role };
  }
  if (value.kind === 'set') return { name, type: Type.SET, set: { item: [...value.items] }, role };
  return { name, type: Type.RANGES, ranges: { range: value.ranges.map((range) => ({ ...range })) }, role };
}

/** An agent's attribute of the type that its text has. */
export function parseAttribute(name: string, text: string): mesos.v1.IAttribute {
  const value = parseTextValue(text);
  if (value.kind === 'scalar') return { name, type: Type.SCALAR, scalar: { value: value.value } };
  if (value.kind === 'ranges') {
    return { name, type: Type.RANGES, ranges: { range: value.ranges.map((range) => ({ ...range })) } };
  }
  if (value.kind === 'set') return { name, type: Type.SET, set: { item: [...value.items] } };
  return { name, type: Type.TEXT, text: { value: value.value } };
}
