import type { TlsOptions as ServerTlsOptions } from 'node:tls';
import { codecOf, mesos } from '@spark-mesos/mesos-proto';
import { afterEach } from 'vitest';
import { SchedulerClient, type SchedulerClientEvent, type SchedulerClientOptions } from '../../src/index.ts';
import { ManualClock, type ScriptedExchange, ScriptedMaster } from '../../src/testing/index.ts';

const { Call, Event } = mesos.v1.scheduler;
const codec = codecOf('protobuf');
const framework = { user: 'u', name: 'n' };

/** What a test has opened, closed after it in reverse order. */
export const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) {
    await close();
  }
});

/** A master whose SUBSCRIBEs and other calls a test takes one by one. */
export class Stage {
  readonly master: ScriptedMaster;
  readonly #subscriptions = new Mailbox<ScriptedExchange>();
  readonly #calls = new Mailbox<ScriptedExchange>();
  /** When set, answers all calls but SUBSCRIBE. */
  answerCalls: ((exchange: ScriptedExchange) => Promise<void>) | undefined;

  private constructor(master: ScriptedMaster) {
    this.master = master;
  }

  static async open(
    options: { readonly port?: number; readonly tls?: ServerTlsOptions } = {},
  ): Promise<Stage> {
    const exchanges = new Mailbox<ScriptedExchange>();
    const deliver = (exchange: ScriptedExchange) => exchanges.deliver(exchange);
    const stage = new Stage(await ScriptedMaster.listen(deliver, options.port, options.tls));
    exchanges.forward((exchange) => stage.#take(exchange));
    closing.push(() => stage.master.close());
    return stage;
  }

  #take(exchange: ScriptedExchange): void {
    if (callOf(exchange).type === Call.Type.SUBSCRIBE) {
      this.#subscriptions.deliver(exchange);
    } else if (this.answerCalls === undefined) {
      this.#calls.deliver(exchange);
    } else {
      this.answerCalls(exchange).catch(() => exchange.destroy());
    }
  }

  nextSubscribe(): Promise<ScriptedExchange> {
    return this.#subscriptions.take();
  }

  nextCall(): Promise<ScriptedExchange> {
    return this.#calls.take();
  }

  /** Takes a SUBSCRIBE and answers it with SUBSCRIBED. */
  async subscribed(streamId = 'stream', frameworkId = 'F-1'): Promise<ScriptedExchange> {
    const exchange = await this.nextSubscribe();
    await exchange.openStream(codec, streamId);
    await exchange.event(codec, {
      type: Event.Type.SUBSCRIBED,
      subscribed: { frameworkId: { value: frameworkId }, heartbeatIntervalSeconds: 1 },
    });
    return exchange;
  }
}

/** Values for whoever asks for them first. */
export class Mailbox<T> {
  readonly #values: T[] = [];
  readonly #takers: ((value: T) => void)[] = [];
  #forward: ((value: T) => void) | undefined;

  deliver(value: T): void {
    const taker = this.#takers.shift() ?? this.#forward;
    if (taker === undefined) {
      this.#values.push(value);
    } else {
      taker(value);
    }
  }

  take(): Promise<T> {
    const value = this.#values.shift();
    return value === undefined
      ? new Promise((resolve) => this.#takers.push(resolve))
      : Promise.resolve(value);
  }

  forward(taker: (value: T) => void): void {
    this.#forward = taker;
  }
}

/** The call in a request. */
export function callOf(exchange: ScriptedExchange) {
  return codec.decode(Call, exchange.request.body);
}

/** A client that has begun to subscribe, on a clock that a test moves. */
export function clientFor(master: string, options: Partial<SchedulerClientOptions> = {}) {
  const clock = new ManualClock();
  const client = new SchedulerClient({ master, framework, clock, random: () => 1, ...options });
  const events = client.events();
  closing.push(() => client.close());
  return { client, clock, events, next: () => nextOf(events) };
}

/** The next event; throws when there will be none. */
export async function nextOf(events: AsyncIterator<SchedulerClientEvent>): Promise<SchedulerClientEvent> {
  const { value, done } = await events.next();
  if (done === true) {
    throw new Error('the events have ended');
  }
  return value;
}

/** Lets the clock run until an event has come, for what is decided on sockets and then timed. */
export async function nextWhile(
  clock: ManualClock,
  events: AsyncIterator<SchedulerClientEvent>,
  stepMs: number,
) {
  let event: SchedulerClientEvent | undefined;
  const coming = nextOf(events).then((value) => {
    event = value;
  });
  while (event === undefined) {
    clock.advance(stepMs);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await coming;
  return event;
}
