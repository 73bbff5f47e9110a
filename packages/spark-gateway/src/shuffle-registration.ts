import type { ExecutorPlacement } from '@spark-mesos/coarse-backend';
import {
  type AgentRegistration,
  ShuffleRegistrar,
  type ShuffleServiceAddress,
  type ShuffleServiceConnection,
} from '@spark-mesos/external-shuffle';
import type { Logger } from '@spark-mesos/scheduler-utils';
import type { ApplicationJournal } from './journal.ts';
import type { GatewayProblem } from './observer.ts';
import type { ShuffleAccess } from './shuffle-access.ts';

/** Connects to the service of an agent. */
export type ShuffleServiceConnector = (
  address: ShuffleServiceAddress,
  authentication: ShuffleAccess['authentication'],
) => Promise<ShuffleServiceConnection>;

/** What a registration is made with. */
export interface ShuffleRegistrationParts {
  readonly appId: string;
  readonly access: ShuffleAccess;
  readonly connect: ShuffleServiceConnector;
  readonly journal: ApplicationJournal | undefined;
  /** Tells people of services that cannot be had. */
  readonly problem: (problem: GatewayProblem) => void;
  readonly logger: Logger;
}

/**
 * One application with the shuffle services of all agents that have run its executors. They keep its files while it
 * lives, so a registration outlasts the executors for which it was made, and the gateway, too (rules S30 to S36, C43).
 */
export class ShuffleRegistration {
  readonly #parts: ShuffleRegistrationParts;
  readonly #registrar: ShuffleRegistrar;
  /** Several agents may have one host, and one service. */
  readonly #addresses = new Map<string, ShuffleServiceAddress>();

  constructor(parts: ShuffleRegistrationParts) {
    this.#parts = parts;
    const { appId, access, connect, logger } = parts;
    const { heartbeatTimeoutMs, heartbeatIntervalMs, authentication, ownSecret } = access;
    this.#registrar = new ShuffleRegistrar({
      appId,
      connect: (address) => connect(address, authentication),
      heartbeatTimeoutMs,
      heartbeatIntervalMs,
      ...(ownSecret === undefined ? {} : { secret: ownSecret }),
      troubled: (registration) => this.#troubled(registration),
      logger,
    });
  }

  /** How far it is with each service. */
  get services(): readonly AgentRegistration[] {
    return this.#registrar.registrations();
  }

  /** Goes on where an earlier gateway ended. */
  resume(addresses: ReadonlyMap<string, ShuffleServiceAddress>): void {
    for (const [agentId, address] of addresses) this.#add(agentId, address);
  }

  /** An executor is on its way: the service must have the secret by which it gets in before it comes. */
  executorLaunched(executor: ExecutorPlacement): void {
    if (this.#parts.access.ownSecret !== undefined) this.executorRuns(executor);
  }

  /** An executor runs, and leaves its files to the service of its agent. */
  executorRuns({ agentId, hostname }: ExecutorPlacement): void {
    if (this.#addresses.has(agentId)) return;
    const address = { host: hostname, port: this.#parts.access.port };
    this.#parts.journal?.shuffleService(agentId, address);
    this.#add(agentId, address);
  }

  /** The agent is gone for good, and its driver gives up the files there. */
  agentLost(agentId: string): void {
    const lost = this.#addresses.get(agentId);
    if (lost === undefined) return;
    this.#addresses.delete(agentId);
    this.#parts.journal?.shuffleServiceGone(agentId);
    const isShared = [...this.#addresses.values()].some(
      ({ host, port }) => host === lost.host && port === lost.port,
    );
    if (!isShared) this.#registrar.remove(lost);
  }

  /** The services delete the files of an application that has ended; otherwise they wait for the next gateway. */
  async close(end: { readonly applicationEnded: boolean }): Promise<void> {
    await this.#registrar.close(end);
  }

  #add(agentId: string, address: ShuffleServiceAddress): void {
    this.#addresses.set(agentId, address);
    this.#registrar.add(address);
  }

  #troubled({ address: { host, port }, problem = 'it does not answer' }: AgentRegistration): void {
    this.#parts.problem({
      code: 'GATEWAY_SHUFFLE_SERVICE',
      message:
        `the application is not registered with the shuffle service of agent ${host}: ${problem}. It is tried again; ` +
        'until then executors may not come up there, and files be left behind. Does spark-mesos-shuffle-service run ' +
        `there, on port ${port}?`,
      fatal: false,
    });
  }
}
