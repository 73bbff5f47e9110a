import { splitList } from '../uris.ts';
import type { SettingProblem, SparkSettings } from './parse.ts';

/** Where Mesos mounts the sandbox in an image; the variable that Mesos sets is not expanded in settings. */
const SANDBOX = /^(?:\$\{?MESOS_SANDBOX\}?|\/mnt\/mesos\/sandbox)(?:\/|$)/;

/** The setting that counts for executors, by its name, with the directories that it names. */
function configured({ executorEnvironment, localDirs }: SparkSettings): readonly [string, readonly string[]] {
  const ofVariable = executorEnvironment.get('SPARK_LOCAL_DIRS');
  return ofVariable
    ? ['spark.executorEnv.SPARK_LOCAL_DIRS', splitList(ofVariable)]
    : ['spark.local.dir', splitList(localDirs)];
}

/** What keeps an application from using shuffle services. */
export function shuffleServiceProblems(settings: SparkSettings): SettingProblem[] {
  if (!settings.shuffleServiceEnabled) {
    return [];
  }
  const problems = localDirectoryProblems(settings);
  if (settings.shuffleServicePort === 0) {
    const setting = 'spark.shuffle.service.port';
    const message = `${setting}: 0 is for a service that takes any port: name the one that it has taken`;
    problems.push({ setting, code: 'CONFIG_CONFLICT', message });
  }
  return problems;
}

/**
 * A shuffle service serves files of executors that are gone: they must not lie in a sandbox, which ends with its task,
 * and which no service of the agent is told of. Sandboxes are the tasks' working directories, too.
 */
function localDirectoryProblems(settings: SparkSettings): SettingProblem[] {
  const [setting, directories] = configured(settings);
  const inSandbox = directories.filter((directory) => !directory.startsWith('/') || SANDBOX.test(directory));
  return inSandbox.map((directory) => ({
    setting,
    code: 'CONFIG_CONFLICT',
    message:
      `${setting}: '${directory}' lies in the sandbox of each executor, where a shuffle service cannot keep files: ` +
      'name the directories of the agents that it serves, from / on, or leave out spark.shuffle.service.enabled',
  }));
}

/** An image has directories of its own, which no service of the agent sees. */
export function shuffleServiceWarnings(settings: SparkSettings): string[] {
  const { shuffleServiceEnabled, executorImage, executorVolumes } = settings;
  if (!shuffleServiceEnabled || executorImage === undefined) {
    return [];
  }
  const [setting, directories] = configured(settings);
  const mounted = executorVolumes.entries.flatMap(({ hostPath, containerPath }) =>
    hostPath === containerPath && hostPath ? [hostPath.replace(/\/*$/, '/')] : [],
  );
  return directories
    .filter((directory) => !mounted.some((volume) => `${directory}/`.startsWith(volume)))
    .map(
      (directory) =>
        `${setting}: '${directory}' is the image's own, and the shuffle service of the agent does not see it: mount it ` +
        `at the same path, with spark.mesos.executor.docker.volumes=${directory}:${directory}:rw`,
    );
}
