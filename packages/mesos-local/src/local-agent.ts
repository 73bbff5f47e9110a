import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { mesos } from '@spark-mesos/mesos-proto';
import { AgentCore } from './agent/agent-core.ts';
import type { AgentEffect, AgentInput } from './agent/messages.ts';
import type { AgentIdentity } from './agent/model.ts';
import { settleVolumes } from './agent/persistent-volumes.ts';
import { RANDOM_IDS } from './agent/random-ids.ts';
import type { AgentCheckpoint } from './agent/recovery.ts';
import { reregistrationOf } from './agent/registration.ts';
import { AgentEffects } from './agent-effects.ts';
import type { Clock } from './clock.ts';
import { CoreTimer } from './core-timer.ts';
import { AttachedFiles } from './endpoints/attached-files.ts';
import { agentHandler } from './http/agent-routes.ts';
import type { Authentication } from './http/authentication.ts';
import { EventStreams } from './http/event-streams.ts';
import { HttpServer } from './http/http-server.ts';
import { type HttpHandler, textReply } from './http/messages.ts';
import type { AgentId } from './ids.ts';
import type { LocalMesosLogger } from './logger.ts';
import type { MasterInput } from './master/messages.ts';
import type { AgentDescription } from './master/model.ts';
import { type AgentOptions, agentAttributes, agentEnvironment, agentResources } from './options.ts';
import type { Reaper } from './reaper/reaper.ts';
import type { ResourceSet } from './resources/resource-set.ts';

/** What an agent is started with. */
export interface LocalAgentOptions {
  readonly options: AgentOptions;
  readonly index: number;
  readonly agentId: AgentId;
  readonly host: string;
  readonly hostname: string;
  readonly workDir: string;
  readonly reaper: Reaper;
  /** Who may see its endpoints; executors have tokens of their own. */
  readonly authentication: Authentication;
  readonly logger: LocalMesosLogger;
  readonly clock: Clock;
  /** Where the agent's updates go. */
  readonly tellMaster: (input: MasterInput) => void;
}

const OPEN_PATHS = ['/health', '/version', '/api/v1/executor'];

/**
 * Where an agent is:
 * - `running`: it does what the master and its processes tell it.
 * - `recovering`: it has begun again and waits for its executors to come back, before it turns to the master.
 * - `down`: its process has died, its tasks go on; what becomes of them is told to the next one.
 * - `lost`: its machine is gone, and all tasks with it.
 * - `leaving`: it ends its executors, and then tells the master that it is gone.
 * - `closed`: for good.
 */
type AgentPhase = 'running' | 'recovering' | 'down' | 'lost' | 'leaving' | 'closed';

/**
 * An agent at work:
 *
 *     master ──messages──► AgentCore ──effects──► AgentEffects ──► processes, checks, streams
 *        ◄──────updates─────┘   ▲ ▲───started, ended───┘              │
 *     HTTP ──► state, files     └──────────── executor API ───────────┘
 */
export class LocalAgent {
  readonly id: AgentId;
  readonly description: AgentDescription;
  readonly handler: HttpHandler;
  readonly url: string;
  readonly #options: LocalAgentOptions;
  readonly #listen: (port: number) => Promise<HttpServer>;
  readonly #effects: AgentEffects;
  readonly #executorEnvironment: Readonly<Record<string, string>>;
  readonly #timer: CoreTimer;
  /** What has happened to processes while there was nobody to be told. */
  readonly #backlog: AgentInput[] = [];
  readonly #waiters = new Set<() => void>();
  #server: HttpServer;
  #core: AgentCore;
  #phase: AgentPhase = 'running';

