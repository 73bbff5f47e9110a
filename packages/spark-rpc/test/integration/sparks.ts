import { delimiter } from 'node:path';

/** The homes of the Sparks to test with, from the environment. Their absence is a failure and no reason to pass. */
export function testSparks(): string[] {
  const homes = (process.env.SPARK_MESOS_TEST_SPARKS ?? '').split(delimiter).filter((home) => home !== '');
  if (homes.length > 0) return homes;
  throw new Error(
    `set SPARK_MESOS_TEST_SPARKS to one or more Spark homes with "${delimiter}" between them: ` +
      'this test reads the classes of real Sparks',
  );
}
