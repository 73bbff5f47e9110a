import { constants } from 'node:os';
import path from 'node:path';
import type { LocalCluster } from '@spark-mesos/mesos-local';
import type { Logger } from '@spark-mesos/scheduler-utils';
import { findSpark, type GatewayProblem, SparkGateway } from '@spark-mesos/spark-gateway';
import { isClusterMode, submitToCluster } from './cluster-submission.ts';
import {
  misspelt,
  readCommandLine,
  type SparkCommandLine,
  type SparkCommandName,
  withMaster,
} from './command-line.ts';
import { driverEnvironment } from './driver-environment.ts';
import { DriverLogWatch } from './driver-log-watch.ts';
import { DriverProcess } from './driver-process.ts';
import { DriverRefusals } from './driver-refusals.ts';
import { statusAfterProblem, submitErrorOf } from './failures.ts';
import { gatewayDirectory, publishGateway } from './gateway-files.ts';
import { helpOf } from './help.ts';
import { makeLogger, type Output, plainOutput } from './own-output.ts';
import { type Preparation, prepare } from './preparation.ts';
import { counted } from './progress-words.ts';
import { readDefaults } from './properties-file.ts';
import { RunProgress } from './run-progress.ts';
import { mustPassOn, type SignalSource, Signals } from './signals.ts';
import { keepMemorySmall } from './small-memory.ts';
import { SPARK_DESCRIPTIONS } from './spark-commands.ts';
import { writeStandardOutput } from './standard-error.ts';
import { openStatusLine } from './terminal.ts';

// The parts of a run, in the order of their start; they end in the reverse order:
//   embedded cluster (mesos://local) ─ gateway ─ driver process with its watchdog

/** What a run takes from its process. */
export interface RunSurroundings {
  readonly environment: NodeJS.ProcessEnv;
  readonly signals: SignalSource;
  readonly onTerminal: boolean;
  /** Rejects with an error that nobody caught, so that even then the framework is ended. */
  readonly crashed: Promise<never>;
  readonly writeError: (text: string) => void;
}

const PROGRAMS: Readonly<Record<SparkCommandName, string>> = {
  submit: 'spark-submit',
  shell: 'spark-shell',
  pyspark: 'pyspark',
  sql: 'spark-sql',
};

/** How long a driver may take to end by itself after a signal. */
const DRIVER_GRACE_MS = 10_000;

/** Runs one program of Spark on Mesos, from its command line to its exit status. */
export async function runSpark(
  command: SparkCommandName,
  words: readonly string[],
  surroundings: RunSurroundings,
): Promise<number> {
  const line = readCommandLine(command, words);
  for (const hint of misspelt(line)) surroundings.writeError(`spark-mesos: ${hint}\n`);
  if (['--help', '-h', '--usage-error', '--version'].some((name) => line.switches.has(name))) {
    return runWithoutCluster(line, surroundings);
  }
  if (isClusterMode(line)) return runInCluster(line, surroundings);
  keepMemorySmall();
  const run = new Run(line, surroundings);
  return run.whole();
}

/** The driver runs elsewhere: all that is needed of a Spark here are its defaults, if there is one. */
async function runInCluster(line: SparkCommandLine, surroundings: RunSurroundings): Promise<number> {
  const { environment } = surroundings;
  const sparkHome = line.own.sparkHome ?? environment.SPARK_HOME ?? '';
  const defaults = await readDefaults(line, sparkHome, environment);
  const statusLine = line.own.wait && line.own.statusLine ? openStatusLine(environment) : undefined;
  const signals = new Signals(surroundings.signals, () => {});
  const submitted = submitToCluster(line, defaults, {
    ...surroundings,
    write: writeStandardOutput,
    show: (text) => statusLine?.show(text),
  });
  try {
    // Who no longer waits does not end the driver: spark-mesos kill does.
    const stopped = signals.next().then((signal) => 128 + constants.signals[signal]);
    return await Promise.race([submitted, stopped, surroundings.crashed]);
  } finally {
    statusLine?.close();
    signals.close();
  }
}

