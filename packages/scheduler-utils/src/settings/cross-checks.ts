import { constraintWarnings } from '../constraints/grammar.ts';
import type { SecretSettings } from '../containers/secrets.ts';
import { areSecretsUnused, secretProblems } from '../containers/secrets.ts';
import type { ParsedEntries } from '../containers/texts.ts';
import type { ConfigErrorCode } from '../errors.ts';
import { executorMemory } from '../executor-memory.ts';
import { memoryRules } from './derived.ts';
import type { SettingProblem, SparkSettings } from './parse.ts';
import { shuffleServiceProblems, shuffleServiceWarnings } from './shuffle-checks.ts';
import { driverSecrets, executorSecrets } from './task-parts.ts';

/** What no single setting shows: those that contradict each other, or that ask for what there is not. */
export function crossCheck(settings: SparkSettings): SettingProblem[] {
  return [
    ...sizeProblems(settings),
    ...roleProblems(settings),
    ...containerProblems(settings),
    ...shuffleServiceProblems(settings),
    ...secretSettingProblems('executor', executorSecrets(settings)),
    ...secretSettingProblems('driver', driverSecrets(settings)),
  ];
}

/** What does no harm and yet will not do what its author expects. */
export function crossCheckWarnings(settings: SparkSettings): string[] {
  return [
    ...containerWarnings(settings),
    ...shuffleServiceWarnings(settings),
    ...secretWarnings('executor', executorSecrets(settings), settings),
    ...secretWarnings('driver', driverSecrets(settings), settings),
    ...constraintWarnings('spark.mesos.constraints', settings.constraints),
    ...constraintWarnings('spark.mesos.driver.constraints', settings.driverConstraints),
  ];
}

function conflict(setting: string, why: string, code: ConfigErrorCode = 'CONFIG_CONFLICT'): SettingProblem {
  return { setting, code, message: `${setting}: ${why}` };
}

function sizeProblems(settings: SparkSettings): SettingProblem[] {
  const problems: SettingProblem[] = [];
  const { coresMax, executorCores, executorGpus, gpusMax, memoryMaxMiB } = settings;
  if (coresMax !== undefined && executorCores !== undefined && coresMax < executorCores) {
    problems.push({
      setting: 'spark.cores.max',
      code: 'CONFIG_CONFLICT',
      message:
        `spark.cores.max=${coresMax} is less than spark.executor.cores=${executorCores}: ` +
        'no executor could be started; raise the first or lower the second',
    });
  }
  const oneMiB = executorMemory({ memoryMiB: settings.executorMemoryMiB }, memoryRules(settings)).totalMiB;
  if (memoryMaxMiB !== undefined && memoryMaxMiB < oneMiB) {
    const why = `${memoryMaxMiB} MiB are less than the ${oneMiB} MiB of one executor: none could be started`;
    problems.push(conflict('spark.mem.max', why));
  }
  if (executorGpus !== undefined && executorGpus > gpusMax) {
    problems.push({
      setting: 'spark.mesos.executor.gpus',
      code: 'CONFIG_CONFLICT',
      message:
        `spark.mesos.executor.gpus=${executorGpus} is more than spark.mesos.gpus.max=${gpusMax}: ` +
        'no executor could be started; raise the second',
    });
  }
  if (settings.offHeapEnabled && settings.offHeapSizeMiB === 0) {
    problems.push({
      setting: 'spark.memory.offHeap.size',
      code: 'CONFIG_CONFLICT',
      message: 'spark.memory.offHeap.enabled needs spark.memory.offHeap.size: set it, to 1g for example',
    });
  }
  if (settings.ioEncryptionEnabled) {
    problems.push(
      conflict(
        'spark.io.encryption.enabled',
        'I/O encryption is currently not supported in Mesos.',
        'NOT_SUPPORTED',
      ),
    );
  }
  return problems;
}

function roleProblems({ role, roles }: SparkSettings): SettingProblem[] {
  if (role === undefined || roles.length === 0) {
    return [];
  }
  return [conflict('spark.mesos.roles', 'spark.mesos.role is set, too: a framework has one or the other')];
}

