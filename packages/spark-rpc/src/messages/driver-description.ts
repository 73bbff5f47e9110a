import type { JavaObject } from '@spark-mesos/java-serialization';
import { booleanField, numberField, objectField, textField } from '../scala/values.ts';
import { decodeCommand, type SparkCommand } from './command.ts';

/**
 * A driver to be run by the cluster.
 *
 *     DriverDescription => jarUrl:String mem:int cores:int supervise:boolean command:Command [resourceReqs:Seq]
 *
 * Source: Spark's `org.apache.spark.deploy.DriverDescription`. The command's environment is the submitter's
 * own, wholly: never log it, never show it.
 */
export interface DriverDescription {
  readonly jarUrl: string;
  readonly memoryMiB: number;
  readonly cores: number;
  readonly supervise: boolean;
  readonly command: SparkCommand;
}

/** Reads a description. */
export function decodeDriverDescription(description: JavaObject): DriverDescription {
  return {
    jarUrl: textField(description, 'jarUrl'),
    memoryMiB: numberField(description, 'mem'),
    cores: numberField(description, 'cores'),
    supervise: booleanField(description, 'supervise'),
    command: decodeCommand(objectField(description, 'command')),
  };
}
