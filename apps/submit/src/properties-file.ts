import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { SparkCommandLine } from './command-line.ts';
import { SubmitError } from './errors.ts';

/** More than any properties file that a person writes. */
const MAXIMUM_BYTES = 4 * 1024 * 1024;

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };

/**
 * Reads the text of a Java properties file (java.util.Properties.load), which is what spark-defaults.conf is:
 * `name value`, `name=value` or `name: value`, comments with # and !, lines that go on after a backslash.
 */
export function parseProperties(text: string): Map<string, string> {
  const properties = new Map<string, string>();
  for (const line of logicalLines(text)) {
    const split = keyEnd(line);
    const rest = /^[ \t\f]*[=:]?[ \t\f]*/.exec(line.slice(split))?.[0].length ?? 0;
    // Spark trims values (Utils.getPropertiesFromFile), which Properties does not.
    properties.set(withoutEscapes(line.slice(0, split)), withoutEscapes(line.slice(split + rest)).trim());
  }
  return properties;
}

function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let begun: string | undefined;
  for (const natural of text.split(/\r\n|\r|\n/)) {
    const line = natural.replace(/^[ \t\f]+/, '');
    if (begun === undefined && (line === '' || line.startsWith('#') || line.startsWith('!'))) continue;
    const joined = (begun ?? '') + line;
    const backslashes = /\\*$/.exec(line)?.[0].length ?? 0;
    if (backslashes % 2 === 1) {
      begun = joined.slice(0, -1);
      continue;
    }
    lines.push(joined);
    begun = undefined;
  }
  if (begun !== undefined) lines.push(begun);
  return lines;
}

function keyEnd(line: string): number {
  for (let index = 0; index < line.length; index += 1) {
    const character = line[index] ?? '';
    if (character === '\\') index += 1;
    else if ('=: \t\f'.includes(character)) return index;
  }
  return line.length;
}

function withoutEscapes(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|([\s\S]))/g, (_, unicode?: string, plain?: string) => {
    if (unicode !== undefined) return String.fromCharCode(Number.parseInt(unicode, 16));
    return ESCAPES[plain ?? ''] ?? plain ?? '';
  });
}

/**
 * The properties that Spark would read beside the command line: `--properties-file`, or else
 * `spark-defaults.conf` of SPARK_CONF_DIR or SPARK_HOME/conf; both with Spark 4's `--load-spark-defaults`.
 */
export async function readDefaults(
  line: SparkCommandLine,
  sparkHome: string,
  environment: NodeJS.ProcessEnv,
): Promise<ReadonlyMap<string, string>> {
  const given = line.options.get('--properties-file');
  const properties = await readPropertiesFile(given, sparkHome, environment);
  if (given === undefined || !line.switches.has('--load-spark-defaults')) return properties;
  return new Map([...(await readPropertiesFile(undefined, sparkHome, environment)), ...properties]);
}

/** The properties file that was given, or else `spark-defaults.conf`, which need not be there. */
export async function readPropertiesFile(
  given: string | undefined,
  sparkHome: string,
  environment: NodeJS.ProcessEnv,
): Promise<ReadonlyMap<string, string>> {
  const configuration = environment.SPARK_CONF_DIR ?? path.join(sparkHome, 'conf');
  const defaultsFile = path.join(configuration, 'spark-defaults.conf');
  if (given === undefined) return (await readProperties(defaultsFile)) ?? new Map();
  const properties = await readProperties(given);
  if (properties === undefined) {
    throw new SubmitError(
      'SUBMIT_FILE_NOT_FOUND',
      `the properties file ${given} does not exist; correct --properties-file`,
    );
  }
  return properties;
}

async function readProperties(file: string): Promise<Map<string, string> | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new SubmitError('SUBMIT_FILE_NOT_FOUND', `cannot read ${file}: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (bytes.byteLength > MAXIMUM_BYTES) {
    throw new SubmitError(
      'SUBMIT_USAGE',
      `${file} has ${bytes.byteLength} bytes, which is no properties file`,
    );
  }
  return parseProperties(bytes.toString('utf8'));
}
