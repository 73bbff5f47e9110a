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
 * The same for one whose messages fit some Sparks, the best first. Where several would do, the one that it runs by its own word
 * counts: its machine may well be like this one.
 */
export function sparkOfPeer(
  sparks: readonly DispatcherSpark[],
  fitting: readonly string[],
  ownHome: string | undefined,
): string | undefined {
  if (sparks.length < 2) return undefined;
  const homes = sparks.map(({ home }) => home).filter((home) => fitting.includes(home));
  return homes.find((home) => home === ownHome) ?? homes[0];
}
