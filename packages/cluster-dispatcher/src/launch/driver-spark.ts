import type { SubmissionRequest } from '../model/submission-request.ts';

/** A Spark of which the dispatcher has the jars, and agents the whole, at the same place. */
export interface DispatcherSpark {
  readonly home: string;
  /** As far as it can be told. */
  readonly version?: string | undefined;
}

/** What a submission keeps of the Spark that its driver is to run. */
export type WantedSpark = Pick<SubmissionRequest, 'sparkHome' | 'sparkVersion'>;

/** A Spark as a submission keeps it; nothing, where the default does. */
export function wantedSpark(spark: DispatcherSpark | undefined): WantedSpark {
  return spark === undefined ? {} : { sparkHome: spark.home, sparkVersion: spark.version };
}

/**
 * The Spark for a client that says its version: that one, or the nearest of the same major version, since its programs were
 * most likely made for that. Undefined where the default does, or nobody knows better.
 */
export function sparkOfVersion(
  sparks: readonly DispatcherSpark[],
  version: string,
): DispatcherSpark | undefined {
  return sparks.length < 2 ? undefined : nearest(sparks, version);
}

/**
 * The same for one whose messages fit some Sparks, the best first. All of Spark 3 submits in the same words. Where several would
 * do, the submitter's SPARK_HOME decides if it can: it may be the home of one of these, or have its version in its name.
 */
export function sparkOfPeer(
  sparks: readonly DispatcherSpark[],
  fitting: readonly string[],
  ownHome = '',
): DispatcherSpark | undefined {
  if (sparks.length < 2) return undefined;
  const candidates = sparks.filter(({ home }) => fitting.includes(home));
  const [version = ''] = ownHome.match(/\d+\.\d+\.\d+/g)?.slice(-1) ?? [];
  return candidates.find(({ home }) => home === ownHome) ?? nearest(candidates, version) ?? candidates[0];
}

/**
 * The one of these that a submission is to run by now: Sparks may have moved, and been mended, since it was taken. Undefined
 * where it wants none, and where it wants one that is no more.
 */
export function sparkFor(
  sparks: readonly DispatcherSpark[],
  { sparkHome, sparkVersion }: WantedSpark,
): DispatcherSpark | undefined {
  if (sparkHome === undefined) return undefined;
  const there = sparks.find(({ home }) => home === sparkHome);
  if (sparkVersion === undefined || (there !== undefined && isAlike(there, sparkVersion))) return there;
  const found = nearest(sparks, sparkVersion);
  return found !== undefined && isAlike(found, sparkVersion) ? found : undefined;
}

/** To programs, patches of one minor version are the same; what has no version is what it was. */
function isAlike(spark: DispatcherSpark, version: string): boolean {
  return spark.version === undefined || lineOf(spark.version) === lineOf(version);
}

/** What a submission waits for that wants a Spark of which there is none; undefined where it need not wait. */
export function missingSpark(sparks: readonly DispatcherSpark[], wanted: WantedSpark): string | undefined {
  const { sparkHome, sparkVersion } = wanted;
  if (sparkHome === undefined || sparks.length === 0 || sparkFor(sparks, wanted) !== undefined)
    return undefined;
  return sparkVersion === undefined
    ? `the Spark of ${sparkHome}`
    : `Spark ${sparkVersion} (it was at ${sparkHome})`;
}

/** What a submitter is told who has another Spark than its driver will have. */
export function otherSpark(spark: DispatcherSpark | undefined, clientVersion: string): string | undefined {
  if (spark === undefined || lineOf(clientVersion) === undefined || isAlike(spark, clientVersion))
    return undefined;
  const cure =
    'start the dispatcher with a --spark-home for that as well, or say where it is (spark.mesos.executor.home)';
  return `The driver runs Spark ${spark.version}, and its submitter has Spark ${clientVersion}: ${cure}.`;
}

type Version = readonly [major: number, minor: number, patch: number];

/** `4.1.0-preview2` and what vendors append are as near as the release. */
function parsed(version: string | undefined): Version | undefined {
  const [, major, minor, patch] = /^(\d+)\.(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor), Number(patch)];
}

/** `3.5` */
function lineOf(version: string | undefined): string | undefined {
  return parsed(version)?.slice(0, 2).join('.');
}

function nearest(sparks: readonly DispatcherSpark[], version: string): DispatcherSpark | undefined {
  const exact = sparks.find((spark) => spark.version === version);
  const wanted = parsed(version);
  if (exact !== undefined || wanted === undefined) return exact;
  const [best] = sparks
    .flatMap((spark) => {
      const has = parsed(spark.version);
      return has === undefined || has[0] !== wanted[0] ? [] : [{ spark, distance: distance(has, wanted) }];
    })
    .toSorted((one, other) => one.distance - other.distance);
  return best?.spark;
}

/** Minor versions count before patches. */
function distance(one: Version, other: Version): number {
  return 1e6 * Math.abs(one[1] - other[1]) + Math.abs(one[2] - other[2]);
}
