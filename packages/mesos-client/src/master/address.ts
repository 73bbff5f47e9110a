import { MesosError } from '../errors.ts';
import { parseZooKeeperAddress, type ZooKeeperAddress } from './zookeeper-address.ts';

/** Where a master listens. */
export interface MasterAddress {
  readonly host: string;
  readonly port: number;
}

/** What the setting `master` means. */
export type ParsedMaster =
  | {
      readonly kind: 'listed';
      readonly addresses: readonly MasterAddress[];
      /** Whether the masters want TLS, where that was said. */
      readonly scheme: 'http' | 'https' | undefined;
    }
  | { readonly kind: 'zookeeper'; readonly zookeeper: ZooKeeperAddress };

const DEFAULT_PORT = 5050;
const HOST_AND_PORT = /^(?<host>\[[0-9a-fA-F:.]+\]|[^\s:/@[\]?#]+)(?::(?<port>\d{1,5}))?$/;
const SCHEME = /^(?<scheme>https?):\/\//;

/**
 * Reads `host:port`, `host1:port1,host2:port2` or `zk://[user:password@]host1:2181,host2:2181/path`, with or without
 * `mesos://` before it; the first two also as `http://…` and `https://…`. A master's port is 5050 unless given.
 *
 * Throws MESOS_ADDRESS_INVALID.
 */
export function parseMaster(master: string): ParsedMaster {
  const text = withoutMesosScheme(master);
  if (/^zk:\/\//.test(text)) {
    return { kind: 'zookeeper', zookeeper: parseZooKeeperAddress(text) };
  }
  const scheme = SCHEME.exec(text)?.groups?.scheme as 'http' | 'https' | undefined;
  const list = text.replace(SCHEME, '').replace(/\/$/, '').split(',');
  const addresses = list.map((part) => {
    const address = parseAddress(part.trim(), DEFAULT_PORT);
    if (address === undefined) {
      throw invalidAddress(master);
    }
    return address;
  });
  return { kind: 'listed', addresses, scheme };
}

/**
 * The masters that are named: `host:port`, a list of these with commas, or either behind `mesos://`.
 *
 * Throws MESOS_ADDRESS_INVALID, and MESOS_NOT_SUPPORTED for what must be looked up in ZooKeeper.
 */
export function parseMasterAddresses(master: string): MasterAddress[] {
  const parsed = parseMaster(master);
  if (parsed.kind === 'listed') {
    if (parsed.scheme !== undefined) {
      throw invalidAddress(master);
    }
    return [...parsed.addresses];
  }
  throw new MesosError(
    'MESOS_NOT_SUPPORTED',
    'masters that are found through ZooKeeper (zk://) cannot be named beforehand; ask createMasterDetector',
  );
}

/** `host:port`, with brackets around an IPv6 address. */
export function formatAddress({ host, port }: MasterAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function withoutMesosScheme(master: string): string {
  return master.trim().replace(/^mesos:\/\//, '');
}

/** Reads `host` or `host:port`; undefined when it is neither. */
export function parseAddress(text: string, defaultPort: number): MasterAddress | undefined {
  const groups = HOST_AND_PORT.exec(text)?.groups;
  const port = groups?.port === undefined ? defaultPort : Number(groups.port);
  return groups?.host === undefined || port < 1 || port > 65_535
    ? undefined
    : { host: groups.host.replace(/^\[|\]$/g, ''), port };
}

function invalidAddress(text: string): MesosError {
  return new MesosError(
    'MESOS_ADDRESS_INVALID',
    `${JSON.stringify(text)} is not the address of a Mesos master; write host:port, host1:port1,host2:port2, ` +
      'zk://host1:2181,host2:2181/path, or mesos:// before any of these',
  );
}
