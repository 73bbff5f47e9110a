import type { ApplicationDescription } from '@spark-mesos/spark-rpc';
import type { Applications } from '../../src/applications.ts';
import type { FakeDriver } from '../support/fakes.ts';
import { recordedApplication } from '../support/golden-application.ts';

/** What the driver does at some moment. */
type Wish = (at: { readonly applications: Applications; readonly driver: FakeDriver }) => void;

/** A recording, and the application that it is of, as its driver would register with us. */
export interface Scenario {
  readonly recording: string;
  /** What it shows of the rules. */
  readonly rules: string;
  readonly properties: Record<string, string>;
  readonly application: ApplicationDescription;
  /** Each before the message with that number. */
  readonly wishes: Readonly<Record<number, Wish>>;
}

interface Sketch {
  readonly recording: string;
  readonly rules: string;
  readonly name: string;
  readonly driverPort: number;
  readonly heapMiB: number;
  readonly properties: Record<string, string>;
  /** Behind Spark's own options of the executors' JVMs. */
  readonly javaOptions?: readonly string[];
  readonly environment?: Record<string, string>;
  readonly initialExecutorLimit?: number;
  readonly wishes?: Scenario['wishes'];
}

const SPARK = '3.5.6';

/** As Spark's StandaloneSchedulerBackend makes the description from its settings. */
function scenario(sketch: Sketch): Scenario {
  const {
    recording,
    rules,
    name,
    driverPort,
    heapMiB,
    javaOptions = [],
    properties,
    initialExecutorLimit,
  } = sketch;
  const recorded = recordedApplication(SPARK);
  const driverUrl = `spark://CoarseGrainedScheduler@127.0.0.1:${driverPort}`;
  const { command } = recorded;
  const cores = properties['spark.executor.cores'];
  return {
    recording,
    rules,
    properties: {
      'spark.app.name': name,
      'spark.driver.host': '127.0.0.1',
      'spark.driver.port': String(driverPort),
      'spark.executor.memory': `${heapMiB}m`,
      'spark.mesos.role': 'dev',
      ...properties,
    },
    application: {
      ...recorded,
      name,
      user: 'root',
      appUiUrl: 'http://127.0.0.1:4040',
      ...(initialExecutorLimit === undefined ? {} : { initialExecutorLimit }),
      defaultProfile: {
        ...recorded.defaultProfile,
        memoryMiB: heapMiB,
        ...(cores === undefined ? {} : { cores: Number(cores) }),
      },
      command: {
        ...command,
        arguments: command.arguments.map((word) => (word.startsWith('spark://') ? driverUrl : word)),
        environment: new Map([
          ...command.environment,
          ...Object.entries(sketch.environment ?? {}),
          ['SPARK_EXECUTOR_MEMORY', `${heapMiB}m`],
        ]),
        classPathEntries: entries(properties['spark.executor.extraClassPath']),
        libraryPathEntries: entries(properties['spark.executor.extraLibraryPath']),
        javaOpts: [
          `-Dspark.driver.port=${driverPort}`,
          ...command.javaOpts.filter((option) => !option.startsWith('-Dspark.')),
          ...javaOptions,
        ],
      },
    },
    wishes: sketch.wishes ?? {},
  };
}

function entries(path: string | undefined): string[] {
  return path === undefined ? [] : path.split(':');
}

/** RequestExecutors of the default profile. */
function request(frameworkId: string, total: number): Wish {
  return ({ applications }) => void applications.requestExecutors(frameworkId, new Map([[0, { total }]]));
}

function kill(frameworkId: string, ...executorIds: string[]): Wish {
  return ({ applications }) => void applications.killExecutors(frameworkId, executorIds);
}

/** The driver's job is done. */
function leave(frameworkId: string): Wish {
  return ({ applications, driver }) => applications.unregisterApplication(frameworkId, driver);
}

const FRAMEWORKS = 'e2a7a185-ddc5-429f-be4a-14b7bbba8b5a';
const COUNT = `${FRAMEWORKS}-0001`;
const DYNAMIC = `${FRAMEWORKS}-0012`;
const DOCKER = `${FRAMEWORKS}-0015`;
const OWN_ID = 'my-own-framework-id';

