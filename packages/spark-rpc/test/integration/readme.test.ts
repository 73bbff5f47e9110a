import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { RpcClient } from '../../src/rpc-client.ts';
import { recordedClasses } from '../classes.ts';
import { RecordingHandler, RecordingLogger } from '../fake-connection.ts';
import { listen } from './readme-example.ts';
import { testSparks } from './sparks.ts';

function textOf(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}

it('shows an example in its README that works', async () => {
  const example = textOf('./readme-example.ts').replace('../../src/index.ts', '@spark-mesos/spark-rpc');
  expect(textOf('../../README.md')).toContain(example);

  const logger = new RecordingLogger();
  const endpoint = await listen(testSparks()[0] ?? '', 0, new RecordingHandler(), logger);
  const { address } = endpoint;
  const client = await RpcClient.connect({ address, classes: recordedClasses('3.5.6'), logger });
  expect(await client.hasEndpoint('Master').catch((error: unknown) => String(error))).toEqual(
    expect.toSatisfy((answer: unknown) => answer === true || /runs another Spark/.test(String(answer))),
  );
  await client.close();
  await endpoint.close();
});
