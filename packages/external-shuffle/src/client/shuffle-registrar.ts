import type { Logger } from '../logger.ts';
import {
  NEW_REGISTRATION,
  type Registration,
  type RegistrationEffect,
  type RegistrationEvent,
  type RegistrationPhase,
  type RegistrationTimes,
  stepRegistration,
} from './agent-registration.ts';
import { ShuffleClientError } from './client-error.ts';
import type { ShuffleServiceAddress, ShuffleServiceConnection } from './shuffle-service-client.ts';

/** Options of {@link ShuffleRegistrar}. */
export interface ShuffleRegistrarOptions {
  /** The framework's id, as executors know it. */
  readonly appId: string;
  /** Makes a connection: in general `(address) => ShuffleServiceClient.connect({ address, … })`. */
  readonly connect: (address: ShuffleServiceAddress) => Promise<ShuffleServiceConnection>;
  /** The application's own secret, to be handed to each service before anything else. */
  readonly secret?: string;
  /** `spark.storage.blockManagerHeartbeatTimeoutMs`, or `spark.network.timeout`; default 120 s. */
  readonly heartbeatTimeoutMs?: number;
  /** `spark.executor.heartbeatInterval`; default 10 s. */
  readonly heartbeatIntervalMs?: number;
  /** Default 1 s. */
  readonly minRetryMs?: number;
  /** Default 30 s. */
  readonly maxRetryMs?: number;
  /** For each service that has to be told of an application's end, the connection included; default 3 s. */
  readonly endTimeoutMs?: number;
  /** Is told, in place of the log, of what has failed twice in a row: one that is back at once is nobody's business. */
  readonly troubled?: (registration: AgentRegistration) => void;
  readonly logger?: Logger;
  /** Calls back once after a time, and returns what prevents it. */
  readonly schedule?: (delayMs: number, action: () => void) => () => void;
  /** Spreads what would else come at once; `Math.random` by default. */
  readonly random?: () => number;
}

/** How far a registration with an agent's service is, for people. */
export interface AgentRegistration {
  readonly address: ShuffleServiceAddress;
  readonly phase: RegistrationPhase;
  readonly failures: number;
  /** Why the last attempt failed; none once it is registered. */
  readonly problem?: string;
}

interface Agent {
  readonly address: ShuffleServiceAddress;
  registration: Registration;
  connection: ShuffleServiceConnection | undefined;
  cancelWait: (() => void) | undefined;
  problem: string | undefined;
  isRemoved: boolean;
}

/**
 * Keeps one application registered with the shuffle services of many agents: registers with each, beats, connects and
 * registers again when the connection breaks or the service has forgotten, and takes the application off in the end.
 * Nothing that fails here throws: the application runs on, and it is said in the log.
 */
export class ShuffleRegistrar {
  readonly #options: ShuffleRegistrarOptions;
  readonly #times: RegistrationTimes;
  readonly #agents = new Map<string, Agent>();
  #closed = false;