/** The recordings, each with what was set for it. */
export const SCENARIOS: readonly Scenario[] = [
  scenario({
    recording: 'count',
    rules:
      'C7, C10, C12, C14, C15, C17, C20, C21, C23, C25, C30, C31, C40, C41, C50, U10, U11, U12, U31, U50, U110, U130',
    name: 'Spark shell',
    driverPort: 44_455,
    heapMiB: 1024,
    environment: { GREETING: 'hello' },
    properties: {
      'spark.cores.max': '2',
      'spark.mesos.task.labels': 'team:a,stage:test',
      'spark.mesos.constraints': 'rack:r1',
      'spark.executorEnv.GREETING': 'hello',
    },
    wishes: { 10: leave(COUNT) },
  }),
  scenario({
    recording: 'dynamic-allocation',
    rules: 'C6, C8, C20, C22, C25, C30, C54, C55, U70, U121',
    name: 'Spark shell',
    driverPort: 43_633,
    heapMiB: 512,
    initialExecutorLimit: 0,
    properties: {
      'spark.cores.max': '2',
      'spark.executor.cores': '1',
      'spark.dynamicAllocation.enabled': 'true',
      'spark.shuffle.service.enabled': 'true',
    },
    wishes: {
      4: request(DYNAMIC, 1),
      10: request(DYNAMIC, 24),
      17: request(DYNAMIC, 0),
      18: kill(DYNAMIC, '0', '1'),
      31: request(DYNAMIC, 1),
      37: request(DYNAMIC, 24),
      46: leave(DYNAMIC),
    },
  }),
  scenario({
    recording: 'failures',
    rules: 'C12, C26, C27, C41, U121',
    name: 'PythonPi',
    driverPort: 34_621,
    heapMiB: 1024,
    properties: { 'spark.cores.max': '2', 'spark.mesos.executor.home': '/nonexistent' },
  }),
  scenario({
    recording: 'docker',
    rules:
      'C10, C11, C14, C16, C17, C23, U10, U11, U40, U42, U70, U80, U90, U91, U92, U93, U94, U95, U100, U101, U110, U112',
    name: 'PythonPi',
    driverPort: 40_433,
    heapMiB: 600,
    javaOptions: ['-Dapp={{APP_ID}}', '-Dex={{EXECUTOR_ID}}'],
    properties: {
      'spark.cores.max': '3',
      'spark.executor.cores': '1',
      'spark.mesos.executor.home': '/opt/spark',
      'spark.mesos.executor.docker.image': 'example/spark:1',
      'spark.mesos.executor.docker.forcePullImage': 'true',
      'spark.mesos.executor.docker.volumes': '/b:/b:ro,/c:/d:rw,bad:bad:bad:bad',
      'spark.mesos.executor.docker.portmaps': '8080:80,5353:53:udp',
      'spark.mesos.executor.docker.parameters': 'user=root,label=x=y,bad',
      'spark.mesos.network.name': 'net1',
      'spark.mesos.network.labels': 'k1:v1,k2:v2',
      'spark.mesos.uris': '/tmp/work/apps/fail.py,/tmp/work/apps/sleep.py',
      'spark.mesos.fetcherCache.enable': 'true',
      'spark.mesos.task.labels': 'a:b\\:c,d:e\\,f',
      'spark.mesos.executor.secret.values': 'v1,v2',
      'spark.mesos.executor.secret.envkeys': 'K1,K2',
      'spark.mesos.extra.cores': '1',
      'spark.executor.extraClassPath': '/x/y.jar',
      'spark.executor.extraLibraryPath': '/x/lib',
      'spark.executor.extraJavaOptions': '-Dapp={{APP_ID}} -Dex={{EXECUTOR_ID}}',
      'spark.blockManager.port': '31500',
      'spark.mesos.gpus.max': '1',
      'spark.mesos.driver.failoverTimeout': '10',
      'spark.mesos.driver.webui.url': 'http://ui.example:4040',
      'spark.mesos.executor.memoryOverhead': '100',
    },
    wishes: { 16: leave(DOCKER) },
  }),
  scenario({
    recording: 'package-and-image',
    rules: 'C13, C14, U11, U14, U82, U90, U91, U92, U95, U100, U101',
    name: 'PythonPi',
    driverPort: 33_313,
    heapMiB: 600,
    properties: {
      'spark.cores.max': '2',
      'spark.executor.uri': 'http://127.0.0.1:9/spark-3.5.6-bin.tgz',
      'spark.mesos.containerizer': 'mesos',
      'spark.mesos.executor.docker.image': 'example/spark:1',
      'spark.mesos.executor.docker.volumes': '/b:/b:ro',
      'spark.mesos.network.name': 'net1',
      'spark.mesos.uris': '/tmp/work/apps/fail.py',
      'spark.mesos.executor.secret.names': '/path/one',
      'spark.mesos.executor.secret.filenames': 'one.txt',
      'spark.mesos.driver.frameworkId': OWN_ID,
    },
    wishes: { 18: leave(OWN_ID) },
  }),
];
