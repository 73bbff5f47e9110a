import type { JavaObject } from '@spark-mesos/java-serialization';
import { textMapOf } from '../scala/maps.ts';
import { textsField } from '../scala/sequences.ts';
import { placeOf, requiredField, textField } from '../scala/values.ts';

/**
 * How to start a JVM of the application.
 *
 *     Command => mainClass:String arguments:Seq environment:Map classPathEntries:Seq libraryPathEntries:Seq javaOpts:Seq
 *
 * Source: Spark's `org.apache.spark.deploy.Command`.
 */
export interface SparkCommand {
  readonly mainClass: string;
  /** With placeholders such as `{{EXECUTOR_ID}}`. */
  readonly arguments: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  readonly classPathEntries: readonly string[];
  readonly libraryPathEntries: readonly string[];
  readonly javaOpts: readonly string[];
}

/** Reads a command. */
export function decodeCommand(command: JavaObject): SparkCommand {
  return {
    mainClass: textField(command, 'mainClass'),
    arguments: textsField(command, 'arguments'),
    environment: textMapOf(requiredField(command, 'environment'), placeOf(command, 'environment')),
    classPathEntries: textsField(command, 'classPathEntries'),
    libraryPathEntries: textsField(command, 'libraryPathEntries'),
    javaOpts: textsField(command, 'javaOpts'),
  };
}
