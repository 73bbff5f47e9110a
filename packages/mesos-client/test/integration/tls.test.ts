import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { reviveCall, SYSTEM_CLOCK, type TlsOptions } from '../../src/index.ts';
import { clientFor, closing, Stage } from '../support/stage.ts';

const read = (name: string) => readFileSync(new URL(`../fixtures/tls/${name}`, import.meta.url));
const ca = read('ca.pem');
const server = { cert: read('master.pem'), key: read('master.key') };
const own: TlsOptions = { ca, certificate: read('framework.pem'), key: read('framework.key') };
const strict = { ...server, ca, requestCert: true, rejectUnauthorized: true };

/** How the first subscription fails. By the machine's own clock, since handshakes take their time. */
async function failure(master: string, tls?: TlsOptions) {
  const options = { clock: SYSTEM_CLOCK, registrationTimeoutMs: 1000 };
  const { next } = clientFor(master, { ...options, ...(tls === undefined ? {} : { tls }) });
  const event = await next();
  return event.kind === 'failed' ? event.error : undefined;
}

describe('SchedulerClient with TLS', () => {
  it('subscribes to a master that a given authority vouches for, and sends its calls with TLS', async () => {
    const stage = await Stage.open({ tls: server });
    const { client, next } = clientFor(stage.master.address, { tls: { ca: ca.toString() } });
    await stage.subscribed();
    expect(await next()).toMatchObject({ kind: 'subscribed' });
    const call = client.call(reviveCall());
    await (await stage.nextCall()).answer(202);
    await call;
  });

  it('shows its own certificate where one is asked for, along with principal and secret', async () => {
    const stage = await Stage.open({ tls: strict });
    const credentials = { principal: 'p', secret: 's' };
    const { next } = clientFor(`mesos://https://${stage.master.address}`, { tls: own, credentials });
    const stream = await stage.subscribed();
    expect(stream.request.headers.get('authorization')).toBe(
      `Basic ${Buffer.from('p:s').toString('base64')}`,
    );
    expect(await next()).toMatchObject({ kind: 'subscribed' });
  });

  it('stays with TLS when a redirect names no scheme', async () => {
    const follower = await Stage.open({ tls: server });
    const leader = await Stage.open({ tls: server });
    const { next } = clientFor(follower.master.address, { tls: { ca } });
    const asked = await follower.nextSubscribe();
    await asked.answer(307, '', { Location: `//${leader.master.address}/master/api/v1/scheduler` });
    await leader.subscribed();
    expect(await next()).toMatchObject({ kind: 'subscribed' });
  });

  it('follows no redirect that leads out of TLS, since credentials would go with it', async () => {
    const follower = await Stage.open({ tls: server });
    const other = await Stage.open();
    const { next } = clientFor(follower.master.address, { clock: SYSTEM_CLOCK, tls: { ca } });
    const asked = await follower.nextSubscribe();
    await asked.answer(307, '', { Location: `http://${other.master.address}/api/v1/scheduler` });
    await follower.subscribed();
    expect(await next()).toMatchObject({ kind: 'subscribed' });
    expect(other.master.connectionsOpened).toBe(0);
  });

  it('expects the certificate for another name when told so', async () => {
    const stage = await Stage.open({ tls: server });
    const { next } = clientFor(stage.master.address, { tls: { ca, serverName: 'master.test' } });
    await stage.subscribed();
    expect(await next()).toMatchObject({ kind: 'subscribed' });
    expect(await failure(stage.master.address, { ca, serverName: 'other.test' })).toMatchObject({
      code: 'MESOS_TLS',
      message: expect.stringContaining('for another name (tls.serverName'),
    });
  });

  it('believes anybody only when told so', async () => {
    const stage = await Stage.open({ tls: server });
    expect(await failure(`https://${stage.master.address}`)).toMatchObject({
      code: 'MESOS_TLS',
      message: expect.stringContaining('nobody whom we trust has signed its certificate'),
    });
    const { next } = clientFor(stage.master.address, { tls: { verify: false } });
    await stage.subscribed();
    expect(await next()).toMatchObject({ kind: 'subscribed' });
  });

  it('says that a certificate of its own is wanted', async () => {
    const stage = await Stage.open({ tls: strict });
    expect(await failure(stage.master.address, { ca })).toMatchObject({
      code: 'MESOS_REGISTRATION_TIMEOUT',
      message: expect.stringContaining('tls.certificate and tls.key'),
    });
  });

  it('tells a master without TLS from one with it, both ways', async () => {
    const plain = createServer();
    closing.push(async () => {
      plain.close();
      plain.closeAllConnections();
      await once(plain, 'close');
    });
    plain.listen(0, '127.0.0.1');
    await once(plain, 'listening');
    expect(await failure(`127.0.0.1:${(plain.address() as AddressInfo).port}`, { ca })).toMatchObject({
      code: 'MESOS_TLS',
      message: expect.stringContaining('is it http rather than https?'),
    });
    const safe = await Stage.open({ tls: server });
    expect(await failure(safe.master.address)).toMatchObject({
      code: 'MESOS_REGISTRATION_TIMEOUT',
      message: expect.stringContaining('does it want https?'),
    });
  });
});
