import { CommandError } from './errors.ts';

/** Stands for the number of the agent, from 1. */
const NUMBER = '{n}';

/**
 * The attributes of agent `index` from what was written for all: `rack:r{n};zone:a,b` is `rack:r1;zone:a` for the
 * first, `rack:r2;zone:b` for the second, and `rack:r3;zone:a` for the third.
 */
export function attributesOf(pattern: string, index: number): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const part of pattern.split(';').map((piece) => piece.trim())) {
    if (part === '') continue;
    const colon = part.indexOf(':');
    const name = part.slice(0, Math.max(0, colon)).trim();
    const values = alternatives(part.slice(colon + 1));
    const value = values[index % values.length]?.trim() ?? '';
    if (colon < 0 || name === '' || value === '') {
      const text = `--attributes has "${part}"; each is NAME:VALUE, with ";" between them: 'rack:r{n};zone:a,b'`;
      throw new CommandError('MESOS_LOCAL_USAGE', text);
    }
    attributes[name] = numbered(value, index);
  }
  return attributes;
}

/** What commas separate outside of brackets and braces: `[1-3,5]` is one value. */
function alternatives(text: string): string[] {
  const found = [''];
  let depth = 0;
  for (const character of text.replaceAll(NUMBER, '\u0000')) {
    if (character === '[' || character === '{') depth += 1;
    if (character === ']' || character === '}') depth -= 1;
    if (character === ',' && depth <= 0) found.push('');
    else found[found.length - 1] += character;
  }
  return found.map((value) => value.replaceAll('\u0000', NUMBER));
}

function numbered(text: string, index: number): string {
  return text.replaceAll(NUMBER, String(index + 1));
}

const PORTS = /\bports:\[([\d\s,-]*)\]/;

/**
 * The resources of agent `index` from what was written for all. A machine has each of its ports only once, so the
 * agents share out the ports that were written: of `ports:[31000-31999]` the first of two has 31000 to 31499.
 */
export function resourcesOf(pattern: string, index: number, count: number): string {
  const text = numbered(pattern, index);
  // Whoever numbers the resources has thought of that.
  if (pattern.includes(NUMBER) || count === 1) return text;
  return text.replace(PORTS, (_all, ranges: string) => `ports:[${share(rangesOf(ranges), index, count)}]`);
}

function rangesOf(text: string): (readonly [number, number])[] {
  return text.split(',').map((range) => {
    const [begin = Number.NaN, end = begin] = range.split('-').map((bound) => Number.parseInt(bound, 10));
    if (begin <= end) return [begin, end];
    const said = `--resources has the ports "${text.trim()}"; they are ranges such as [31000-32000, 33000-34000]`;
    throw new CommandError('MESOS_LOCAL_USAGE', said);
  });
}

function share(ranges: readonly (readonly [number, number])[], index: number, count: number): string {
  const total = ranges.reduce((sum, [begin, end]) => sum + end - begin + 1, 0);
  const first = Math.floor((total * index) / count);
  const afterLast = Math.floor((total * (index + 1)) / count);
  const parts: string[] = [];
  let before = 0;
  for (const [begin, end] of ranges) {
    const from = Math.max(begin, begin + first - before);
    const to = Math.min(end, begin + afterLast - before - 1);
    if (from <= to) parts.push(`${from}-${to}`);
    before += end - begin + 1;
  }
  return parts.join(', ');
}
