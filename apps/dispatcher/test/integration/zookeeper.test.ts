import { connectToEnsemble, ZooKeeperLink, ZooKeeperStore } from '@spark-mesos/durable-store';
import { ZooKeeperTestServer } from '@spark-mesos/durable-store/testing';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Contender, contention, until } from '../support/contending-dispatchers.ts';

let zooKeeper: ZooKeeperTestServer;

beforeAll(async () => {
  zooKeeper = await ZooKeeperTestServer.start();
}, 90_000);

afterAll(() => zooKeeper?.close());

const stateOf = async (dispatcher: Contender, id: unknown) =>
  (await dispatcher.ask(`/v1/submissions/status/${id}`)).driverState;

const frameworkOf = async (dispatcher: Contender) => (await dispatcher.ask('/api/v2/readiness')).frameworkId;

/** Whichever of them leads. */
async function leaderOf(contenders: readonly Contender[]): Promise<Contender> {
  let leader: Contender | undefined;
  await until(async () => {
    const ready = await Promise.all(contenders.map((one) => one.isReady()));
    leader = contenders.find((_, index) => ready[index]);
    return leader !== undefined;
  });
  if (leader === undefined) throw new Error('nobody leads');
  return leader;
}

describe('dispatchers with a real ZooKeeper, where the masters of Mesos are found as well', () => {
  test('go on with framework and drivers when the sessions of all of them are over', async () => {
    const { cluster, directory, stand, submission } = await contention({ zooKeeper });
    const both = [await stand(), await stand()];
    const before = await leaderOf(both);
    const { submissionId } = await before.ask('/v1/submissions/create', submission('sleep'));
    await until(async () => (await stateOf(before, submissionId)) === 'RUNNING');
    const framework = await frameworkOf(before);
    expect(await zooKeeper.expireSessions(`${directory}/dispatcher/election`)).toBe(2);
    // Which of them leads now is decided anew, and the one that led may hear of it later than the other.
    await until(async () => {
      const leader = await leaderOf(both);
      await leader.ask(`/v1/submissions/kill/${submissionId}`, {});
      return (await stateOf(leader, submissionId)) === 'FINISHED';
    });
    const state = (await (await fetch(`${cluster.master.url}/state`)).json()) as {
      frameworks: { id: string; completed_tasks: unknown[] }[];
    };
    expect(state.frameworks.map(({ id, completed_tasks }) => [id, completed_tasks.length])).toEqual([
      [framework, 1],
    ]);
  });

  test('lose nothing when ZooKeeper is started again, and then another master leads', async () => {
    const { cluster, stand, submission } = await contention({ zooKeeper });
    const both = [await stand(), await stand()];
    const before = await leaderOf(both);
    const first = await before.ask('/v1/submissions/create', submission('sleep'));
    await until(async () => (await stateOf(before, first.submissionId)) === 'RUNNING');
    const framework = await frameworkOf(before);
    await zooKeeper.stop();
    // Where the answer gets lost with the one that leads, nobody was promised anything.
    const submitting = before.ask('/v1/submissions/create', submission('sleep')).catch(() => undefined);
    await zooKeeper.resume();
    const second = await submitting;
    await cluster.faults.restartMaster();
    const promised = [first, second].filter((answer) => answer?.success === true);
    await until(async () => {
      const leader = await leaderOf(both);
      const states = await Promise.all(promised.map((answer) => stateOf(leader, answer?.submissionId)));
      return states.every((state) => state === 'RUNNING') && (await frameworkOf(leader)) === framework;
    });
  });

  test('keep what they write from everybody else, where there are credentials', async () => {
    const { directory, stand, submission } = await contention({ zooKeeper, credentials: 'spark:quiet:word' });
    const one = await stand();
    await until(one.isReady);
    const { submissionId } = await one.ask('/v1/submissions/create', submission('sleep'));
    await until(async () => (await stateOf(one, submissionId)) === 'RUNNING');
    const connect = connectToEnsemble({ servers: [zooKeeper.address] });
    const link = new ZooKeeperLink({ connect, description: 'as somebody else' });
    onTestFinished(() => link.close());
    const path = `${directory}/dispatcher/drivers`;
    await expect(ZooKeeperStore.open({ link, path, owner: 'somebody else' })).rejects.toMatchObject({
      code: 'STORE_UNREADABLE',
      message: expect.stringContaining('check user and password'),
    });
  });
});
