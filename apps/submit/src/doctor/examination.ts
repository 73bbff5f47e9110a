import { parseMaster } from '@spark-mesos/mesos-client';
import { type Credentials, parseSettings, type SparkSettings } from '@spark-mesos/scheduler-utils';
import { checkApplicationFiles } from '../application-files.ts';
import { isClusterMode } from '../cluster-submission.ts';
import { type SparkCommandLine, submitProperties } from '../command-line.ts';
import { findJava } from '../java.ts';
import { credentialsOf } from '../master-credentials.ts';
import { masterUrlOf } from '../master-url.ts';
import { opensModules } from '../preparation.ts';
import { readDefaults } from '../properties-file.ts';
import { examineCluster } from './cluster-examination.ts';
import { judgeDispatcher, probeDispatcher } from './dispatcher-check.ts';
import { CHECKS, problem, skipped, type Tell, tellAll } from './finding.ts';
import {
  isLoopback,
  judgeApplication,
  judgeHost,
  judgeJava,
  judgePorts,
  judgePython,
  judgeSettings,
  judgeSpark,
} from './machine-judgements.ts';
import { probeHost, probePorts, probePython, probeSpark, type SparkFound } from './machine-probes.ts';
import { within } from './within.ts';

// What rests on what:
//   spark ─┬─► java, python            (of the driver; none of them in cluster mode)
//          └─► its defaults ─► settings ─► master ─► role ─► offers ─► size
//                                                └──► shuffle, host

/** What the settings come to. */
export interface ExaminedSettings {
  readonly properties: ReadonlyMap<string, string>;
  /** Undefined: something is wrong with them. */
  readonly settings: SparkSettings | undefined;
  readonly credentials: Credentials | undefined;
}

const IN_CLUSTER = skipped('the driver runs in the cluster, and needs nothing here');
const PORT_SETTINGS = ['spark.driver.port', 'spark.driver.blockManager.port', 'spark.ui.port'];

/** Looks at everything that a command line stands on; resolves when all has been told. */
export async function examine(
  line: SparkCommandLine,
  environment: NodeJS.ProcessEnv,
  tell: Tell,
): Promise<void> {
  const inCluster = isClusterMode(line);
  const spark = await within(CHECKS.spark.limitMs, () => probeSpark(line.own.sparkHome, environment));
  const found = spark.kind === 'found' ? spark.facts : undefined;
  tell('spark', inCluster && found === undefined ? IN_CLUSTER : judgeSpark(spark));
  const settings = await examineSettings(line, found, environment, tell);
  await Promise.all([
    inCluster
      ? tellAll(tell, ['java', 'python', 'ports'], IN_CLUSTER)
      : examineMachine(line, found, settings, environment, tell),
    examineApplication(line, tell),
    examineMesos(line, settings, environment, tell),
    examineDispatcher(line, settings, environment, tell),
  ]);
}

async function examineSettings(
  line: SparkCommandLine,
  spark: SparkFound | undefined,
  environment: NodeJS.ProcessEnv,
  tell: Tell,
): Promise<ExaminedSettings> {
  let properties: ReadonlyMap<string, string> = new Map();
  const read = await within(CHECKS.settings.limitMs, async () => {
    const isNowhere =
      spark === undefined &&
      !line.options.has('--properties-file') &&
      environment.SPARK_CONF_DIR === undefined;
    const defaults = isNowhere
      ? new Map<string, string>()
      : await readDefaults(line, spark?.home.directory ?? '', environment);
    properties = submitProperties(line, defaults);
    return {
      parsed: parseSettings(properties, { environment }),
      credentials: await credentialsOf(properties, environment),
    };
  });
  if (read.kind !== 'found') {
    tell('settings', problem(read.message));
    return { properties, settings: undefined, credentials: undefined };
  }
  const { parsed, credentials } = read.facts;
  tell('settings', judgeSettings(parsed.ok ? [] : parsed.problems, parsed.warnings));
  return { properties, settings: parsed.ok ? parsed.settings : undefined, credentials };
}

