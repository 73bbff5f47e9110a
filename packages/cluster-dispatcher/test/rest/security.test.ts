import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { type Logger, silentLogger } from '@spark-mesos/scheduler-utils';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type AccessRules, sha256Of } from '../../src/security/access-file.ts';
import { serve } from '../support/server.ts';

const RULES: AccessRules = {
  tokens: (['viewer', 'submitter', 'admin'] as const).map((role) => ({
    name: role,
    role,
    sha256: sha256Of(`token-of-${role}`),
  })),
  certificates: [{ commonName: '*', role: 'viewer' }],
};

function as(role: string) {
  return { authorization: `Bearer token-of-${role}` };
}

const CREATE = JSON.stringify({
  action: 'CreateSubmissionRequest',
  appArgs: [],
  appResource: 'a.py',
  mainClass: '',
  clientSparkVersion: '4.0.0',
  environmentVariables: {},
  sparkProperties: { 'spark.app.name': 'x' },
});

describe('a role', () => {
  test.each([
    ['GET', '/v1/submissions/status/driver-1', 'viewer'],
    ['POST', '/v1/submissions/create', 'submitter'],
    ['POST', '/v1/submissions/kill/driver-1', 'submitter'],
    ['POST', '/v1/submissions/killall', 'admin'],
    ['POST', '/v1/submissions/clear', 'admin'],
    ['GET', '/api/v2/submissions', 'viewer'],
    ['GET', '/api/v2/events', 'viewer'],
    ['GET', '/metrics', 'viewer'],
    ['GET', '/api/v1/applications', 'viewer'],
    ['POST', '/api/v2/submissions/driver-1/kill', 'submitter'],
    ['DELETE', '/api/v2/submissions', 'admin'],
  ])('%s %s needs is %s', async (method, path, role) => {
    const metrics = () => Promise.resolve({ type: 'text/plain', text: 'x 1' });
    const { ask, service } = await serve({
      access: RULES,
      metrics,
      applications: { list: () => [], explain: () => undefined },
    });
    service.add('driver-1', { state: 'running' });
    const body = method === 'POST' && path.includes('v1') ? { body: CREATE } : {};
    const nobody = await ask(path, { method, ...body });
    expect([nobody.status, nobody.headers['www-authenticate']]).toEqual([401, 'Bearer']);
    const roles = ['viewer', 'submitter', 'admin'];
    const less = roles[roles.indexOf(role) - 1];
    if (less !== undefined)
      expect((await ask(path, { method, headers: as(less), ...body })).status).toBe(403);
    if (path.includes('events')) return;
    expect((await ask(path, { method, headers: as(role), ...body })).status).toBeLessThan(300);
  });

  test('D20d: lets one end what is one’s own, and an admin everything', async () => {
    const { ask, service } = await serve({ access: RULES });
    service.add('theirs', { state: 'running', owner: 'somebody' });
    service.add('own', { state: 'running', owner: 'submitter' });
    const kill = async (id: string, role: string) => [
      (await ask(`/v1/submissions/kill/${id}`, { method: 'POST', headers: as(role) })).status,
      (await ask(`/api/v2/submissions/${id}/kill`, { method: 'POST', headers: as(role) })).status,
    ];
    expect(await kill('theirs', 'submitter')).toEqual([403, 403]);
    expect(await kill('own', 'submitter')).toEqual([200, 202]);
    expect(await kill('theirs', 'admin')).toEqual([200, 202]);
    expect(service.kills.map(({ id }) => id)).toEqual(['own', 'own', 'theirs', 'theirs']);
  });

  test('can be shown in a property, since spark-submit sends no header', async () => {
    const { ask, service } = await serve({ access: RULES });
    const body = CREATE.replace('"x"', '"x","spark.mesos.dispatcher.token":"token-of-submitter"');
    expect((await ask('/v1/submissions/create', { method: 'POST', body })).status).toBe(200);
    expect(service.submitted[0]?.options.owner).toBe('submitter');
    expect(JSON.stringify(service.submitted)).not.toContain('token-of-');
    const wrong = body.replace('token-of-submitter', 'token-of-nobody');
    expect((await ask('/v1/submissions/create', { method: 'POST', body: wrong })).status).toBe(401);
  });
});

test('what says nothing of anybody is answered to everybody', async () => {
  const { ask, service } = await serve({ access: RULES });
  expect((await ask('/healthz')).json()).toEqual({ status: 'ok' });
  expect((await ask('/readyz')).status).toBe(200);
  service.state = { ...service.state, ready: false, subscribed: false };
  const waiting = await ask('/readyz');
  expect([waiting.status, waiting.json()]).toMatchObject([503, { ready: false, subscribed: false }]);
  expect(waiting.text).not.toContain('f-0001');
});

test('who guesses tokens is made to wait', async () => {
  const { ask } = await serve({ access: RULES });
  const statuses = new Set<number>();
  for (let at = 0; at < 25; at += 1) {
    statuses.add((await ask('/api/v2/queues', { headers: { authorization: `Bearer guess-${at}` } })).status);
  }
  expect([...statuses]).toEqual([401, 429]);
  const right = await ask('/api/v2/queues', { headers: as('viewer') });
  expect([right.status, Number(right.headers['retry-after']) > 0]).toEqual([429, true]);
});

