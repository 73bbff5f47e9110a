import { JavaArray, type JavaObject, type JavaValue } from '@spark-mesos/java-serialization';
import { SparkRpcError } from '../errors.ts';
import { numberField } from './values.ts';

const BRANCHES = 32;
const BITS = 5;
const MAX_DEPTH = 6;
/** The branches of a tree may be one and the same array, so few bytes could announce a thousand million. */
const MAX_ELEMENTS = 1_000_000;

/**
 * The elements of a `Vector` as Scala 2.11 and 2.12 write it: a tree of arrays of 32, `display0` to `display5`
 * being the branches towards the element at `focus`, of which the topmost holds all. (2.13 writes a proxy.)
 */
export function vectorElements(vector: JavaObject): readonly JavaValue[] {
  const start = numberField(vector, 'startIndex');
  const end = numberField(vector, 'endIndex');
  const depth = numberField(vector, 'depth');
  if (end === start) return [];
  if (end - start > MAX_ELEMENTS) {
    throw new SparkRpcError('SPARK_RPC_LIMIT_EXCEEDED', `a Vector of more than ${MAX_ELEMENTS} elements`);
  }
  const topmost = vector.fields.get(`display${depth - 1}`);
  if (start < 0 || end < start || depth < 1 || depth > MAX_DEPTH || !(topmost instanceof JavaArray)) {
    throw malformedVector();
  }
  const elements: JavaValue[] = [];
  collect(topmost, BITS * (depth - 1), 0, { start, end }, elements);
  // Every index between must have been there: what is announced is never believed.
  if (elements.length !== end - start) throw malformedVector();
  return elements;
}

function collect(
  node: JavaArray,
  shift: number,
  firstIndex: number,
  range: { readonly start: number; readonly end: number },
  into: JavaValue[],
): void {
  const children = node.elements;
  for (let branch = 0; branch < Math.min(BRANCHES, children.length); branch += 1) {
    const index = firstIndex + branch * 2 ** shift;
    if (index >= range.end || index + 2 ** shift <= range.start) continue;
    const child = children[branch];
    if (shift === 0) into.push(child ?? null);
    else if (child instanceof JavaArray) collect(child, shift - BITS, index, range, into);
    else throw malformedVector();
  }
}

function malformedVector(): SparkRpcError {
  return new SparkRpcError('SPARK_RPC_UNEXPECTED_VALUE', 'a Vector contradicts its own indices');
}
