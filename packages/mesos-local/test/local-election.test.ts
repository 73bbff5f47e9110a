import { describe, expect, it } from 'vitest';
import type { Verdict } from '../src/election.ts';
import { electionOf } from '../src/local-election.ts';
import { silentLogger } from '../src/logger.ts';

const other = (port: number) => ({ kind: 'other', hostname: 'localhost', port });

describe('masters without a ZooKeeper', () => {
  it('follow the one that has stood for longest, and hear when that goes', async () => {
    const election = electionOf(undefined, silentLogger);
    const heard = new Map<number, Verdict[]>();
    const stand = (port: number) => {
      heard.set(port, []);
      const address = { hostname: 'localhost', ip: '127.0.0.1', port };
      return election.stand({ info: { address }, decided: (verdict) => heard.get(port)?.push(verdict) });
    };
    const candidacies = [1, 2, 3].map(stand);
    expect([...heard.values()]).toEqual([[{ kind: 'self' }], [other(1)], [other(1)]]);
    await candidacies[0]?.close();
    expect(heard.get(2)).toEqual([other(1), { kind: 'self' }]);
    expect(heard.get(3)).toEqual([other(1), other(2)]);
    await candidacies[0]?.close();
    await candidacies[2]?.close();
    const again = stand(1);
    expect(heard.get(1)).toEqual([other(2)]);
    await candidacies[1]?.close();
    await again.close();
    expect(heard.get(1)).toEqual([other(2), { kind: 'self' }]);
  });

  it('are refused an address of a ZooKeeper that is none', () => {
    expect(() => electionOf('localhost:2181', silentLogger)).toThrow('zk://host1:2181');
  });
});
