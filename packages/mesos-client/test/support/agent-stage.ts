import { codecOf, mesos } from '@spark-mesos/mesos-proto';
import {
  ExecutorClient,
  type ExecutorClientEvent,
  type ExecutorClientOptions,
  parseExecutorEnvironment,
} from '../../src/index.ts';
import { ManualClock, type ScriptedExchange, ScriptedMaster } from '../../src/testing/index.ts';
import { closing, Mailbox } from './stage.ts';

const { Call, Event } = mesos.v1.executor;
const codec = codecOf('protobuf');

/** An agent whose SUBSCRIBEs and other calls a test takes one by one. */
export class AgentStage {
  readonly agent: ScriptedMaster;
  readonly #subscriptions = new Mailbox<ScriptedExchange>();
  readonly #calls = new Mailbox<ScriptedExchange>();

  private constructor(agent: ScriptedMaster) {
    this.agent = agent;
  }

  static async open(port?: number): Promise<AgentStage> {
    const exchanges = new Mailbox<ScriptedExchange>();
    const stage = new AgentStage(
      await ScriptedMaster.listen((exchange) => exchanges.deliver(exchange), port),
    );
    exchanges.forward((exchange) => {
      const isSubscribe = executorCallOf(exchange).type === Call.Type.SUBSCRIBE;
      (isSubscribe ? stage.#subscriptions : stage.#calls).deliver(exchange);
    });
    closing.push(() => stage.agent.close());
    return stage;
  }

  nextSubscribe(): Promise<ScriptedExchange> {
    return this.#subscriptions.take();
  }

  nextCall(): Promise<ScriptedExchange> {
    return this.#calls.take();
  }

  /** Takes a SUBSCRIBE and answers it with SUBSCRIBED. */
  async subscribed(): Promise<ScriptedExchange> {
    const exchange = await this.nextSubscribe();
    await exchange.openStream(codec);
    await sendEvent(exchange, {
      type: Event.Type.SUBSCRIBED,
      subscribed: {
        executorInfo: { executorId: { value: 'E' } },
        frameworkInfo: { user: 'u', name: 'n' },
        agentInfo: { hostname: 'h' },
      },
    });
    return exchange;
  }
}

export function sendEvent(exchange: ScriptedExchange, event: mesos.v1.executor.IEvent): Promise<void> {
  return exchange.record(codec.encode(Event, event));
}

export function executorCallOf(exchange: ScriptedExchange): mesos.v1.executor.ICall {
  return codec.decode(Call, exchange.request.body);
}

/** An executor that has begun to subscribe, on a clock that a test moves. */
export function executorFor(
  address: string,
  variables: Readonly<Record<string, string>> = {},
  options: ExecutorClientOptions = {},
) {
  const environment = parseExecutorEnvironment({
    MESOS_FRAMEWORK_ID: 'F',
    MESOS_EXECUTOR_ID: 'E',
    MESOS_AGENT_ENDPOINT: address,
    MESOS_CHECKPOINT: '1',
    ...variables,
  });
  const clock = new ManualClock();
  const executor = new ExecutorClient({
    environment,
    clock,
    random: () => 0.5,
    nowSeconds: () => 12.5,
    ...options,
  });
  const events = executor.events();
  closing.push(() => executor.close());
  const next = async (): Promise<ExecutorClientEvent> => {
    const { value, done } = await events.next();
    if (done === true) {
      throw new Error('the events have ended');
    }
    return value;
  };
  return { executor, clock, events, next };
}
