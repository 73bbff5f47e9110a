import type { SparkCommandLine } from './command-line.ts';
import { SubmitError } from './errors.ts';
import { type LocalMaster, parseLocalMaster } from './local-master.ts';

/** Where the application is to run. */
export type MasterChoice =
  | { readonly kind: 'local'; readonly url: string; readonly local: LocalMaster }
  | { readonly kind: 'remote'; readonly url: string };

/** Finds a setting as Spark does: an option of its own, then `--conf`, then the properties files. */
export function settingOf(
  line: SparkCommandLine,
  defaults: ReadonlyMap<string, string>,
  option: string,
  property: string,
): string | undefined {
  return line.options.get(option) ?? line.conf.get(property) ?? defaults.get(property);
}

/** The master of a command line, in Spark's order of precedence (SparkSubmitArguments.loadEnvironmentArguments). */
export function masterUrlOf(
  line: SparkCommandLine,
  defaults: ReadonlyMap<string, string>,
  environment: NodeJS.ProcessEnv,
): string | undefined {
  return settingOf(line, defaults, '--master', 'spark.master') ?? environment.MASTER;
}

const EXAMPLES =
  '--master mesos://host:5050 for a cluster, or --master mesos://local[2] for an embedded one with 2 agents';

/** Tells an embedded cluster from a real one, and says what is wrong with anything else. */
export function chooseMaster(url: string | undefined): MasterChoice {
  if (url === undefined) {
    throw new SubmitError('SUBMIT_USAGE', `no master was named: say ${EXAMPLES}`);
  }
  if (url.startsWith('zk://')) {
    // Without the address, in which a password may stand.
    throw new SubmitError(
      'SUBMIT_USAGE',
      `a master that ZooKeeper knows is written mesos://zk://host1:2181,host2:2181/mesos; else say ${EXAMPLES}`,
    );
  }
  if (!url.startsWith('mesos://')) {
    throw new SubmitError(
      'SUBMIT_USAGE',
      `the master "${url}" is not a Mesos one, so there is nothing for spark-mesos to do: say ${EXAMPLES}, ` +
        "or use Spark's own command",
    );
  }
  const rest = url.slice('mesos://'.length);
  if (rest === 'local' || rest.startsWith('local[')) {
    return { kind: 'local', url, local: parseLocalMaster(url) };
  }
  if (rest === '')
    throw new SubmitError('SUBMIT_USAGE', `the master "${url}" names no host: say ${EXAMPLES}`);
  return { kind: 'remote', url };
}
