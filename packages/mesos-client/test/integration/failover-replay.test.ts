import { codecOf, mesos, RecordIoDecoder, toMesosJson } from '@spark-mesos/mesos-proto';
import { describe, expect, it } from 'vitest';
import { SchedulerClient, type SchedulerClientEvent } from '../../src/index.ts';
import { ManualClock, type ScriptedExchange, ScriptedMaster } from '../../src/testing/index.ts';
import { RecordedZooKeeper } from '../support/recorded-zookeeper.ts';
import { exchangesOf, type RecordedExchange, readRecording } from '../support/recordings.ts';
import { closing, Mailbox, nextOf, nextWhile } from '../support/stage.ts';

/*
 * The recording of three masters with ZooKeeper, one of which is killed, as a whole: the client finds the leader, loses
 * it, finds the next, and goes on as the same framework. Masters and ZooKeeper answer with the recorded bytes, in which
 * only ports are those of this test.
 */

const { Call, Event } = mesos.v1.scheduler;
type Recorded = RecordedExchange<mesos.v1.scheduler.ICall>;

const trace = readRecording('10-zookeeper-failover-json.jsonl');
const exchanges = exchangesOf(trace, Call, (target) => target === '/api/v1/scheduler');
const zooKeeperConnection = trace.connections.find(({ peer }) => peer === 'zookeeper');
const PORTS = [5050, 5052, 5053] as const;
type RecordedPort = (typeof PORTS)[number];

/** The leader is alone and has not read its registry; all three are there; the first leader's session is over. */
const TIMES = { first: 3.04, three: 8.1, nextLeads: 23.7 } as const;

const portOf = ({ connection }: Recorded) => Number(connection.address.split(':')[1]);
const codec = codecOf('json');
const callJson = (call: mesos.v1.scheduler.ICall | undefined) => call && toMesosJson(Call, call);

/** The SUBSCRIBEs that a recorded master answered with this status, in their order. */
function subscribesTo(port: RecordedPort, status: number): Recorded[] {
  return exchanges.filter(
    (exchange) =>
      portOf(exchange) === port &&
      exchange.response.status === status &&
      exchange.call?.type === Call.Type.SUBSCRIBE,
  );
}

/** The recorded masters: each answers SUBSCRIBE with the next of its recorded answers. */
class RecordedMasters {
  readonly #masters = new Map<number, ScriptedMaster>();
  readonly #queues: ReadonlyMap<number, Recorded[]>;
  /** SUBSCRIBEs that were answered with a stream. */
  readonly streams = new Mailbox<{ readonly recorded: Recorded; readonly exchange: ScriptedExchange }>();
  readonly calls = new Mailbox<ScriptedExchange>();
  /** Status of each answer to a SUBSCRIBE, with the port that gave it. */
  readonly answered: string[] = [];

  private constructor(queues: ReadonlyMap<number, Recorded[]>) {
    this.#queues = queues;
  }

