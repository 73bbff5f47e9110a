/** Milliseconds in the units that Mesos writes durations in (stout's Duration). */
const UNITS_MS: ReadonlyMap<string, number> = new Map([
  ['ns', 1e-6],
  ['us', 1e-3],
  ['ms', 1],
  ['secs', 1_000],
  ['mins', 60_000],
  ['hrs', 3_600_000],
  ['days', 86_400_000],
  ['weeks', 604_800_000],
]);

/** Reads a duration as Mesos writes it, such as `15mins`, `2secs` or `1.5hrs`; undefined when it is none. */
export function parseMesosDurationMs(text: string): number | undefined {
  const groups = /^(?<number>\d+(?:\.\d+)?)(?<unit>[a-z]+)$/.exec(text)?.groups;
  const unitMs = UNITS_MS.get(groups?.unit ?? '');
  return unitMs === undefined ? undefined : Number(groups?.number) * unitMs;
}
