import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AgentOptions, LocalCluster, type LocalClusterOptions } from '@spark-mesos/mesos-local';
import { expect, inject } from 'vitest';
import {
  driversWith,
  executorsWith,
  type FoundProcess,
  processesWith,
} from '../../scripts/support/processes.mjs';
import { type CommandOptions, DISPATCHER, type Ended, SparkMesosCommand } from './command.ts';
import { faultsIn } from './driver-log.ts';
import { eventually } from './eventually.ts';
import { type MesosState, stateOf } from './mesos-state.ts';
import { SECRETS, secretsIn, secretsInFiles, secretsShown } from './secrets.ts';
import { ROOT, type TestSpark } from './sparks.ts';

/** How a command is started in a scene. */
export interface StartOptions {
  readonly spark?: TestSpark;
  readonly input?: string;
  readonly deadlineMs?: number;
  /** Added to, or taken out of (when undefined), what the command gets. */
  readonly environment?: NodeJS.ProcessEnv;
}

/** How a scene's cluster differs from Mesos's own defaults. */
export interface ClusterOptions extends Omit<LocalClusterOptions, 'agents' | 'workDir' | 'consoleRoot'> {
  /** Whether drivers and executors run on the machine's Java as it is, and not on the one that starts fast. */
  readonly plainJava?: boolean;
}

/** The agents of a scene, unless a test says others. */
const TWO_AGENTS: AgentOptions[] = [
  { cpus: 2, memMiB: 4096 },
  { cpus: 2, memMiB: 4096 },
];

/** The built pages of the console. */
const CONSOLE = join(ROOT, 'apps', 'console', 'dist', 'mesos');

const LEFT_WITHIN_MS = 10_000;

/**
 * One test's cluster, commands and files. Everything that it starts carries its marker, so that what is left
 * behind is found; `close` asserts that nothing is.
 */
export class Scene {
  readonly marker: string;
  readonly folder: string;
  readonly #cluster: LocalCluster | undefined;
  readonly #javaHome: string;
  readonly #commands: SparkMesosCommand[] = [];
  /** Those whose standard output is a log, and not what a user's program prints. */
  readonly #services: SparkMesosCommand[] = [];
  /** What everybody on the machine could read of the processes that a test looked for. */
  readonly #commandLines = new Set<string>();

  private constructor(
    { marker, folder }: { marker: string; folder: string },
    cluster: LocalCluster | undefined,
    javaHome: string,
  ) {
    this.marker = marker;
    this.folder = folder;
    this.#cluster = cluster;
    this.#javaHome = javaHome;
  }

  /** A scene with an embedded Mesos of its own. */
  static async withCluster(
    agents: AgentOptions[] = TWO_AGENTS,
    { plainJava = false, ...options }: ClusterOptions = {},
  ): Promise<Scene> {
    const place = await makeFolder();
    const workDir = join(place.folder, 'cluster');
    await mkdir(workDir);
    const javaHome = plainJava ? (process.env.JAVA_HOME ?? '') : inject('javaHome');
    const executorEnvironment = javaEnvironment(javaHome);
    const cluster = await LocalCluster.start({
      ...options,
      agents: agents.map((agent) => ({ executorEnvironment, ...agent })),
      workDir,
      consoleRoot: CONSOLE,
    });
    return new Scene(place, cluster, javaHome);
  }

  /** A scene in which a command brings its own Mesos, or finds none. */
  static async withoutCluster(): Promise<Scene> {
    return new Scene(await makeFolder(), undefined, inject('javaHome'));
  }

