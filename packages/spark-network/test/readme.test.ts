import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { encodeFrame, FrameDecoder } from '../src/index.ts';
import { echo } from './readme-example.ts';
import { plain } from './support.ts';

function textOf(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}

it('shows an example in its README that works', () => {
  const example = textOf('./readme-example.ts').replace('../src/index.ts', '@spark-mesos/spark-network');
  expect(textOf('../README.md')).toContain(example);

  const body = new Uint8Array([1, 2]);
  const chunk = Buffer.concat([
    encodeFrame({ type: 'RpcRequest', requestId: 5n, body }),
    encodeFrame({ type: 'OneWayMessage', body }),
  ]);
  const answers = new FrameDecoder().push(Buffer.concat(echo(new FrameDecoder(), chunk)));
  expect(plain(answers)).toEqual([{ type: 'RpcResponse', requestId: 5n, body: [1, 2] }]);
});
