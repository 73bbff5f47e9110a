import { family, optional, withDefault } from '../definition.ts';
import { choice, flag, integer, number, text } from '../value-schemas.ts';
import { OURS } from './since.ts';

/** What a dispatcher is told for itself; no application is asked for it. */
export const DISPATCHER = {
  retryWaitMaxSeconds: withDefault({
    name: 'spark.mesos.cluster.retry.wait.max',
    schema: integer(1),
    default: '60',
    unit: 's',
    since: '1.4.0',
    meaning: 'The longest wait between two starts: 1, 2, 4, … seconds up to this',
  }),
  queues: family({
    name: 'spark.mesos.dispatcher.queue.[Name]',
    schema: number,
    since: '3.1.0',
    meaning: 'Priority of a queue; that of the queue default is 0',
  }),
  driverDefaults: family({
    name: 'spark.mesos.dispatcher.driverDefault.[Name]',
    schema: text,
    since: '2.1.0',
    meaning: 'A setting that submissions have unless they set it',
  }),
  dispatcherWebuiUrl: optional({
    name: 'spark.mesos.dispatcher.webui.url',
    schema: text,
    since: '2.0.0',
    meaning: 'Address of the web page that Mesos shows for the dispatcher. Unset: its own',
  }),
  historyServerUrl: optional({
    name: 'spark.mesos.dispatcher.historyServer.url',
    schema: text,
    since: '2.1.0',
    meaning: 'Address of the history server that finished drivers link to',
  }),
  roleEnforced: withDefault({
    name: 'spark.mesos.dispatcher.role.enforce',
    schema: flag,
    default: 'false',
    since: OURS,
    meaning: 'Whether submissions with another role than the dispatcher’s are refused',
  }),
  proxyBaseUrl: optional({
    name: 'spark.mesos.proxy.baseURL',
    schema: text,
    since: '2.3.0',
    meaning: 'What links to sandboxes begin with',
  }),
  maxDrivers: withDefault({
    name: 'spark.mesos.maxDrivers',
    schema: integer(0),
    default: '200',
    since: '1.4.0',
    meaning: 'Drivers that may wait or run at once',
  }),
  retainedDrivers: withDefault({
    name: 'spark.mesos.retainedDrivers',
    schema: integer(0),
    default: '200',
    since: '1.4.0',
    meaning: 'Finished drivers that are remembered',
  }),
  recoveryMode: withDefault({
    name: 'spark.deploy.recoveryMode',
    schema: choice('NONE', 'ZOOKEEPER'),
    default: 'NONE',
    since: '0.8.1',
    aliases: ['spark.mesos.deploy.recoveryMode'],
    meaning: 'Where the dispatcher keeps what must survive it: NONE or ZOOKEEPER',
  }),
  zookeeperUrl: optional({
    name: 'spark.deploy.zookeeper.url',
    schema: text,
    since: '0.8.1',
    aliases: ['spark.mesos.deploy.zookeeper.url'],
    meaning: 'Servers of ZooKeeper: host:port,host:port',
  }),
  zookeeperDirectory: withDefault({
    name: 'spark.deploy.zookeeper.dir',
    schema: text,
    default: '/spark_mesos_dispatcher',
    since: '0.8.1',
    aliases: ['spark.mesos.deploy.zookeeper.dir'],
    meaning: 'Node of ZooKeeper below which the dispatcher keeps it',
  }),
  portMaxRetries: withDefault({
    name: 'spark.port.maxRetries',
    schema: integer(0),
    default: '16',
    since: '1.1.1',
    meaning: 'How many ports after a taken one are tried',
  }),
  sslMesos: family({
    name: 'spark.ssl.mesos.[Name]',
    schema: text,
    since: '2.0.0',
    secret: true,
    meaning: 'TLS of the web page of the dispatcher, in the names of Spark',
  }),
} as const;