/** `--help` and `--version` are Spark's as much as ours, and need no cluster. */
async function runWithoutCluster(line: SparkCommandLine, surroundings: RunSurroundings): Promise<number> {
  const { environment, writeError } = surroundings;
  const isHelp = !line.switches.has('--version');
  if (isHelp) writeError(`${helpOf(SPARK_DESCRIPTIONS[line.command])}\n`);
  const spark = await findSpark(line.own.sparkHome, environment).catch((error: unknown) => {
    if (!isHelp) throw error;
    writeError(`spark-mesos: Spark's own options would follow: ${submitErrorOf(error).message}\n`);
    return undefined;
  });
  if (spark === undefined) return 0;
  const driver = await DriverProcess.start({
    program: programOf(line.command, spark.directory),
    arguments: line.sparkArguments,
    environment: { ...environment, SPARK_HOME: spark.directory },
  });
  const { status } = await driver.ended;
  await driver.finish();
  return status;
}

class Run {
  readonly #line: SparkCommandLine;
  readonly #surroundings: RunSurroundings;
  readonly #output: Output;
  readonly #logger: Logger;
  /** What to undo, the latest first. */
  readonly #closers: (() => Promise<void>)[] = [];
  /** What reads along, to its last line once the driver has ended. */
  readonly #watches: (() => Promise<void>)[] = [];
  readonly #refusals = new DriverRefusals();
  readonly #progress: RunProgress;
  #problem: GatewayProblem | undefined;

