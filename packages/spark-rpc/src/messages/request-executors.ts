import type { JavaObject } from '@spark-mesos/java-serialization';
import { mapOf } from '../scala/maps.ts';
import { numberField, numberOf, objectOf, placeOf, requiredField, textField } from '../scala/values.ts';
import { DEFAULT_PROFILE_ID, decodeResourceProfile, type ResourceProfile } from './resource-profile.ts';

/** How many executors of each profile an application wants at most, by the profile's id. */
export type ExecutorTotals = ReadonlyMap<
  number,
  { readonly profile?: ResourceProfile; readonly total: number }
>;

/**
 * A driver says how many executors it wants from now on; answered by a Boolean. A lower total alone ends
 * none: KillExecutors follows for that.
 *
 *     RequestExecutors => appId:String
 *         ( requestedTotal:int                                       in 2.4 and early 3.x
 *         | resourceProfileToTotalExecs:Map(ResourceProfile, int) )  in newer Sparks
 *
 * Source: Spark's `org.apache.spark.deploy.DeployMessages.RequestExecutors`.
 */
export interface RequestExecutors {
  readonly kind: 'RequestExecutors';
  readonly appId: string;
  readonly totals: ExecutorTotals;
}

/** The message's class. */
export const REQUEST_EXECUTORS_CLASS = 'org.apache.spark.deploy.DeployMessages$RequestExecutors';

const TOTALS_FIELD = 'resourceProfileToTotalExecs';

/** Reads the message, of whichever time. */
export function decodeRequestExecutors(message: JavaObject): RequestExecutors {
  return {
    kind: 'RequestExecutors',
    appId: textField(message, 'appId'),
    totals: message.fields.has(TOTALS_FIELD)
      ? totalsByProfile(message)
      : new Map([[DEFAULT_PROFILE_ID, { total: numberField(message, 'requestedTotal') }]]),
  };
}

function totalsByProfile(message: JavaObject): ExecutorTotals {
  const place = placeOf(message, TOTALS_FIELD);
  const entries = mapOf(requiredField(message, TOTALS_FIELD), place);
  return new Map(
    entries.map(([key, total]) => {
      const profile = decodeResourceProfile(objectOf(key, place));
      return [profile.id, { profile, total: numberOf(total, place) }];
    }),
  );
}
