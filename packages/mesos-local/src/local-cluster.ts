import { randomUUID } from 'node:crypto';
import { chmod, mkdir, mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Clock, clockOf } from './clock.ts';
import { ClusterFaults } from './cluster-faults.ts';
import { type MasterStateView, masterStateView } from './endpoints/master-view.ts';
import { LocalMesosError } from './errors.ts';
import { Authentication } from './http/authentication.ts';
import type { AgentId } from './ids.ts';
import { LocalAgent } from './local-agent.ts';
import { electionOf } from './local-election.ts';
import { LocalMaster } from './local-master.ts';
import { type LocalMesosLogger, silentLogger } from './logger.ts';
import type { ClusterEvent } from './master/messages.ts';
import { MasterGroup } from './master-group.ts';
import { type AgentOptions, type LocalClusterOptions, shareMachine } from './options.ts';
import { Reaper } from './reaper/reaper.ts';
import { Registry } from './registry.ts';

const DEFAULT_ALLOCATION_INTERVAL_MS = 1000;
const DEFAULT_HEARTBEAT_INTERVAL_MS = 15_000;
const DEFAULT_WAIT_MS = 15_000;

/** Where to find a master. */
export interface LocalMasterHandle {
  readonly host: string;
  readonly port: number;
  readonly url: string;
}

/** Where to find an agent. */
export interface LocalAgentHandle {
  readonly id: string;
  readonly hostname: string;
  readonly url: string;
}

/**
 * A master and agents of Mesos in this process, for one machine: real HTTP, real processes, nothing left
 * behind.
 *
 *     client ──HTTP──► LocalMaster ──messages──► LocalAgent (× N)
 *        ◄──────events──────┘  ▲──────updates───────┘
 */
export class LocalCluster {
  /** Faults on demand, for tests. */
  readonly faults: ClusterFaults;
  readonly #place: ClusterPlace;
  readonly #reaper: Reaper;
  readonly #agents: LocalAgent[] = [];
  readonly #listeners = new Set<(event: ClusterEvent) => void>();
  readonly #waiters = new Set<() => void>();
  readonly #logger: LocalMesosLogger;
  readonly #options: LocalClusterOptions;
  readonly #clock: Clock;
  readonly #registry: Registry;
  readonly #authentication: Authentication;
  readonly #masters: MasterGroup;
  #agentCount = 0;
  #isClosed = false;

