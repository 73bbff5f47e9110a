import type { ClassDescriptorSource } from '@spark-mesos/java-serialization';
import { ANSWER_CLASSES, HINTING_CLASSES, REQUIRED_CLASSES, TELLING_CLASSES } from './answer-classes.ts';
import { SparkRpcError } from './errors.ts';

/** Where the shapes of Spark's classes come from; `ClassPath` of java-serialization is one. */
export interface DescribedClasses {
  /** What is known of these classes. */
  descriptors(names: readonly string[]): Promise<ClassDescriptorSource>;
}

/** A Spark that peers may have. */
export interface KnownSpark {
  /** Its home, or whatever else tells it from the others; people read it. */
  readonly name: string;
  /** Its jars. */
  readonly classPath: DescribedClasses;
}

/** The same, its classes read. */
export interface SparkClasses {
  readonly name: string;
  readonly classes: ClassDescriptorSource;
}

/** Reads what conversations need of each Spark; rejects for one that has no Spark's classes. */
export function describeSparks(sparks: readonly KnownSpark[]): Promise<readonly SparkClasses[]> {
  return Promise.all(
    sparks.map(async ({ name, classPath }) => {
      const classes = await classPath.descriptors([
        ...ANSWER_CLASSES,
        ...TELLING_CLASSES,
        ...HINTING_CLASSES,
      ]);
      const missing = REQUIRED_CLASSES.find((className) => !classes.has(className));
      if (missing === undefined) return { name, classes };
      throw new SparkRpcError(
        'SPARK_RPC_CLASS_UNKNOWN',
        `${missing} is not on the class path of ${name}: give the directory of a Spark's jars`,
      );
    }),
  );
}
