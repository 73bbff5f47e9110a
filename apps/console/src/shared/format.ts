const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** A count with at most one decimal, e.g. `2`, `0.5`, `3.8`; tiny shares keep their three decimals. */
export function formatAmount(amount: number): string {
  if (amount === 0) return '0';
  const decimals = Math.abs(amount) < 0.1 ? 3 : 1;
  return trimZeros(amount.toFixed(decimals));
}

/** A size in bytes with its binary unit, e.g. `512 B`, `3.0 KiB`, `1.4 GiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : trimZeros(value.toFixed(value < 100 ? 1 : 0))} ${UNITS[unit] ?? 'B'}`;
}

/** A size in MiB, as Mesos counts memory and disk, e.g. `512 MiB`, `1.4 GiB`; no size at all is a bare `0`. */
export function formatMiB(mebibytes: number): string {
  return mebibytes === 0 ? '0' : formatBytes(mebibytes * 1024 * 1024);
}

/** A share of a whole as a percentage, e.g. `37 %`; `0 %` of nothing. */
export function formatShare(part: number, whole: number): string {
  if (whole <= 0 || part <= 0) return '0 %';
  const percent = (100 * part) / whole;
  return percent < 1 ? '< 1 %' : `${Math.round(percent)} %`;
}

/** A time span in its two largest units, e.g. `0.4 s`, `42 s`, `3 m 05 s`, `2 h 11 m`, `5 d 3 h`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 10) return `${trimZeros(seconds.toFixed(1))} s`;
  const whole = Math.floor(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} m ${pad(whole % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${pad(minutes % 60)} m`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** The moment on the reader's own clock: `14:03:59`, with the day before it when it was not today. */
export function formatMoment(timeMs: number, nowMs: number): string {
  const time = new Date(timeMs);
  const now = new Date(nowMs);
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(pad).join(':');
  if (time.toDateString() === now.toDateString()) return clock;
  return `${time.getFullYear()}-${pad(time.getMonth() + 1)}-${pad(time.getDate())} ${clock}`;
}

/**
 * The telling end of a Mesos id: `…-0009` for a framework, `S0` for an agent.
 * The part before it is the master's own id and the same in all of them.
 */
export function shortId(id: string): string {
  const match = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}-(.+)$/.exec(id);
  return match?.[1] ?? id;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

function trimZeros(text: string): string {
  return text.replace(/\.0+$/, '').replace(/(\.\d*?)0+$/, '$1');
}
