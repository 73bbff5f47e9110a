import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { SparkCommandLine } from './command-line.ts';
import { SubmitError } from './errors.ts';

/** Words that stand where a file would, for programs inside Spark (SparkSubmit's companion object). */
const NO_FILES: ReadonlySet<string> = new Set([
  'spark-shell',
  'spark-internal',
  'pyspark-shell',
  'sparkr-shell',
  'pyspark-shell-main',
  'sparkr-shell-main',
]);

/** Whether a word stands for a shell of Spark, or another program inside it, that is no file. */
export function isInteractive(resource: string | undefined): boolean {
  return resource !== undefined && resource !== 'spark-internal' && NO_FILES.has(resource);
}

/** Options that take a comma list of files. */
const FILE_LISTS = ['--jars', '--py-files', '--files', '--archives'] as const;

/**
 * Looks for the application's files before a JVM is started for nothing.
 * A missing application is an error; a missing file of a list is only told, since Spark itself goes on
 * without some of them, and a job that runs under `spark-submit` must run here.
 */
export async function checkApplicationFiles(
  line: SparkCommandLine,
  warn: (text: string) => void,
): Promise<void> {
  const resource = line.primaryResource;
  if (resource !== undefined && !NO_FILES.has(resource) && (await isMissing(resource))) {
    throw new SubmitError(
      'SUBMIT_FILE_NOT_FOUND',
      `the application ${resource} does not exist (looked in ${process.cwd()}); correct the path`,
    );
  }
  for (const option of FILE_LISTS) {
    for (const entry of (line.options.get(option) ?? '').split(',')) {
      const file = entry.trim();
      if (file !== '' && (await isMissing(file))) {
        warn(`${option} names ${file}, which does not exist here: Spark may fail without it`);
      }
    }
  }
}

/** Whether a local path, or `file:` URI, leads nowhere; other schemes and patterns are not ours to look up. */
async function isMissing(resource: string): Promise<boolean> {
  // `archive.zip#name` unpacks under another name.
  const location = resource.replace(/#[^/]*$/, '');
  if (/[*?[{]/.test(location)) return false;
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(location)?.[1];
  if (scheme !== undefined && scheme !== 'file') return false;
  const file = scheme === undefined ? location : pathOfUri(location);
  return access(file).then(
    () => false,
    () => true,
  );
}

/** `file:/a`, `file:///a` and, as Spark takes it too, `file:a`. */
function pathOfUri(uri: string): string {
  try {
    return fileURLToPath(uri);
  } catch {
    return uri.replace(/^file:(\/\/)?/, '');
  }
}
