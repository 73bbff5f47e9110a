// Those who submit: by the API of our own with an idempotency key, which is repeated until there is an answer, and by
// Spark's protocol, once.

import { setTimeout as delay } from 'node:timers/promises';

const ANSWER_TIMEOUT_MS = 5000;
const AGAIN_MS = 50;

/**
 * @typedef {'end' | 'fail' | 'flaky' | 'kill'} Behaviour
 *
 * @typedef {object} Job
 * @property {string} name
 * @property {Behaviour} what it does: ends well, fails, fails at its first attempt, or lasts until it is killed
 * @property {'v1' | 'v2'} protocol
 * @property {number} seconds
 * @property {number} afterMs when it is submitted
 * @property {number} killAfterMs how long after that it is killed, where it is
 *
 * @typedef {object} Told
 * @property {'accepted' | 'refused' | 'unknown'} how what its author knows: nothing is known where an answer was lost
 * @property {string} [id]
 * @property {boolean} [killed] the dispatcher has taken its kill
 *
 * @typedef {object} Attempt
 * @property {string} taskId
 * @property {string} [startedAt]
 * @property {string} [taskState]
 * @property {number} [exitStatus]
 * @property {string} [message]
 *
 * @typedef {object} Submission
 * @property {string} id
 * @property {string} state
 * @property {string} [finalState]
 * @property {string} [message]
 * @property {Attempt[]} attempts
 * @property {{ arguments: string[] }} request
 */

export class Client {
  /** How often it was told that the dispatcher takes nothing now. */
  refusals = 0;
  #url;
  #isOver;

  /**
   * @param {() => string | undefined} url of a dispatcher that may answer
   * @param {() => boolean} isOver whether it is to give up
   */
  constructor(url, isOver) {
    this.#url = url;
    this.#isOver = isOver;
  }

  /**
   * @param {Job} job
   * @param {object} body as the job's protocol has it
   * @returns {Promise<Told>}
   */
  submit(job, body) {
    return job.protocol === 'v1' ? this.#submitOnce(body) : this.#submitUntilAnswered(job, body);
  }

  /**
   * Until the dispatcher has taken it, or says that it has ended.
   * @param {string} id
   * @returns {Promise<boolean>} whether it was taken
   */
  async kill(id) {
    const { status } = await this.#untilAnswered(`/api/v2/submissions/${id}/kill`, { body: {} });
    return status === 202;
  }

  /** What its last attempt has written to standard output. @param {string} id @returns {Promise<string>} */
  async log(id) {
    return String((await this.#untilAnswered(`/api/v2/submissions/${id}/log?file=stdout`)).body.data);
  }

  /** All that there is, or nothing where nobody answers. @returns {Promise<{ id: string, name: string, state: string }[] | undefined>} */
  async list() {
    const answer = await this.#ask('/api/v2/submissions?limit=1000').catch(() => undefined);
    return answer?.status === 200 ? answer.body.submissions : undefined;
  }

  /** @param {string} id @returns {Promise<Submission>} */
  async read(id) {
    return (await this.#untilAnswered(`/api/v2/submissions/${id}`)).body;
  }

  /** @param {object} body @returns {Promise<Told>} */
  async #submitOnce(body) {
    while (this.#url() === undefined && !this.#isOver()) await delay(AGAIN_MS);
    const answer = await this.#ask('/v1/submissions/create', { body }).catch(() => undefined);
    if (answer === undefined) return { how: 'unknown' };
    if (answer.status === 200 && answer.body.success)
      return { how: 'accepted', id: answer.body.submissionId };
    this.refusals += 1;
    return { how: 'refused' };
  }

  /** @param {Job} job @param {object} body @returns {Promise<Told>} */
  async #submitUntilAnswered({ name }, body) {
    const answer = await this.#untilAnswered('/api/v2/submissions', {
      body,
      headers: { 'idempotency-key': name },
    });
    if (answer.status === 200 || answer.status === 201)
      return { how: 'accepted', id: answer.body.submissionId };
    throw new Error(`${name} was answered with ${answer.status}: ${JSON.stringify(answer.body)}`);
  }

  /**
   * @param {string} path
   * @param {{ body?: object, headers?: Record<string, string> }} [options]
   */
  async #untilAnswered(path, options) {
    while (!this.#isOver()) {
      const answer = await this.#ask(path, options).catch(() => undefined);
      if (answer !== undefined && answer.status < 500) return answer;
      if (answer !== undefined) this.refusals += 1;
      await delay(AGAIN_MS);
    }
    throw new Error(`nobody has answered ${path}`);
  }

  /**
   * @param {string} path
   * @param {{ body?: object, headers?: Record<string, string> }} [options]
   * @returns {Promise<{ status: number, body: any }>}
   */
  async #ask(path, { body, headers } = {}) {
    const url = this.#url();
    if (url === undefined) throw new Error('there is no dispatcher');
    const answer = await fetch(`${url}${path}`, {
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
      headers: { 'content-type': 'application/json', ...headers },
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
    return { status: answer.status, body: await answer.json() };
  }
}

/**
 * What is submitted for a job.
 * @param {Job} job
 * @param {{ sparkHome: string, records: string, jar: string }} places
 */
export function bodyOf({ name, what, protocol, seconds }, { sparkHome, records, jar }) {
  const properties = {
    'spark.app.name': name,
    'spark.driver.memory': '64m',
    'spark.driver.cores': '1',
    'spark.mesos.executor.home': sparkHome,
    'spark.driver.supervise': String(what === 'flaky'),
    // A machine that is gone does not come back in time for its driver.
    'spark.mesos.driver.supervise.unreachableTimeout': '30s',
  };
  const words = [name, what, String(what === 'kill' ? 600 : seconds)];
  const common = { appResource: `file:${jar}`, mainClass: 'org.example.Main' };
  const environment = { DRILL_RECORDS: records };
  if (protocol === 'v2') return { ...common, arguments: words, properties, environment };
  return {
    ...common,
    action: 'CreateSubmissionRequest',
    appArgs: words,
    clientSparkVersion: '3.5.6',
    environmentVariables: environment,
    sparkProperties: properties,
  };
}
