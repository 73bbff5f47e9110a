import type { JavaObject } from '@spark-mesos/java-serialization';
import { sequenceOf } from '../scala/sequences.ts';
import {
  numberField,
  numberOf,
  objectField,
  objectOf,
  optionField,
  placeOf,
  requiredField,
  textField,
} from '../scala/values.ts';
import { decodeCommand, type SparkCommand } from './command.ts';
import { DEFAULT_PROFILE_ID, decodeResourceProfile, type ResourceProfile } from './resource-profile.ts';

/**
 * What an application is and wants.
 *
 *     ApplicationDescription => name:String user:String appUiUrl:String maxCores:Option initialExecutorLimit:Option
 *         command:Command eventLogDir:Option eventLogCodec:Option
 *         ( defaultProfile:ResourceProfile                                                  in newer Sparks
 *         | memoryPerExecutorMB:int coresPerExecutor:Option [resourceReqsPerExecutor:Seq] ) in 2.4 and early 3.x
 *     ResourceRequirement    => resourceName:String amount:int
 *
 * Source: Spark's `org.apache.spark.deploy.ApplicationDescription`.
 */
export interface ApplicationDescription {
  readonly name: string;
  readonly user: string;
  readonly appUiUrl: string;
  /** `spark.cores.max`. */
  readonly maxCores?: number;
  /** How many executors to start with; given when they are allocated dynamically. */
  readonly initialExecutorLimit?: number;
  /** Starts one executor. */
  readonly command: SparkCommand;
  /** What an executor gets where no other profile is asked for. */
  readonly defaultProfile: ResourceProfile;
}

/** Reads a description, of whichever time. */
export function decodeApplicationDescription(description: JavaObject): ApplicationDescription {
  const maxCores = optionalNumber(description, 'maxCores');
  const initialExecutorLimit = optionalNumber(description, 'initialExecutorLimit');
  return {
    name: textField(description, 'name'),
    user: textField(description, 'user'),
    appUiUrl: textField(description, 'appUiUrl'),
    ...(maxCores === undefined ? {} : { maxCores }),
    ...(initialExecutorLimit === undefined ? {} : { initialExecutorLimit }),
    command: decodeCommand(objectField(description, 'command')),
    defaultProfile: description.fields.has('defaultProfile')
      ? decodeResourceProfile(objectField(description, 'defaultProfile'))
      : profileOfOldFields(description),
  };
}

function profileOfOldFields(description: JavaObject): ResourceProfile {
  const cores = optionalNumber(description, 'coresPerExecutor');
  return {
    id: DEFAULT_PROFILE_ID,
    memoryMiB: numberField(description, 'memoryPerExecutorMB'),
    ...(cores === undefined ? {} : { cores }),
    otherResources: new Map(oldRequirements(description)),
  };
}

function oldRequirements(description: JavaObject): (readonly [string, number])[] {
  const field = 'resourceReqsPerExecutor';
  if (!description.fields.has(field)) return [];
  const place = placeOf(description, field);
  return sequenceOf(requiredField(description, field), place).map((requirement) => {
    const object = objectOf(requirement, place);
    return [textField(object, 'resourceName'), numberField(object, 'amount')];
  });
}

function optionalNumber(object: JavaObject, name: string): number | undefined {
  const value = optionField(object, name);
  return value === undefined ? undefined : numberOf(value, placeOf(object, name));
}
