import type { AgentId, FrameworkId } from './ids.ts';
import type { LocalAgent } from './local-agent.ts';
import type { LocalMaster } from './local-master.ts';
import type { MasterInput } from './master/messages.ts';

interface ClusterFaultsOptions {
  readonly master: () => LocalMaster;
  readonly agent: (agentId: string) => LocalAgent;
  readonly stopMaster: () => Promise<void>;
  readonly startMaster: () => Promise<void>;
}

/** What can go wrong in a cluster, made to go wrong now. */
export class ClusterFaults {
  readonly #options: ClusterFaultsOptions;
  #updatesToLose = 0;
  #updatesToDuplicate = 0;

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

  /**
   * An agent's process dies and begins again at once: tasks of checkpointed frameworks go on, those of others are
   * lost. Resolves when the master knows the agent again.
   */
  async restartAgent(agentId: string): Promise<void> {
    await this.stopAgent(agentId);
    await this.returnAgent(agentId);
  }

  /**
   * An agent's process dies and stays away: its offers are void at once, its tasks go on unseen, and when it has
   * not answered its pings for long enough the master gives it up.
   */
  stopAgent(agentId: string): Promise<void> {
    return this.#options.agent(agentId).stop();
  }

  /** An agent that was stopped or lost comes back under its old name; resolves when the master knows it. */
  returnAgent(agentId: string): Promise<void> {
    return this.#options.agent(agentId).startAgain();
  }

  /** An agent goes in good order: it ends its executors, and then takes its leave of the master. */
  unregisterAgent(agentId: string): Promise<void> {
    return this.#options.agent(agentId).leave();
  }

  /** The next so many updates of tasks do not reach the master; their agents send them again in time. */
  loseUpdates(count = 1): void {
    this.#updatesToLose = count;
  }

  /** The next so many updates of tasks reach the master twice. */
  duplicateUpdates(count = 1): void {
    this.#updatesToDuplicate = count;
  }

  /** How often the master hears this of an agent. */
  timesHeard(input: MasterInput): number {
    if (input.kind !== 'task-update') return 1;
    if (this.#updatesToLose > 0) {
      this.#updatesToLose--;
      return 0;
    }
    if (this.#updatesToDuplicate === 0) return 1;
    this.#updatesToDuplicate--;
    return 2;
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
