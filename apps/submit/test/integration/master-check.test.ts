import { createServer as createHttpServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer, type Server as NetServer, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { checkMaster } from '../../src/master-check.ts';

async function listening(server: Server | NetServer): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const answering = (status: number) =>
  listening(createHttpServer((_, response) => response.writeHead(status, { Connection: 'close' }).end('{}')));

function talking(onConnection: (socket: Socket) => void): Promise<string> {
  return listening(
    createServer((socket) => {
      onTestFinished(() => void socket.destroy());
      socket.on('error', () => {});
      onConnection(socket);
    }),
  );
}

async function nobody(): Promise<string> {
  const server = createServer();
  const address = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return address;
}

describe('a master', () => {
  test.each([200, 401, 403, 503])('that answers %i is there', async (status) => {
    await expect(checkMaster(`mesos://${await answering(status)}`)).resolves.toBeUndefined();
  });

  test('is there if one of several is', async () => {
    await expect(checkMaster(`mesos://${await nobody()},${await answering(200)}`)).resolves.toBeUndefined();
  });

  test('that ZooKeeper is to tell is there if a ZooKeeper is', async () => {
    const zooKeeper = await talking(() => {});
    const servers = `${await nobody()},${zooKeeper}`;
    await expect(checkMaster(`mesos://zk://${servers}/mesos`)).resolves.toBeUndefined();
  });

  test('that no ZooKeeper can tell is told at once, without the password of ZooKeeper', async () => {
    const address = await nobody();
    await expect(checkMaster(`mesos://zk://ada:pass@${address}/mesos`)).rejects.toThrow(
      new RegExp(
        `^no ZooKeeper answers .*: ${address} refuses the connection.*--master mesos://zk://${address}/mesos and`,
      ),
    );
    await expect(checkMaster(`mesos://zk://${address}`)).rejects.toThrow(/lacks the path/);
  });

  test('that is not there is named, with what to do', async () => {
    const address = await nobody();
    await expect(checkMaster(`mesos://${address}`)).rejects.toThrow(
      new RegExp(`no Mesos master answers: ${address} refuses the connection.*--master mesos://local`),
    );
  });

  test('whose name leads nowhere is named', async () => {
    await expect(checkMaster('mesos://no-such-host.invalid')).rejects.toThrow(
      /no-such-host\.invalid:5050 is not known/,
    );
  });

  test('that says nothing is given up', async () => {
    const address = await talking(() => {});
    await expect(checkMaster(`mesos://${address}`, 50)).rejects.toThrow(/does not answer within/);
  });

  test('that speaks something else is told apart', async () => {
    const ssh = await talking((socket) => socket.end('SSH-2.0-OpenSSH_9\r\n'));
    await expect(checkMaster(`mesos://${ssh}`)).rejects.toThrow(/what listens there is no Mesos master/);
    await expect(checkMaster(`mesos://${await answering(404)}`)).rejects.toThrow(/not a Mesos master/);
  });

  test('with an impossible address is told', async () => {
    await expect(checkMaster('mesos://a b')).rejects.toThrow(/mesos:\/\/a b.*is not the address/);
  });
});
