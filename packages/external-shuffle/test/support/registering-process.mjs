// Registers executors until it is killed, and prints the id of each when its registration was answered.
// node registering-process.mjs <folder of the store> <root>
import { FileStore } from '@spark-mesos/durable-store';
import { openShuffleState } from '@spark-mesos/external-shuffle';

const [directory = '', root = ''] = process.argv.slice(2);
const store = await FileStore.open({ directory });
const { registry } = await openShuffleState({ store, roots: [root] });
await registry.registerDriver('app', 120_000);
for (let next = 0; ; next += 20) {
  await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      const id = next + index;
      const name = `blockmgr-00000000-0000-4000-8000-${id.toString(16).padStart(12, '0')}`;
      await registry.registerExecutor('app', String(id), {
        localDirs: [`${root}/${name}`],
        subDirsPerLocalDir: 64,
        shuffleManager: '',
      });
      process.stdout.write(`${id}\n`);
    }),
  );
}
