import { findSpark, type SparkHome } from '@spark-mesos/spark-gateway';
import { checkApplicationFiles } from './application-files.ts';
import { refuseUnsupported, type SparkCommandLine } from './command-line.ts';
import { SubmitError } from './errors.ts';
import { checkJava, findJava, type JavaRuntime, WITHOUT_SECURITY_MANAGER } from './java.ts';
import { checkMaster } from './master-check.ts';
import { chooseMaster, type MasterChoice, masterUrlOf, settingOf } from './master-url.ts';
import { readDefaults } from './properties-file.ts';
import { needsSecurityManager, readSparkFacts, type SparkFacts } from './spark-facts.ts';

/** What a run stands on, looked up and found good before anything is started. */
export interface Preparation {
  readonly spark: SparkHome;
  readonly facts: SparkFacts;
  readonly java: JavaRuntime;
  readonly master: MasterChoice;
  /** Spark's settings as far as they are known before its driver runs. */
  readonly properties: ReadonlyMap<string, string>;
}

/**
 * Finds everything that a run needs. All that is wrong is said at once, so that a newcomer does not repair one
 * thing only to be told of the next.
 */
export async function prepare(
  line: SparkCommandLine,
  environment: NodeJS.ProcessEnv,
  warn: (text: string) => void,
): Promise<Preparation> {
  const [spark, java, master] = await allOrEveryReason([
    withFacts(line, environment),
    findJava(environment),
    findMaster(line, environment),
    checkApplicationFiles(line, warn),
  ]);
  const facts =
    java.major < WITHOUT_SECURITY_MANAGER
      ? spark.facts
      : { ...spark.facts, needsSecurityManager: await needsSecurityManager(spark.home.directory) };
  checkJava(java, facts, opensModules(line, spark.defaults, environment));
  const properties = new Map([...spark.defaults, ...line.conf]);
  return { spark: spark.home, facts: spark.facts, java, master, properties };
}

async function withFacts(line: SparkCommandLine, environment: NodeJS.ProcessEnv) {
  const home = await findSpark(line.own.sparkHome, environment);
  const [facts, defaults] = await Promise.all([
    readSparkFacts(home.directory),
    readDefaults(line, home.directory, environment),
  ]);
  return { home, facts, defaults };
}

async function findMaster(line: SparkCommandLine, environment: NodeJS.ProcessEnv): Promise<MasterChoice> {
  // Spark's defaults may name the master; without a Spark, the command line alone can.
  const home = await findSpark(line.own.sparkHome, environment).catch(() => undefined);
  const defaults = home === undefined ? new Map() : await readDefaults(line, home.directory, environment);
  refuseUnsupported(
    line,
    settingOf(line, defaults, '--deploy-mode', 'spark.submit.deployMode') ?? environment.DEPLOY_MODE,
  );
  const master = chooseMaster(masterUrlOf(line, defaults, environment));
  if (master.kind === 'remote') await checkMaster(master.url);
  return master;
}

/** Whether the user opens Java's modules by hand, in whatever place options can be given. */
export function opensModules(
  line: SparkCommandLine,
  defaults: ReadonlyMap<string, string>,
  environment: NodeJS.ProcessEnv,
): boolean {
  const places = [
    ...line.sparkArguments.slice(0, line.optionsEnd),
    ...defaults.values(),
    ...['JAVA_TOOL_OPTIONS', 'JDK_JAVA_OPTIONS', 'SPARK_SUBMIT_OPTS'].map((name) => environment[name] ?? ''),
  ];
  return places.some((text) => /--add-(opens|exports)/.test(text));
}

/** Like `Promise.all`, but waits for every failure and tells them all; the first decides the exit code. */
async function allOrEveryReason<Values extends readonly unknown[]>(
  promises: {
    [Key in keyof Values]: Promise<Values[Key]>;
  },
): Promise<Values> {
  const results = await Promise.allSettled(promises);
  const errors = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  const first = errors[0];
  if (first === undefined) {
    return results.map((result) => (result as PromiseFulfilledResult<unknown>).value) as unknown as Values;
  }
  // What is none of ours has a code of its own, or is a fault: it is passed on as it is.
  const strange = errors.find((error) => !(error instanceof SubmitError));
  if (strange !== undefined) throw strange;
  if (errors.length === 1) throw first;
  const messages = [...new Set(errors.map((error) => (error as SubmitError).message))];
  throw new SubmitError((first as SubmitError).code, messages.join('\n'), { cause: first });
}
