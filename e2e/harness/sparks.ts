import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileScala } from '../../scripts/compile-scala.mjs';
import { SPARKS, sparkHome } from '../../scripts/spark.mjs';

/** A Spark that the tests run on. */
export interface TestSpark {
  readonly name: string;
  readonly home: string;
}

/** The root folder of the workspace. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

function testSparks(): TestSpark[] {
  const given = process.env.SPARK_MESOS_TEST_SPARKS ?? '';
  const fetched = SPARKS.map(({ version }) => sparkHome(version)).filter((home) => existsSync(home));
  const homes = given === '' ? fetched : given.split(delimiter);
  return homes.map((home) => ({ home, name: /spark-(\d[^/]*)/.exec(home)?.[1] ?? home }));
}

/** The Sparks of SPARK_MESOS_TEST_SPARKS, or those that scripts/spark.mjs has fetched; the newest first. */
export const TEST_SPARKS: readonly TestSpark[] = testSparks();

/** TLS between RPCs came with Spark 4. */
export const WITH_TLS = TEST_SPARKS.filter(({ name }) => Number(/(\d+)\.\d+\.\d+/.exec(name)?.[1]) >= 4);

/** The one for tests in which the version plays no part. */
export function newestSpark(): TestSpark {
  const [newest] = TEST_SPARKS;
  if (newest === undefined) throw new Error('no Spark to test with: run node scripts/spark.mjs');
  return newest;
}

/** The Scala programs of the tests. */
export const PROGRAMS = {
  sparkPi: join(ROOT, 'examples', 'spark-pi', 'SparkPi.scala'),
  gatedSum: join(ROOT, 'e2e', 'programs', 'GatedSum.scala'),
  heldShuffle: join(ROOT, 'e2e', 'programs', 'HeldShuffle.scala'),
} as const;

/** The jar of a program for a Spark; compiled the first time. */
export function jarOf(program: keyof typeof PROGRAMS, spark: TestSpark): Promise<string> {
  return compileScala({ source: PROGRAMS[program], sparkHome: spark.home });
}
