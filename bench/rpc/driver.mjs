// A driver as far as its cluster manager sees it: registers with the bytes of a real one, answers what settings it
// has, and hears of its executors.

import { once } from 'node:events';
import { connect } from 'node:net';
import { readObjectStream } from '../../packages/java-serialization/dist/index.js';
import { RpcSession } from '../../packages/spark-rpc/dist/index.js';
import { recordedEnvelope, recordedEvent } from './streams.mjs';

const ADDED = 'org.apache.spark.deploy.DeployMessages$ExecutorAdded';
const REGISTERED = 'org.apache.spark.deploy.DeployMessages$RegisteredApplication';

const registration = recordedEnvelope('3.5.6/in-RegisterApplication.bin');
const settings = recordedEvent('3.5.6-relay/spark-app-config.bin');

/** @param {number} value */
function bytesOf(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

/** The registration with the driver's port replaced, wherever it stands as a number. @param {number} port */
function registrationOf(port) {
  const content = Buffer.from(registration.content);
  const recorded = registration.sender?.port ?? 0;
  const [from, to] = [bytesOf(recorded), bytesOf(port)];
  for (let at = content.indexOf(from); at >= 0; at = content.indexOf(from, at + 4)) to.copy(content, at);
  return { ...registration, sender: { host: '127.0.0.1', port }, content };
}

export class BenchDriver {
  /** Its framework's id, once it is registered. */
  appId = '';
  /** When it heard of each executor. @type {number[]} */
  addedAtMs = [];
  #session = new RpcSession();
  #socket;
  /** @type {() => void} */
  #wake = () => {};

  /** @param {string} url of the gateway @param {number} port that this driver says it has */
  constructor(url, port) {
    const { hostname, port: gatewayPort } = new URL(url);
    this.#socket = connect(Number(gatewayPort), hostname);
    this.#socket.on('error', () => {});
    this.#socket.on('data', (chunk) => {
      for (const event of this.#session.push(chunk)) this.#hear(event);
    });
    this.#socket.write(this.#session.oneWay(registrationOf(port)));
  }

  async registered() {
    await this.#until(() => this.appId !== '');
  }

  /** @param {number} count */
  async added(count) {
    await this.#until(() => this.addedAtMs.length >= count);
  }

  async close() {
    this.#socket.destroy();
    await once(this.#socket, 'close');
  }

  /** @param {() => boolean} holds */
  async #until(holds) {
    while (!holds()) {
      if (this.#socket.destroyed) throw new Error('the gateway has closed a driver’s connection');
      await new Promise((resolve) => {
        this.#wake = () => resolve(undefined);
      });
    }
  }

  /** @param {import('../../packages/spark-rpc/dist/index.js').RpcEvent} event */
  #hear(event) {
    if (event.kind === 'request') {
      if (settings.kind !== 'response') throw new Error('the recorded settings are no answer');
      this.#socket.write(this.#session.respond(event.requestId, settings.content));
    } else if (event.kind === 'oneWay') {
      const atMs = performance.now();
      const message = /** @type {any} */ (readObjectStream(event.envelope.content));
      if (message.className === ADDED) this.addedAtMs.push(atMs);
      if (message.className === REGISTERED) this.appId = message.fields.get('appId');
      this.#wake();
    }
  }
}
