import { FileStore } from '@spark-mesos/durable-store';
import { type BlockFile, type Logger, openShuffleState, ShuffleServer } from '@spark-mesos/external-shuffle';

/** Serves executors whose local directories lie below the root, and knows them still after a restart. */
export async function serve(directory: string, root: string, logger: Logger) {
  const store = await FileStore.open({ directory });
  let server: ShuffleServer | undefined;
  const fileDropped = (file: BlockFile) => server?.dropFile(file);
  const state = await openShuffleState({ store, roots: [root], logger, fileDropped });
  server = await ShuffleServer.listen({ ...state, host: '127.0.0.1', port: 0, logger });
  state.cleaner.start();
  return { server, state, store };
}
