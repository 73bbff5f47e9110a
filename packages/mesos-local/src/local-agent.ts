import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { AgentCore } from './agent/agent-core.ts';
import { ContainerLauncher } from './agent/container-launcher.ts';
import type { AgentEffect, AgentInput } from './agent/messages.ts';
import { reregistrationOf } from './agent/registration.ts';
import { CoreTimer } from './core-timer.ts';
import { SandboxFiles } from './endpoints/sandbox-files.ts';
import { agentHandler } from './http/agent-routes.ts';
import type { Authentication } from './http/authentication.ts';
import { HttpServer } from './http/http-server.ts';
import { type HttpHandler, textReply } from './http/messages.ts';
import type { AgentId, ContainerId } from './ids.ts';
import type { LocalMesosLogger } from './logger.ts';
import type { MasterInput } from './master/messages.ts';
import type { AgentDescription } from './master/model.ts';
import { type AgentOptions, agentAttributes, agentResources } from './options.ts';
import type { Reaper } from './reaper/reaper.ts';

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
  readonly now: () => number;
  /** Where the agent's updates go. */
  readonly tellMaster: (input: MasterInput) => void;
}

const OPEN_PATHS = ['/health', '/version', '/api/v1/executor'];

/** 16 bytes of a random UUID. */
function statusUuid(): Uint8Array {
  const bytes = randomBytes(16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return new Uint8Array(bytes);
}

/**
 * An agent at work:
 *
 *     master ──messages──► AgentCore ──launch, signal──► ContainerLauncher ──► processes
 *        ◄──────updates─────┘  ▲──────started, ended───────┘
 *     HTTP ──► state, files
 */
export class LocalAgent {
  readonly id: AgentId;
  readonly description: AgentDescription;
  readonly core: AgentCore;
  readonly handler: HttpHandler;
  readonly url: string;
  readonly #server: HttpServer;
  readonly #launcher: ContainerLauncher;
  readonly #files: SandboxFiles;
  readonly #timer: CoreTimer;
  readonly #options: LocalAgentOptions;
  #isLost = false;

  private constructor(
    options: LocalAgentOptions,
    server: HttpServer,
    description: AgentDescription,
    setHandler: (handler: HttpHandler) => void,
  ) {
    this.#options = options;
    this.#server = server;
    this.id = options.agentId;
    this.description = description;
    this.url = `http://${options.host}:${server.port}`;
    this.#files = new SandboxFiles();
    this.#timer = new CoreTimer(() => this.#step({ kind: 'wake' }));
    this.#launcher = new ContainerLauncher({
      reaper: options.reaper,
      report: (input) => this.#step(input),
      logger: options.logger,
    });
    const identity = {
      agentId: options.agentId,
      ip: description.ip,
      port: server.port,
      hostname: description.hostname,
      workDir: options.workDir,
      taskEnvironment: options.options.taskEnvironment ?? {},
    };
    const containerId = () => randomUUID() as string as ContainerId;
    this.core = new AgentCore(identity, { containerId, statusUuid });
    this.handler = agentHandler({
      core: this.core,
      agent: description,
      files: this.#files,
      startedAtMs: options.now(),
    });
    setHandler(this.handler);
  }

  static async start(options: LocalAgentOptions): Promise<LocalAgent> {
    await mkdir(options.workDir, { recursive: true });
    const resources = agentResources(options.options, options.index);
    let handler: HttpHandler = () => textReply(503, 'Agent has not finished recovery');
    const server = await HttpServer.listen({
      host: options.host,
      port: options.options.port ?? 0,
      processName: 'slave(1)',
      handler: options.authentication.guardAllBut(OPEN_PATHS, 'mesos-agent-readonly', (request) =>
        handler(request),
      ),
      logger: options.logger,
    });
    const description = {
      hostname: options.hostname,
      ip: options.host,
      port: server.port,
      resources,
      attributes: agentAttributes(options.options),
    };
    return new LocalAgent(options, server, description, (own) => {
      handler = own;
    });
  }

  /** A message of the master. */
  receive(input: AgentInput): void {
    if (!this.#isLost) this.#step(input);
  }

  /** A master has begun to lead that does not know it, or not any more. */
  reregister(): void {
    if (!this.#isLost) this.#options.tellMaster(reregistrationOf(this.core, this.description));
  }

  /** As if its machine had lost power: its tasks are gone, and nothing is heard of it any more. */
  async lose(): Promise<void> {
    this.#isLost = true;
    await this.close();
  }

  /** Kills what runs and waits until it is gone. */
  async close(): Promise<void> {
    this.#isLost = true;
    this.#timer.stop();
    await this.#launcher.close();
    await this.#server.close();
  }

  #step(input: AgentInput): void {
    const nowMs = this.#options.now();
    for (const effect of this.core.step(input, nowMs)) this.#carryOut(effect);
    if (this.#isLost) this.#timer.stop();
    else this.#timer.arm(this.core.nextDeadlineMs(), nowMs);
  }

  #carryOut(effect: AgentEffect): void {
    switch (effect.kind) {
      case 'launch': {
        const { directory } = effect.launch;
        this.#files.attach(directory, directory);
        const executor = /\/frameworks\/[^/]+\/executors\/[^/]+\/runs\//.exec(directory)?.[0];
        if (executor !== undefined) this.#files.attach(directory, `${executor}latest`);
        this.#options.logger.debug({ directory }, 'launching container');
        if (!this.#isLost) this.#launcher.launch(effect.launch);
        return;
      }
      case 'signal':
        this.#launcher.signal(effect.containerId, effect.signal);
        return;
      case 'update': {
        if (this.#isLost) return;
        const { frameworkId, status, latestState } = effect;
        this.#options.tellMaster({ kind: 'task-update', agentId: this.id, frameworkId, status, latestState });
      }
    }
  }
}
