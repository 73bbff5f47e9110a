import type { ZooKeeperEnsemble } from '@spark-mesos/durable-store';
import type { DispatcherSettings } from '@spark-mesos/scheduler-utils';
import { CommandError } from './errors.ts';
import type { Environment } from './properties.ts';

/** Where the state is, and the election held, with `spark.deploy.recoveryMode=ZOOKEEPER`. */
export interface ZooKeeperPlace {
  readonly ensemble: ZooKeeperEnsemble;
  /** Of the node below which everything is. */
  readonly directory: string;
}

/** User and password of ZooKeeper's digest authentication, for which Spark has no setting. */
const CREDENTIALS = 'SPARK_MESOS_ZOOKEEPER_CREDENTIALS';
const SERVER = /^(?<host>[^\s:@[\]?#/]+)(?::(?<port>\d{1,5}))?$/;
const PATH = /^(?:\/[^/\s\p{Cc}]+)+$/u;
const DEFAULT_PORT = 2181;

/** What settings and environment say of ZooKeeper; undefined where the state is kept in files. Throws what is wrong. */
export async function zooKeeperPlace(
  settings: Pick<DispatcherSettings, 'recoveryMode' | 'zookeeperUrl' | 'zookeeperDirectory'>,
  environment: Environment,
): Promise<ZooKeeperPlace | undefined> {
  const { recoveryMode, zookeeperUrl, zookeeperDirectory } = settings;
  if (recoveryMode !== 'ZOOKEEPER') return undefined;
  if (zookeeperUrl === undefined || zookeeperUrl.trim() === '') {
    throw wrong(
      'spark.deploy.recoveryMode=ZOOKEEPER needs spark.deploy.zookeeper.url (or --zk): host:port,host:port',
    );
  }
  const directory = zookeeperDirectory.replace(/\/+$/, '');
  if (!PATH.test(directory) || /\/\.\.?(?:\/|$)/.test(directory)) {
    throw wrong('spark.deploy.zookeeper.dir has to be the path of a node, such as /spark_mesos_dispatcher');
  }
  return {
    ensemble: {
      servers: zookeeperUrl.split(',').map((server) => serverOf(server.trim())),
      credentials: credentialsOf(environment[CREDENTIALS]),
    },
    directory,
  };
}

/** As it is shown, without user and password. */
export function describePlace({ ensemble, directory }: ZooKeeperPlace): string {
  return `zk://${ensemble.servers.join(',')}${directory}`;
}

function serverOf(text: string): string {
  if (/^[^/:]+(?::\d+)?\//.test(text)) {
    throw new CommandError(
      'NOT_SUPPORTED',
      'a path behind the servers in spark.deploy.zookeeper.url is not supported: name it in spark.deploy.zookeeper.dir',
    );
  }
  const { host, port } = SERVER.exec(text)?.groups ?? {};
  const number = port === undefined ? DEFAULT_PORT : Number(port);
  if (host === undefined || number < 1 || number > 65_535) {
    // Not the text itself, in which a password may stand.
    throw wrong('spark.deploy.zookeeper.url has to be host:port,host:port, without anything else');
  }
  return `${host}:${number}`;
}

function credentialsOf(text: string | undefined): { user: string; password: string } | undefined {
  if (text === undefined || text === '') return undefined;
  const colon = text.indexOf(':');
  if (colon < 1) throw wrong(`${CREDENTIALS} has to be user:password`);
  return { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

function wrong(message: string): CommandError {
  return new CommandError('DISPATCHER_COMMAND_SETTINGS', message);
}
