import { asObject, type JsonObject, numberOf, objectOf, textOf } from '../../shared/json.ts';

/** Amounts of what Mesos hands out. Ports stay in Mesos's own text form, e.g. `[31000-32000]`. */
export interface Resources {
  readonly cpus: number;
  readonly memMiB: number;
  readonly diskMiB: number;
  readonly gpus: number;
  readonly ports: string;
}

/** The kinds of resources that can be drawn as a bar, in the order in which they are shown. */
export const SCALAR_KINDS = ['cpus', 'memMiB', 'diskMiB', 'gpus'] as const;

/** One kind of resources that can be drawn as a bar. */
export type ScalarKind = (typeof SCALAR_KINDS)[number];

/** What a whole is made of: taken by tasks and executors, lying with frameworks as an offer, and neither. */
export interface ResourceUse {
  readonly total: Resources;
  readonly used: Resources;
  readonly offered: Resources;
  readonly free: Resources;
}

/** Nothing of anything. */
export const NO_RESOURCES: Resources = { cpus: 0, memMiB: 0, diskMiB: 0, gpus: 0, ports: '' };

/** Reads a resources object of `/state`, e.g. `{ "cpus": 4, "mem": 4096, "disk": 0, "ports": "[1-2]" }`. */
export function parseResources(value: unknown): Resources {
  const object = asObject(value);
  return {
    cpus: numberOf(object, 'cpus'),
    memMiB: numberOf(object, 'mem'),
    diskMiB: numberOf(object, 'disk'),
    gpus: numberOf(object, 'gpus'),
    ports: textOf(object, 'ports'),
  };
}

/** Reads what an agent or framework has, uses and is offered out of its `/state` entry. */
export function parseUse(object: JsonObject): ResourceUse {
  return resourceUse(
    parseResources(objectOf(object, 'resources')),
    parseResources(objectOf(object, 'used_resources')),
    parseResources(objectOf(object, 'offered_resources')),
  );
}

/** Completes a total and its parts with what is free; a part never makes it less than nothing. */
export function resourceUse(total: Resources, used: Resources, offered: Resources): ResourceUse {
  const left = (kind: ScalarKind) => Math.max(0, round(total[kind] - used[kind] - offered[kind]));
  return {
    total,
    used,
    offered,
    free: {
      cpus: left('cpus'),
      memMiB: left('memMiB'),
      diskMiB: left('diskMiB'),
      gpus: left('gpus'),
      ports: '',
    },
  };
}

/** The sum of many amounts; ports are left out, those of two agents have nothing to do with each other. */
export function addResources(amounts: Iterable<Resources>): Resources {
  let [cpus, memMiB, diskMiB, gpus] = [0, 0, 0, 0];
  for (const amount of amounts) {
    cpus += amount.cpus;
    memMiB += amount.memMiB;
    diskMiB += amount.diskMiB;
    gpus += amount.gpus;
  }
  return { cpus: round(cpus), memMiB: round(memMiB), diskMiB: round(diskMiB), gpus: round(gpus), ports: '' };
}

/**
 * The largest of the shares that an amount has of the whole, between 0 and 1.
 * It is what Mesos's fair sharing compares, so it orders frameworks and roles as the allocator sees them.
 */
export function dominantShare(part: Resources, whole: Resources): number {
  const shares = SCALAR_KINDS.map((kind) => (whole[kind] > 0 ? part[kind] / whole[kind] : 0));
  return Math.max(...shares);
}

/** Mesos counts in thousandths; more digits are noise of the floating point. */
function round(amount: number): number {
  return Math.round(amount * 1000) / 1000;
}
