import { z } from 'zod';
import type { MasterAddress } from './address.ts';

/*
 * What masters leave in ZooKeeper (Mesos 1.11: src/master/contender, src/zookeeper/group.cpp): below the path a node
 * for each, `json.info_` and the number that ZooKeeper gives it, gone when its master is. The least number leads.
 */

const NODE_NAME = /^json\.info_(?<sequence>\d+)$/;

const masterInfo = z.object({
  hostname: z.string().min(1).optional(),
  port: z.int().min(1).max(65_535).optional(),
  pid: z.string().optional(),
  address: z
    .object({
      hostname: z.string().min(1).optional(),
      ip: z.string().min(1).optional(),
      port: z.int().min(1).max(65_535),
    })
    .optional(),
});

/** The node of the master that leads; undefined when none does. */
export function leadingNode(names: readonly string[]): string | undefined {
  let leading: { name: string; sequence: bigint } | undefined;
  for (const name of names) {
    const digits = NODE_NAME.exec(name)?.groups?.sequence;
    if (digits !== undefined && (leading === undefined || BigInt(digits) < leading.sequence)) {
      leading = { name, sequence: BigInt(digits) };
    }
  }
  return leading?.name;
}

/**
 * Where the master of a node listens; undefined when the node does not hold what a master writes.
 *
 * By its IP address unless a name is preferred, as Mesos's own clients do it: a name need not be known here.
 * Certificates are made for names, though.
 */
export function masterOfNode(data: Uint8Array, prefer: 'ip' | 'hostname'): MasterAddress | undefined {
  const parsed = masterInfo.safeParse(parseJson(data));
  if (!parsed.success) {
    return undefined;
  }
  const { address, pid, hostname, port } = parsed.data;
  const byPid = /@(?<ip>[^@]+):(?<port>\d+)$/.exec(pid ?? '')?.groups;
  const ip = address?.ip ?? byPid?.ip;
  const name = address?.hostname ?? hostname;
  const [host, otherHost] = prefer === 'hostname' ? [name, ip] : [ip, name];
  const found = { host: host ?? otherHost ?? '', port: address?.port ?? port ?? Number(byPid?.port) };
  return found.host !== '' && Number.isInteger(found.port)
    ? { host: found.host.replace(/^\[|\]$/g, ''), port: found.port }
    : undefined;
}

function parseJson(data: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data));
  } catch {
    return undefined;
  }
}
