import type { mesos } from '@spark-mesos/mesos-proto';
import { ConfigError } from './errors.ts';

/** A file to fetch, and what to do with it where that is not left to the fetcher. */
export interface FetchedFile {
  readonly uri: string;
  /** Whether an archive is unpacked; Mesos does unless told otherwise. */
  readonly extract?: boolean;
  /** Whether it shall be a program. */
  readonly executable?: boolean;
  /** Whether it goes through the agent's cache; as `spark.mesos.fetcherCache.enable` says where it is left out. */
  readonly cache?: boolean;
  /** Its name in the sandbox; the last part of its path where it is left out. */
  readonly outputFile?: string;
}

/** Splits a list of settings text at commas; white space around entries and empty entries are dropped. */
export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/**
 * Reads `spark.mesos.uris` (rules U80, U83): a list with commas between, in which each entry may say behind a `#` what
 * the original had no word for: `extract`, `executable`, `cache` (true or false) and `output` (a name), with `&`
 * between. A fragment of any other form is part of the URI, as it always was.
 */
export function parseUris(text: string): readonly FetchedFile[] {
  return splitList(text).map(parseUri);
}

/**
 * What Mesos's fetcher shall bring into the sandbox (rules U80, U82): the package with the Spark to run first, if
 * there is one, then the listed files in their order; with `cache` through the fetcher's cache.
 */
export function fetcherUris(options: {
  readonly executorUri?: string | undefined;
  readonly uris?: readonly FetchedFile[] | undefined;
  readonly cache: boolean;
}): mesos.v1.CommandInfo.IURI[] {
  const first = options.executorUri === undefined ? [] : [{ uri: options.executorUri }];
  return [...first, ...(options.uris ?? [])].map(({ uri, ...rest }: FetchedFile) => ({
    value: uri,
    cache: options.cache,
    ...rest,
  }));
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

/** The option's name in a fragment, and the field that it fills. */
const OPTIONS: Readonly<Record<string, 'extract' | 'executable' | 'cache' | 'outputFile'>> = {
  extract: 'extract',
  executable: 'executable',
  cache: 'cache',
  output: 'outputFile',
};

function parseUri(entry: string): FetchedFile {
  const hash = entry.lastIndexOf('#');
  const fragment = hash <= 0 ? '' : entry.slice(hash + 1);
  const options = fragment.split('&').map((option) => option.split('='));
  if (!options.every(([name = '', value]) => Object.hasOwn(OPTIONS, name) && value !== undefined)) {
    return { uri: entry };
  }
  return options.reduce<FetchedFile>(
    (file, [name = '', value = '']) => withOption(file, entry, name, value),
    { uri: entry.slice(0, hash) },
  );
}

function withOption(file: FetchedFile, entry: string, name: string, value: string): FetchedFile {
  const field = OPTIONS[name];
  if (field === 'outputFile') {
    if (value === '' || value.startsWith('/') || value.split('/').includes('..')) {
      throw new ConfigError('CONFIG_MALFORMED', `'${entry}': output must be a name inside the sandbox`);
    }
    return { ...file, outputFile: value };
  }
  if (field === undefined || (value !== 'true' && value !== 'false')) {
    throw new ConfigError('CONFIG_MALFORMED', `'${entry}': ${name} is either true or false`);
  }
  return { ...file, [field]: value === 'true' };
}
