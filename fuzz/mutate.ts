import type { Random } from '../scripts/support/random.mjs';

/** Whole numbers at which readers go wrong: ends of ranges, signs, lengths that nobody has. */
const NUMBERS = [0, 1, -1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, -0x8000_0000, 0x4000_0000];

/** What means something in most texts that are read here. */
const WORDS = [
  ...[
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '\\',
    ':',
    ',',
    ';',
    '=',
    '|',
    '/',
    '%',
    '$',
    '(',
    ')',
    '*',
    '-',
    '_',
    ' ',
  ],
  ...[
    '\0',
    '\n',
    '\r\n',
    '\ufeff',
    '\ud83d\ude00',
    '\\u0000',
    '\\ud800',
    '..',
    '../',
    '${',
    '%00',
    'null',
    'true',
  ],
  ...['-1', '0', '1e309', '0x10', 'NaN', 'Infinity', '99999999999999999999', '__proto__', 'constructor'],
];

/** So many bytes are added at most by one change. */
const MOST_ADDED = 2048;

type Mutation = (bytes: Buffer, random: Random, others: readonly Uint8Array[]) => Buffer;

const cut = (bytes: Buffer, from: number, to: number, between: Uint8Array = Buffer.alloc(0)) =>
  Buffer.concat([bytes.subarray(0, from), between, bytes.subarray(to)]);

/** A place in the bytes, the end included. */
const place = (bytes: Buffer, random: Random) => random.below(bytes.length + 1);

/** A piece of them, mostly a short one. */
function piece(bytes: Buffer, random: Random): [from: number, to: number] {
  const from = place(bytes, random);
  const most = random.chance(0.8) ? 16 : MOST_ADDED;
  return [from, Math.min(bytes.length, from + random.below(most + 1))];
}

const flipBit: Mutation = (bytes, random) => {
  const at = random.below(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
  return bytes;
};

const setByte: Mutation = (bytes, random) => {
  bytes[random.below(bytes.length)] = random.below(256);
  return bytes;
};

/** Lengths and counts are such numbers. */
const setNumber: Mutation = (bytes, random) => {
  const size = random.pick([1, 2, 4, 8]);
  if (bytes.length < size) return bytes;
  const at = random.below(bytes.length - size + 1);
  const value = BigInt.asIntN(64, BigInt(random.pick(NUMBERS)) + BigInt(random.between(-2, 2)));
  const number = Buffer.alloc(8);
  number.writeBigInt64BE(value);
  const its = number.subarray(8 - size);
  bytes.set(random.chance(0.5) ? its : Buffer.from(its).reverse(), at);
  return bytes;
};

/** The numbers of protocol buffers, which say themselves how long they are. */
const setVarint: Mutation = (bytes, random) => {
  const long = Buffer.alloc(random.between(1, 11), 0xff);
  if (random.chance(0.7)) long[long.length - 1] = random.below(0x80);
  return cut(bytes, ...piece(bytes, random), long);
};

const truncate: Mutation = (bytes, random) => bytes.subarray(0, place(bytes, random));

const remove: Mutation = (bytes, random) => cut(bytes, ...piece(bytes, random));

const insertJunk: Mutation = (bytes, random) => {
  const at = place(bytes, random);
  const junk = Buffer.from(Array.from({ length: random.between(1, 16) }, () => random.below(256)));
  return cut(bytes, at, at, junk);
};

const insertWord: Mutation = (bytes, random) => {
  const at = place(bytes, random);
  return cut(bytes, at, random.chance(0.5) ? at : at + 1, Buffer.from(random.pick(WORDS)));
};

/** Deeper and longer than anything that is meant. */
const repeat: Mutation = (bytes, random) => {
  const [from, to] = piece(bytes, random);
  const part = bytes.subarray(from, to);
  const times = random.pick([1, 2, 10, 500]);
  const most = Math.max(1, Math.floor(MOST_ADDED / Math.max(1, part.length)));
  return cut(bytes, to, to, Buffer.concat(Array.from({ length: Math.min(times, most) }, () => part)));
};

const swap: Mutation = (bytes, random) => {
  const [from, to] = piece(bytes, random);
  const at = random.below(from + 1);
  return Buffer.concat([
    bytes.subarray(0, at),
    bytes.subarray(from, to),
    bytes.subarray(at, from),
    bytes.subarray(to),
  ]);
};

/** The end of another message behind the beginning of this one. */
const splice: Mutation = (bytes, random, others) => {
  const other = Buffer.from(random.pick(others));
  return Buffer.concat([bytes.subarray(0, place(bytes, random)), other.subarray(place(other, random))]);
};

const MUTATIONS: readonly Mutation[] = [
  flipBit,
  setByte,
  setNumber,
  setVarint,
  truncate,
  remove,
  insertJunk,
  insertWord,
  repeat,
  swap,
  splice,
];

/**
 * Something that is nearly one of these: real bytes lead a reader further than junk does, which most of them refuse at
 * the first byte.
 */
export function mutated(golden: readonly Uint8Array[], random: Random): Buffer {
  let bytes: Buffer = Buffer.from(random.pick(golden));
  for (let changes = random.between(1, 4); changes > 0; changes -= 1) {
    bytes =
      bytes.length === 0 ? insertJunk(bytes, random, golden) : random.pick(MUTATIONS)(bytes, random, golden);
  }
  return bytes;
}
