import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { SparkGateway, StandbyGateway } from '../../src/index.ts';
import { testSpark } from '../support/sparks.ts';

test('a gateway in standby gives HTTP to who answers it, and its port to the gateway that takes over', async () => {
  const taken: Socket[] = [];
  const standby = await StandbyGateway.start({
    host: '127.0.0.1',
    port: 0,
    sparkHome: testSpark(),
    takeHttp: (socket) => {
      taken.push(socket);
      socket.end('HTTP/1.1 204 No Content\r\n\r\n');
    },
  });
  const { port, url } = standby;
  expect(url).toBe(`spark://127.0.0.1:${port}`);
  const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\n\r\n'));
  const [answer] = await once(socket, 'data');
  expect([String(answer).slice(0, 12), taken.length]).toEqual(['HTTP/1.1 204', 1]);
  socket.destroy();
  const options = { master: '127.0.0.1:1', host: '127.0.0.1', port, sparkHome: testSpark() };
  await expect(SparkGateway.start(options)).rejects.toMatchObject({ code: 'GATEWAY_ADDRESS_UNAVAILABLE' });
  await standby.close();
  const gateway = await SparkGateway.start(options);
  onTestFinished(() => gateway.close());
  expect(gateway.url).toBe(url);
});

test('a gateway in standby says what is wrong as a gateway does', async () => {
  const start = StandbyGateway.start({ sparkHome: '/nowhere', takeHttp: (socket) => socket.destroy() });
  await expect(start).rejects.toMatchObject({ code: 'GATEWAY_SPARK_UNREADABLE' });
});
