import type { mesos } from '@spark-mesos/mesos-proto';

/** Splits a list of settings text at commas; white space around entries and empty entries are dropped. */
export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/**
 * What Mesos's fetcher shall bring into the sandbox (rules U80, U82): the package with the Spark to run first, if
 * there is one, then the listed URIs in their order; with `cache` through the fetcher's cache.
 */
export function fetcherUris(options: {
  readonly executorUri?: string | undefined;
  readonly uris?: readonly string[] | undefined;
  readonly cache: boolean;
}): mesos.v1.CommandInfo.IURI[] {
  const first = options.executorUri === undefined ? [] : [options.executorUri];
  return [...first, ...(options.uris ?? [])].map((value) => ({ value, cache: options.cache }));
}

/**
 * How the folder begins that a fetched package unpacks to (rule U82): the last part of its path up to the first dot.
 * A query or a fragment is no part of the name (U83).
 */
export function archiveFolderPrefix(uri: string): string {
  const path = uri.split(/[?#]/, 1)[0] ?? '';
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.indexOf('.', 1);
  return dot < 0 ? name : name.slice(0, dot);
}
