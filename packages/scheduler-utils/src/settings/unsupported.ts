/** Settings of coarse mode that are known but not supported: asking for one is a problem, never ignored. */
const UNSUPPORTED = [
  'spark.mesos.containerizer',
  'spark.mesos.executor.docker.',
  'spark.mesos.executor.secret.',
  'spark.mesos.network.',
];

/** Settings that belong to other parts: fine mode, the dispatcher, cluster mode. They pass in silence. */
const OF_OTHER_PARTS = [
  'spark.mesos.appJar.',
  'spark.mesos.cluster.',
  'spark.mesos.coarse',
  'spark.mesos.deploy.',
  'spark.mesos.dispatcher.',
  'spark.mesos.driver.',
  'spark.mesos.driverEnv.',
  'spark.mesos.maxDrivers',
  'spark.mesos.mesosExecutor.cores',
  'spark.mesos.proxy.baseURL',
  'spark.mesos.retainedDrivers',
];

/** Whether the setting is known and refused. */
export function isUnsupported(name: string): boolean {
  return UNSUPPORTED.some((known) => matches(name, known));
}

/** Whether the setting is read by another part than coarse mode. */
export function isOfAnotherPart(name: string): boolean {
  return OF_OTHER_PARTS.some((known) => matches(name, known));
}

/** A known name that ends in a dot stands for all names below it. */
function matches(name: string, known: string): boolean {
  return known.endsWith('.') ? name.startsWith(known) : name === known;
}
