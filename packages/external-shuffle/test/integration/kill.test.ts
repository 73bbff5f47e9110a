import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { FileStore } from '@spark-mesos/durable-store';
import { beforeAll, expect, test } from 'vitest';
import { blockManagerName, temporaryFolder } from '../support/folders.ts';
import { openState } from '../support/state.ts';

beforeAll(() => {
  // The other process cannot run TypeScript.
  const compiler = createRequire(import.meta.url).resolve('typescript/package.json');
  const packageFolder = path.join(import.meta.dirname, '../..');
  execFileSync(process.execPath, [path.join(path.dirname(compiler), 'bin/tsc'), '-b', packageFolder]);
});

test('S6: every registration that was answered is there after kill -9', async () => {
  const [directory, root] = [await temporaryFolder(), await temporaryFolder()];
  const program = path.join(import.meta.dirname, '../support/registering-process.mjs');
  const child = spawn(process.execPath, [program, directory, root], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const answered = new Set<string>();
  for await (const line of createInterface({ input: child.stdout })) {
    answered.add(line);
    if (answered.size === 500) child.kill('SIGKILL');
  }
  expect(await ended).toEqual([null, 'SIGKILL']);
  const store = await FileStore.open({ directory });
  const { registry } = await openState({ roots: [root], store });
  for (const executorId of answered) {
    expect(registry.executor('app', executorId).localDirs).toEqual([
      `${root}/${blockManagerName(Number(executorId))}`,
    ]);
  }
  expect(registry.heartbeat('app')).toBe('known');
  await store.close();
});
