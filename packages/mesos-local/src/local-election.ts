import {
  type Candidacy,
  type Candidate,
  type Election,
  zooKeeperAddress,
  zooKeeperElection,
} from './election.ts';
import type { LocalMesosLogger } from './logger.ts';

/** Where the masters of a cluster elect their leader: in ZooKeeper when one is named, else among themselves. */
export function electionOf(zookeeper: string | undefined, logger: LocalMesosLogger): Election {
  return zookeeper === undefined
    ? new LocalElection()
    : zooKeeperElection(zooKeeperAddress(zookeeper), logger);
}

/** The election of masters that have no ZooKeeper: of those that stand, the one that has stood for longest leads. */
export class LocalElection implements Election {
  readonly #candidates: Candidate[] = [];

  stand(candidate: Candidate): Candidacy {
    this.#candidates.push(candidate);
    this.#tell(this.#candidates.length === 1 ? this.#candidates : [candidate]);
    return {
      close: () => {
        const index = this.#candidates.indexOf(candidate);
        if (index >= 0) this.#candidates.splice(index, 1);
        if (index === 0) this.#tell(this.#candidates);
        return Promise.resolve();
      },
    };
  }

  #tell(candidates: readonly Candidate[]): void {
    const [leader] = this.#candidates;
    if (leader === undefined) return;
    const { hostname, port } = leader.info.address;
    for (const candidate of [...candidates]) {
      candidate.decided(candidate === leader ? { kind: 'self' } : { kind: 'other', hostname, port });
    }
  }
}