function containerProblems(settings: SparkSettings): SettingProblem[] {
  const problems: SettingProblem[] = [];
  const parts = [
    ['spark.mesos.executor.docker.volumes', settings.executorImage, settings.executorVolumes],
    ['spark.mesos.driver.docker.volumes', settings.driverImage, settings.driverVolumes],
  ] as const;
  for (const [setting, image, volumes] of parts) {
    const homeless = volumes.entries.find(({ hostPath }) => !hostPath);
    if (image !== undefined && homeless !== undefined) {
      const path = homeless.containerPath;
      const why = `Mesos refuses the volume '${path}', which names no path on the host: write host:${path}`;
      problems.push(conflict(setting, why, 'CONFIG_MALFORMED'));
    }
  }
  const image = settings.executorImage ?? settings.driverImage;
  if (settings.containerizer === 'docker' && image !== undefined && settings.networkNames.length > 1) {
    const why = 'the Docker daemon joins one network: set spark.mesos.containerizer=mesos for several';
    problems.push(conflict('spark.mesos.network.name', why));
  }
  const isOurExecutor = !settings.coarse && settings.fineCarrier === 'executor';
  if (isOurExecutor && settings.executorImage !== undefined && settings.containerizer === 'docker') {
    const why =
      'the Docker daemon would start the image without our Mesos executor: set spark.mesos.containerizer=mesos, ' +
      'with Node and spark-mesos-fine-executor in the image, or spark.mesos.fine.carrier=command';
    problems.push(conflict('spark.mesos.fine.carrier', why, 'NOT_SUPPORTED'));
  }
  return problems;
}

function secretSettingProblems(whose: 'executor' | 'driver', secrets: SecretSettings): SettingProblem[] {
  return secretProblems(secrets).map((why) => conflict(`spark.mesos.${whose}.secret.*`, why));
}

/** The lists of an image's settings, with the form of their entries. */
interface ImageLists {
  readonly prefix: string;
  readonly image: string | undefined;
  readonly lists: readonly (readonly [name: string, form: string, list: ParsedEntries<unknown>])[];
}

const FORMS = {
  volumes: '[host:]container[:rw|:ro]',
  portmaps: 'host:container[:protocol]',
  parameters: 'key=value',
} as const;

function containerWarnings(settings: SparkSettings): string[] {
  const ofExecutors = imageWarnings(settings, {
    prefix: 'spark.mesos.executor.docker',
    image: settings.executorImage,
    lists: [
      ['volumes', FORMS.volumes, settings.executorVolumes],
      ['portmaps', FORMS.portmaps, settings.executorPortMappings],
      ['parameters', FORMS.parameters, settings.executorDockerParameters],
    ],
  });
  const ofDrivers = imageWarnings(settings, {
    prefix: 'spark.mesos.driver.docker',
    image: settings.driverImage,
    lists: [
      ['volumes', FORMS.volumes, settings.driverVolumes],
      ['portmaps', FORMS.portmaps, settings.driverPortMappings],
      ['parameters', FORMS.parameters, settings.driverDockerParameters],
    ],
  });
  const labels = settings.networkLabels.labels ?? [];
  return [
    ...ofExecutors,
    ...ofDrivers,
    ...(settings.networkNames.length === 0 && labels.length > 0
      ? ['spark.mesos.network.labels does nothing without spark.mesos.network.name']
      : []),
  ];
}

function imageWarnings({ containerizer }: SparkSettings, { prefix, image, lists }: ImageLists): string[] {
  return lists.flatMap(([name, form, { entries, skipped }]) => {
    const warnings = skipped.map(
      (entry) => `${prefix}.${name}: '${entry}' is passed over: it has not the form ${form}`,
    );
    if (entries.length > 0 && image === undefined) {
      warnings.push(`${prefix}.${name} does nothing without ${prefix}.image`);
    } else if (entries.length > 0 && containerizer === 'mesos' && name !== 'volumes') {
      warnings.push(`${prefix}.${name} does nothing with spark.mesos.containerizer=mesos`);
    }
    return warnings;
  });
}

function secretWarnings(
  whose: 'executor' | 'driver',
  secrets: SecretSettings,
  settings: SparkSettings,
): string[] {
  const prefix = `spark.mesos.${whose}.secret`;
  const image =
    whose === 'driver' ? (settings.driverImage ?? settings.executorImage) : settings.executorImage;
  const runsDocker = settings.containerizer === 'docker' && image !== undefined;
  return [
    ...(areSecretsUnused(secrets)
      ? [`${prefix}.*: the secrets reach nobody: set ${prefix}.envkeys or ${prefix}.filenames`]
      : []),
    ...(runsDocker && secrets.files.length > 0
      ? [`${prefix}.filenames: the Docker daemon leaves such files out: set spark.mesos.containerizer=mesos`]
      : []),
  ];
}
