import { MesosError } from '../errors.ts';

/** A server of a ZooKeeper ensemble. */
export interface ZooKeeperServer {
  readonly host: string;
  readonly port: number;
}

/** Where masters write down who they are. */
export interface ZooKeeperAddress {
  readonly servers: readonly ZooKeeperServer[];
  /** Of the node below which each master has one, such as `/mesos`. */
  readonly path: string;
  /** Name and password of ZooKeeper's digest authentication. */
  readonly credentials: { readonly user: string; readonly password: string } | undefined;
}

const DEFAULT_PORT = 2181;
const ADDRESS = /^zk:\/\/(?:(?<credentials>.*)@)?(?<servers>[^@/]+)(?<path>\/.*)?$/s;
// The client library knows no IPv6 addresses, and gives a name of several addresses to the system.
const SERVER = /^(?<host>[^\s:@[\]?#]+)(?::(?<port>\d{1,5}))?$/;
const PATH = /^(?:\/[^/\s\p{Cc}]+)+$/u;

/** Reads `zk://[user:password@]host1:2181,host2:2181/path`; a port is 2181 unless given. Throws MESOS_ADDRESS_INVALID. */
export function parseZooKeeperAddress(text: string): ZooKeeperAddress {
  const { credentials, servers, path: givenPath = '' } = ADDRESS.exec(text)?.groups ?? {};
  if (servers === undefined) {
    throw invalid('it names no server');
  }
  const path = givenPath.replace(/\/+$/, '');
  if (!PATH.test(path) || /\/\.\.?(?:\/|$)/.test(path)) {
    throw invalid('it lacks the path below which the masters are, such as /mesos');
  }
  return {
    servers: servers.split(',').map((server) => parseServer(server.trim())),
    path,
    credentials: credentials === undefined ? undefined : parseCredentials(credentials),
  };
}

/** The address without what must not be shown. */
export function describeZooKeeper({ servers, path }: ZooKeeperAddress): string {
  return `zk://${servers.map(({ host, port }) => `${host}:${port}`).join(',')}${path}`;
}

function parseServer(text: string): ZooKeeperServer {
  const groups = SERVER.exec(text)?.groups;
  const port = groups?.port === undefined ? DEFAULT_PORT : Number(groups.port);
  if (groups?.host === undefined || port < 1 || port > 65_535) {
    throw invalid(`${JSON.stringify(text)} is not host:port`);
  }
  return { host: groups.host, port };
}

function parseCredentials(text: string): { user: string; password: string } {
  const colon = text.indexOf(':');
  if (colon < 1) {
    throw invalid('what stands before @ is not user:password');
  }
  return { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** Without the address itself, in which a password may stand. */
function invalid(why: string): MesosError {
  return new MesosError(
    'MESOS_ADDRESS_INVALID',
    `not an address of masters in ZooKeeper: ${why}; write zk://host1:2181,host2:2181/path or zk://user:password@host1:2181/path`,
  );
}
