import { existsSync, readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SparkMesosCommand } from './command.ts';
import { confWords } from './executor-facts.ts';
import type { Scene } from './scene.ts';
import { jarOf, ROOT, type TestSpark } from './sparks.ts';

const COMMAND = join(ROOT, 'apps', 'shuffle-service', 'bin', 'spark-mesos-shuffle-service.js');

/** What a service is started with. */
export interface ShuffleServiceOptions {
  readonly settings?: Readonly<Record<string, string>>;
  /** Where its secrets stand. */
  readonly propertiesFile?: string;
}

/** The shuffle service's own command. The agents of a scene share a host, so they share it. */
export class ShuffleService {
  readonly port: number;
  /** Executors keep their files in directories below. */
  readonly root: string;
  readonly #scene: Scene;
  readonly #options: ShuffleServiceOptions;
  readonly #command: SparkMesosCommand;

  private constructor(
    scene: Scene,
    options: ShuffleServiceOptions,
    command: SparkMesosCommand,
    port: number,
  ) {
    this.#scene = scene;
    this.#options = options;
    this.#command = command;
    this.port = port;
    this.root = rootOf(scene);
  }

  /** One on a port that is free, with `spark.local.dir` as executors have it. */
  static async start(scene: Scene, options: ShuffleServiceOptions = {}, port = 0): Promise<ShuffleService> {
    const root = rootOf(scene);
    await mkdir(root, { recursive: true });
    const settings = {
      ...options.settings,
      'spark.local.dir': root,
      'spark.shuffle.service.port': `${port}`,
    };
    const { propertiesFile } = options;
    const words = [
      ...(propertiesFile === undefined ? [] : ['--properties-file', propertiesFile]),
      ...confWords(settings),
      ...['--work-dir', scene.path('shuffle-service'), '--host', '127.0.0.1', '--metrics-port', '0'],
    ];
    const command = scene.startProgram([process.execPath, COMMAND], words, { deadlineMs: 170_000 });
    const [, found] = await command.printed(/"port":(\d+).*"the shuffle service is ready"/);
    return new ShuffleService(scene, options, command, Number(found));
  }

  /** The settings by which applications use it. */
  get settings(): Record<string, string> {
    return {
      'spark.shuffle.service.enabled': 'true',
      'spark.shuffle.service.port': `${this.port}`,
      'spark.local.dir': this.root,
      // On one host everything could be read without the service.
      'spark.shuffle.readHostLocalDisk': 'false',
    };
  }

  /** Its log. */
  get log(): string {
    return this.#command.stdout;
  }

  /** `kill -9`, and the next one on the same port. */
  async killAndRestart(): Promise<ShuffleService> {
    this.#command.kill('SIGKILL');
    await this.#command.ended;
    return ShuffleService.start(this.#scene, this.#options, this.port);
  }
}

function rootOf(scene: Scene): string {
  return scene.path('scratch');
}

/** A job between map and reduce; it goes on when a file appears. */
export interface HeldShuffle {
  readonly command: SparkMesosCommand;
  readonly gate: string;
  /** The local directories of its executors that are there at the moment. */
  readonly directories: () => readonly string[];
}

/** How a held shuffle differs from a plain one. */
export interface HeldShuffleOptions {
  readonly settings?: Readonly<Record<string, string>>;
  readonly propertiesFile?: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** A standing gateway, as a driver names it. */
  readonly gateway?: string;
}

/** How many map tasks a held shuffle has. */
export const MAPS = 10;
/** How many reduce tasks a held shuffle has. */
export const REDUCES = 200;

/** A job with dynamic allocation whose map stage two executors have run. It ends with "Sum is 200010000". */
export async function heldShuffle(
  scene: Scene,
  spark: TestSpark,
  service: ShuffleService,
  name: string,
  { settings = {}, propertiesFile, environment, gateway }: HeldShuffleOptions = {},
): Promise<HeldShuffle> {
  const [gate, localDir] = [scene.path(`gate-${name}`), join(service.root, name)];
  const all = {
    ...service.settings,
    'spark.local.dir': localDir,
    'spark.dynamicAllocation.enabled': 'true',
    'spark.dynamicAllocation.maxExecutors': '2',
    'spark.executor.cores': '1',
    'spark.executor.memory': '512m',
    ...settings,
  };
  const file = propertiesFile === undefined ? [] : ['--properties-file', propertiesFile];
  const jar = await jarOf('heldShuffle', spark);
  const program = ['--class', 'org.sparkmesos.e2e.HeldShuffle', jar, `${MAPS}`, `${REDUCES}`, gate];
  const words = ['--master', gateway ?? scene.master, ...file, ...confWords(all), ...program];
  // The driver keeps its own files elsewhere.
  const variables = { ...environment, SPARK_LOCAL_DIRS: scene.path('driver-files') };
  const how = { spark, deadlineMs: 170_000, environment: variables };
  const command =
    gateway === undefined ? scene.start(['submit', ...words], how) : scene.startSpark(spark, words, how);
  await command.printed(/The map stage is over/, 120_000);
  const directories = () =>
    existsSync(localDir) ? readdirSync(localDir).filter((found) => found.startsWith('blockmgr-')) : [];
  return { command, gate, directories };
}
