import { MemoryStore } from '@spark-mesos/durable-store';
import { expect, test } from 'vitest';
import { DirectoryRemover } from '../../src/registry/directory-remover.ts';
import { PersistentRecords } from '../../src/registry/persistent-records.ts';
import { recordingLogger } from '../support/recording-logger.ts';

test('S24: a directory that cannot be deleted is tried again at the next turn, and the others go', async () => {
  const store = new MemoryStore();
  const removed: string[] = [];
  const logger = recordingLogger();
  let busy = true;
  const remover = new DirectoryRemover({
    records: new PersistentRecords(store),
    removed: (directory) => removed.push(directory),
    removeTree: async (directory) => {
      if (directory === '/r/1' && busy) throw new Error('EBUSY');
      return true;
    },
    logger,
  });
  await remover.add('/r/1', 'app');
  await remover.add('/r/2', 'app');
  await remover.work();
  expect(removed).toEqual(['/r/2']);
  expect(remover.counters).toEqual({
    directoriesToRemove: 1,
    directoriesRemovedTotal: 1,
    directoryRemovalFailuresTotal: 1,
  });
  expect(logger.lines).toContainEqual(
    expect.objectContaining({ level: 'warn', phrase: 'a local directory could not be deleted' }),
  );
  expect((await store.entries()).map(({ key }) => key)).toEqual(['removing//r/1']);
  busy = false;
  await remover.work();
  expect(removed).toEqual(['/r/2', '/r/1']);
  expect(await store.entries()).toEqual([]);
});

test('what is added while another directory is being deleted is deleted in the same turn', async () => {
  const removed: string[] = [];
  const remover: DirectoryRemover = new DirectoryRemover({
    records: new PersistentRecords(new MemoryStore()),
    removed: (directory) => removed.push(directory),
    removeTree: async (directory) => {
      if (directory === '/r/1') await remover.add('/r/2', 'app');
      return true;
    },
  });
  await remover.add('/r/1', 'app');
  await remover.work();
  expect(removed).toEqual(['/r/1', '/r/2']);
});

test('closing waits for the directory under way, and leaves the others to the next process', async () => {
  let release = (_removed: boolean) => {};
  const store = new MemoryStore();
  const remover = new DirectoryRemover({
    records: new PersistentRecords(store),
    removed: () => {},
    removeTree: () => new Promise((resolve) => (release = resolve)),
  });
  await remover.add('/r/1', 'app');
  await remover.add('/r/2', 'app');
  void remover.work();
  const closed = remover.close();
  release(true);
  await closed;
  expect((await store.entries()).map(({ key }) => key)).toEqual(['removing//r/2']);
});
