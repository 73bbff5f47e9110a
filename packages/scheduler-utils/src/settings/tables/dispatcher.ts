import { family, optional, withDefault } from '../definition.ts';
import { choice, flag, integer, number, seconds, text } from '../value-schemas.ts';
import { OURS } from './since.ts';

/** What a dispatcher is told for itself; no application is asked for it. */
export const DISPATCHER = {
  dispatcherHost: optional({
    name: 'SPARK_MESOS_DISPATCHER_HOST',
    schema: text,
    since: '2.1.0',
    environmentVariable: 'SPARK_MESOS_DISPATCHER_HOST',
    meaning: 'Host where the dispatcher listens; an environment variable alone. Unset: the name of its host',
  }),
  dispatcherPort: withDefault({
    name: 'SPARK_MESOS_DISPATCHER_PORT',
    schema: integer(0, 65_535),
    default: '7077',
    since: '2.1.0',
    environmentVariable: 'SPARK_MESOS_DISPATCHER_PORT',
    meaning: 'Port where the dispatcher listens; an environment variable alone',
  }),
  dispatcherInstance: withDefault({
    name: 'SPARK_MESOS_DISPATCHER_NUM',
    schema: integer(1),
    default: '1',
    since: '2.1.0',
    environmentVariable: 'SPARK_MESOS_DISPATCHER_NUM',
    meaning: 'Tells several dispatchers of one host apart; an environment variable alone',
  }),
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
    meaning: 'Whether submissions with another role than the dispatcher’s are refused, where that has one',
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
    meaning: 'Drivers that may run at once; others wait',
  }),
  maxQueuedDrivers: withDefault({
    name: 'spark.mesos.maxQueuedDrivers',
    schema: integer(0),
    default: '100000',
    since: OURS,
    meaning: 'Drivers that may wait at once; with more, submissions are refused',
  }),
  queueMaxQueued: family({
    name: 'spark.mesos.dispatcher.queueMaxQueued.[Name]',
    schema: integer(0),
    since: OURS,
    meaning: 'Drivers that may wait at once in that queue',
  }),
  queueMaxRunning: family({
    name: 'spark.mesos.dispatcher.queueMaxRunning.[Name]',
    schema: integer(0),
    since: OURS,
    meaning: 'Drivers of that queue that may run at once',
  }),
  strictOrder: withDefault({
    name: 'spark.mesos.dispatcher.strictOrder',
    schema: flag,
    default: 'false',
    since: OURS,
    meaning:
      'Whether no driver is started before those ahead of it in the queue: offers are held for a big one',
  }),
  holdOffersSeconds: withDefault({
    name: 'spark.mesos.dispatcher.strictOrder.holdOffers',
    schema: seconds,
    default: '60s',
    unit: 's',
    since: OURS,
    meaning:
      'How long, with strict order, an offer that is too small by itself is held until more comes with it',
  }),
  originalMemory: withDefault({
    name: 'spark.mesos.dispatcher.originalMemory',
    schema: flag,
    default: 'false',
    since: OURS,
    meaning:
      'Whether a driver gets the memory that Spark 3.3 to 3.5 gave it: one overhead within its --driver-memory, ' +
      'and another beside it',
  }),
  sparkHome: optional({
    name: 'spark.home',
    schema: text,
    since: '0.8.1',
    environmentVariable: 'SPARK_HOME',
    meaning: 'Where Spark is on the agents, for drivers that name no other place',
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
