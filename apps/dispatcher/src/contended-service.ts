import {
  decodeLeaderCard,
  encodeLeaderCard,
  LateDispatcher,
  type LeaderCard,
  TermsOfOffice,
} from '@spark-mesos/cluster-dispatcher';
import {
  connectToEnsemble,
  LeaderElection,
  type Leadership,
  StoreError,
  ZooKeeperLink,
} from '@spark-mesos/durable-store';
import { Office, openStandby } from './office.ts';
import { type DispatcherProcess, openWeb, type ServiceOptions, tellTaken } from './parts.ts';
import { onFreePort } from './ports.ts';
import { describePlace } from './zookeeper.ts';

// ZooKeeper ──► LeaderElection ──► TermsOfOffice ──elected──► stores, SparkGateway, Dispatcher  (the port of submissions is theirs)
//                     │                         └─else─────► StandbyGateway                    (and its own, while another leads)
//                     └──who leads──► DispatcherServer: requests are sent there

/** As long as the original waited for ZooKeeper. */
const CONNECT_TIMEOUT_MS = 15_000;
/** Why this one is not ready, by who leads. */
const WHY_NOT_READY: Readonly<Record<Leadership['kind'], string>> = {
  none: 'the election is not decided',
  self: 'the state is being read',
  other: 'another dispatcher leads',
};

/** Opens a dispatcher that stands for election, and leads when it is elected. */
export async function openContended(
  options: ServiceOptions,
  closers: (() => Promise<void>)[],
): Promise<Omit<DispatcherProcess, 'close'>> {
  const { configuration, logger, connectZooKeeper } = options;
  const { zooKeeper: place, port, portMaxRetries } = configuration;
  if (place === undefined) throw new TypeError('there is no ZooKeeper to hold an election in');
  const link = new ZooKeeperLink({
    connect: connectZooKeeper ?? connectToEnsemble(place.ensemble),
    description: describePlace(place),
  });
  closers.push(() => link.close());
  if ((await link.connected(CONNECT_TIMEOUT_MS)) === undefined) {
    throw new StoreError('STORE_UNREADABLE', `no ZooKeeper answers at ${link.description}`);
  }
  const late = new LateDispatcher();
  late.depart(WHY_NOT_READY.none);
  let leader: LeaderCard | undefined;
  let office: Office | undefined;
  const { server, webUrl } = await openWeb(options, {
    late,
    gateway: () => office?.gateway,
    leader: () => leader,
  });
  closers.push(() => server.close());
  const standby = await onFreePort(
    port,
    portMaxRetries,
    (free) => openStandby(options, server, free),
    (taken) => tellTaken(logger, taken),
  );
  const { url } = standby;
  const departLate = () => late.depart(WHY_NOT_READY[election.leadership.kind]);
  const seat = new Office({ options, place, link, late, departLate, server, standby, webUrl });
  office = seat;
  closers.push(() => seat.close());
  const terms = new TermsOfOffice({
    begin: (deposed) => seat.begin(deposed),
    resign: () => election.resign(),
    logger,
  });
  closers.push(() => terms.close());
  const card = { submissionUrl: url.replace('spark:', 'http:'), webUrl, masterUrl: url };
  const election = new LeaderElection({
    link,
    path: `${place.directory}/election`,
    candidate: encodeLeaderCard(card),
    changed: (leadership: Leadership) => {
      leader = leadership.kind === 'other' ? decodeLeaderCard(leadership.candidate) : undefined;
      logger.info({ leads: leadership.kind, leader: leader?.masterUrl }, 'the election has changed');
      if (!terms.isLeading) late.depart(WHY_NOT_READY[leadership.kind]);
      terms.elected(leadership.kind === 'self');
    },
    problem: (message) =>
      logger.error({ zooKeeper: link.description, message }, 'the election cannot be held'),
  });
  seat.masterUrlOf = () => masterUrlOf(url, election.candidates);
  // The next one leads only when this one has ended its term.
  closers.splice(closers.length - 1, 0, () => election.close());
  return { url, webUrl, dispatcher: late };
}

/** All that stand for election, this one first: a driver that starts while another one takes over finds that one. */
function masterUrlOf(own: string, candidates: readonly Uint8Array[]): string {
  const others = candidates.flatMap((data) => decodeLeaderCard(data)?.masterUrl ?? []);
  const hosts = [...new Set([own, ...others])].map((url) => url.replace('spark://', ''));
  return `spark://${hosts.join(',')}`;
}