  private constructor(options: LocalAgentOptions, server: HttpServer, parts: AgentParts) {
    this.#options = options;
    this.#server = server;
    this.#listen = parts.listen;
    this.#executorEnvironment = parts.executorEnvironment;
    this.id = options.agentId;
    this.description = parts.description(server.port);
    this.url = `http://${options.host}:${server.port}`;
    this.#timer = new CoreTimer(() => this.#step({ kind: 'wake' }), options.clock);
    const { reaper, logger, workDir } = options;
    const files = new AttachedFiles();
    const streams = new EventStreams(mesos.v1.executor.Event, logger);
    const step = (input: AgentInput) => this.#step(input);
    const { fetchCacheBytes, searchPath } = options.options;
    this.#effects = new AgentEffects({
      ...{ workDir, fetchCacheBytes, searchPath, reaper, files, streams, logger },
      report: step,
    });
    this.#core = new AgentCore(this.#identity, RANDOM_IDS, options.options);
    this.handler = agentHandler({
      core: () => this.#core,
      agent: this.description,
      files,
      streams,
      step,
      startedAtMs: options.clock.now(),
      now: () => options.clock.now(),
    });
    parts.setHandler(this.handler);
  }

  static async start(options: LocalAgentOptions): Promise<LocalAgent> {
    await mkdir(options.workDir, { recursive: true });
    const resources = agentResources(options.options, options.index);
    const executorEnvironment = agentEnvironment(options.options);
    let handler: HttpHandler = () => textReply(503, 'Agent has not finished recovery');
    const listen = (port: number) =>
      HttpServer.listen({
        host: options.host,
        port,
        processName: 'slave(1)',
        handler: options.authentication.guardAllBut(OPEN_PATHS, 'mesos-agent-readonly', (request) =>
          handler(request),
        ),
        logger: options.logger,
      });
    const description = (port: number) => ({
      hostname: options.hostname,
      ip: options.host,
      port,
      resources,
      attributes: agentAttributes(options.options),
    });
    const setHandler = (own: HttpHandler) => {
      handler = own;
    };
    const server = await listen(options.options.port ?? 0);
    return new LocalAgent(options, server, { listen, description, executorEnvironment, setHandler });
  }

  get core(): AgentCore {
    return this.#core;
  }

  /** A message of the master. */
  receive(input: AgentInput): void {
    if (this.#phase === 'running') this.#step(input);
  }

  /** A master has begun to lead that does not know it, or not any more. */
  reregister(): void {
    if (this.#phase !== 'running') return;
    this.#options.tellMaster(reregistrationOf(this.#core, this.description));
    this.#step({ kind: 'reregistered' });
  }

  /** What it has looks otherwise: some of it is reserved or a volume, or no longer. It tells the next master so. */
  setResources(resources: ResourceSet): void {
    settleVolumes(this.#options.workDir, this.description.resources.toMessages(), resources.toMessages());
    Object.assign(this.description, { resources });
  }

  /** As if its machine had lost power: its tasks are gone, and nothing is heard of it any more. */
  async lose(): Promise<void> {
    if (this.#phase === 'closed') return;
    this.#phase = 'lost';
    await this.#end();
  }

  /** Its process dies; what it has written down and the tasks of checkpointed frameworks stay. */
  async stop(): Promise<void> {
    if (this.#phase !== 'running' && this.#phase !== 'recovering') return;
    this.#phase = 'down';
    this.#timer.stop();
    this.#options.tellMaster({ kind: 'agent-disconnected', agentId: this.id });
    await mkdir(dirname(this.#checkpointPath), { recursive: true });
    // Commands of tasks stand in it, and the secrets in their environment.
    await writeFile(this.#checkpointPath, JSON.stringify(this.#core.checkpoint()), { mode: 0o600 });
    await this.#effects.stopChecks();
    await this.#server.close();
  }

  /** Begins again where it was: with what it has written down, or with nothing when its machine was lost. */
  async startAgain(): Promise<void> {
    if (this.#phase !== 'down' && this.#phase !== 'lost') return;
    const nowMs = this.#options.clock.now();
    const settings = this.#options.options;
    const recovered =
      this.#phase === 'lost'
        ? { core: new AgentCore(this.#identity, RANDOM_IDS, settings), effects: [] }
        : AgentCore.recover(await this.#readCheckpoint(), this.#identity, RANDOM_IDS, settings, nowMs);
    this.#core = recovered.core;
    this.#server = await this.#listen(this.#server.port);
    this.#phase = 'recovering';
    for (const effect of recovered.effects) this.#carryOut(effect);
    for (const input of this.#backlog.splice(0)) this.#step(input);
    this.#step({ kind: 'wake' });
    await this.#until(() => !this.#core.isWaitingForExecutors);
    if ((this.#phase as AgentPhase) !== 'recovering') return;
    this.#phase = 'running';
    this.reregister();
  }

  /** Ends all its executors, tells the master that it goes, and goes. */
  async leave(): Promise<void> {
    if (this.#phase !== 'running') return;
    this.#phase = 'leaving';
    this.#step({ kind: 'shutdown' });
    await this.#until(() => this.#core.isIdle);
    if ((this.#phase as AgentPhase) !== 'leaving') return;
    this.#phase = 'lost';
    this.#options.tellMaster({ kind: 'agent-removed', agentId: this.id, how: 'unregistered' });
    await this.#end();
  }

  /** Kills what runs and waits until it is gone. */
  async close(): Promise<void> {
    this.#phase = 'closed';
    this.#wakeWaiters();
    await this.#end();
  }

  get #identity(): AgentIdentity {
    const { agentId, workDir } = this.#options;
    const { hostname, ip, port, resources, attributes } = this.description;
    const executorEnvironment = this.#executorEnvironment;
    const messages = resources.toMessages();
    return { agentId, ip, port, hostname, workDir, executorEnvironment, resources: messages, attributes };
  }

  get #checkpointPath(): string {
    return join(this.#options.workDir, 'meta', 'checkpoint.json');
  }

  async #readCheckpoint(): Promise<AgentCheckpoint> {
    return JSON.parse(await readFile(this.#checkpointPath, 'utf8')) as AgentCheckpoint;
  }

  async #end(): Promise<void> {
    this.#timer.stop();
    await this.#effects.close();
    this.#backlog.length = 0;
    await this.#server.close();
  }

  async #until(check: () => boolean): Promise<void> {
    if (check()) return;
    await new Promise<void>((resolve) => {
      const look = () => {
        if (this.#phase !== 'closed' && this.#phase !== 'lost' && !check()) return;
        this.#waiters.delete(look);
        resolve();
      };
      this.#waiters.add(look);
    });
  }

  #wakeWaiters(): void {
    for (const waiter of [...this.#waiters]) waiter();
  }

  #step(input: AgentInput): void {
    const isListening =
      this.#phase === 'running' || this.#phase === 'recovering' || this.#phase === 'leaving';
    if (!isListening) {
      if (this.#phase === 'down' && input.kind.startsWith('container-')) this.#backlog.push(input);
      return;
    }
    const nowMs = this.#options.clock.now();
    for (const effect of this.#core.step(input, nowMs)) this.#carryOut(effect);
    this.#timer.arm(this.#core.nextDeadlineMs());
    this.#wakeWaiters();
  }

  /** What is for the master is heard only when it knows the agent; updates come again. */
  #carryOut(effect: AgentEffect): void {
    const isKnown = this.#phase === 'running';
    switch (effect.kind) {
      case 'update':
        if (isKnown) this.#options.tellMaster({ ...effect, kind: 'task-update', agentId: this.id });
        return;
      case 'executor-exited':
      case 'executor-message':
        if (isKnown) this.#options.tellMaster({ ...effect, agentId: this.id });
        return;
      default:
        this.#effects.carryOut(effect);
    }
  }
}

interface AgentParts {
  readonly listen: (port: number) => Promise<HttpServer>;
  readonly description: (port: number) => AgentDescription;
  readonly executorEnvironment: Readonly<Record<string, string>>;
  readonly setHandler: (handler: HttpHandler) => void;
}