test('who asks for too much is made to wait, and reading is not counted', async () => {
  const { ask } = await serve({ rateLimit: { perSecond: 0.001, burst: 2 } });
  const statuses: number[] = [];
  for (let at = 0; at < 3; at += 1) {
    statuses.push((await ask('/v1/submissions/create', { method: 'POST', body: CREATE })).status);
  }
  expect(statuses).toEqual([200, 200, 429]);
  expect((await ask('/api/v2/queues')).status).toBe(200);
});

describe('a page', () => {
  test('of another origin is not answered, whatever it asks', async () => {
    const { ask, service } = await serve();
    const headers = { origin: 'https://evil.example' };
    const answers = [
      await ask('/v1/submissions/create', { method: 'POST', headers, body: CREATE }),
      await ask('/api/v2/submissions', { headers }),
      await ask('/api/v2/submissions/kill-all', { method: 'POST', headers }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect(service.submitted).toEqual([]);
  });

  test('may load nothing from elsewhere, and be framed by nobody', async () => {
    const { ask } = await serve();
    for (const path of ['/', '/api/v2/queues', '/v1/submissions/status/x', '/nothing']) {
      const { headers } = await ask(path);
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
    }
  });

  test('is shown on its own port, and not on the one for submissions', async () => {
    const file = { type: 'text/html; charset=utf-8', content: Buffer.from('<h1>drivers</h1>') };
    const { ask, server } = await serve({ access: RULES, page: new Map([['/', file]]) });
    const port = await server.listen('127.0.0.1', 0);
    expect((await ask('/')).json().message).toContain('Missing protocol version');
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    expect([answer.status, await answer.text()]).toEqual([200, '<h1>drivers</h1>']);
    const bare = await serve();
    const other = await bare.server.listen('127.0.0.1', 0);
    const signpost = await fetch(`http://127.0.0.1:${other}/`);
    expect(await signpost.json()).toMatchObject({ api: '/api/v2/openapi.json' });
  });
});

test('an error inside is told to the log, and to nobody else', async () => {
  const { ask, service } = await serve();
  service.status = service.summary = () => {
    throw new Error('the file /data/secret is broken');
  };
  for (const path of ['/v1/submissions/status/x', '/api/v2/submissions/x']) {
    const answer = await ask(path);
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('secret');
  }
});

describe('HTTPS', () => {
  const fixture = (name: string) => readFileSync(new URL(`../fixtures/tls/${name}`, import.meta.url));
  const tls = {
    pfx: fixture('store.p12'),
    passphrase: 'changeit',
    ca: fixture('certificate.pem'),
    requestCert: true,
    rejectUnauthorized: false,
  };

  async function secured(plainAllowed = false) {
    const { server, ask } = await serve({ tls, plainAllowed, access: RULES });
    const shared = createServer((socket) => server.takeSecure(socket));
    shared.listen(0, '127.0.0.1');
    await once(shared, 'listening');
    onTestFinished(() => {
      shared.close();
    });
    const { port } = shared.address() as AddressInfo;
    const askSecurely = (certificate: object) =>
      new Promise<number | undefined>((resolve, reject) => {
        const asked = request(
          {
            host: '127.0.0.1',
            port,
            path: '/api/v2/queues',
            agent: false,
            rejectUnauthorized: false,
            ...certificate,
          },
          (response) => {
            response.resume();
            resolve(response.statusCode);
          },
        );
        asked.on('error', reject);
        asked.end();
      });
    return { ask, askSecurely };
  }

  test('D20d: tells who somebody is by a certificate that is trusted', async () => {
    const { askSecurely } = await secured();
    expect(await askSecurely({ pfx: fixture('store.p12'), passphrase: 'changeit' })).toBe(200);
    expect(await askSecurely({ pfx: fixture('other.p12'), passphrase: 'changeit' })).toBe(401);
    expect(await askSecurely({})).toBe(401);
  });

  test('is the only way in, unless plain HTTP is allowed', async () => {
    const { ask } = await secured();
    const refused = await ask('/api/v2/queues', { headers: as('viewer') });
    expect([refused.status, refused.json().code]).toEqual([403, 'REQUEST_NOT_SECURE']);
    const open = await secured(true);
    expect((await open.ask('/api/v2/queues', { headers: as('viewer') })).status).toBe(200);
  });
});

test('who asks to change something is written down, with no token', async () => {
  const lines: object[] = [];
  const logger: Logger = { ...silentLogger, info: (fields) => lines.push(fields), child: () => logger };
  const { ask } = await serve({ access: RULES, logger });
  await ask('/v1/submissions/kill/driver-1?x=secret', { method: 'POST', headers: as('admin') });
  await ask('/api/v2/queues', { headers: as('admin') });
  expect(lines).toEqual([
    {
      name: 'admin',
      role: 'admin',
      by: 'token',
      address: '127.0.0.1',
      method: 'POST',
      path: '/v1/submissions/kill/driver-1',
    },
  ]);
});
