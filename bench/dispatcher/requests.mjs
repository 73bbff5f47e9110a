// What is asked of the dispatchers, as spark-submit would ask it.

/** The body of a submission as Spark 3.5's spark-submit sends it, but for its memory: a heap and an overhead of 896 MiB. */
export const SUBMISSION = JSON.stringify(
  {
    action: 'CreateSubmissionRequest',
    appArgs: ['4'],
    appResource: 'file:/opt/spark/examples/jars/spark-examples_2.12-3.5.6.jar',
    clientSparkVersion: '3.5.6',
    environmentVariables: { SPARK_SCALA_VERSION: '2.12', SPARK_LOCAL_IP: '127.0.0.1' },
    mainClass: 'org.apache.spark.examples.SparkPi',
    sparkProperties: {
      'spark.jars': 'file:/opt/spark/examples/jars/spark-examples_2.12-3.5.6.jar',
      'spark.driver.supervise': 'false',
      'spark.app.name': 'org.apache.spark.examples.SparkPi',
      'spark.driver.memory': '512m',
      'spark.master.rest.enabled': 'true',
      'spark.driver.cores': '1',
      'spark.submit.deployMode': 'cluster',
      'spark.submit.pyFiles': '',
      'spark.mesos.executor.home': '/opt/spark',
      'spark.master': 'mesos://127.0.0.1:7077',
    },
  },
  undefined,
  2,
);

/** @param {string} body */
export const createRequest = (body = SUBMISSION) =>
  [
    'POST /v1/submissions/create HTTP/1.1',
    'Content-Type: application/json',
    'charset: utf-8',
    'User-Agent: Java/17.0.12',
    'Host: 127.0.0.1:7077',
    'Accept: text/html, image/gif, image/jpeg, */*; q=0.2',
    'Connection: keep-alive',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');

/**
 * Submissions of some programs, each with some arguments; their settings differ in the name alone.
 * @returns {string[]}
 */
export function createRequests() {
  return Array.from({ length: 64 }, (_, index) => {
    const message = JSON.parse(SUBMISSION);
    message.appArgs = [String(index)];
    message.sparkProperties['spark.app.name'] = `program ${index % 16}`;
    return createRequest(JSON.stringify(message, undefined, 2));
  });
}

/** @param {string} path */
export const getRequest = (path) =>
  [
    `GET ${path} HTTP/1.1`,
    'User-Agent: Java/17.0.12',
    'Host: 127.0.0.1:7077',
    'Accept: text/html, image/gif, image/jpeg, */*; q=0.2',
    'Connection: keep-alive',
    '',
    '',
  ].join('\r\n');

/** What a dispatcher answers in JSON. @param {string} url @param {RequestInit} [init] @returns {Promise<any>} */
export async function ask(url, init) {
  const answer = await fetch(url, init);
  if (answer.status !== 200) throw new Error(`${url} was answered with ${answer.status}`);
  return await answer.json();
}
