import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { ownWordsIn, readSandbox } from '../../src/sandbox-words.ts';

/** An agent that answers so; gives its address. */
async function agent(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('the words of the executors’ script are found among those of others, the last of them', () => {
  const text = 'I1121 exec.cpp\nspark-mesos: first\nnot spark-mesos: this\nspark-mesos: second\nWARNING\n';
  expect(ownWordsIn(text)).toBe('second');
  expect(ownWordsIn('nothing of ours\n')).toBeUndefined();
});

test('the beginning of a file in a sandbox is read from its agent', async () => {
  let asked = '';
  const agentUrl = await agent((request, response) => {
    asked = request.url ?? '';
    response.end(JSON.stringify({ data: 'spark-mesos: grüße\n', offset: 0 }));
  });
  const path = '/frameworks/f-1/executors/abc-0/runs/latest/stderr';
  expect(await readSandbox({ agentUrl, path })).toBe('spark-mesos: grüße\n');
  expect(asked).toBe(`/files/read?path=${encodeURIComponent(path)}&offset=0&length=16384`);
});

test.each<[string, RequestListener]>([
  ['does not allow it', (_, response) => response.writeHead(403).end()],
  ['answers something else', (_, response) => response.end('<html>')],
  ['answers without end', (_, response) => response.end('x'.repeat(200_000))],
  ['hangs up', (request) => request.socket.destroy()],
])('an agent that %s is an error', async (_, answer) => {
  await expect(readSandbox({ agentUrl: await agent(answer), path: '/stderr' })).rejects.toThrow();
});
