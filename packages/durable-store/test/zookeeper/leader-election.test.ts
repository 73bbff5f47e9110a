import { describe, expect, test } from 'vitest';
import { LeaderElection, type Leadership, ZooKeeperLink } from '../../src/index.ts';
import { FakeEnsemble } from '../../src/testing/index.ts';
import { ManualStoreClock } from '../support/manual-store-clock.ts';

const PATH = '/spark/election';

/** One who stands for election. */
function stand(ensemble: FakeEnsemble, name: string) {
  const clock = new ManualStoreClock();
  const link = new ZooKeeperLink({ connect: ensemble.connector, description: 'zk://fake', clock });
  const session = () => {
    const last = ensemble.sessions.at(-1);
    if (last === undefined) throw new Error('no session');
    return last;
  };
  const ownSession = session();
  const heard: string[] = [];
  const problems: string[] = [];
  const election = new LeaderElection({
    link,
    path: PATH,
    candidate: Buffer.from(name),
    changed: (leadership) => heard.push(text(leadership)),
    problem: (message) => problems.push(message),
  });
  return { election, link, clock, heard, problems, session: ownSession };
}

function text(leadership: Leadership): string {
  return leadership.kind === 'other' ? Buffer.from(leadership.candidate).toString() : leadership.kind;
}

/** Lets everything happen that follows by itself. */
async function settled() {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function three() {
  const ensemble = new FakeEnsemble();
  const a = stand(ensemble, 'a');
  await settled();
  const b = stand(ensemble, 'b');
  await settled();
  const c = stand(ensemble, 'c');
  await settled();
  return { ensemble, a, b, c };
}

describe('an election', () => {
  test('is won by the first one, and the others know by whom', async () => {
    const { a, b, c } = await three();
    expect([a.heard, b.heard, c.heard]).toEqual([['self'], ['a'], ['a']]);
    expect(a.election.candidates.map((candidate) => Buffer.from(candidate).toString())).toEqual([
      'a',
      'b',
      'c',
    ]);
  });

  test('goes to the next one when the leader goes, at once', async () => {
    const { a, b, c } = await three();
    await a.election.close();
    await settled();
    expect(b.heard).toEqual(['a', 'self']);
    expect(c.heard).toEqual(['a', 'b']);
  });

  test('goes to the next one when the session of the leader is over, which hears that later and is last then', async () => {
    const { a, b, c } = await three();
    a.session.expire(false);
    await settled();
    expect(b.heard).toEqual(['a', 'self']);
    expect(a.heard).toEqual(['self']);
    a.session.wakeUp();
    await settled();
    expect(a.heard).toEqual(['self', 'none']);
    a.clock.advance(1000);
    await settled();
    expect(a.heard).toEqual(['self', 'none', 'b']);
    expect(c.heard).toEqual(['a', 'b']);
  });

  test('stays as it is while ZooKeeper is away and the sessions live', async () => {
    const { ensemble, a, b } = await three();
    ensemble.stop();
    await settled();
    ensemble.resume();
    await settled();
    expect(a.heard).toEqual(['self']);
    expect(b.heard).toEqual(['a']);
  });

  test('passes over to the next one when the leader resigns, who is the last one then', async () => {
    const { a, b, c } = await three();
    await a.election.resign();
    await settled();
    expect(a.heard).toEqual(['self', 'none', 'b']);
    await b.election.resign();
    await settled();
    expect(c.heard.at(-1)).toBe('self');
    expect(a.heard.at(-1)).toBe('c');
  });

  test('does not go to one that resigned while ZooKeeper was away: that one is last, or leads anew where it is alone', async () => {
    const { ensemble, a, b, c } = await three();
    ensemble.stop();
    await settled();
    await a.election.resign();
    ensemble.resume();
    await settled();
    expect([a.heard.at(-1), b.heard.at(-1), c.heard.at(-1)]).toEqual(['b', 'self', 'b']);
    await Promise.all([b.election.close(), c.election.close()]);
    await settled();
    ensemble.stop();
    await settled();
    await a.election.resign();
    ensemble.resume();
    await settled();
    expect(a.heard.slice(-3)).toEqual(['self', 'none', 'self']);
    expect(ensemble.paths.filter((path) => path.includes('candidate')).length).toBe(1);
  });

  test.each(['requestLost', 'answerLost'] as const)(
    'has each one once, though the connection is lost (%s)',
    async (fault) => {
      const ensemble = new FakeEnsemble();
      let left = 3;
      ensemble.fault = ({ kind, path }) => {
        if (kind !== 'create' || !path.includes('candidate') || left === 0) return undefined;
        left -= 1;
        return fault;
      };
      const a = stand(ensemble, 'a');
      await settled();
      expect(a.heard).toEqual(['self']);
      expect(ensemble.paths.filter((path) => path.includes('candidate')).length).toBe(1);
    },
  );

  test('says what ZooKeeper refuses', async () => {
    const ensemble = new FakeEnsemble();
    ensemble.create('/spark', Buffer.from(''), undefined);
    const a = stand(ensemble, 'a');
    ensemble.children = () => ({ kind: 'refused', refusal: 'forbidden', reason: 'NO_AUTH' });
    await settled();
    expect(a.heard).toEqual([]);
    expect(a.problems.join()).toContain('NO_AUTH');
  });
});
