// The machines of a simulated cluster, and the offers of what is free on them.

import { ResourceSet } from '../../packages/mesos-local/dist/resources/resource-set.js';
import { parseResources } from '../../packages/mesos-local/dist/resources/resource-text.js';
import { mesos } from '../../packages/mesos-proto/dist/index.js';
import { pick } from './random.mjs';

const { TEXT } = mesos.v1.Value.Type;

/** The role of all frameworks: they are equals. */
export const ROLE = '*';

const RACKS = 10;
const GIB = 1024;

/** Most machines are small; each has 4 GiB for a processor. */
const SIZES = [8, 8, 8, 16, 16, 16, 32, 32, 64];

/**
 * A machine that agents may be on.
 * @typedef {object} Machine
 * @property {string} agentId
 * @property {string} hostname
 * @property {mesos.v1.IAttribute[]} attributes
 * @property {number} cpus
 * @property {ResourceSet} resources
 */

/**
 * A machine like any other of its cluster.
 * @param {number} index
 * @param {() => number} random
 * @returns {Machine}
 */
export function newMachine(index, random) {
  const cpus = pick(SIZES, random);
  const text = (/** @type {string} */ name, /** @type {string} */ value) => ({
    name,
    type: TEXT,
    text: { value },
  });
  return {
    agentId: `9d1f6c1e-51c8-4d46-a9b0-0f4c2c3c1b7e-S${index}`,
    hostname: `machine-${index}.example.org`,
    attributes: [text('rack', `r${index % RACKS}`), text('zone', `z${index % 3}`), text('os', 'debian-12')],
    cpus,
    resources: ResourceSet.of(
      parseResources(`cpus:${cpus};mem:${cpus * 4 * GIB};disk:1000000;ports:[31000-32000]`),
    ),
  };
}

/** What was offered of each machine the last time, as it goes over the wire: mostly it is the same again. @type {WeakMap<Machine, { free: ResourceSet, bytes: Uint8Array }>} */
const encoded = new WeakMap();

/** @param {Machine} machine @param {ResourceSet} resources */
function encodedOffer(machine, resources) {
  const free = resources.unallocated();
  const last = encoded.get(machine);
  if (last?.free === free) return last.bytes;
  const { agentId, hostname, attributes } = machine;
  const bytes = mesos.v1.Offer.encode({
    id: { value: '' },
    frameworkId: { value: '' },
    agentId: { value: agentId },
    hostname,
    allocationInfo: { role: ROLE },
    resources: resources.toMessages(),
    attributes,
  }).finish();
  encoded.set(machine, { free, bytes });
  return bytes;
}

/**
 * An offer as a framework reads it off the wire: nothing of it is shared with another.
 * @param {{ id: string, frameworkId: string, machine: Machine, resources: ResourceSet }} what
 * @returns {mesos.v1.IOffer}
 */
export function offerOf({ id, frameworkId, machine, resources }) {
  const offer = mesos.v1.Offer.decode(encodedOffer(machine, resources));
  offer.id = mesos.v1.OfferID.create({ value: id });
  offer.frameworkId = mesos.v1.FrameworkID.create({ value: frameworkId });
  return offer;
}
