import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectToEnsemble, LeaderElection, ZooKeeperLink, ZooKeeperStore } from '../../src/index.ts';
import { ZooKeeperTestServer } from '../../src/testing/index.ts';
import { bytes } from '../support/folders.ts';

let zookeeper: ZooKeeperTestServer;
let paths = 0;
const links: ZooKeeperLink[] = [];

beforeAll(async () => {
  zookeeper = await ZooKeeperTestServer.start();
}, 90_000);

afterAll(async () => {
  await Promise.all(links.map((link) => link.close()));
  await zookeeper.close();
});

function newLink(credentials?: { user: string; password: string }): ZooKeeperLink {
  const description = `zk://${zookeeper.address}`;
  const link = new ZooKeeperLink({
    connect: connectToEnsemble({ servers: [zookeeper.address], credentials }),
    description,
  });
  links.push(link);
  return link;
}

function newPath(): string {
  paths += 1;
  return `/spark_mesos_dispatcher/test-${paths}`;
}

describe('a store in a real ZooKeeper', () => {
  test('gives the next one all that was safe, long values too', async () => {
    const path = newPath();
    const link = newLink();
    const store = await ZooKeeperStore.open({ link, path, owner: 'one' });
    const long = Buffer.alloc(1024 * 1024, 'long');
    await Promise.all([
      store.put('a/1', bytes('one')),
      store.put('a/2.x', bytes('two')),
      store.put('long', long),
      ...Array.from({ length: 500 }, (_, index) => store.put(`many/${index}`, Buffer.alloc(3000, 'x'))),
    ]);
    expect(await store.put('a/1', bytes('again'))).toBe(2);
    expect(await store.delete('a/2.x')).toBe(true);
    expect(await store.put('a/2.x', bytes('new'))).toBe(1);
    await store.close();
    const next = await ZooKeeperStore.open({ link: newLink(), path, owner: 'two' });
    expect(await next.get('a/1')).toEqual({ key: 'a/1', value: bytes('again'), version: 2 });
    expect(await next.get('a/2.x')).toEqual({ key: 'a/2.x', value: bytes('new'), version: 1 });
    expect(Buffer.from((await next.get('long'))?.value ?? []).equals(long)).toBe(true);
    expect((await next.entries('many/')).length).toBe(500);
    await next.put('long', bytes('short'));
    expect(await next.delete('long')).toBe(true);
    await next.close();
  });

  test('does not let one write from which it was taken over', async () => {
    const path = newPath();
    let told: unknown;
    const old = await ZooKeeperStore.open({
      link: newLink(),
      path,
      owner: 'the old one',
      fenced: (error) => {
        told = error;
      },
    });
    await old.put('a', bytes('old'));
    const young = await ZooKeeperStore.open({ link: newLink(), path, owner: 'the young one' });
    await expect(old.put('a', bytes('late'))).rejects.toMatchObject({
      code: 'STORE_FENCED',
      message: expect.stringContaining('the young one has taken over'),
    });
    expect(told).toMatchObject({ code: 'STORE_FENCED' });
    expect((await young.get('a'))?.value).toEqual(bytes('old'));
    await young.put('a', bytes('young'));
  });

  test('goes on when ZooKeeper was away for a moment', async () => {
    const path = newPath();
    const store = await ZooKeeperStore.open({ link: newLink(), path, owner: 'one', patienceMs: 60_000 });
    await store.put('a', bytes('before'));
    await zookeeper.stop();
    const put = store.put('a', bytes('after'));
    await zookeeper.resume();
    expect(await put).toBe(2);
    const next = await ZooKeeperStore.open({ link: newLink(), path, owner: 'two' });
    expect((await next.get('a'))?.value).toEqual(bytes('after'));
  });

  test('is open to its user alone where there is one', async () => {
    const path = newPath();
    const store = await ZooKeeperStore.open({
      link: newLink({ user: 'me', password: 'secret' }),
      path,
      owner: 'one',
    });
    await store.put('a', bytes('mine'));
    await expect(
      ZooKeeperStore.open({ link: newLink({ user: 'me', password: 'wrong' }), path, owner: 'two' }),
    ).rejects.toMatchObject({
      code: 'STORE_UNREADABLE',
      message: expect.stringContaining('check user and password'),
    });
    await store.put('a', bytes('still mine'));
  });
});

describe('an election in a real ZooKeeper', () => {
  test('is won by the first one, and by the next one when the first ends its session', async () => {
    const path = newPath();
    const first = newLink();
    const heard: string[] = [];
    const stand = (link: ZooKeeperLink, name: string) =>
      new Promise<void>((resolve) => {
        new LeaderElection({
          link,
          path,
          candidate: Buffer.from(name),
          changed: (leadership) => {
            heard.push(`${name}: ${leadership.kind}`);
            resolve();
          },
          problem: (message) => heard.push(message),
        });
      });
    await stand(first, 'a');
    const second = newLink();
    await stand(second, 'b');
    await first.close();
    await expect.poll(() => heard, { timeout: 30_000 }).toEqual(['a: self', 'b: other', 'b: self']);
  });

  test('is lost by the one whose session is over, which then stands again behind the other', async () => {
    const path = newPath();
    const heard: string[] = [];
    const stand = (link: ZooKeeperLink, name: string) =>
      new LeaderElection({
        link,
        path,
        candidate: Buffer.from(name),
        changed: (leadership) => heard.push(`${name}: ${leadership.kind}`),
        problem: (message) => heard.push(message),
      });
    stand(newLink(), 'a');
    await expect.poll(() => heard, { timeout: 30_000 }).toEqual(['a: self']);
    expect(await zookeeper.expireSessions(path)).toBe(1);
    // It hears of it, and wins again as the only one.
    await expect.poll(() => heard, { timeout: 30_000 }).toEqual(['a: self', 'a: none', 'a: self']);
    stand(newLink(), 'b');
    await expect.poll(() => heard.slice(3), { timeout: 30_000 }).toEqual(['b: other']);
    expect(await zookeeper.expireSessions(path)).toBe(2);
    // Each may hear of the other's end before its own. In the end one leads and the other knows it.
    const lastOf = (name: string) => heard.findLast((line) => line.startsWith(name));
    await expect
      .poll(() => [heard.slice(4), [lastOf('a'), lastOf('b')].sort()], { timeout: 30_000 })
      .toEqual([
        expect.arrayContaining(['a: none', 'b: none']),
        expect.toSatisfy((last) => ['a: other,b: self', 'a: self,b: other'].includes(String(last))),
      ]);
  });
});
