import type { AgentId, FrameworkId } from './ids.ts';
import type { LocalAgent } from './local-agent.ts';
import type { LocalMaster } from './local-master.ts';

interface ClusterFaultsOptions {
  readonly master: () => LocalMaster;
  readonly agent: (agentId: string) => LocalAgent;
  readonly stopMaster: () => Promise<void>;
  readonly startMaster: () => Promise<void>;
}

/** What can go wrong in a cluster, made to go wrong now. */
export class ClusterFaults {
  readonly #options: ClusterFaultsOptions;

  constructor(options: ClusterFaultsOptions) {
    this.#options = options;
  }

  /** Breaks off the subscription of one framework, or of all, as a network does. */
  dropStreams(frameworkId?: string): void {
    for (const streamId of this.#streamsOf(frameworkId)) this.#master.streams.drop(streamId);
  }

  /** The connection stays, but nothing comes over it any more, not even heartbeats. */
  stallStreams(frameworkId?: string): void {
    for (const streamId of this.#streamsOf(frameworkId)) this.#master.streams.stall(streamId);
  }

  /** Takes back every offer that is out. */
  rescindOffers(): void {
    this.#master.step({ kind: 'rescind-offers', offerIds: 'all' });
  }

  /**
   * An agent's machine is gone: its tasks with it, its offers are void at once, and the master gives it up
   * without waiting for its pings to fail.
   */
  async loseAgent(agentId: string): Promise<void> {
    const agent = this.#options.agent(agentId);
    const lost = agent.lose();
    this.#master.step({ kind: 'agent-disconnected', agentId: agentId as AgentId });
    this.#master.step({ kind: 'agent-removed', agentId: agentId as AgentId, how: 'unreachable' });
    await lost;
  }

  /** The master dies: connections break, and nobody listens on its port. Agents and tasks go on. */
  stopMaster(): Promise<void> {
    return this.#options.stopMaster();
  }

  /**
   * A new master on the same port, with an id of its own and what the registry knows: agents come back with their
   * tasks, frameworks have to subscribe again with their ids.
   */
  startMaster(): Promise<void> {
    return this.#options.startMaster();
  }

  /** {@link stopMaster}, then {@link startMaster}. */
  async restartMaster(): Promise<void> {
    await this.stopMaster();
    await this.startMaster();
  }

  get #master(): LocalMaster {
    return this.#options.master();
  }

  #streamsOf(frameworkId: string | undefined): string[] {
    if (frameworkId === undefined) return this.#master.streams.ids;
    const streamId = this.#master.state.frameworks.get(frameworkId as FrameworkId)?.streamId;
    return streamId === undefined ? [] : [streamId];
  }
}
