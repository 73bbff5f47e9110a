import { setImmediate } from 'node:timers/promises';
import { mesos } from '@spark-mesos/mesos-proto';
import type { Clock } from './clock.ts';
import { CoreTimer } from './core-timer.ts';
import type { Authentication } from './http/authentication.ts';
import { EventStreams } from './http/event-streams.ts';
import { HttpServer } from './http/http-server.ts';
import type { Leadership } from './http/leader-gate.ts';
import { masterHandler } from './http/master-routes.ts';
import { type HttpHandler, textReply } from './http/messages.ts';
import type { AgentId } from './ids.ts';
import type { LocalMesosLogger } from './logger.ts';
import { MasterCore } from './master/master-core.ts';
import type { MasterSettings, MasterState } from './master/master-state.ts';
import type { AgentMessage, ClusterEvent, MasterInput } from './master/messages.ts';
import { changesRegistry, type RegistryContent, registryOf } from './master/recovery.ts';
import type { Registry } from './registry.ts';
import type { ResourceSet } from './resources/resource-set.ts';

/** What a master is started with. */
export interface LocalMasterOptions {
  readonly masterId: string;
  readonly host: string;
  readonly port: number;
  readonly hostname: string;
  readonly consoleRoot: string | undefined;
  readonly authentication: Authentication;
  readonly registry: Registry;
  readonly times: Pick<
    MasterSettings,
    | 'allocationIntervalMs'
    | 'heartbeatIntervalMs'
    | 'agentReregisterTimeoutMs'
    | 'agentPingTimeoutMs'
    | 'maxAgentPingTimeouts'
    | 'offerTimeoutMs'
  >;
  readonly logger: LocalMesosLogger;
  readonly clock: Clock;
  readonly agentHandler: (agentId: string) => HttpHandler | undefined;
  readonly tellAgent: (agentId: AgentId, message: AgentMessage) => void;
  /** What an agent has looks otherwise: some of it is reserved, or no longer. */
  readonly agentResources: (agentId: AgentId, resources: ResourceSet) => void;
  /** An agent is not to come back. */
  readonly shutdownAgent: (agentId: AgentId) => void;
  readonly report: (event: ClusterEvent) => void;
  /** Called after every step. */
  readonly changed: () => void;
}

/**
 * A master at work. It listens from its start on, and does what it is asked once it leads:
 *
 *     client ──HTTP──► checks ──► MasterCore ──messages──► agents
 *        ◄──events── EventStreams ◄──┘  ▲──────updates───────┘
 */
export class LocalMaster {
  readonly id: string;
  readonly hostname: string;
  readonly host: string;
  readonly port: number;
  readonly url: string;
  readonly streams: EventStreams<mesos.v1.scheduler.IEvent>;
  readonly operatorStreams: EventStreams<mesos.v1.master.IEvent>;
  readonly #options: LocalMasterOptions;
  readonly #server: HttpServer;
  readonly #timer: CoreTimer;
  readonly #inputs: MasterInput[] = [];
  #core: MasterCore;
  #handler: HttpHandler;
  #leadership: Leadership = { kind: 'none' };
  #isStepping = false;
  #isClosed = false;

  private constructor(options: LocalMasterOptions, server: HttpServer) {
    this.#options = options;
    this.#server = server;
    this.id = options.masterId;
    this.hostname = options.hostname;
    this.host = server.host;
    this.port = server.port;
    this.url = `http://${server.host}:${server.port}`;
    this.#timer = new CoreTimer(() => this.step({ kind: 'wake' }), options.clock);
    this.streams = new EventStreams(mesos.v1.scheduler.Event, options.logger);
    this.operatorStreams = new EventStreams(mesos.v1.master.Event, options.logger);
    this.#core = this.#newCore();
    this.#handler = this.#newHandler();
  }

  static async start(options: LocalMasterOptions): Promise<LocalMaster> {
    let master: LocalMaster | undefined;
    const server = await HttpServer.listen({
      host: options.host,
      port: options.port,
      processName: 'master',
      handler: (request) =>
        master === undefined ? textReply(503, 'No leader elected') : master.#handler(request),
      logger: options.logger,
    });
    master = new LocalMaster(options, server);
    return master;
  }

  get state(): MasterState {
    return this.#core.state;
  }

  get leadership(): Leadership {
    return this.#leadership;
  }

  /** It was elected: takes over what the registry knows, and waits for agents and frameworks to come back. */
  async lead(): Promise<void> {
    this.#leadership = { kind: 'recovering' };
    // Real masters read their log here; whoever calls in the meantime is told so.
    await setImmediate();
    if (this.#isClosed || this.#leadership.kind !== 'recovering') return;
    this.#core = this.#newCore(this.#options.registry.read());
    this.#handler = this.#newHandler();
    this.#leadership = { kind: 'self' };
    this.step({ kind: 'wake' });
  }

  /** Another one leads, or none: whoever listened here has to look for the leader. */
  follow(leadership: Extract<Leadership, { kind: 'none' | 'other' }>): void {
    const led = this.#leadership.kind === 'self';
    this.#leadership = leadership;
    if (!led) return;
    for (const streamId of this.streams.ids) this.streams.drop(streamId);
    for (const streamId of this.operatorStreams.ids) this.operatorStreams.drop(streamId);
    this.#timer.stop();
    this.#core = this.#newCore();
    this.#handler = this.#newHandler();
  }

  /** One input at a time: what an effect brings about waits for its turn. */
  step(input: MasterInput): void {
    if (this.#isClosed || this.#leadership.kind !== 'self') return;
    this.#inputs.push(input);
    if (this.#isStepping) return;
    this.#isStepping = true;
    const { clock } = this.#options;
    try {
      for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) {
        for (const effect of this.#core.step(next, clock.now())) this.#carryOut(effect);
      }
    } finally {
      this.#isStepping = false;
    }
    this.#timer.arm(this.#core.nextDeadlineMs());
    this.#options.changed();
  }

  /** Breaks off all connections. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer.stop();
    await this.#server.close();
  }

  #carryOut(effect: ReturnType<MasterCore['step']>[number]): void {
    switch (effect.kind) {
      case 'send':
        this.streams.send(effect.streamId, effect.event);
        return;
      case 'close-stream':
        this.streams.end(effect.streamId);
        return;
      case 'tell-agent':
        this.#options.tellAgent(effect.agentId, effect.message);
        return;
      case 'send-to-operator':
        this.operatorStreams.send(effect.streamId, effect.event);
        return;
      case 'agent-resources':
        this.#options.agentResources(effect.agentId, effect.resources);
        return;
      case 'shutdown-agent':
        this.#options.shutdownAgent(effect.agentId);
        return;
      case 'report':
        if (changesRegistry(effect.event)) this.#options.registry.write(registryOf(this.state));
        this.#options.logger.debug(effect.event, 'cluster event');
        this.#options.report(effect.event);
    }
  }

  #newCore(registry?: RegistryContent): MasterCore {
    const { masterId, hostname, times, clock, authentication } = this.#options;
    const isAuthenticated = authentication.isRequired;
    const settings = { masterId, hostname, ip: this.host, port: this.port, isAuthenticated, ...times };
    return new MasterCore(settings, clock.now(), registry);
  }

  #newHandler(): HttpHandler {
    return masterHandler({
      state: this.state,
      streams: this.streams,
      operatorStreams: this.operatorStreams,
      step: (input) => this.step(input),
      agentHandler: this.#options.agentHandler,
      consoleRoot: this.#options.consoleRoot,
      authentication: this.#options.authentication,
      leadership: () => this.#leadership,
    });
  }
}