  constructor(line: SparkCommandLine, surroundings: RunSurroundings) {
    const { own } = line;
    const wordy = line.switches.has('--verbose') || line.switches.has('-v');
    this.#line = line;
    this.#surroundings = surroundings;
    this.#output = plainOutput(surroundings.writeError, own.progress);
    this.#logger = makeLogger({
      level: own.logLevel ?? (wordy ? 'info' : 'warn'),
      json: own.logJson,
      write: surroundings.writeError,
    });
    this.#progress = new RunProgress({
      line,
      environment: surroundings.environment,
      output: this.#output,
      refusals: this.#refusals,
      onProblem: (problem) => {
        if (problem.fatal) this.#problem ??= problem;
      },
    });
    this.#closers.push(async () => this.#progress.close());
  }

  async whole(): Promise<number> {
    let stopEarly: (status: number) => void = () => {};
    const stopped = new Promise<number>((resolve) => {
      stopEarly = resolve;
    });
    const signals = new Signals(this.#surroundings.signals, (signal) =>
      stopEarly(128 + constants.signals[signal]),
    );
    try {
      // A signal before the driver runs ends the start; whatever of it has begun is closed below.
      return await Promise.race([this.#startAndWait(signals), stopped, this.#surroundings.crashed]);
    } finally {
      signals.handle(() => {});
      await this.#close();
      signals.close();
    }
  }

  async #startAndWait(signals: Signals): Promise<number> {
    const preparation = await prepare(this.#line, this.#surroundings.environment, (text) =>
      this.#output.notice(text),
    );
    const { spark, java } = preparation;
    this.#output.progress(
      `Spark${preparation.facts.version === undefined ? '' : ` ${preparation.facts.version}`} is in ` +
        `${spark.directory} (found by ${spark.foundBy}), Java ${java.major} in ${java.home}`,
    );
    const cluster = await this.#startCluster(preparation);
    const gateway = await this.#startGateway(preparation, cluster);
    const driver = await this.#startDriver(preparation, gateway, signals);
    const { status } = await driver.ended;
    signals.handle(() => {});
    this.#progress.close();
    await this.#closeWatches();
    await driver.finish();
    await gateway.close();
    await this.#keep(cluster, signals);
    return statusAfterProblem(status, this.#problem ?? this.#refusals.problem);
  }

  async #startCluster({ master }: Preparation): Promise<LocalCluster | undefined> {
    if (master.kind === 'remote') {
      if (this.#line.own.keep)
        this.#output.notice('--keep is for an embedded cluster, and does nothing here');
      this.#output.progress(`the Mesos master is ${master.url}`);
      return undefined;
    }
    // Loaded only where it is wanted: it is half of what there is to load.
    const { startEmbedded } = await import('./embedded.ts');
    const cluster = await startEmbedded(master.local, this.#surroundings.environment, this.#logger);
    this.#closers.push(() => cluster.close());
    this.#output.progress(
      `embedded Mesos with ${counted(cluster.agents.length, 'agent')} is up; its console is ${cluster.master.url}`,
    );
    return cluster;
  }

  async #startGateway(preparation: Preparation, cluster: LocalCluster | undefined): Promise<SparkGateway> {
    const { environment } = this.#surroundings;
    const master =
      cluster === undefined
        ? preparation.master.url
        : `mesos://${cluster.master.host}:${cluster.master.port}`;
    const gateway = await SparkGateway.start({
      master,
      port: this.#line.own.gatewayPort,
      sparkHome: preparation.spark.directory,
      environment,
      sparkProperties: preparation.properties,
      // Driver and gateway are of one Spark by what is done here.
      checkDriverVersion: false,
      logger: this.#logger,
      observer: this.#progress.observer,
      // The embedded agents are on this machine.
      ...(cluster === undefined ? {} : { javaHome: preparation.java.home }),
    });
    const { httpUrl } = gateway;
    const unpublish = await publishGateway(gatewayDirectory(environment), { httpUrl, master });
    this.#closers.push(async () => {
      await gateway.close();
      await unpublish();
    });
    return gateway;
  }

  async #startDriver(
    preparation: Preparation,
    gateway: SparkGateway,
    signals: Signals,
  ): Promise<DriverProcess> {
    const { environment, onTerminal } = this.#surroundings;
    const { driverLog, progress } = this.#line.own;
    const driver = await DriverProcess.start({
      program: programOf(this.#line.command, preparation.spark.directory),
      arguments: withMaster(this.#line, gateway.url),
      environment: await driverEnvironment({
        command: this.#line.command,
        sparkHome: preparation.spark.directory,
        local: preparation.master.kind === 'local',
        environment,
      }),
      ...(driverLog === undefined ? {} : { errorFile: driverLog }),
    });
    this.#closers.push(() => driver.end());
    if (progress && driverLog !== undefined) {
      const watch = await DriverLogWatch.open(driverLog, (text) => this.#output.progress(text));
      this.#watches.push(() => watch.close());
      this.#closers.push(() => this.#closeWatches());
    }
    let grace: NodeJS.Timeout | undefined;
    signals.handle((signal) => {
      if (mustPassOn(signal, onTerminal)) driver.signal(signal);
      if (signal === 'SIGINT' && onTerminal) return;
      // Whoever sent it wants an end: a driver that does not heed is ended.
      grace ??= setTimeout(() => void driver.end(), DRIVER_GRACE_MS).unref();
    });
    void driver.ended.finally(() => clearTimeout(grace));
    return driver;
  }

  async #keep(cluster: LocalCluster | undefined, signals: Signals): Promise<void> {
    if (!this.#line.own.keep || cluster === undefined) return;
    this.#output.notice(`the cluster stays up; its console is ${cluster.master.url}. Ctrl-C ends it`);
    await signals.next();
    signals.handle(() => {});
  }

  async #closeWatches(): Promise<void> {
    for (const close of this.#watches.splice(0)) await close();
  }

  async #close(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) {
      // One part that does not close must not keep the others from it.
      await close().catch((error: unknown) =>
        this.#output.notice(`while ending: ${submitErrorOf(error).message}`),
      );
    }
  }
}

function programOf(command: SparkCommandName, sparkHome: string): string {
  return path.join(sparkHome, 'bin', PROGRAMS[command]);
}
