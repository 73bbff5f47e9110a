import { MesosError } from '../errors.ts';

/** Where a master listens. */
export interface MasterAddress {
  readonly host: string;
  readonly port: number;
}

const DEFAULT_PORT = 5050;
const HOST_AND_PORT = /^(?<host>\[[0-9a-fA-F:.]+\]|[^\s:/@[\]?#]+)(?::(?<port>\d{1,5}))?$/;

/**
 * Reads `host:port`, a list of these with commas, or either behind `mesos://`; the port is 5050 unless given.
 *
 * Throws MESOS_ADDRESS_INVALID, and MESOS_NOT_SUPPORTED for ZooKeeper.
 */
export function parseMasterAddresses(master: string): MasterAddress[] {
  const text = master.trim().replace(/^mesos:\/\//, '');
  if (/^zk:\/\//.test(text)) {
    throw new MesosError(
      'MESOS_NOT_SUPPORTED',
      'a master cannot be looked up in ZooKeeper (zk://) yet; name the masters themselves: host1:5050,host2:5050',
    );
  }
  return text.split(',').map((part) => parseOne(part.trim(), master));
}

/** `host:port`, with brackets around an IPv6 address. */
export function formatAddress({ host, port }: MasterAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function parseOne(text: string, whole: string): MasterAddress {
  const groups = HOST_AND_PORT.exec(text)?.groups;
  const port = groups?.port === undefined ? DEFAULT_PORT : Number(groups.port);
  if (groups?.host === undefined || port < 1 || port > 65_535) {
    throw new MesosError(
      'MESOS_ADDRESS_INVALID',
      `${JSON.stringify(whole)} is not the address of a Mesos master; write host:port, host1:port1,host2:port2, or mesos:// before either`,
    );
  }
  return { host: groups.host.replace(/^\[|\]$/g, ''), port };
}
