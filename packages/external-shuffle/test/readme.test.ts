import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeLocalDirectory, temporaryFolder } from './support/folders.ts';
import { serve } from './support/readme-example.ts';
import { recordingLogger } from './support/recording-logger.ts';
import { executorInfo } from './support/state.ts';

test('the example of the README listens, and knows its executors still after a restart', async () => {
  const [directory, root] = [await temporaryFolder(), await temporaryFolder()];
  const open = async () => {
    const { server, state, store } = await serve(directory, root, recordingLogger());
    const close = async () => {
      await server.close();
      await state.close();
      await store.close();
    };
    return { server, state, close };
  };
  const first = await open();
  expect(first.server.address.port).toBeGreaterThan(0);
  await first.state.registry.registerExecutor('app', '1', executorInfo(makeLocalDirectory(root, 1)));
  await first.close();
  const second = await open();
  expect(second.state.registry.executor('app', '1').executorId).toBe('1');
  await second.close();
});

test('the example of the README is the one that is tested', async () => {
  const readme = await readFile(path.join(import.meta.dirname, '../README.md'), 'utf8');
  const example = path.join(import.meta.dirname, 'support/readme-example.ts');
  expect(readme).toContain(await readFile(example, 'utf8'));
});
