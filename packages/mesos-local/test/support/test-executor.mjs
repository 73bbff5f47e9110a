// An executor as the recordings had one: `node test-executor.mjs json|pb NAME [ignoreshutdown]`. What a task's data
// say is what it does. All that it sends and hears goes to trace.jsonl in its sandbox, a line each.

import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { request } from 'node:http';
import { FORMS } from './test-executor-forms.mjs';

const [, , form = 'json', , manner] = process.argv;
const { mediaType, encode, decode } = form === 'pb' ? FORMS.pb : FORMS.json;
const { MESOS_AGENT_ENDPOINT, MESOS_FRAMEWORK_ID, MESOS_EXECUTOR_ID } = process.env;
const token = process.env.MESOS_EXECUTOR_AUTHENTICATION_TOKEN;
/**
 * What an agent says to an executor, as far as this one listens.
 * @typedef {{ type: string, launch: { task: Task }, kill: { task_id: { value: string } },
 *   message: { data: string }, acknowledged: { uuid: string } }} Event
 * @typedef {{ task_id: { value: string }, data?: string }} Task
 */

/** @type {Set<string>} */
const live = new Set();
/** @type {Set<string>} */
const acknowledged = new Set();
/** @type {Set<() => void>} */
const waiters = new Set();
let isEnding = false;
/** @type {Promise<void>} */
let last = Promise.resolve();

/** @param {object} line */
const write = (line) => appendFileSync('trace.jsonl', `${JSON.stringify(line)}\n`);
write({ environment: process.env });

/**
 * @param {string | object} body
 * @returns {Promise<import('node:http').IncomingMessage>}
 */
function post(body, withToken = true) {
  return new Promise((resolve, reject) => {
    const bytes = typeof body === 'string' ? body : encode(body);
    /** @type {Record<string, string>} */
    const headers = { 'Content-Type': mediaType, Accept: mediaType };
    if (token && withToken) headers.Authorization = `Bearer ${token}`;
    const sent = request(
      `http://${MESOS_AGENT_ENDPOINT}/api/v1/executor`,
      { method: 'POST', headers },
      resolve,
    );
    sent.on('error', reject);
    sent.end(bytes);
  });
}

/** @param {import('node:http').IncomingMessage} answer */
async function textOf(answer) {
  let text = '';
  for await (const chunk of answer) text += chunk;
  return text;
}

/**
 * @param {string} type
 * @param {object} [more]
 */
const envelope = (type, more = {}) => ({
  type,
  framework_id: { value: MESOS_FRAMEWORK_ID },
  executor_id: { value: MESOS_EXECUTOR_ID },
  ...more,
});

/** @param {string | object} body */
async function call(body, withToken = true) {
  const answer = await post(body, withToken);
  const text = await textOf(answer);
  write({ call: body, status: answer.statusCode, text });
}

function uuid() {
  return Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64');
}

/**
 * @param {string} taskId
 * @param {string} state
 */
async function update(taskId, state, more = {}) {
  const id = uuid();
  const status = { task_id: { value: taskId }, state, source: 'SOURCE_EXECUTOR', uuid: id };
  const own = { executor_id: { value: MESOS_EXECUTOR_ID }, timestamp: Date.now() / 1000, ...more };
  await call(envelope('UPDATE', { update: { status: { ...status, ...own } } }));
  return id;
}

/**
 * @param {string} id
 * @returns {Promise<void>}
 */
const isAcknowledged = (id) =>
  new Promise((resolve) => {
    const look = () => {
      if (!acknowledged.has(id)) return;
      waiters.delete(look);
      resolve();
    };
    waiters.add(look);
    look();
  });

/** @param {string} taskId */
async function badCalls(taskId) {
  const status = { task_id: { value: taskId }, state: 'TASK_RUNNING' };
  await call('{bad');
  await call(envelope('UPDATE', { update: { status } }));
  await call(envelope('UPDATE'));
  await call(envelope('MESSAGE'));
  await call(
    envelope('UPDATE', { update: { status: { ...status, uuid: uuid(), source: 'SOURCE_MASTER' } } }),
  );
  const staging = { ...status, state: 'TASK_STAGING', uuid: uuid(), source: 'SOURCE_EXECUTOR' };
  await call(envelope('UPDATE', { update: { status: staging } }));
}

/** @param {string} text */
const base64 = (text) => Buffer.from(text).toString('base64');

/** @param {Task} task */
async function launch(task) {
  const taskId = task.task_id.value;
  const what = Buffer.from(task.data ?? '', 'base64').toString();
  live.add(taskId);
  if (what === 'bad') await badCalls(taskId);
  await update(taskId, 'TASK_STARTING');
  const labels = { labels: [{ key: 'k', value: 'v' }] };
  const running = await update(taskId, 'TASK_RUNNING', { data: base64('hello'), message: 'up', labels });
  if (what === 'run' || what === 'bad') return;
  void isAcknowledged(running).then(() => then(() => finish(taskId, what)));
}

/**
 * @param {string} taskId
 * @param {string} what
 */
async function finish(taskId, what) {
  if (what === 'die') process.exit(3);
  if (what === 'exit0') process.exit(0);
  live.delete(taskId);
  if (what === 'fail') await update(taskId, 'TASK_FAILED', { message: 'it broke' });
  else await update(taskId, 'TASK_FINISHED', { data: base64('result bytes') });
}

async function shutdown() {
  if (manner === 'ignoreshutdown') return;
  isEnding = true;
  for (const taskId of live) await update(taskId, 'TASK_KILLED', { message: 'shutdown' });
  setTimeout(() => process.exit(0), 50);
}

/** @param {string} taskId */
async function kill(taskId) {
  live.delete(taskId);
  await update(taskId, 'TASK_KILLED', { message: 'killed on request' });
}

/** @param {Event} event */
function handle(event) {
  write({ event });
  if (event.type === 'ACKNOWLEDGED') {
    acknowledged.add(event.acknowledged.uuid);
    for (const look of [...waiters]) look();
  }
  if (event.type === 'LAUNCH') then(() => launch(event.launch.task));
  if (event.type === 'KILL') then(() => kill(event.kill.task_id.value));
  if (event.type === 'SHUTDOWN') then(shutdown);
  if (event.type === 'MESSAGE') {
    const data = Buffer.concat([Buffer.from('echo:'), Buffer.from(event.message.data, 'base64')]);
    then(() => call(envelope('MESSAGE', { message: { data: data.toString('base64') } })));
  }
}

/**
 * One thing after the other.
 * @param {() => Promise<void>} work
 */
function then(work) {
  last = last.then(work).catch((error) => write({ problem: String(error) }));
}

async function subscribe() {
  const body = envelope('SUBSCRIBE', { subscribe: { unacknowledged_updates: [], unacknowledged_tasks: [] } });
  const answer = await post(body);
  write({ call: body, status: answer.statusCode, text: '' });
  let buffer = Buffer.alloc(0);
  for await (const chunk of answer) {
    buffer = Buffer.concat([buffer, chunk]);
    for (;;) {
      const line = buffer.indexOf(10);
      const length = line < 0 ? Number.NaN : Number(buffer.subarray(0, line).toString());
      if (!(buffer.length >= line + 1 + length)) break;
      handle(decode(buffer.subarray(line + 1, line + 1 + length)));
      buffer = buffer.subarray(line + 1 + length);
    }
  }
}

if (token) await call(envelope('SUBSCRIBE', { subscribe: {} }), false);
for (let attempts = 0; attempts < 200 && !isEnding; attempts++) {
  await subscribe().catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 50));
}
