import { mesos, toInt64 } from '@spark-mesos/mesos-proto';
import type { Id } from '../calls/scheduler-calls.ts';
import { MesosError } from '../errors.ts';
import { schemeOf } from '../http/tls.ts';
import { createMasterDetector } from '../master/create-detector.ts';
import type { MasterDetector } from '../master/detector.ts';
import { OperatorConnection, type OperatorOptions } from './connection.ts';
import { readOperatorEvents } from './events.ts';
import { isQuestion, ProcessOperator } from './process-operator.ts';

const { Call, Response } = mesos.v1.master;
const { Type } = Call;

type MasterCall = mesos.v1.master.ICall;
type MasterResponse = mesos.v1.master.Response;

/** Settings of an {@link OperatorClient}. */
export interface OperatorClientOptions extends OperatorOptions {
  /** `host:port`, `host1:port1,host2:port2` or `zk://…/path`, with or without `mesos://`. */
  readonly master: string;
  /** So many heartbeats of a stream may stay out before the master counts as gone. */
  readonly missedHeartbeats?: number;
  /** Finds the masters, in place of what `master` says. */
  readonly detector?: MasterDetector;
}

/**
 * What an operator asks of the leading master, and tells it (POST /api/v1).
 *
 * Masters that do not lead send on to the one that does. A question is asked again when nobody answers; what changes
 * something is sent again only when it cannot have arrived. All methods throw {@link MesosError}.
 *
 * ```ts
 * const operator = new OperatorClient({ master: 'zk://zk1:2181/mesos' });
 * const { agents } = await operator.getAgents();
 * await operator.drainAgent(agents[0].agentInfo.id, { maxGracePeriodSeconds: 60 });
 * await operator.close();
 * ```
 */
export class OperatorClient extends ProcessOperator<MasterCall, MasterResponse> {
  readonly #connection: OperatorConnection;
  readonly #missedHeartbeats: number;

  /** Throws MESOS_ADDRESS_INVALID; connects to nothing yet. */
  constructor(options: OperatorClientOptions) {
    super('master');
    const scheme = schemeOf(options.master, options.tls);
    const detector =
      options.detector ??
      createMasterDetector(options.master, { prefer: scheme === 'https' ? 'hostname' : 'ip' });
    this.#connection = new OperatorConnection('master', scheme, detector, options);
    this.#missedHeartbeats = options.missedHeartbeats ?? 5;
  }

  /**
   * Sends any call that is answered at once; gives what the master answers, if it answers anything.
   *
   * Throws MESOS_NOT_SUPPORTED for SUBSCRIBE, which is for {@link events}.
   */
  override async call(call: MasterCall): Promise<MasterResponse | undefined> {
    if (call.type === Type.SUBSCRIBE) {
      throw new MesosError('MESOS_NOT_SUPPORTED', 'SUBSCRIBE is answered with a stream: call events()');
    }
    const isRepeatable = isQuestion(Type[call.type ?? 0]);
    return await this.#connection.call({ type: Call, message: call }, Response, isRepeatable);
  }

