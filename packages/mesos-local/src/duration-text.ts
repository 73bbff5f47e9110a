/** A duration as Mesos prints it: `1mins`, `2secs`, `500ms`. */
export function durationText(ms: number): string {
  if (ms > 0 && ms % 3_600_000 === 0) return `${ms / 3_600_000}hrs`;
  if (ms > 0 && ms % 60_000 === 0) return `${ms / 60_000}mins`;
  return ms % 1000 === 0 ? `${ms / 1000}secs` : `${ms}ms`;
}
