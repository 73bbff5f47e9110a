import { mesos } from '@spark-mesos/mesos-proto';
import { CoreTimer } from './core-timer.ts';
import { EventStreams } from './http/event-streams.ts';
import { HttpServer } from './http/http-server.ts';
import { masterHandler } from './http/master-routes.ts';
import { type HttpHandler, textReply } from './http/messages.ts';
import type { AgentId } from './ids.ts';
import type { LocalMesosLogger } from './logger.ts';
import { MasterCore } from './master/master-core.ts';
import type { MasterState } from './master/master-state.ts';
import type { AgentMessage, ClusterEvent, MasterInput } from './master/messages.ts';

/** What a master is started with. */
export interface LocalMasterOptions {
  readonly masterId: string;
  readonly host: string;
  readonly port: number;
  readonly hostname: string;
  readonly consoleRoot: string | undefined;
  readonly allocationIntervalMs: number;
  readonly heartbeatIntervalMs: number;
  readonly logger: LocalMesosLogger;
  readonly now: () => number;
  readonly agentHandler: (agentId: string) => HttpHandler | undefined;
  readonly tellAgent: (agentId: AgentId, message: AgentMessage) => void;
  readonly report: (event: ClusterEvent) => void;
  /** Called after every step. */
  readonly changed: () => void;
}

/**
 * A master at work:
 *
 *     client ──HTTP──► checks ──► MasterCore ──messages──► agents
 *        ◄──events── EventStreams ◄──┘  ▲──────updates───────┘
 */
export class LocalMaster {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  readonly streams: EventStreams<mesos.v1.scheduler.IEvent>;
  readonly #options: LocalMasterOptions;
  readonly #server: HttpServer;
  readonly #core: MasterCore;
  readonly #timer = new CoreTimer(() => this.step({ kind: 'wake' }));
  readonly #inputs: MasterInput[] = [];
  #isStepping = false;
  #isClosed = false;

  private constructor(options: LocalMasterOptions, server: HttpServer) {
    this.#options = options;
    this.#server = server;
    this.host = server.host;
    this.port = server.port;
    this.url = `http://${server.host}:${server.port}`;
    this.streams = new EventStreams(mesos.v1.scheduler.Event, options.logger);
    const { masterId, hostname, allocationIntervalMs, heartbeatIntervalMs } = options;
    const { host: ip, port } = server;
    const settings = { masterId, hostname, ip, port, allocationIntervalMs, heartbeatIntervalMs };
    this.#core = new MasterCore(settings, options.now());
  }

  static async start(options: LocalMasterOptions): Promise<LocalMaster> {
    let handler: HttpHandler = () => textReply(503, 'Master has not finished recovery');
    const server = await HttpServer.listen({
      host: options.host,
      port: options.port,
      processName: 'master',
      handler: (request) => handler(request),
      logger: options.logger,
    });
    const master = new LocalMaster(options, server);
    handler = masterHandler({
      state: master.state,
      streams: master.streams,
      step: (input) => master.step(input),
      agentHandler: options.agentHandler,
      consoleRoot: options.consoleRoot,
    });
    master.step({ kind: 'wake' });
    return master;
  }

  get state(): MasterState {
    return this.#core.state;
  }

  /** One input at a time: what an effect brings about waits for its turn. */
  step(input: MasterInput): void {
    if (this.#isClosed) return;
    this.#inputs.push(input);
    if (this.#isStepping) return;
    this.#isStepping = true;
    const { now } = this.#options;
    try {
      for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) {
        for (const effect of this.#core.step(next, now())) this.#carryOut(effect);
      }
    } finally {
      this.#isStepping = false;
    }
    this.#timer.arm(this.#core.nextDeadlineMs(), now());
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
      case 'report':
        this.#options.logger.debug(effect.event, 'cluster event');
        this.#options.report(effect.event);
    }
  }
}
