import { existsSync } from 'node:fs';
import { COMMAND, DISPATCHER } from './command.ts';
import { jarOf, TEST_SPARKS } from './sparks.ts';

/** Before any test: the command must be built, a Spark be there, and the programs be compiled. */
export async function setup(): Promise<void> {
  for (const command of [COMMAND, DISPATCHER]) {
    if (!existsSync(command)) throw new Error(`${command} is not built: run npm run build, or npm test`);
  }
  if (TEST_SPARKS.length === 0)
    throw new Error('no Spark to test with: run node scripts/spark.mjs, or npm test');
  for (const spark of TEST_SPARKS) {
    await jarOf('sparkPi', spark);
    await jarOf('gatedSum', spark);
  }
}
