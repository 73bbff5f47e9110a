import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LocalCluster } from '../../src/index.ts';

const credentials = [
  { principal: 'golden', secret: 's3cret' },
  { principal: 'second', secret: 'with:colon and ü' },
];

let cluster: LocalCluster;

beforeAll(async () => {
  cluster = await LocalCluster.start({ agents: [{ cpus: 1, memMiB: 512 }], credentials });
});

afterAll(() => cluster.close());

async function statusWith(authorization: string | undefined, path = '/state'): Promise<number> {
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
  return (await fetch(`${cluster.master.url}${path}`, { headers })).status;
}

function basic(principal: string, secret: string): string {
  return `Basic ${Buffer.from(`${principal}:${secret}`).toString('base64')}`;
}

describe('a cluster with credentials', () => {
  it('lets in whoever knows the secret of a principal', async () => {
    for (const { principal, secret } of credentials)
      expect(await statusWith(basic(principal, secret))).toBe(200);
  });

  it('keeps all else out', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string(),
        fc.string(),
        fc.constantFrom('Basic ', 'Bearer ', 'basic', ''),
        async (...parts) => {
          const [principal, secret, scheme] = parts;
          const known = credentials.some((known) => known.principal === principal && known.secret === secret);
          const encoded = Buffer.from(`${principal}:${secret}`).toString('base64');
          expect(known || (await statusWith(`${scheme}${encoded}`))).toBe(known || 401);
        },
      ),
      { numRuns: 30 },
    );
    expect(await statusWith(undefined)).toBe(401);
    expect(await statusWith(basic('golden', ''))).toBe(401);
    expect(await statusWith(basic('second', 's3cret'))).toBe(401);
  });

  it('tells everybody that it is well, and where the leader is', async () => {
    expect(await statusWith(undefined, '/health')).toBe(200);
    expect(await statusWith(undefined, '/version')).toBe(200);
    const redirect = await fetch(`${cluster.master.url}/redirect`, { redirect: 'manual' });
    expect(redirect.headers.get('location')).toBe(`//localhost:${cluster.master.port}`);
  });

  it('keeps the sandboxes of its agents to those who may come in, here and on the ports of the agents', async () => {
    const agent = cluster.agents[0];
    expect(await statusWith(undefined, `/agent/${agent?.id}/files/debug`)).toBe(401);
    expect(await statusWith(basic('golden', 's3cret'), `/agent/${agent?.id}/files/debug`)).toBe(200);
    const direct = await fetch(`${agent?.url}/files/debug`);
    expect(direct.status).toBe(401);
    expect(direct.headers.get('www-authenticate')).toBe('Basic realm="mesos-agent-readonly"');
  });
});
