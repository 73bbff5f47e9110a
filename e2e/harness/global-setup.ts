import { existsSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { testJava } from '../../scripts/test-java.mjs';
import { COMMAND, DISPATCHER } from './command.ts';
import { jarOf, PROGRAMS, TEST_SPARKS } from './sparks.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** JAVA_HOME of a Java that starts Spark fast; empty where there is only the machine's own. */
    readonly javaHome: string;
  }
}

/** Before any test: the command must be built, a Spark be there, the programs be compiled, and the Java be made. */
export async function setup(project: TestProject): Promise<void> {
  for (const command of [COMMAND, DISPATCHER]) {
    if (!existsSync(command)) throw new Error(`${command} is not built: run npm run build, or npm test`);
  }
  if (TEST_SPARKS.length === 0)
    throw new Error('no Spark to test with: run node scripts/spark.mjs, or npm test');
  const { javaHome, problems } = await testJava({ sparkHomes: TEST_SPARKS.map(({ home }) => home) });
  for (const problem of problems) console.warn(`The tests go on, only slower: ${problem}`);
  project.provide('javaHome', javaHome ?? process.env.JAVA_HOME ?? '');
  await Promise.all(
    TEST_SPARKS.map(async (spark) => {
      for (const program of Object.keys(PROGRAMS)) await jarOf(program as keyof typeof PROGRAMS, spark);
    }),
  );
}
