import { SubmitError } from './errors.ts';
import { OWN_FLAGS, type OwnOptions, type OwnOptionsDraft, ownOption, ownOptionsOf } from './own-options.ts';
import { OPTIONS_WITH_VALUE, PROPERTY_OF_OPTION, SWITCHES } from './spark-options.ts';
import { nearest } from './suggestion.ts';

/** The programs of Spark that `spark-mesos` stands in for. */
export const SPARK_COMMANDS = ['submit', 'shell', 'pyspark', 'sql'] as const;

/** One of {@link SPARK_COMMANDS}. */
export type SparkCommandName = (typeof SPARK_COMMANDS)[number];

/** What we need to know of a command line; all that is Spark's business stays in `sparkArguments` as it was typed. */
export interface SparkCommandLine {
  readonly command: SparkCommandName;
  readonly own: OwnOptions;
  /** Everything but our own flags, in order, every byte as it was typed. */
  readonly sparkArguments: readonly string[];
  /** Where in `sparkArguments` the options end: the application's own arguments are never looked at. */
  readonly optionsEnd: number;
  /** The last value of each option that occurs, e.g. `--master`. */
  readonly options: ReadonlyMap<string, string>;
  /** `--conf name=value`, the last of each name. */
  readonly conf: ReadonlyMap<string, string>;
  readonly switches: ReadonlySet<string>;
  /** The application's jar or Python file; absent in a shell, or if an option is unknown and may have eaten it. */
  readonly primaryResource?: string;
  /** `spark-submit run-example …`, which finds its jar by itself. */
  readonly runExample: boolean;
  /** Words among the options that begin as one does, and that neither we nor Spark know. */
  readonly unknownOptions: readonly string[];
}

interface Scan {
  readonly command: SparkCommandName;
  readonly sparkArguments: string[];
  readonly options: Map<string, string>;
  readonly conf: Map<string, string>;
  readonly switches: Set<string>;
  readonly own: OwnOptionsDraft;
  /** An option that this table does not know may take a value, so what follows may be no primary resource. */
  readonly unknownOptions: string[];
}

/** Spark's launcher accepts `--name=value` beside `--name value` (SparkSubmitOptionParser.parse). */
const EQUALS_FORM = /^(--[^=]+)=([\s\S]+)$/;

/** What an application's file is called; used only behind an option that we do not know. */
const APPLICATION_FILE = /\.(jar|py|r)$/i;

/**
 * Reads a command line as Spark's launcher does: options first, then the primary resource, then the
 * application's arguments. The shells mix them (SparkSubmitCommandBuilder, allowsMixedArguments): what they
 * do not know is an argument of the shell, and options go on behind it.
 */
export function readCommandLine(command: SparkCommandName, words: readonly string[]): SparkCommandLine {
  const scan: Scan = {
    command,
    sparkArguments: [],
    options: new Map(),
    conf: new Map(),
    switches: new Set(),
    own: {},
    unknownOptions: [],
  };
  const runExample = command === 'submit' && words[0] === 'run-example';
  let index = 0;
  if (runExample) {
    scan.sparkArguments.push('run-example');
    index = 1;
  }
  const mixed = command !== 'submit' || runExample;
  let primaryResource: string | undefined;
  while (index < words.length) {
    const taken = scanOption(scan, words, index);
    if (taken > 0) {
      index += taken;
      continue;
    }
    const word = words[index] ?? '';
    if (mixed || word.startsWith('-')) {
      // Spark has the last word on what we do not know: it is passed on.
      if (!mixed) scan.unknownOptions.push(word);
      scan.sparkArguments.push(word);
      index += 1;
      continue;
    }
    if (scan.unknownOptions.length > 0 && !APPLICATION_FILE.test(word)) {
      scan.sparkArguments.push(word);
      index += 1;
      continue;
    }
    primaryResource = word;
    break;
  }
  const optionsEnd = scan.sparkArguments.length;
  scan.sparkArguments.push(...words.slice(index));
  return {
    command,
    own: ownOptionsOf(scan.own),
    sparkArguments: scan.sparkArguments,
    optionsEnd,
    options: scan.options,
    conf: scan.conf,
    switches: scan.switches,
    runExample,
    unknownOptions: scan.unknownOptions,
    ...(primaryResource === undefined ? {} : { primaryResource }),
  };
}