  constructor(options: ShuffleRegistrarOptions) {
    this.#options = options;
    this.#times = {
      heartbeatIntervalMs: options.heartbeatIntervalMs ?? 10_000,
      minRetryMs: options.minRetryMs ?? 1_000,
      maxRetryMs: options.maxRetryMs ?? 30_000,
    };
  }

  /** To be called whenever an executor runs on the agent; only the first call has a consequence (S31, S44). */
  add(address: ShuffleServiceAddress): void {
    const key = keyOf(address);
    if (this.#closed || this.#agents.has(key)) return;
    const agent: Agent = {
      address,
      registration: NEW_REGISTRATION,
      connection: undefined,
      cancelWait: undefined,
      problem: undefined,
      isRemoved: false,
    };
    this.#agents.set(key, agent);
    this.#carryOut(agent, { kind: 'connect' });
  }

  /** The agent is gone, and with it its service: nobody is to be told anything there any more. */
  remove(address: ShuffleServiceAddress): void {
    const key = keyOf(address);
    const agent = this.#agents.get(key);
    if (agent === undefined) return;
    this.#agents.delete(key);
    agent.cancelWait?.();
    agent.isRemoved = true;
    agent.connection?.close();
  }

  /** Every agent that was added. */
  registrations(): readonly AgentRegistration[] {
    return [...this.#agents.values()].map(described);
  }

  /**
   * Ends all connections. With `applicationEnded` the services are told before, so that the application's files go at
   * once; without, as when a gateway restarts, they stay until the heartbeat timeout.
   */
  async close({ applicationEnded }: { readonly applicationEnded: boolean }): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const agents = [...this.#agents.values()];
    for (const { cancelWait } of agents) cancelWait?.();
    if (applicationEnded) await Promise.all(agents.map((agent) => this.#takeOff(agent)));
    for (const { connection } of agents) connection?.close();
  }

  /** A service that is not connected just now, since it was started again perhaps, is given one try. */
  async #takeOff(agent: Agent): Promise<void> {
    const { appId, logger, endTimeoutMs = 3_000 } = this.#options;
    const { address } = agent;
    const cancel = new AbortController();
    const timer = setTimeout(() => cancel.abort(), endTimeoutMs);
    const late = new Promise<never>((_, reject) => {
      cancel.signal.addEventListener('abort', () => reject(new Error(`no answer within ${endTimeoutMs} ms`)));
    });
    try {
      await Promise.race([this.#tellEnd(agent, cancel.signal), late]);
    } catch (error) {
      const reason = messageOf(error);
      logger?.info({ appId, address, reason }, 'the shuffle service keeps the files until its timeout');
    } finally {
      clearTimeout(timer);
    }
  }

  async #tellEnd(agent: Agent, signal: AbortSignal): Promise<void> {
    const { appId, connect } = this.#options;
    agent.connection ??= await connect(agent.address);
    if (signal.aborted) agent.connection.close();
    else await agent.connection.removeApplication(appId);
  }

  #happened(agent: Agent, event: RegistrationEvent): void {
    if (this.#closed || agent.isRemoved) return;
    const random = (this.#options.random ?? Math.random)();
    const before = agent.registration.phase;
    const { registration, effects } = stepRegistration(agent.registration, event, this.#times, random);
    agent.registration = registration;
    if (registration.phase === 'registered') agent.problem = undefined;
    if (registration.phase !== before) {
      const { appId, logger } = this.#options;
      logger?.debug(
        { appId, address: agent.address, before, phase: registration.phase },
        'shuffle registration',
      );
    }
    for (const effect of effects) this.#carryOut(agent, effect);
  }

  #failed(agent: Agent, reason: string): void {
    if (this.#closed || agent.isRemoved) return;
    const { appId, logger, troubled } = this.#options;
    const { address } = agent;
    // A service that is away for days fails each time in the same way.
    const level = agent.problem === reason ? 'debug' : 'info';
    logger?.[level]({ appId, address, reason }, 'not registered with a shuffle service; trying again');
    agent.problem = reason;
    this.#happened(agent, { kind: 'failed' });
    if (agent.registration.failures !== TROUBLING_FAILURES) return;
    if (troubled === undefined) logger?.warn({ appId, address, reason }, 'a shuffle service cannot be had');
    else troubled(described(agent));
  }

  #carryOut(agent: Agent, effect: RegistrationEffect): void {
    switch (effect.kind) {
      case 'connect':
        void this.#connect(agent);
        return;
      case 'register':
        void this.#register(agent);
        return;
      case 'heartbeat':
        void this.#heartbeat(agent);
        return;
      case 'disconnect':
        agent.connection?.close();
        agent.connection = undefined;
        return;
      case 'wait':
        agent.cancelWait?.();
        agent.cancelWait = (this.#options.schedule ?? scheduleByTimer)(effect.delayMs, () => {
          this.#happened(agent, { kind: 'due' });
        });
    }
  }

  async #connect(agent: Agent): Promise<void> {
    try {
      const connection = await this.#options.connect(agent.address);
      if (this.#closed || agent.isRemoved) {
        connection.close();
        return;
      }
      agent.connection = connection;
      void connection.closed.then((reason) => {
        if (agent.connection === connection) this.#failed(agent, reason);
      });
      this.#happened(agent, { kind: 'connected' });
    } catch (error) {
      this.#failed(agent, messageOf(error));
    }
  }

  async #register(agent: Agent): Promise<void> {
    const { connection } = agent;
    const { appId, secret, heartbeatTimeoutMs = 120_000 } = this.#options;
    if (connection === undefined) return;
    try {
      if (secret !== undefined) await connection.setSecret(appId, secret);
      await connection.registerDriver(appId, heartbeatTimeoutMs);
      if (agent.connection === connection) this.#happened(agent, { kind: 'accepted' });
    } catch (error) {
      if (agent.connection === connection) this.#failed(agent, messageOf(error));
    }
  }

  async #heartbeat(agent: Agent): Promise<void> {
    const { connection } = agent;
    if (connection === undefined) return;
    try {
      const outcome = await connection.heartbeat(this.#options.appId);
      if (outcome === 'unknown' && agent.connection === connection)
        this.#happened(agent, { kind: 'unknown' });
    } catch (error) {
      // The end of the connection tells of itself.
      if (error instanceof ShuffleClientError && error.code === 'SHUFFLE_CONNECTION_CLOSED') return;
      if (agent.connection === connection) this.#failed(agent, messageOf(error));
    }
  }
}

/** After so many failures in a row it is no short break. */
const TROUBLING_FAILURES = 2;

function keyOf({ host, port }: ShuffleServiceAddress): string {
  return `${host}:${port}`;
}

function described({ address, registration, problem }: Agent): AgentRegistration {
  return { address, ...registration, ...(problem === undefined ? {} : { problem }) };
}

function scheduleByTimer(delayMs: number, action: () => void): () => void {
  const timer = setTimeout(action, delayMs);
  return () => clearTimeout(timer);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
