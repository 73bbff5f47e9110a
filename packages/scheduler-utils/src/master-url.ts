import { ConfigError } from './errors.ts';

const SCHEME = 'mesos://';

/**
 * What stands behind `mesos://` in a master's URL (rules U1, U5): `host:port`, several with commas between, or
 * `zk://host:port,…/path`. All else is refused with what to write instead (U2).
 */
export function mesosMasterAddress(url: string): string {
  const address = url.startsWith(SCHEME) ? url.slice(SCHEME.length) : undefined;
  if (address === undefined) {
    const hint = url.startsWith('zk://') ? `write ${SCHEME}${url}` : `write ${SCHEME}host:5050`;
    throw new ConfigError('CONFIG_MALFORMED', `'${url}' is no URL of a Mesos master: ${hint}`);
  }
  const why = address.startsWith('zk://') ? whyNoZooKeeper(address) : whyNoHosts(address, address);
  if (why !== undefined) {
    throw new ConfigError('CONFIG_MALFORMED', `'${url}' is no URL of a Mesos master: ${why}`);
  }
  return address;
}

/** Whether a master's URL is one of Mesos, right or wrong (rule U1). */
export function isMesosMaster(url: string): boolean {
  return url.startsWith('mesos');
}

function whyNoZooKeeper(address: string): string | undefined {
  const slash = address.indexOf('/', 'zk://'.length);
  if (slash < 0 || slash === address.length - 1) {
    return 'a path must follow the servers of ZooKeeper, as in zk://host:2181/mesos';
  }
  const servers = address.slice('zk://'.length, slash);
  return whyNoHosts(servers.slice(servers.indexOf('@') + 1), servers);
}

function whyNoHosts(hosts: string, shown: string): string | undefined {
  if (hosts === '') {
    return 'it names no host';
  }
  const wrong = hosts.split(',').find((host) => !/^(?:\[[0-9A-Fa-f:.]+\]|[^\s:/[\]]+):\d{1,5}$/.test(host));
  return wrong === undefined ? undefined : `'${wrong}' of '${shown}' is not host:port`;
}