async function examineMachine(
  line: SparkCommandLine,
  spark: SparkFound | undefined,
  { properties }: ExaminedSettings,
  environment: NodeJS.ProcessEnv,
  tell: Tell,
): Promise<void> {
  const isPython = line.command === 'pyspark' || line.primaryResource?.endsWith('.py') === true;
  const gateway = line.own.gatewayPort === 0 ? [] : [{ asked: '--gateway-port', port: line.own.gatewayPort }];
  const named = PORT_SETTINGS.map((asked) => ({ asked, port: Number(properties.get(asked)) }));
  const asked = [...gateway, ...named.filter(({ port }) => port > 0 && port <= 65_535)];
  await Promise.all([
    within(CHECKS.java.limitMs, () => findJava(environment)).then((java) =>
      tell('java', judgeJava(java, spark?.facts, opensModules(line, properties, environment))),
    ),
    examinePython(spark, properties, environment).then((python) =>
      tell('python', python === undefined ? skipped('there is no Spark') : judgePython(python, isPython)),
    ),
    within(CHECKS.ports.limitMs, () => probePorts(asked)).then((ports) => tell('ports', judgePorts(ports))),
  ]);
}

async function examinePython(
  spark: SparkFound | undefined,
  properties: ReadonlyMap<string, string>,
  environment: NodeJS.ProcessEnv,
) {
  if (spark === undefined) return undefined;
  const { directory } = spark.home;
  return within(CHECKS.python.limitMs, (signal) => probePython(directory, properties, environment, signal));
}

async function examineApplication(line: SparkCommandLine, tell: Tell): Promise<void> {
  const checked = await within(CHECKS.application.limitMs, async () => {
    const missing: string[] = [];
    await checkApplicationFiles(line, (text) => missing.push(text));
    return missing;
  });
  tell('application', judgeApplication(line.primaryResource, checked, isClusterMode(line)));
}

async function examineMesos(
  line: SparkCommandLine,
  settings: ExaminedSettings,
  environment: NodeJS.ProcessEnv,
  tell: Tell,
): Promise<void> {
  const url = masterUrlOf(line, settings.properties, environment);
  if (isClusterMode(line)) {
    tellAll(tell, ['host', 'master', 'role', 'offers', 'size', 'shuffle'], IN_CLUSTER);
    return;
  }
  const dispatcher = dispatcherOf(line, settings, environment);
  const leader = await examineCluster({ url, dispatcher, ...settings }, tell);
  const host = await within(CHECKS.host.limitMs, () => probeHost(settings.properties, environment));
  tell('host', judgeHost(host, isOnThisMachine(url, leader)));
}

/** An embedded master is, and so is one at a loopback address. */
function isOnThisMachine(url: string | undefined, leader: string | undefined): boolean {
  if (url === undefined || url.startsWith('mesos://local')) return true;
  const hosts = leader === undefined ? hostsOf(url) : [leader.replace(/:[^:]*$/, '')];
  return hosts.length > 0 && hosts.every(isLoopback);
}

function hostsOf(url: string): readonly string[] {
  try {
    const parsed = parseMaster(url);
    return parsed.kind === 'listed' ? parsed.addresses.map(({ host }) => host) : [];
  } catch {
    // What is wrong with it is told of the master.
    return [];
  }
}

async function examineDispatcher(
  line: SparkCommandLine,
  settings: ExaminedSettings,
  environment: NodeJS.ProcessEnv,
  tell: Tell,
): Promise<void> {
  const url = dispatcherOf(line, settings, environment);
  if (url === undefined) {
    const how = '--dispatcher or SPARK_MESOS_DISPATCHER names one';
    tell(
      'dispatcher',
      isClusterMode(line) ? problem('no dispatcher is named', how) : skipped(`none is named: ${how}`),
    );
    return;
  }
  const place = { url, tokenFile: line.own.tokenFile };
  const probed = await within(CHECKS.dispatcher.limitMs, (signal) =>
    probeDispatcher(place, environment, signal),
  );
  tell('dispatcher', judgeDispatcher(url, probed));
}

function dispatcherOf(
  line: SparkCommandLine,
  { properties }: ExaminedSettings,
  environment: NodeJS.ProcessEnv,
): string | undefined {
  const master = isClusterMode(line) ? masterUrlOf(line, properties, {}) : undefined;
  return line.own.dispatcher ?? master ?? (environment.SPARK_MESOS_DISPATCHER || undefined);
}
