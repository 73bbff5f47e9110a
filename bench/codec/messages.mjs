// The messages of the bench `codec`: an OFFERS event of a cluster with 1,000 agents, and the tasks of 1,000 executors.

import { mesos } from '@spark-mesos/mesos-proto';

const COUNT = 1000;
const FRAMEWORK_ID = '881cbf99-829f-49ed-8f31-d04695a22641-0005';
const { Type } = mesos.v1.Value;

const agentId = (/** @type {number} */ index) => `881cbf99-829f-49ed-8f31-d04695a22641-S${index}`;
const hostnameOf = (/** @type {number} */ index) => `agent-${index}.cluster.example.com`;
const indexes = Array.from({ length: COUNT }, (_, index) => index);

/**
 * @param {string} name
 * @param {number} value
 * @returns {mesos.v1.IResource}
 */
const scalar = (name, value) => ({
  name,
  type: Type.SCALAR,
  scalar: { value },
  role: '*',
  allocationInfo: { role: 'spark' },
});

/**
 * @param {number} index
 * @returns {mesos.v1.IOffer}
 */
function offer(index) {
  const hostname = hostnameOf(index);
  const ip = `10.0.${index >> 8}.${index & 255}`;
  return {
    id: { value: `881cbf99-829f-49ed-8f31-d04695a22641-O${index + 5000}` },
    frameworkId: { value: FRAMEWORK_ID },
    agentId: { value: agentId(index) },
    hostname,
    url: { scheme: 'http', address: { hostname, ip, port: 5051 }, path: '/slave(1)', query: [] },
    resources: [
      {
        name: 'ports',
        type: Type.RANGES,
        ranges: {
          range: [
            { begin: 31_000, end: 31_000 + (index % 400) },
            { begin: 31_500, end: 32_000 },
          ],
        },
        role: '*',
        allocationInfo: { role: 'spark' },
      },
      scalar('cpus', 4 + (index % 8)),
      scalar('mem', 4096.5 + index),
      scalar('disk', 10_000),
    ],
    attributes: [
      { name: 'rack', type: Type.TEXT, text: { value: `r${index % 20}` } },
      { name: 'zone', type: Type.TEXT, text: { value: 'abc'.charAt(index % 3) } },
    ],
    executorIds: [],
    allocationInfo: { role: 'spark' },
  };
}

/**
 * @param {number} index
 * @returns {mesos.v1.ITaskInfo}
 */
function taskInfo(index) {
  return {
    name: `SparkPi ${index}`,
    taskId: { value: `a1b2c3d4-${index}` },
    agentId: { value: agentId(index) },
    resources: [scalar('cpus', 4), scalar('mem', 4506)],
    command: {
      shell: false,
      value: '/bin/sh',
      arguments: [
        'sh',
        '-c',
        `exec "\${JAVA_HOME:+$JAVA_HOME/bin/}java" "$@"`,
        'spark-executor',
        '-cp',
        '/opt/spark/conf/:/opt/spark/jars/*',
        '-Xmx4096M',
        '-Dspark.driver.port=41234',
        'org.apache.spark.executor.CoarseGrainedExecutorBackend',
        '--driver-url',
        'spark://CoarseGrainedScheduler@10.0.0.1:41234',
        '--executor-id',
        String(index),
        '--hostname',
        hostnameOf(index),
        '--cores',
        '4',
        '--app-id',
        FRAMEWORK_ID,
      ],
      environment: {
        variables: [
          { name: 'SPARK_USER', value: 'spark' },
          { name: 'SPARK_LOCAL_DIRS', value: '/mnt/a,/mnt/b' },
        ],
      },
      uris: [{ value: 'http://repository.example.com/spark-3.5.6-bin-hadoop3.tgz', extract: true }],
    },
    labels: { labels: [{ key: 'team', value: 'data' }] },
  };
}

/** @returns {mesos.v1.scheduler.IEvent} */
export const offersEvent = () => ({
  type: mesos.v1.scheduler.Event.Type.OFFERS,
  offers: { offers: indexes.map(offer) },
});

/** @returns {mesos.v1.ITaskInfo[]} */
export const taskInfos = () => indexes.map(taskInfo);
