// A Mesos master that has just enough to feed a gateway or a dispatcher: it subscribes every framework, sends it offers
// when told to, and says of every task that it runs, or was killed. No agent, no process behind it.

import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { encodeRecord, mesos } from '../../packages/mesos-proto/dist/index.js';

const { scheduler, TaskState } = mesos.v1;
const { Type } = scheduler.Event;
const { SCALAR } = mesos.v1.Value.Type;

/** What an offer has: just one executor of 1 core and 512 MiB with their overhead. */
const OFFER = { cpus: 1, memMiB: 896 };

/**
 * @typedef {object} Framework
 * @property {import('node:http').ServerResponse} stream
 * @property {string} id
 */

export class BenchMaster {
  /** @type {Map<string, Framework>} */
  frameworks = new Map();
  /** Told of each revival, and of each task that is launched. */
  onRevive = (/** @type {string} */ _frameworkId) => {};
  onLaunch = (/** @type {string} */ _taskId) => {};
  #server = createServer((request, response) => this.#take(request, response));
  #offers = 0;

  async listen() {
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', () => resolve(undefined)));
    return `127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (this.#server.address()).port}`;
  }

  /** One OFFERS event of so many offers, each of another agent. @param {string} frameworkId @param {number} count */
  offer(frameworkId, count) {
    const offers = Array.from({ length: count }, () => this.#offerTo(frameworkId));
    this.#send(frameworkId, { type: Type.OFFERS, offers: { offers } });
  }

  close() {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(resolve));
  }

  /** @param {string} frameworkId */
  #offerTo(frameworkId) {
    this.#offers += 1;
    const number = this.#offers;
    const amount = (/** @type {string} */ name, /** @type {number} */ value) => ({
      name,
      type: SCALAR,
      scalar: { value },
      role: '*',
      allocationInfo: { role: '*' },
    });
    return {
      id: { value: `bench-O${number}` },
      frameworkId: { value: frameworkId },
      agentId: { value: `bench-S${number}` },
      hostname: `agent-${number}.example.org`,
      allocationInfo: { role: '*' },
      url: { scheme: 'http', address: { ip: '127.0.0.1', port: 5051 }, path: '/slave(1)' },
      resources: [amount('cpus', OFFER.cpus), amount('mem', OFFER.memMiB)],
    };
  }

  /** @param {string} frameworkId @param {mesos.v1.scheduler.IEvent} event */
  #send(frameworkId, event) {
    this.frameworks.get(frameworkId)?.stream.write(encodeRecord(scheduler.Event.encode(event).finish()));
  }

  /** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
  #take(request, response) {
    /** @type {Buffer[]} */
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const call = scheduler.Call.decode(Buffer.concat(chunks));
      if (call.subscribe) this.#subscribe(response, call.subscribe.frameworkInfo?.id?.value);
      else {
        response.writeHead(202).end();
        this.#obey(call);
      }
    });
  }

  /** One that comes back keeps its id. @param {import('node:http').ServerResponse} stream @param {string | undefined} known */
  #subscribe(stream, known) {
    const id = known ?? randomUUID();
    stream.writeHead(200, { 'Content-Type': 'application/x-protobuf', 'Mesos-Stream-Id': randomUUID() });
    this.frameworks.set(id, { stream, id });
    const subscribed = { frameworkId: { value: id }, heartbeatIntervalSeconds: 15 };
    this.#send(id, { type: Type.SUBSCRIBED, subscribed });
  }

  /** @param {mesos.v1.scheduler.ICall} call */
  #obey(call) {
    const frameworkId = call.frameworkId?.value ?? '';
    for (const { launch } of call.accept?.operations ?? []) {
      for (const task of launch?.taskInfos ?? []) {
        this.onLaunch(task.taskId?.value ?? '');
        this.#update(frameworkId, task.taskId, task.agentId, TaskState.TASK_RUNNING);
      }
    }
    if (call.type === scheduler.Call.Type.REVIVE) this.onRevive(frameworkId);
    const { kill } = call;
    if (kill?.taskId) this.#update(frameworkId, kill.taskId, kill.agentId, TaskState.TASK_KILLED);
    if (call.type === scheduler.Call.Type.TEARDOWN) {
      this.frameworks.get(frameworkId)?.stream.end();
      this.frameworks.delete(frameworkId);
    }
  }

  /** @param {string} frameworkId @param {any} taskId @param {any} agentId @param {number} state */
  #update(frameworkId, taskId, agentId, state) {
    const status = {
      taskId,
      agentId,
      state,
      uuid: randomBytes(16),
      source: mesos.v1.TaskStatus.Source.SOURCE_EXECUTOR,
    };
    this.#send(frameworkId, { type: Type.UPDATE, update: { status } });
  }
}
