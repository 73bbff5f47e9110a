import { randomUUID } from 'node:crypto';
import type { Candidacy, CandidateInfo, Election, Verdict } from './election.ts';
import { LocalMesosError } from './errors.ts';
import type { LocalMaster } from './local-master.ts';
import type { LocalMesosLogger } from './logger.ts';
import { MESOS_VERSION, masterInfo } from './master/subscription.ts';

const ELECTION_TIMEOUT_MS = 20_000;

/** What the masters of a cluster are started with. */
export interface MasterGroupOptions {
  readonly count: number;
  /** Of the first; those after it have the ports after it. 0 is a free one for each. */
  readonly port: number;
  /** Where they elect their leader. */
  readonly election: Election;
  readonly start: (masterId: string, port: number) => Promise<LocalMaster>;
  /** Called when a master has begun to lead. */
  readonly leads: () => void;
  readonly logger: LocalMesosLogger;
}

interface Member {
  readonly master: LocalMaster;
  readonly candidacy: Candidacy;
}

/** The masters of a cluster, one of which leads. */
export class MasterGroup {
  readonly #options: MasterGroupOptions;
  readonly #members: Member[] = [];
  /** Ports of masters that were stopped. */
  readonly #vacant: number[] = [];
  readonly #waiters = new Set<() => void>();
  #leader: LocalMaster | undefined;

  constructor(options: MasterGroupOptions) {
    const { count } = options;
    if (!Number.isInteger(count) || count < 1) {
      throw new LocalMesosError('LOCAL_OPTIONS_INVALID', `a cluster has at least one master, not ${count}`);
    }
    this.#options = options;
  }

  /** The one that leads, or did so last. */
  get leader(): LocalMaster {
    const leader = this.#leader ?? this.#members[0]?.master;
    if (leader === undefined) throw new LocalMesosError('LOCAL_CLOSED', 'the cluster has no master yet');
    return leader;
  }

  /** Those that run, the leader among them. */
  get masters(): readonly LocalMaster[] {
    return this.#members.map(({ master }) => master);
  }

  /** Starts all of them; resolves when one leads. */
  async start(firstId: string): Promise<void> {
    const { count, port } = this.#options;
    for (let index = 0; index < count; index++) {
      await this.#startOne(index === 0 ? firstId : randomUUID(), port === 0 ? 0 : port + index);
    }
    await this.#elected();
  }

  /** The leader dies. Where there are others, one of them takes over. */
  async stopLeader(): Promise<void> {
    const index = this.#members.findIndex(({ master }) => master === this.leader);
    const [member] = index < 0 ? [] : this.#members.splice(index, 1);
    if (member === undefined) return;
    this.#vacant.push(member.master.port);
    await member.master.close();
    await member.candidacy.close();
  }

  /** A master on the port of one that was stopped; resolves when one leads, this or another. */
  async startAgain(): Promise<void> {
    const port = this.#vacant.shift();
    if (port !== undefined) await this.#startOne(randomUUID(), port);
    await this.#elected();
  }

  async close(): Promise<void> {
    for (const { master, candidacy } of this.#members.splice(0).reverse()) {
      await candidacy.close();
      await master.close();
    }
  }

  async #startOne(masterId: string, port: number): Promise<void> {
    const { start, election } = this.#options;
    const master = await start(masterId, port);
    const decided = (verdict: Verdict) => this.#decided(master, verdict);
    this.#members.push({ master, candidacy: election.stand({ info: nodeOf(master), decided }) });
  }

  #decided(master: LocalMaster, verdict: Verdict): void {
    if (verdict.kind !== 'self') {
      master.follow(verdict);
    } else if (master.leadership.kind === 'none' || master.leadership.kind === 'other') {
      this.#lead(master).catch((error: unknown) => this.#options.logger.error({ error }, 'no master leads'));
    }
  }

  async #lead(master: LocalMaster): Promise<void> {
    await master.lead();
    if (master.leadership.kind !== 'self') return;
    this.#leader = master;
    this.#options.leads();
    for (const waiter of [...this.#waiters]) waiter();
  }

  #elected(): Promise<void> {
    const isElected = () => this.#members.some(({ master }) => master.leadership.kind === 'self');
    if (isElected()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const look = () => {
        if (!isElected()) return;
        clearTimeout(timer);
        this.#waiters.delete(look);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiters.delete(look);
        const text = `no master was elected within ${ELECTION_TIMEOUT_MS} ms: is there a ZooKeeper at that address?`;
        reject(new LocalMesosError('LOCAL_NOT_ELECTED', text));
      }, ELECTION_TIMEOUT_MS);
      this.#waiters.add(look);
    });
  }
}

/** What the node of a master says, its fields in the order in which Mesos writes them. */
function nodeOf(master: LocalMaster): CandidateInfo {
  const { ip, pid, id } = masterInfo(master.state);
  const { hostname, port } = master;
  const capabilities = ['AGENT_UPDATE', 'AGENT_DRAINING', 'QUOTA_V2'].map((type) => ({ type }));
  const address = { hostname, ip: master.host, port };
  return { address, capabilities, hostname, id, ip, pid, port, version: MESOS_VERSION };
}
