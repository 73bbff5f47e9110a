import { delimiter } from 'node:path';

/** The first of the Sparks to test with, from the environment. Its absence is a failure and no reason to pass. */
export function testSpark(): string {
  const [home] = (process.env.SPARK_MESOS_TEST_SPARKS ?? '').split(delimiter);
  if (home) return home;
  throw new Error(
    `set SPARK_MESOS_TEST_SPARKS to one or more Spark homes with "${delimiter}" between them: ` +
      'this test reads the classes of a real Spark',
  );
}
