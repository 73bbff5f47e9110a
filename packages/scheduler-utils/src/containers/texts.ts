import { mesos } from '@spark-mesos/mesos-proto';
import { ConfigError } from '../errors.ts';
import { splitLikeJava } from '../split.ts';
import { splitList } from '../uris.ts';

/** What a list of settings text came to, and the entries that are no such thing and are passed over. */
export interface ParsedEntries<Entry> {
  readonly entries: readonly Entry[];
  readonly skipped: readonly string[];
}

const { RO, RW } = mesos.v1.Volume.Mode;

/**
 * Reads `spark.mesos.executor.docker.volumes` (rule U92): `[host:]container[:rw|:ro]` with commas between, to be
 * written unless said otherwise. An entry of another form is passed over, as it always was.
 */
export function parseVolumes(text: string): ParsedEntries<mesos.v1.IVolume> {
  return parseEntries(splitList(text), parseVolume);
}

/**
 * Reads `spark.mesos.executor.docker.portmaps` (rule U93): `host:container[:protocol]` with commas between, tcp unless
 * said otherwise. An entry of fewer or more parts is passed over; a part that is no port is an error.
 */
export function parsePortMappings(
  text: string,
): ParsedEntries<mesos.v1.ContainerInfo.DockerInfo.IPortMapping> {
  return parseEntries(splitList(text), (entry) => {
    const [host, container, protocol = 'tcp', ...more] = splitLikeJava(entry, ':');
    if (host === undefined || container === undefined || more.length > 0) {
      return undefined;
    }
    return { hostPort: toPort(host, entry), containerPort: toPort(container, entry), protocol };
  });
}

/**
 * Reads `spark.mesos.executor.docker.parameters` (rule U94): `key=value` with commas between, `\,` for a comma inside
 * a value, which the original had no way to write. An entry without `=` is passed over.
 */
export function parseDockerParameters(text: string): ParsedEntries<{ key: string; value: string }> {
  const entries = text
    .split(/(?<!\\),/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  return parseEntries(entries, (entry) => {
    const equals = entry.indexOf('=');
    if (equals < 0) {
      return undefined;
    }
    return { key: entry.slice(0, equals), value: entry.slice(equals + 1).replaceAll('\\,', ',') };
  });
}

function parseEntries<Entry>(
  texts: readonly string[],
  parse: (text: string) => Entry | undefined,
): ParsedEntries<Entry> {
  const entries: Entry[] = [];
  const skipped: string[] = [];
  for (const text of texts) {
    const entry = parse(text);
    if (entry === undefined) {
      skipped.push(text);
    } else {
      entries.push(entry);
    }
  }
  return { entries, skipped };
}

function parseVolume(text: string): mesos.v1.IVolume | undefined {
  const parts = splitLikeJava(text, ':');
  const last = parts.at(-1);
  const hasMode = parts.length > 1 && (last === 'ro' || last === 'rw');
  const paths = hasMode ? parts.slice(0, -1) : parts;
  const mode = hasMode && last === 'ro' ? RO : RW;
  const [first = '', second] = paths;
  if (paths.length === 0 || paths.length > 2 || paths.includes('')) {
    return undefined;
  }
  return second === undefined
    ? { containerPath: first, mode }
    : { hostPath: first, containerPath: second, mode };
}

function toPort(text: string, entry: string): number {
  const port = Number(text);
  if (!/^\s*\d+\s*$/.test(text) || port > 65_535) {
    throw new ConfigError('CONFIG_MALFORMED', `'${entry}': '${text}' is no port: a number from 0 to 65535`);
  }
  return port;
}
