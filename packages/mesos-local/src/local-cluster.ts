import { randomUUID } from 'node:crypto';
import { chmod, mkdir, mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { mesos } from '@spark-mesos/mesos-proto';
import { ClusterFaults } from './cluster-faults.ts';
import { CoreTimer } from './core-timer.ts';
import { type MasterStateView, masterStateView } from './endpoints/master-view.ts';
import { LocalMesosError } from './errors.ts';
import { EventStreams } from './http/event-streams.ts';
import { HttpServer } from './http/http-server.ts';
import { masterHandler } from './http/master-routes.ts';
import { type HttpHandler, textReply } from './http/messages.ts';
import type { AgentId } from './ids.ts';
import { LocalAgent } from './local-agent.ts';
import { type LocalMesosLogger, silentLogger } from './logger.ts';
import { MasterCore } from './master/master-core.ts';
import type { ClusterEvent, MasterEffect, MasterInput } from './master/messages.ts';
import { type AgentOptions, type LocalClusterOptions, shareMachine } from './options.ts';
import { Reaper } from './reaper/reaper.ts';

const DEFAULT_ALLOCATION_INTERVAL_MS = 1000;
const DEFAULT_HEARTBEAT_INTERVAL_MS = 15_000;
const DEFAULT_WAIT_MS = 15_000;

/** Where to find an agent. */
export interface LocalAgentHandle {
  readonly id: string;
  readonly hostname: string;
  readonly url: string;
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

/**
 * A master and agents of Mesos in this process, for one machine: real HTTP, real processes, nothing left
 * behind.
 *
 *     client ──HTTP──► checks ──► MasterCore ──messages──► LocalAgent (× N)
 *        ◄──events── EventStreams ◄──┘  ▲──────updates───────┘
 */
export class LocalCluster {
  readonly master: { readonly host: string; readonly port: number; readonly url: string };
  /** Faults on demand, for tests. */
  readonly faults: ClusterFaults;
  readonly #core: MasterCore;
  readonly #streams: EventStreams<mesos.v1.scheduler.IEvent>;
  readonly #server: HttpServer;
  readonly #reaper: Reaper;
  readonly #timer = new CoreTimer(() => this.#step({ kind: 'wake' }));
  readonly #agents: LocalAgent[] = [];
  readonly #listeners = new Set<(event: ClusterEvent) => void>();
  readonly #waiters = new Set<() => void>();
  readonly #inputs: MasterInput[] = [];
  readonly #logger: LocalMesosLogger;
  #isStepping = false;
  #isClosed = false;

  private constructor(parts: ClusterParts) {
    const { server, reaper, masterId, options, setHandler } = parts;
    this.#logger = parts.logger;
    this.#server = server;
    this.#reaper = reaper;
    this.master = { host: server.host, port: server.port, url: `http://${server.host}:${server.port}` };
    const settings = {
      masterId,
      hostname: parts.hostname,
      ip: server.host,
      port: server.port,
      allocationIntervalMs: options.allocationIntervalMs ?? DEFAULT_ALLOCATION_INTERVAL_MS,
      heartbeatIntervalMs: options.heartbeatIntervalMs ?? DEFAULT_HEARTBEAT_INTERVAL_MS,
    };
    this.#core = new MasterCore(settings, now());
    this.#streams = new EventStreams(mesos.v1.scheduler.Event, parts.logger);
    const step = (input: MasterInput) => this.#step(input);
    this.faults = new ClusterFaults({
      state: this.#core.state,
      streams: this.#streams,
      step,
      agent: (agentId) => this.#agent(agentId),
    });
    setHandler(
      masterHandler({
        state: this.#core.state,
        streams: this.#streams,
        step,
        agentHandler: (agentId) => this.#agents.find((agent) => agent.id === agentId)?.handler,
        consoleRoot: options.consoleRoot,
      }),
    );
    step({ kind: 'wake' });
  }

  /** Starts the master and its agents; they are registered when this resolves. */
  static async start(options: LocalClusterOptions): Promise<LocalCluster> {
    const logger = options.logger ?? silentLogger;
    const host = options.host ?? '127.0.0.1';
    const agents = typeof options.agents === 'number' ? shareMachine(options.agents) : options.agents;
    const masterId = randomUUID();
    const { workDir, temporaryFolder } = await makeWorkDir(options.workDir);
    const reaper = new Reaper({ mark: `MESOS_SLAVE_ID=${masterId}-S`, temporaryFolder, logger });
    let cluster: LocalCluster | undefined;
    try {
      let handler: HttpHandler = () => textReply(503, 'Master has not finished recovery');
      const server = await HttpServer.listen({
        host,
        port: options.port ?? 0,
        processName: 'master',
        handler: (request) => handler(request),
        logger,
      });
      const hostname = options.hostname ?? (host.startsWith('127.') ? 'localhost' : host);
      const setHandler = (own: HttpHandler) => {
        handler = own;
      };
      cluster = new LocalCluster({ server, reaper, masterId, options, setHandler, logger, hostname });
      await cluster.#startAgents(agents, { host, hostname, workDir, masterId });
      return cluster;
    } catch (error) {
      await (cluster ? cluster.close() : reaper.close());
      throw error;
    }
  }

  get agents(): readonly LocalAgentHandle[] {
    return this.#agents.map(({ id, description, url }) => ({ id, hostname: description.hostname, url }));
  }

  /** What `/state` shows, right now. */
  state(): MasterStateView {
    return masterStateView(this.#core.state);
  }

  /** Calls back with everything that happens, until the returned function is called. */
  onEvent(listener: (event: ClusterEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves as soon as `check` finds something in the state; it is asked after every change. */
  async waitFor<T>(
    check: (state: MasterStateView) => T | undefined | false | null,
    options: { readonly timeoutMs?: number; readonly what?: string } = {},
  ): Promise<T> {
    const { timeoutMs = DEFAULT_WAIT_MS, what = 'the state that was waited for' } = options;
    const found = check(this.state());
    if (found) return found;
    return new Promise<T>((resolve, reject) => {
      const done = (finish: () => void) => {
        clearTimeout(timer);
        this.#waiters.delete(look);
        finish();
      };
      const look = () => {
        const seen = this.#isClosed ? undefined : check(this.state());
        if (seen) done(() => resolve(seen));
        else if (this.#isClosed) done(() => reject(closedError()));
      };
      const timer = setTimeout(() => {
        const text = `${what} did not come within ${timeoutMs} ms`;
        done(() => reject(new LocalMesosError('LOCAL_WAIT_TIMED_OUT', text)));
      }, timeoutMs);
      this.#waiters.add(look);
    });
  }

  /** Ends all streams, kills all tasks with all that they have started, and removes temporary folders. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#timer.stop();
    for (const waiter of this.#waiters) waiter();
    for (const agent of [...this.#agents].reverse()) await agent.close();
    await this.#server.close();
    await this.#reaper.close();
  }

  async #startAgents(
    agents: readonly AgentOptions[],
    place: { host: string; hostname: string; workDir: string; masterId: string },
  ): Promise<void> {
    for (const [index, options] of agents.entries()) {
      const agent = await LocalAgent.start({
        options,
        index,
        agentId: `${place.masterId}-S${index}` as AgentId,
        host: place.host,
        hostname: options.hostname ?? place.hostname,
        workDir: join(place.workDir, `agent-${index}`),
        reaper: this.#reaper,
        logger: this.#logger.child({ agent: index }),
        now,
        tellMaster: (input) => this.#step(input),
      });
      this.#agents.push(agent);
      this.#step({ kind: 'agent-registered', agentId: agent.id, agent: agent.description });
    }
  }

  #agent(agentId: string): LocalAgent {
    const agent = this.#agents.find(({ id }) => id === agentId);
    if (agent === undefined) throw new LocalMesosError('LOCAL_AGENT_UNKNOWN', `there is no agent ${agentId}`);
    return agent;
  }

  /** One input at a time: what an effect brings about waits for its turn. */
  #step(input: MasterInput): void {
    if (this.#isClosed) return;
    this.#inputs.push(input);
    if (this.#isStepping) return;
    this.#isStepping = true;
    try {
      for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) {
        for (const effect of this.#core.step(next, now())) this.#carryOut(effect);
      }
    } finally {
      this.#isStepping = false;
    }
    this.#timer.arm(this.#core.nextDeadlineMs(), now());
    for (const waiter of [...this.#waiters]) waiter();
  }

  #carryOut(effect: MasterEffect): void {
    switch (effect.kind) {
      case 'send':
        this.#streams.send(effect.streamId, effect.event);
        return;
      case 'close-stream':
        this.#streams.end(effect.streamId);
        return;
      case 'tell-agent': {
        const agent = this.#agents.find(({ id }) => id === effect.agentId);
        agent?.receive({ kind: 'master-message', message: effect.message });
        return;
      }
      case 'report': {
        this.#logger.debug(effect.event, 'cluster event');
        for (const listener of this.#listeners) listener(effect.event);
      }
    }
  }
}

interface ClusterParts {
  readonly server: HttpServer;
  readonly reaper: Reaper;
  readonly masterId: string;
  readonly hostname: string;
  readonly options: LocalClusterOptions;
  readonly logger: LocalMesosLogger;
  readonly setHandler: (handler: HttpHandler) => void;
}

function closedError(): LocalMesosError {
  return new LocalMesosError('LOCAL_CLOSED', 'the cluster was closed while somebody waited for it');
}

async function makeWorkDir(
  wanted: string | undefined,
): Promise<{ workDir: string; temporaryFolder: string | undefined }> {
  if (wanted !== undefined) {
    await mkdir(wanted, { recursive: true });
    return { workDir: await realpath(resolve(wanted)), temporaryFolder: undefined };
  }
  const workDir = await realpath(await mkdtemp(join(tmpdir(), 'mesos-local-')));
  // Tasks may run as other users, who must get through to their sandboxes.
  await chmod(workDir, 0o755);
  return { workDir, temporaryFolder: workDir };
}
