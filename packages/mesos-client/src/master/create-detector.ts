import { parseMaster } from './address.ts';
import { ListedMasters, type MasterDetector } from './detector.ts';
import { ZooKeeperMasters, type ZooKeeperMastersOptions } from './zookeeper-masters.ts';

/**
 * The detector that the setting `master` asks for: `host:port`, `host1:port1,host2:port2`, `zk://…/path`, or
 * `mesos://` before any of these. Throws MESOS_ADDRESS_INVALID; connects to nothing yet.
 *
 * ```ts
 * const masters = createMasterDetector('zk://zk1:2181,zk2:2181/mesos');
 * const leader = await masters.detect(undefined, AbortSignal.timeout(10_000));
 * ```
 */
export function createMasterDetector(master: string, options: ZooKeeperMastersOptions = {}): MasterDetector {
  const parsed = parseMaster(master);
  return parsed.kind === 'listed'
    ? new ListedMasters(parsed.addresses)
    : new ZooKeeperMasters(parsed.zookeeper, options);
}
