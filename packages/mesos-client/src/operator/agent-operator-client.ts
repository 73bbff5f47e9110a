import { mesos } from '@spark-mesos/mesos-proto';
import { MesosError } from '../errors.ts';
import { schemeOf } from '../http/tls.ts';
import { parseAddress } from '../master/address.ts';
import { ListedMasters } from '../master/detector.ts';
import { OperatorConnection, type OperatorOptions } from './connection.ts';
import { isQuestion, ProcessOperator } from './process-operator.ts';

const { Call, Response } = mesos.v1.agent;
const { Type } = Call;

type AgentCall = mesos.v1.agent.ICall;
type AgentResponse = mesos.v1.agent.Response;

/** Settings of an {@link AgentOperatorClient}. */
export interface AgentOperatorClientOptions extends OperatorOptions {
  /** `host:port`, with or without `https://` before it; the port is 5051 unless given. */
  readonly agent: string;
}

const DEFAULT_PORT = 5051;
/** Calls whose answers, or bodies, are streams. */
const STREAMS: ReadonlySet<number> = new Set([
  Type.LAUNCH_NESTED_CONTAINER_SESSION,
  Type.ATTACH_CONTAINER_INPUT,
  Type.ATTACH_CONTAINER_OUTPUT,
]);

/** What an operator asks of one agent (POST /api/v1). All methods throw {@link MesosError}. */
export class AgentOperatorClient extends ProcessOperator<AgentCall, AgentResponse> {
  readonly #connection: OperatorConnection;

  /** Throws MESOS_ADDRESS_INVALID; connects to nothing yet. */
  constructor(options: AgentOperatorClientOptions) {
    super('agent');
    const text = options.agent.trim().replace(/^https?:\/\//, '');
    const address = parseAddress(text.replace(/\/$/, ''), DEFAULT_PORT);
    if (address === undefined) {
      throw new MesosError(
        'MESOS_ADDRESS_INVALID',
        `${JSON.stringify(options.agent)} is not the address of a Mesos agent; write host:port`,
      );
    }
    const scheme = schemeOf(options.agent, options.tls);
    this.#connection = new OperatorConnection('agent', scheme, new ListedMasters([address]), options);
  }

  /** Sends any call that is answered at once. Throws MESOS_NOT_SUPPORTED for those that stream. */
  override async call(call: AgentCall): Promise<AgentResponse | undefined> {
    if (STREAMS.has(call.type ?? 0)) {
      throw new MesosError(
        'MESOS_NOT_SUPPORTED',
        `${Type[call.type ?? 0]} is a stream, of which this client has none`,
      );
    }
    const isRepeatable = isQuestion(Type[call.type ?? 0]);
    return await this.#connection.call({ type: Call, message: call }, Response, isRepeatable);
  }

  /** Frameworks, executors and tasks of the agent, those that have ended among them. */
  async getState(): Promise<mesos.v1.agent.Response.IGetState> {
    return (await this.ask({ type: Type.GET_STATE })).getState ?? {};
  }

  /** Containers with what they use; nested and standalone ones as well, where asked for. */
  async getContainers(
    options: { readonly showNested?: boolean; readonly showStandalone?: boolean } = {},
  ): Promise<mesos.v1.agent.Response.GetContainers.IContainer[]> {
    const call = {
      type: Type.GET_CONTAINERS,
      ...(Object.keys(options).length === 0 ? {} : { getContainers: options }),
    };
    return (await this.ask(call)).getContainers?.containers ?? [];
  }

  /** Frameworks that have, or had, something on the agent. */
  async getFrameworks(): Promise<mesos.v1.agent.Response.IGetFrameworks> {
    return (await this.ask({ type: Type.GET_FRAMEWORKS })).getFrameworks ?? {};
  }

  /** Executors that run, and that have ended. */
  async getExecutors(): Promise<mesos.v1.agent.Response.IGetExecutors> {
    return (await this.ask({ type: Type.GET_EXECUTORS })).getExecutors ?? {};
  }

  /** Operations on resources that are under way. */
  async getOperations(): Promise<mesos.v1.IOperation[]> {
    return (await this.ask({ type: Type.GET_OPERATIONS })).getOperations?.operations ?? [];
  }

  /** Tasks by how far they are. */
  async getTasks(): Promise<mesos.v1.agent.Response.IGetTasks> {
    return (await this.ask({ type: Type.GET_TASKS })).getTasks ?? {};
  }

  /** The agent itself. */
  async getAgent(): Promise<mesos.v1.agent.Response.IGetAgent> {
    return (await this.ask({ type: Type.GET_AGENT })).getAgent ?? {};
  }

  /** Resource providers that have registered with the agent. */
  async getResourceProviders(): Promise<mesos.v1.agent.Response.GetResourceProviders.IResourceProvider[]> {
    const { getResourceProviders } = await this.ask({ type: Type.GET_RESOURCE_PROVIDERS });
    return getResourceProviders?.resourceProviders ?? [];
  }

  /** Ends all connections; calls that wait throw MESOS_CLOSED. */
  async close(): Promise<void> {
    await this.#connection.close();
  }
}
