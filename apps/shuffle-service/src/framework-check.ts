import type { FrameworkCheck } from '@spark-mesos/external-shuffle';
import type { OperatorClient } from '@spark-mesos/mesos-client';

/** What is asked of a master; the operator client of `mesos-client` is one. */
export type AskedMaster = Pick<OperatorClient, 'getFrameworks' | 'getMaster'>;

type Frameworks = Awaited<ReturnType<AskedMaster['getFrameworks']>>;

/**
 * A master that has only begun to lead does not know all frameworks yet: schedulers and agents come back to it one by
 * one. Agents have so long (Mesos's `--agent_reregister_timeout`).
 */
const SETTLING_SECONDS = 600;
/** Applications that fall silent together are asked for together. */
const FRESH_MS = 1000;

interface Answer {
  readonly atMs: number;
  readonly frameworks: Promise<Frameworks>;
}

/** Asks the leading Mesos master whether a framework has ended. */
export class MasterFrameworkCheck implements FrameworkCheck {
  readonly #master: AskedMaster;
  readonly #now: () => number;
  #answer: Answer | undefined;

  /** @param now milliseconds since 1970 */
  constructor(master: AskedMaster, now: () => number = Date.now) {
    this.#master = master;
    this.#now = now;
  }

  async stateOf(appId: string): Promise<'running' | 'ended'> {
    const { frameworks, completedFrameworks, recoveredFrameworks } = await this.#frameworks();
    const isIn = (found: Frameworks['frameworks']) =>
      found?.some(({ frameworkInfo }) => frameworkInfo?.id?.value === appId) ?? false;
    // One whose scheduler is away counts until its failover time is over: it may come back.
    if (isIn(frameworks) || recoveredFrameworks?.some(({ id }) => id?.value === appId)) return 'running';
    if (isIn(completedFrameworks)) return 'ended';
    const { electedTime } = await this.#master.getMaster();
    if (electedTime == null) throw new Error('the master does not say since when it leads');
    const ledSeconds = Math.round(this.#now() / 1000 - electedTime);
    if (ledSeconds >= SETTLING_SECONDS) return 'ended';
    throw new Error(`the master leads for ${ledSeconds} s only, and may not know all frameworks yet`);
  }

  #frameworks(): Promise<Frameworks> {
    const nowMs = this.#now();
    if (this.#answer === undefined || nowMs - this.#answer.atMs > FRESH_MS) {
      this.#answer = { atMs: nowMs, frameworks: this.#master.getFrameworks() };
    }
    return this.#answer.frameworks;
  }
}
