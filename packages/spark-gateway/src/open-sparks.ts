import path from 'node:path';
import { ClassPath } from '@spark-mesos/java-serialization';
import type { DescribedClasses, KnownSpark } from '@spark-mesos/spark-rpc';
import type { GatewaySpark } from './application-spark.ts';
import { GatewayError } from './errors.ts';
import { sparkVersionOf } from './spark-version.ts';

interface OpenSpark extends GatewaySpark {
  readonly classPath: ClassPath;
}

/** The Sparks of a gateway, their jars open to be read. */
export class OpenSparks {
  readonly all: readonly GatewaySpark[];
  readonly #open: readonly OpenSpark[];

  private constructor(open: readonly OpenSpark[]) {
    this.#open = open;
    this.all = open.map(({ home, version }) => ({ home, version }));
  }

  /** Opens the jars of each, once; rejects if one cannot be read, or there is none. */
  static async open(homes: string | readonly string[]): Promise<OpenSparks> {
    const wanted = new Set(typeof homes === 'string' ? [homes] : homes);
    if (wanted.size === 0) throw new GatewayError('GATEWAY_NO_SPARK', 'the gateway was given no Spark');
    const open: OpenSpark[] = [];
    try {
      for (const home of wanted) {
        open.push({ home, version: await sparkVersionOf(home), classPath: await openJars(home) });
      }
      return new OpenSparks(open);
    } catch (error) {
      await Promise.all(open.map(({ classPath }) => classPath.close()));
      throw error;
    }
  }

  /** As an endpoint for drivers wants them: under the names of their homes. */
  get known(): readonly KnownSpark[] {
    return this.#open.map(({ home, classPath }) => ({ name: home, classPath }));
  }

  /** The jars of one of them. */
  classPathOf(home: string): DescribedClasses {
    const found = this.#open.find((spark) => spark.home === home);
    if (found === undefined) throw unreadableSpark([home], undefined);
    return found.classPath;
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.map(({ classPath }) => classPath.close()));
  }
}

async function openJars(home: string): Promise<ClassPath> {
  try {
    return await ClassPath.open(path.join(home, 'jars'));
  } catch (error) {
    throw unreadableSpark([home], error);
  }
}

/** What was given as a Spark, or as several, is none. */
export function unreadableSpark(homes: readonly string[], cause: unknown): GatewayError {
  const jars = homes.map((home) => path.join(home, 'jars')).join(', ');
  return new GatewayError(
    'GATEWAY_SPARK_UNREADABLE',
    `the jars of Spark in ${jars} cannot be read; is ${homes.join(' or ')} the directory of a Spark?`,
    { cause },
  );
}
