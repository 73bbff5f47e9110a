import type { Clock, ExecutorPlacement } from '@spark-mesos/coarse-backend';
import type { mesos } from '@spark-mesos/mesos-proto';

/** How long the ends of the other executors of a lost agent may take to arrive: those are told first. */
const LAST_NEWS_MS = 1000;

/** What {@link LostAgents} stands on. */
export interface LostAgentsOptions {
  readonly clock: Clock;
  /** How long an agent may be cut off before it counts as lost. */
  readonly patienceMs: () => number;
  /** An agent is lost, with everything that executors left on it. Told once. */
  readonly lost: (agentId: string, hostname: string) => void;
}

/**
 * Which of the agents that an application has had executors on are gone for good.
 *
 * With an executor that is lost its driver forgets the shuffle files on its host. But where those are served by a shuffle
 * service they outlive executors, so that an agent can matter on which the application has none any more. Of such an
 * agent nobody hears but by the master's word that it failed, which may also mean that it is only cut off. So it has the
 * time that an executor there would have, unless it is offered meanwhile.
 */
export class LostAgents {
  readonly #options: LostAgentsOptions;
  readonly #hosts = new Map<string, string>();
  readonly #cancels = new Map<string, () => void>();

  constructor(options: LostAgentsOptions) {
    this.#options = options;
  }

  /** The application has an executor there, so that the agent is there, too. */
  ranOn({ agentId, hostname }: Pick<ExecutorPlacement, 'agentId' | 'hostname'>): void {
    this.#hosts.set(agentId, hostname);
    this.#stopWaiting(agentId);
  }

  /** These agents are there: they make offers. */
  offered(offers: readonly mesos.v1.IOffer[]): void {
    if (this.#cancels.size === 0) return;
    for (const { agentId } of offers) this.#stopWaiting(agentId?.value ?? '');
  }

  /** The master says that it failed. */
  failed(agentId: string): void {
    if (!this.#cancels.has(agentId)) this.#wait(agentId, this.#options.patienceMs());
  }

  /** An executor was lost together with it. */
  gone(agentId: string): void {
    this.#wait(agentId, LAST_NEWS_MS);
  }

  /** Nobody wants to know any more. */
  close(): void {
    this.#hosts.clear();
    for (const agentId of [...this.#cancels.keys()]) this.#stopWaiting(agentId);
  }

  #wait(agentId: string, delayMs: number): void {
    const hostname = this.#hosts.get(agentId);
    if (hostname === undefined) return;
    this.#stopWaiting(agentId);
    const cancel = this.#options.clock.setTimer(() => {
      this.#cancels.delete(agentId);
      this.#hosts.delete(agentId);
      this.#options.lost(agentId, hostname);
    }, delayMs);
    this.#cancels.set(agentId, cancel);
  }

  #stopWaiting(agentId: string): void {
    this.#cancels.get(agentId)?.();
    this.#cancels.delete(agentId);
  }
}
