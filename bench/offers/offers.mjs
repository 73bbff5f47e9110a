// The offers that both sides are given, and what is wanted of them: the same bytes, made anew in each run.

import { mesos } from '../../packages/mesos-proto/dist/index.js';

const { SCALAR, RANGES, TEXT, SET } = mesos.v1.Value.Type;

/** Cores and heap of an executor; 384 MiB of overhead come on top. */
export const EXECUTOR = { cores: 2, memoryMiB: 2048, taskMemoryMiB: 2432 };

/** Each holds for eight of ten agents: all three for about half. */
export const CONSTRAINTS = 'rack:r0,r1,r2,r3,r4,r5,r6,r7;disks:3;features:ssd';

/** The role that half of each agent is reserved for. */
export const ROLE = 'dev';

/** @param {string} name @param {string} value */
const text = (name, value) => ({ name, type: TEXT, text: { value } });
/** @param {string} name @param {number} value */
const scalar = (name, value) => ({ name, type: SCALAR, scalar: { value } });
/** @param {string} name @param {string[]} item */
const set = (name, item) => ({ name, type: SET, set: { item } });

/** Ten attributes: six texts, two scalars, two sets. @param {number} index */
function attributes(index) {
  return [
    text('rack', `r${index % 10}`),
    text('zone', `zone-${index % 3}`),
    text('os', 'debian-12'),
    text('arch', index % 7 === 0 ? 'arm64' : 'amd64'),
    text('pool', `pool-${index % 13}`),
    text('owner', 'platform'),
    scalar('disks', 1 + (Math.floor(index / 10) % 10)),
    scalar('ghz', 2.5),
    set('features', Math.floor(index / 100) % 10 < 8 ? ['ssd', 'ipv6'] : ['hdd', 'ipv6']),
    set('networks', ['front', 'back']),
  ];
}

/** @param {string} name @param {number} value @param {string} role */
function amount(name, value, role) {
  return { name, type: SCALAR, scalar: { value }, role, allocationInfo: { role: ROLE } };
}

/** @param {string} kind @param {number} index @param {mesos.v1.IResource[]} resources @param {mesos.v1.IAttribute[]} has */
function offer(kind, index, resources, has) {
  return {
    id: { value: `${kind}-offer-${index}` },
    frameworkId: { value: '5f0c9a0e-7c0b-4f39-9f4b-0d5e0a6b1c11-0001' },
    agentId: { value: `${kind}-agent-${index}` },
    hostname: `${kind}-${index}.example.org`,
    allocationInfo: { role: ROLE },
    resources,
    attributes: has,
  };
}

/**
 * An agent of 4 to 16 cpus and 8 to 64 GiB, each half of it reserved for the role, with ports.
 * Its cpus come in halves, which floating point holds exactly: the original sums them up so.
 * @param {number} index
 */
function freeAgent(index) {
  const cpus = 4 + ((index * 7) % 13);
  const memMiB = 1024 * (8 + ((index * 11) % 57));
  const common = Math.floor(cpus / 2) + 0.5;
  return offer(
    'free',
    index,
    [
      amount('cpus', common, '*'),
      amount('cpus', cpus - common, ROLE),
      amount('mem', memMiB / 2, '*'),
      amount('mem', memMiB / 2, ROLE),
      {
        name: 'ports',
        type: RANGES,
        ranges: { range: [{ begin: 31_000, end: 32_000 }] },
        role: '*',
        allocationInfo: { role: ROLE },
      },
    ],
    attributes(index),
  );
}

/** An agent that exactly one executor fills. Index 0 of the attributes meets all constraints but the disks. @param {number} index */
function busyAgent(index) {
  const resources = [amount('cpus', EXECUTOR.cores, '*'), amount('mem', EXECUTOR.taskMemoryMiB, '*')];
  return offer('busy', index, resources, attributes(20));
}

/**
 * Offers as a master sends them, one message after another. Messages of the old API that the peer reads have the
 * same numbers for the same fields, but for names.
 * @param {'free' | 'busy'} kind
 * @param {number} count
 * @returns {Uint8Array[]}
 */
export function encodedOffers(kind, count) {
  const make = kind === 'free' ? freeAgent : busyAgent;
  return Array.from({ length: count }, (_, index) => mesos.v1.Offer.encode(make(index)).finish());
}

/** The same as our side reads them. @param {readonly Uint8Array[]} encoded */
export function decodedOffers(encoded) {
  return encoded.map((bytes) => mesos.v1.Offer.decode(bytes));
}

/** For a file: each message behind its length in four bytes. @param {readonly Uint8Array[]} encoded */
export function delimited(encoded) {
  const parts = encoded.flatMap((bytes) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return [length, bytes];
  });
  return Buffer.concat(parts);
}