  static async listen(queues: ReadonlyMap<RecordedPort, Recorded[]>): Promise<RecordedMasters> {
    const masters = new RecordedMasters(queues);
    for (const port of PORTS) {
      const master = await ScriptedMaster.listen((exchange) => masters.#take(port, exchange));
      masters.#masters.set(port, master);
      closing.push(() => masters.stop(port));
    }
    return masters;
  }

  get ports(): ReadonlyMap<number, number> {
    return new Map([...this.#masters].map(([port, master]) => [port, master.port]));
  }

  /** The master dies: nobody listens there any more. */
  async stop(port: number): Promise<void> {
    const master = this.#masters.get(port);
    this.#masters.delete(port);
    await master?.close();
  }

  #take(port: number, exchange: ScriptedExchange): void {
    const call = codec.decode(Call, exchange.request.body);
    if (call.type !== Call.Type.SUBSCRIBE) {
      this.calls.deliver(exchange);
      return;
    }
    const recorded = this.#queues.get(port)?.shift();
    if (recorded === undefined) {
      exchange.destroy();
      return;
    }
    const { status } = recorded.response;
    this.answered.push(`${port} ${status}`);
    // The recorder did not say who it was to masters that sent it away.
    if (status !== 307) {
      expect(callJson(call)).toEqual(callJson(recorded.call));
    }
    if (status === 200) {
      this.streams.deliver({ recorded, exchange });
    } else {
      exchange.write(this.#withOurPorts(recorded.answer)).catch(() => exchange.destroy());
    }
  }

  #withOurPorts(answer: Buffer): string {
    return answer.toString('latin1').replace(/^Location: \/\/localhost:(\d+)/m, (_, port: string) => {
      return `Location: //127.0.0.1:${this.ports.get(Number(port)) ?? port}`;
    });
  }
}

/** A client of the recorded masters, on a clock that a test moves. */
function clientOf(master: string) {
  const clock = new ManualClock();
  /** Why there was no subscription, each time. */
  const problems: string[] = [];
  const silent = () => {};
  const logger = {
    ...{ debug: silent, info: silent, error: silent },
    warn: (fields: object) => problems.push((fields as { code: string }).code),
  };
  const framework = exchanges[0]?.call?.subscribe?.frameworkInfo ?? { user: '', name: '' };
  // Only what was recorded decides how long things take.
  const times = { registrationTimeoutMs: 1e9, attemptTimeoutMs: 1e9 };
  const client = new SchedulerClient({ master, framework, contentType: 'json', clock, logger, ...times });
  closing.push(() => client.close());
  return { client, clock, problems, events: client.events() };
}

type Client = ReturnType<typeof clientOf>;

/** What was said on a stream, and the calls that belonged to it, in the order in which they crossed the wire. */
async function playStream({ client, clock, events }: Client, masters: RecordedMasters): Promise<Recorded> {
  const coming = nextWhile(clock, events, 1);
  const { recorded, exchange } = await masters.streams.take();
  const streamId = recorded.response.headers.get('mesos-stream-id');
  const calls = exchanges.filter(({ request }) => request.headers.get('mesos-stream-id') === streamId);
  const pieces = [recorded, ...calls]
    .flatMap((of) => of.connection.slices.map((slice) => ({ of, ...slice })))
    .sort((left, right) => left.atSeconds - right.atSeconds);
  const underWay = new Map<Recorded, { done: Promise<void>; exchange: ScriptedExchange }>();
  for (const { of, direction, bytes } of pieces) {
    if (of === recorded) {
      await (direction === 's2c' ? exchange.write(bytes) : undefined);
    } else if (direction === 'c2s') {
      const resubscribed = recorded.call?.frameworkId != null;
      expect(await coming).toMatchObject({ kind: 'subscribed', resubscribed });
      const { frameworkId: _, ...call } = of.call ?? {};
      const done = client.call(call);
      const asked = await masters.calls.take();
      expect(asked.request.headers.get('mesos-stream-id')).toBe(streamId);
      expect(callJson(codec.decode(Call, asked.request.body))).toEqual(callJson(of.call));
      underWay.set(of, { done, exchange: asked });
    } else {
      await underWay.get(of)?.exchange.write(bytes);
      await underWay.get(of)?.done;
    }
  }
  expect(underWay.size).toBe(calls.length);
  // The master is killed: the stream has no end in good order.
  exchange.destroy();
  await masters.stop(portOf(recorded));
  return recorded;
}

/** All events of a stream, up to its end. */
async function expectEvents(events: AsyncIterator<SchedulerClientEvent>, recorded: Recorded): Promise<void> {
  for (const record of new RecordIoDecoder().push(recorded.response.body)) {
    const expected = codec.decode(Event, record);
    if (expected.type === Event.Type.HEARTBEAT || expected.type === Event.Type.SUBSCRIBED) {
      continue;
    }
    const event = await nextOf(events);
    expect(event.kind === 'mesos' && toMesosJson(Event, event.event)).toEqual(toMesosJson(Event, expected));
  }
  expect(await nextOf(events)).toMatchObject({ kind: 'disconnected' });
}

/** The clock runs until the client has met this problem. */
async function untilProblem({ clock, problems }: Client, code: string): Promise<void> {
  while (!problems.includes(code)) {
    clock.advance(1);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('the recorded failover of a master', () => {
  it('is lived through with what ZooKeeper says of the masters', async () => {
    const masters = await RecordedMasters.listen(
      new Map([
        [5050, [...subscribesTo(5050, 503), ...subscribesTo(5050, 200)]],
        [5053, [...subscribesTo(5053, 503), ...subscribesTo(5053, 200)]],
      ]),
    );
    const connection = zooKeeperConnection ?? expect.fail('no ZooKeeper was recorded');
    const zooKeeper = await RecordedZooKeeper.listen(connection, masters.ports, TIMES.first);
    closing.push(() => zooKeeper.close());
    const subject = clientOf(`mesos://zk://${zooKeeper.address}/mesos`);

    await untilProblem(subject, 'MESOS_UNAVAILABLE');
    zooKeeper.advanceTo(TIMES.three);
    const first = await playStream(subject, masters);
    await expectEvents(subject.events, first);

    // For as long as its session lives in ZooKeeper, the dead one leads.
    await untilProblem(subject, 'MESOS_UNREACHABLE');
    zooKeeper.advanceTo(TIMES.nextLeads);
    await expectEvents(subject.events, await playStream(subject, masters));
    expect(masters.answered).toEqual(['5050 503', '5050 200', '5053 503', '5053 200']);
    expect(subject.client.frameworkId).toBe(frameworkIdOf(first));
  });

  it('is lived through with a list of masters, most of which send it on', async () => {
    const masters = await RecordedMasters.listen(
      new Map([
        [5052, subscribesTo(5052, 307)],
        [5050, subscribesTo(5050, 200)],
        [5053, [...subscribesTo(5053, 503), ...subscribesTo(5053, 200)]],
      ]),
    );
    const list = [5052, 5050, 5053].map((port) => `127.0.0.1:${masters.ports.get(port)}`).join();
    const subject = clientOf(`mesos://${list}`);

    const first = await playStream(subject, masters);
    await expectEvents(subject.events, first);
    await expectEvents(subject.events, await playStream(subject, masters));
    expect(masters.answered).toEqual(['5052 307', '5050 200', '5053 503', '5052 307', '5053 200']);
    expect(subject.problems).toContain('MESOS_UNREACHABLE');
    expect(subject.client.frameworkId).toBe(frameworkIdOf(first));
  });
});

function frameworkIdOf(stream: Recorded): string | undefined {
  const [record] = new RecordIoDecoder().push(stream.response.body);
  return record && codec.decode(Event, record).subscribed?.frameworkId.value;
}