  /**
   * The state of everything as SUBSCRIBED, and then each change, as long as the stream lasts.
   *
   * A reader that is slow makes the master wait. Throws MESOS_CONNECTION_LOST when the stream ends, and falls silent
   * without a word when the client is closed; subscribing again gives the state anew.
   */
  events(options: { readonly signal?: AbortSignal } = {}): AsyncGenerator<mesos.v1.master.Event, void> {
    return readOperatorEvents(this.#connection, this.#missedHeartbeats, options.signal);
  }

  /** Agents, frameworks, executors and tasks of the cluster, those that have ended among them. */
  async getState(): Promise<mesos.v1.master.Response.IGetState> {
    return (await this.ask({ type: Type.GET_STATE })).getState ?? {};
  }

  /** Agents, with what they have, offer and use; also those that were there before a failover. */
  async getAgents(): Promise<mesos.v1.master.Response.IGetAgents> {
    return (await this.ask({ type: Type.GET_AGENTS })).getAgents ?? {};
  }

  /** Frameworks that are subscribed, that are away, and that have ended. */
  async getFrameworks(): Promise<mesos.v1.master.Response.IGetFrameworks> {
    return (await this.ask({ type: Type.GET_FRAMEWORKS })).getFrameworks ?? {};
  }

  /** Executors of all frameworks. */
  async getExecutors(): Promise<mesos.v1.master.Response.IGetExecutors> {
    return (await this.ask({ type: Type.GET_EXECUTORS })).getExecutors ?? {};
  }

  /** Operations on resources that are under way. */
  async getOperations(): Promise<mesos.v1.IOperation[]> {
    return (await this.ask({ type: Type.GET_OPERATIONS })).getOperations?.operations ?? [];
  }

  /** Tasks of all frameworks by how far they are. */
  async getTasks(): Promise<mesos.v1.master.Response.IGetTasks> {
    return (await this.ask({ type: Type.GET_TASKS })).getTasks ?? {};
  }

  /** Roles with their weight, their frameworks and their resources. */
  async getRoles(): Promise<mesos.v1.IRole[]> {
    return (await this.ask({ type: Type.GET_ROLES })).getRoles?.roles ?? [];
  }

  /** Weights of roles that have another one than 1. */
  async getWeights(): Promise<mesos.v1.IWeightInfo[]> {
    return (await this.ask({ type: Type.GET_WEIGHTS })).getWeights?.weightInfos ?? [];
  }

  /** Changes how much of the cluster each role is due in relation to others; roles that are not named keep theirs. */
  async updateWeights(weightInfos: readonly mesos.v1.IWeightInfo[]): Promise<void> {
    await this.call({ type: Type.UPDATE_WEIGHTS, updateWeights: { weightInfos: [...weightInfos] } });
  }

  /** The master that leads. */
  async getMaster(): Promise<mesos.v1.master.Response.IGetMaster> {
    return (await this.ask({ type: Type.GET_MASTER })).getMaster ?? {};
  }

  /** Guarantees and limits of roles. */
  async getQuota(): Promise<mesos.v1.quota.IQuotaStatus> {
    return (await this.ask({ type: Type.GET_QUOTA })).getQuota?.status ?? {};
  }

  /** Replaces the guarantees and limits of these roles, of all or of none. `force` allows what cannot be met now. */
  async updateQuota(
    quotaConfigs: readonly mesos.v1.quota.IQuotaConfig[],
    options: { readonly force?: boolean } = {},
  ): Promise<void> {
    const updateQuota = { quotaConfigs: [...quotaConfigs], ...options };
    await this.call({ type: Type.UPDATE_QUOTA, updateQuota });
  }

  /** Keeps resources of an agent for a role; with `source`, those that are kept as it says now. */
  async reserveResources(
    agentId: Id,
    resources: readonly mesos.v1.IResource[],
    source: readonly mesos.v1.IResource[] = [],
  ): Promise<void> {
    await this.call({
      type: Type.RESERVE_RESOURCES,
      reserveResources: { agentId: idOf(agentId), resources: [...resources], source: [...source] },
    });
  }

  /** Gives them free again. */
  async unreserveResources(agentId: Id, resources: readonly mesos.v1.IResource[]): Promise<void> {
    await this.call({
      type: Type.UNRESERVE_RESOURCES,
      unreserveResources: { agentId: idOf(agentId), resources: [...resources] },
    });
  }

  /** Agents that are drained for maintenance, and those that are down. */
  async getMaintenanceStatus(): Promise<mesos.v1.maintenance.IClusterStatus> {
    const { getMaintenanceStatus } = await this.ask({ type: Type.GET_MAINTENANCE_STATUS });
    return getMaintenanceStatus?.status ?? {};
  }

  /** Windows of maintenance that were planned. */
  async getMaintenanceSchedule(): Promise<mesos.v1.maintenance.ISchedule> {
    const { getMaintenanceSchedule } = await this.ask({ type: Type.GET_MAINTENANCE_SCHEDULE });
    return getMaintenanceSchedule?.schedule ?? {};
  }

  /** Replaces the whole schedule; frameworks are asked to leave these machines in time. */
  async updateMaintenanceSchedule(schedule: mesos.v1.maintenance.ISchedule): Promise<void> {
    await this.call({
      type: Type.UPDATE_MAINTENANCE_SCHEDULE,
      updateMaintenanceSchedule: { schedule },
    });
  }

  /** Takes machines of the schedule down: their agents are removed. */
  async startMaintenance(machines: readonly mesos.v1.IMachineID[]): Promise<void> {
    await this.call({ type: Type.START_MAINTENANCE, startMaintenance: { machines: [...machines] } });
  }

  /** Lets them come back. */
  async stopMaintenance(machines: readonly mesos.v1.IMachineID[]): Promise<void> {
    await this.call({ type: Type.STOP_MAINTENANCE, stopMaintenance: { machines: [...machines] } });
  }

  /** Offers an agent no more and kills its tasks, each with its own grace period, though none longer than given. */
  async drainAgent(
    agentId: Id,
    options: { readonly maxGracePeriodSeconds?: number; readonly markGone?: boolean } = {},
  ): Promise<void> {
    const { maxGracePeriodSeconds, markGone } = options;
    await this.call({
      type: Type.DRAIN_AGENT,
      drainAgent: {
        agentId: idOf(agentId),
        ...(markGone === undefined ? {} : { markGone }),
        ...(maxGracePeriodSeconds === undefined ? {} : { maxGracePeriod: secondsOf(maxGracePeriodSeconds) }),
      },
    });
  }

  /** Offers an agent no more; its tasks run on. */
  async deactivateAgent(agentId: Id): Promise<void> {
    await this.call({ type: Type.DEACTIVATE_AGENT, deactivateAgent: { agentId: idOf(agentId) } });
  }

  /** Offers it again, also after a drain. */
  async reactivateAgent(agentId: Id): Promise<void> {
    await this.call({ type: Type.REACTIVATE_AGENT, reactivateAgent: { agentId: idOf(agentId) } });
  }

  /** Says that an agent will never come back. */
  async markAgentGone(agentId: Id): Promise<void> {
    await this.call({ type: Type.MARK_AGENT_GONE, markAgentGone: { agentId: idOf(agentId) } });
  }

  /** Removes a framework and kills its tasks, whether it is there or not. Its own stream then just ends. */
  async teardown(frameworkId: Id): Promise<void> {
    const form = new URLSearchParams({ frameworkId: idOf(frameworkId).value });
    await this.#connection.post({
      path: '/teardown',
      body: new TextEncoder().encode(form.toString()),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      repeatable: false,
    });
  }

  /** Ends all connections; calls that wait throw MESOS_CLOSED. */
  async close(): Promise<void> {
    await this.#connection.close();
  }
}

function idOf(id: Id): { value: string } {
  return { value: typeof id === 'string' ? id : id.value };
}

function secondsOf(seconds: number): { seconds: ReturnType<typeof toInt64>; nanos: number } {
  const whole = Math.floor(seconds);
  return { seconds: toInt64(whole), nanos: Math.round((seconds - whole) * 1e9) };
}