  /** The embedded Mesos, for a test that makes something go wrong in it. */
  get cluster(): LocalCluster {
    if (this.#cluster === undefined) throw new Error('this scene has no cluster');
    return this.#cluster;
  }

  get masterUrl(): string {
    return this.cluster.master.url;
  }

  /** The cluster as a command line names it. */
  get master(): string {
    return `mesos://${new URL(this.masterUrl).host}`;
  }

  /** Starts `spark-mesos`; its driver's log goes to a file of its own. */
  start(words: readonly string[], options: StartOptions = {}): SparkMesosCommand {
    const common = this.#commandOptions(options);
    const [name = 'submit', ...rest] = words;
    return this.#keep({ words: [name, '--driver-log', common.driverLogFile, ...rest], ...common });
  }

  /** Starts a command of ours that has no driver, such as `gateway`; its log is its standard error. */
  startAlone(words: readonly string[], options: StartOptions = {}): SparkMesosCommand {
    return this.#keep({ words, ...this.#commandOptions(options) });
  }

  /** Starts Spark's own `spark-submit`; its driver's log is its standard error, and lands in a file as well. */
  startSpark(spark: TestSpark, words: readonly string[], options: StartOptions = {}): SparkMesosCommand {
    const program = join(spark.home, 'bin', 'spark-submit');
    const shell = ['/bin/sh', '-c', 'log=$1; shift; exec "$@" 2>"$log"', 'sh'];
    const common = this.#commandOptions({ ...options, spark });
    return this.#keep({ program: [...shell, common.driverLogFile, program], words, ...common });
  }

  /** Starts another program of ours; it writes to its standard output. */
  startProgram(
    program: readonly string[],
    words: readonly string[],
    options: StartOptions = {},
  ): SparkMesosCommand {
    return this.#keepService({ program, words, ...this.#commandOptions(options) });
  }

  /** Starts a dispatcher for drivers of these Sparks on free ports of this machine; its log is its standard output. */
  startDispatcher(sparks: readonly TestSpark[], words: readonly string[] = []): SparkMesosCommand {
    const homes = sparks.flatMap(({ home }) => ['--spark-home', home]);
    const where = [
      '--host',
      '127.0.0.1',
      '--port',
      '0',
      '--webui-port',
      '0',
      '--work-dir',
      this.path('dispatcher'),
    ];
    return this.#keepService({
      program: [process.execPath, DISPATCHER],
      words: ['--master', this.master, ...where, ...homes, ...words],
      ...this.#commandOptions({ deadlineMs: 170_000 }),
    });
  }

  #commandOptions(options: StartOptions) {
    return {
      environment: this.#environment(options),
      workingFolder: this.folder,
      driverLogFile: join(this.folder, `driver-${this.#commands.length}.log`),
      ...(options.input === undefined ? {} : { input: options.input }),
      ...(options.deadlineMs === undefined ? {} : { deadlineMs: options.deadlineMs }),
    };
  }

  #keep(options: CommandOptions): SparkMesosCommand {
    const command = new SparkMesosCommand(options);
    this.#commands.push(command);
    return command;
  }

  #keepService(options: CommandOptions): SparkMesosCommand {
    const service = this.#keep(options);
    this.#services.push(service);
    return service;
  }

  /** Runs `spark-mesos` to its end. */
  async run(words: readonly string[], options: StartOptions = {}): Promise<Ended & { driverLog: string }> {
    const command = this.start(words, options);
    return { ...(await command.ended), driverLog: command.driverLog };
  }

  state(): Promise<MesosState> {
    return stateOf(this.masterUrl);
  }

  executors(): FoundProcess[] {
    return this.#seen(executorsWith(this.marker));
  }

  drivers(): FoundProcess[] {
    return this.#seen(driversWith(this.marker));
  }

  #seen(processes: FoundProcess[]): FoundProcess[] {
    for (const { commandLine } of processes) this.#commandLines.add(commandLine);
    return processes;
  }

  /** A path in the scene's folder. */
  path(name: string): string {
    return join(this.folder, name);
  }

  /** Makes an empty file, for which a program waits. */
  async open(gate: string): Promise<void> {
    await writeFile(gate, '');
  }

  /** Asserts that no driver and no executor is left within 10 s. */
  async expectNothingRuns(): Promise<void> {
    const left = () => [...this.drivers(), ...this.executors()];
    await eventually('no driver and no executor is left', () => left().length === 0, LEFT_WITHIN_MS).catch(
      () => {
        expect(left().map(({ commandLine }) => commandLine.slice(0, 200))).toEqual([]);
      },
    );
  }

  /**
   * Ends what is left, and asserts that the cluster and its commands left no process behind, that no driver's log tells of
   * a fault, and that no secret is where others see it. A test that expects warnings looks at them itself and says so.
   */
  async close({ warningsExpected = false }: { warningsExpected?: boolean } = {}): Promise<void> {
    const running = this.#commands.filter(({ pid }) =>
      processesWith(this.marker).some((found) => found.pid === pid),
    );
    const shown = await this.#secretsShown();
    for (const command of running) command.kill('SIGTERM');
    await Promise.all(running.map(({ ended }) => ended.catch(() => {})));
    await this.#cluster?.close();
    const left = await this.#leftProcesses();
    for (const { pid } of left) killQuietly(pid);
    const faults = this.#commands.flatMap(({ driverLog, stderr, withProgress }) =>
      faultsIn(driverLog, warningsExpected ? '' : stderr, withProgress),
    );
    const secrets = [...shown, ...this.#secretsWritten()];
    await rm(this.folder, { recursive: true, force: true });
    expect(left.map(({ commandLine }) => commandLine.slice(0, 200))).toEqual([]);
    // As the message, which a report shows whole; a difference between two values is shortened there.
    expect(faults, faults.join('\n')).toEqual([]);
    expect(secrets, secrets.join('\n')).toEqual([]);
  }

  /** The secrets that Mesos and dispatchers show while they are there. */
  async #secretsShown(): Promise<string[]> {
    if (this.#cluster === undefined) return [];
    const urls = this.#services.flatMap(({ stdout }) => /"webUrl":"(http:[^"]+)"/.exec(stdout)?.[1] ?? []);
    return await secretsShown(this.masterUrl, urls);
  }

  /** The secrets in files that others can read, in what our commands have said, and on command lines. */
  #secretsWritten(): string[] {
    const said = [
      ...this.#commands.map(({ stderr }) => ['standard error', stderr] as const),
      ...this.#services.map(({ stdout }) => ['a log', stdout] as const),
      ...[...this.#commandLines].map((line) => ['a command line', line] as const),
    ];
    return [
      ...secretsInFiles(this.folder),
      ...said.flatMap(([where, text]) =>
        secretsIn(text).map((name) => `${where} holds the secret "${name}"`),
      ),
    ];
  }

  /** What still runs some seconds after everything was told to end. */
  async #leftProcesses(): Promise<FoundProcess[]> {
    await eventually('all have ended', () => processesWith(this.marker).length === 0, LEFT_WITHIN_MS).catch(
      () => {},
    );
    return processesWith(this.marker);
  }

  #environment({ spark, environment = {} }: StartOptions): NodeJS.ProcessEnv {
    const { PATH, HOME, LANG } = process.env;
    return {
      PATH,
      HOME,
      ...(LANG === undefined ? {} : { LANG }),
      ...javaEnvironment(this.#javaHome),
      // The sandboxes of an embedded cluster and everything temporary go where the marker is in the path.
      TMPDIR: this.folder,
      SPARK_MESOS_E2E: this.marker,
      SPARK_E2E_TOKEN: SECRETS.environment,
      ...(spark === undefined ? {} : { SPARK_HOME: spark.home }),
      ...environment,
    };
  }
}

/** Without a JAVA_HOME the java of the PATH is taken. */
function javaEnvironment(javaHome: string): Record<string, string> {
  return javaHome === '' ? {} : { JAVA_HOME: javaHome };
}

async function makeFolder(): Promise<{ marker: string; folder: string }> {
  const marker = `spark-mesos-e2e-${randomBytes(6).toString('hex')}`;
  return { marker, folder: await mkdtemp(join(tmpdir(), `${marker}-`)) };
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}
