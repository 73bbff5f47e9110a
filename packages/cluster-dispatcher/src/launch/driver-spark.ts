/** A Spark of which the dispatcher has the jars, and agents the whole, at the same place. */
export interface DispatcherSpark {
  readonly home: string;
  /** As far as it can be told. */
  readonly version?: string | undefined;
}

/** The home of the Spark that a client says it has; undefined where the default does, or nobody knows better. */
export function sparkOfVersion(sparks: readonly DispatcherSpark[], version: string): string | undefined {
  if (sparks.length < 2) return undefined;
  return sparks.find((spark) => spark.version === version)?.home;
}

/**
 * The same for one whose messages fit some Sparks, the best first. All of Spark 3 submits in the same words. Where several would
 * do, the submitter's SPARK_HOME decides if it can: it may be the home of one of these, or have its version in its name.
 */
export function sparkOfPeer(
  sparks: readonly DispatcherSpark[],
  fitting: readonly string[],
  ownHome = '',
): string | undefined {
  if (sparks.length < 2) return undefined;
  const candidates = sparks.filter(({ home }) => fitting.includes(home));
  const [found] = [
    ...candidates.filter(({ home }) => home === ownHome),
    ...candidates.filter(({ version }) => version !== undefined && versionsIn(ownHome).includes(version)),
    ...candidates,
  ];
  return found?.home;
}

function versionsIn(home: string): readonly string[] {
  return home.match(/\d+\.\d+\.\d+/g) ?? [];
}