/** Takes an option of Spark's or ours at `index`; answers how many words it took, 0 if it is none. */
function scanOption(scan: Scan, words: readonly string[], index: number): number {
  const word = words[index] ?? '';
  const equals = EQUALS_FORM.exec(word);
  const name = equals?.[1] ?? word;
  const own = ownOption(scan.own, name, equals?.[2], words[index + 1]);
  if (own > 0) return own;
  if (OPTIONS_WITH_VALUE.has(name)) {
    const value = equals?.[2] ?? words[index + 1];
    const taken = words.slice(index, index + (equals === null ? 2 : 1));
    scan.sparkArguments.push(...taken);
    if (value !== undefined) noteOption(scan, name, value);
    return taken.length;
  }
  if (SWITCHES.has(word)) {
    scan.switches.add(word);
    scan.sparkArguments.push(word);
    return 1;
  }
  return 0;
}

function noteOption(scan: Scan, name: string, value: string): void {
  if (name !== '--conf' && name !== '-c') {
    scan.options.set(name, value);
    return;
  }
  const split = value.indexOf('=');
  // Without `=` Spark itself says what is wrong with it.
  if (split > 0) scan.conf.set(value.slice(0, split), value.slice(split + 1));
}

/** All properties that a command line comes to: an option goes before `--conf`, and that before the files. */
export function submitProperties(
  { conf, options }: SparkCommandLine,
  defaults: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const said = [...options].flatMap(([option, value]): [string, string][] => {
    const property = PROPERTY_OF_OPTION[option];
    return property === undefined ? [] : [[property, value]];
  });
  return new Map([...defaults, ...conf, ...said]);
}

/**
 * The words for Spark's own program: as typed, but with this master instead of the one that we serve.
 *
 * The new master is said as the first option, which outranks `--conf`, properties files and the
 * environment in every Spark, and each `--master` that was typed is taken out, since the last one counts.
 */
export function withMaster(line: SparkCommandLine, master: string): string[] {
  const options = line.sparkArguments.slice(0, line.optionsEnd);
  const head = line.runExample ? options.splice(0, 1) : [];
  const kept: string[] = [];
  for (let index = 0; index < options.length; index += 1) {
    const word = options[index] ?? '';
    if (word === '--master') {
      index += 1;
      continue;
    }
    if (word.startsWith('--master=')) continue;
    kept.push(word);
    // The value of another option is skipped with it, whatever it looks like.
    if (OPTIONS_WITH_VALUE.has(word) && index + 1 < options.length) {
      index += 1;
      kept.push(options[index] ?? '');
    }
  }
  return [...head, '--master', master, ...kept, ...line.sparkArguments.slice(line.optionsEnd)];
}

/**
 * What may have been meant by words that Spark will refuse, or take for something else. Of Spark's own options, as of ours;
 * whether a word is one at all is for Spark to say, which may be newer than this table.
 */
export function misspelt(line: SparkCommandLine): readonly string[] {
  const known = [...OPTIONS_WITH_VALUE, ...SWITCHES, ...OWN_FLAGS.map(({ name }) => `--${name}`)];
  return line.unknownOptions.flatMap((word) => {
    const [name = word] = word.split('=', 1);
    const meant = nearest(name, known);
    return meant === undefined ? [] : [`${name} is passed on to Spark; did you mean ${meant}?`];
  });
}

/** Throws for what `spark-mesos` cannot do, however it is written. */
export function refuseUnsupported(line: SparkCommandLine, deployMode: string | undefined): void {
  if (deployMode === 'cluster') {
    throw new SubmitError(
      'SUBMIT_NOT_SUPPORTED',
      'deploy mode "cluster" is not supported where only a properties file says it: say --deploy-mode cluster with ' +
        "spark-mesos submit, and a dispatcher's address as --master",
    );
  }
  const { json, dispatcher, tokenFile } = line.own;
  const said = { '--json': json, '--dispatcher': dispatcher, '--token-file': tokenFile };
  const [ofCluster] = Object.entries(said).find(([, value]) => value !== undefined && value !== false) ?? [];
  if (ofCluster !== undefined) {
    throw new SubmitError(
      'SUBMIT_USAGE',
      `${ofCluster} is for drivers in the cluster: say --deploy-mode cluster, or leave it out`,
    );
  }
  for (const option of ['--kill', '--status']) {
    if (line.options.has(option)) {
      throw new SubmitError(
        'SUBMIT_NOT_SUPPORTED',
        `${option} is not taken here: spark-mesos ${option.slice(2)} ID does it for drivers of a dispatcher. In client mode a ` +
          'job ends with its command (Ctrl-C, or kill the spark-mesos process)',
      );
    }
  }
}