  private constructor(parts: ClusterParts) {
    this.#place = parts;
    this.#options = parts.options;
    this.#clock = parts.options.clock ?? clockOf(parts.options.speed);
    this.#reaper = parts.reaper;
    this.#logger = parts.logger;
    this.#registry = Registry.open(parts.workDir, this.#clock.now(), parts.logger);
    this.#authentication = new Authentication(parts.options.credentials);
    this.#masters = new MasterGroup({
      count: parts.options.masters ?? 1,
      port: parts.options.port ?? 0,
      election: electionOf(parts.options.zookeeper, parts.logger),
      start: (masterId, port) => this.#startMaster(masterId, port),
      leads: () => {
        for (const agent of this.#agents) agent.reregister();
        this.#changed();
      },
      logger: parts.logger,
    });
    this.faults = new ClusterFaults({
      master: () => this.#master,
      agent: (agentId) => this.#agent(agentId),
      stopMaster: () => this.#masters.stopLeader(),
      startMaster: () => this.#masters.startAgain(),
    });
  }

  /** Starts the master and its agents; they are registered when this resolves. */
  static async start(options: LocalClusterOptions): Promise<LocalCluster> {
    const logger = options.logger ?? silentLogger;
    const host = options.host ?? '127.0.0.1';
    const agents = typeof options.agents === 'number' ? shareMachine(options.agents) : options.agents;
    const masterId = randomUUID();
    const { workDir, temporaryFolder } = await makeWorkDir(options.workDir);
    const reaper = new Reaper({ mark: `MESOS_SLAVE_ID=${masterId}-S`, temporaryFolder, logger });
    const hostname = options.hostname ?? (host.startsWith('127.') ? 'localhost' : host);
    let cluster: LocalCluster | undefined;
    try {
      cluster = new LocalCluster({ host, hostname, workDir, masterId, reaper, options, logger });
      await cluster.#masters.start(masterId);
      for (const agent of agents) await cluster.#startAgent(agent);
      return cluster;
    } catch (error) {
      await (cluster ? cluster.close() : reaper.close());
      throw error;
    }
  }

  /** Where frameworks and people find the master that leads. */
  get master(): LocalMasterHandle {
    return handleOf(this.#master);
  }

  /** All masters that run, also those that send whoever asks to the one that leads. */
  get masters(): readonly LocalMasterHandle[] {
    return this.#masters.masters.map(handleOf);
  }

  /** The agents that are there now. */
  get agents(): readonly LocalAgentHandle[] {
    return this.#agents.map(agentHandleOf);
  }

  /** One more agent joins; it is registered when this resolves. */
  async addAgent(options: AgentOptions = {}): Promise<LocalAgentHandle> {
    if (this.#isClosed) throw closedError();
    return agentHandleOf(await this.#startAgent(options));
  }

  /** What `/state` shows, right now. */
  state(): MasterStateView {
    return masterStateView(this.#master.state);
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
    for (const waiter of this.#waiters) waiter();
    for (const agent of [...this.#agents].reverse()) await agent.close();
    await this.#masters.close();
    await this.#reaper.close();
  }

  get #master(): LocalMaster {
    return this.#masters.leader;
  }

  #startMaster(masterId: string, port: number): Promise<LocalMaster> {
    const { host, hostname } = this.#place;
    const { consoleRoot, agentReregisterTimeoutMs, agentPingTimeoutMs, maxAgentPingTimeouts } = this.#options;
    return LocalMaster.start({
      masterId,
      host,
      hostname,
      port,
      consoleRoot,
      authentication: this.#authentication,
      registry: this.#registry,
      times: {
        allocationIntervalMs: this.#options.allocationIntervalMs ?? DEFAULT_ALLOCATION_INTERVAL_MS,
        heartbeatIntervalMs: this.#options.heartbeatIntervalMs ?? DEFAULT_HEARTBEAT_INTERVAL_MS,
        ...(agentReregisterTimeoutMs !== undefined && { agentReregisterTimeoutMs }),
        ...(this.#options.offerTimeoutMs !== undefined && { offerTimeoutMs: this.#options.offerTimeoutMs }),
        ...(agentPingTimeoutMs !== undefined && { agentPingTimeoutMs }),
        ...(maxAgentPingTimeouts !== undefined && { maxAgentPingTimeouts }),
      },
      logger: this.#logger,
      clock: this.#clock,
      agentHandler: (agentId) => this.#agents.find((agent) => agent.id === agentId)?.handler,
      tellAgent: (agentId, message) => {
        const agent = this.#agents.find(({ id }) => id === agentId);
        agent?.receive({ kind: 'master-message', message });
      },
      agentResources: (agentId, resources) => this.#agent(agentId).setResources(resources),
      shutdownAgent: (agentId) => {
        const agent = this.#agents.find(({ id }) => id === agentId);
        agent?.lose().catch((error: unknown) => this.#logger.warn({ error, agentId }, 'agent did not end'));
      },
      report: (event) => {
        for (const listener of this.#listeners) listener(event);
      },
      changed: () => this.#changed(),
    });
  }

  #changed(): void {
    for (const waiter of [...this.#waiters]) waiter();
  }

  async #startAgent(options: AgentOptions): Promise<LocalAgent> {
    const { host, hostname, workDir, masterId } = this.#place;
    const index = this.#agentCount++;
    const agent = await LocalAgent.start({
      options,
      index,
      agentId: `${masterId}-S${index}` as AgentId,
      host,
      hostname: options.hostname ?? hostname,
      workDir: join(workDir, `agent-${index}`),
      reaper: this.#reaper,
      authentication: this.#authentication,
      logger: this.#logger.child({ agent: index }),
      clock: this.#clock,
      tellMaster: (input) => {
        if (this.#isClosed) return;
        for (let times = this.faults.timesHeard(input); times > 0; times--) this.#master.step(input);
      },
    });
    this.#agents.push(agent);
    this.#master.step({ kind: 'agent-registered', agentId: agent.id, agent: agent.description });
    return agent;
  }

  #agent(agentId: string): LocalAgent {
    const agent = this.#agents.find(({ id }) => id === agentId);
    if (agent === undefined) throw new LocalMesosError('LOCAL_AGENT_UNKNOWN', `there is no agent ${agentId}`);
    return agent;
  }
}

interface ClusterPlace {
  readonly host: string;
  readonly hostname: string;
  readonly workDir: string;
  readonly masterId: string;
}

interface ClusterParts extends ClusterPlace {
  readonly reaper: Reaper;
  readonly options: LocalClusterOptions;
  readonly logger: LocalMesosLogger;
}

function handleOf({ host, port, url }: LocalMasterHandle): LocalMasterHandle {
  return { host, port, url };
}

function agentHandleOf({ id, description, url }: LocalAgent): LocalAgentHandle {
  return { id, hostname: description.hostname, url };
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
