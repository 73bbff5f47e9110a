import type { ExecutorPlacement } from '@spark-mesos/coarse-backend';
import type { mesos } from '@spark-mesos/mesos-proto';
import { environmentMessage } from '@spark-mesos/scheduler-utils';
import { sandboxPath } from './agents.ts';
import type { LaunchContext } from './executor-launch.ts';

type Variable = mesos.v1.Environment.IVariable;

/**
 * The environment of an executor (rule C10): what this cluster gives every executor, then the application's own
 * (`spark.executorEnv.*` and what its driver adds), then what only a cluster manager knows. Mesos's secrets follow as
 * variables of their own kind, and the engine adds the ports that it took for the executor.
 */
export function executorVariables(
  context: LaunchContext,
  secrets: readonly Variable[],
): (placement: ExecutorPlacement) => Variable[] {
  const shared = sharedEnvironment(context);
  const ofAll = variablesOf(shared);
  const logLinks = logLinksOf(context);
  const isReplaced = [...shared.keys()].some((name) => OWN_NAME.test(name));
  return (placement) => {
    const own = logLinks(placement);
    const others = isReplaced ? ofAll.filter(({ name }) => own.every((each) => each.name !== name)) : ofAll;
    // Unlike a spread, this leaves no room for more: thousands of these lists are alive at once.
    return others.concat(own, secrets);
  };
}

/** Names of what each executor has of its own. */
const OWN_NAME = /^SPARK_LOG_URL_(STDOUT|STDERR)$/;

function variablesOf(environment: ReadonlyMap<string, string>): Variable[] {
  return environmentMessage(environment).variables ?? [];
}

/**
 * What all executors of an application have.
 *
 * SPARK_HOME is set only where it is known: in an image it may be the image's own, and that of a fetched package is
 * known only when it has been fetched. The script settles both.
 */
function sharedEnvironment(context: LaunchContext): ReadonlyMap<string, string> {
  const { application, settings } = context;
  const { environment: own } = application.command;
  const environment = new Map([...context.baseEnvironment, ...own, ...context.authentication]);
  if (settings.executorImage !== undefined) {
    // Where this machine has its Java says nothing about the image.
    if (!own.has('JAVA_HOME')) environment.delete('JAVA_HOME');
  }
  const home = namedHome(context);
  if (home === undefined) environment.delete('SPARK_HOME');
  else environment.set('SPARK_HOME', home);
  return environment;
}

/** Where the Spark of executors is, as far as that is known here (rules C12, C13, C71). */
function namedHome({ application, settings, sparkHome }: LaunchContext): string | undefined {
  if (settings.executorUri !== undefined) return undefined;
  const named = settings.executorHome ?? application.command.environment.get('SPARK_HOME');
  if (named !== undefined) return named;
  return settings.executorImage === undefined ? sparkHome : undefined;
}

/** Links that Spark's own page shows for an executor: its agent serves the files of its sandbox. */
function logLinksOf({ applicationId, agents }: LaunchContext): (placement: ExecutorPlacement) => Variable[] {
  const links = ['stdout', 'stderr'].map((file) => {
    const [before = '', after = ''] = sandboxPath(applicationId, TASK, file)
      .split(TASK)
      .map(encodeURIComponent);
    return {
      name: `SPARK_LOG_URL_${file.toUpperCase()}`,
      before: `/files/download?path=${before}`,
      after,
    };
  });
  return ({ agentId, taskId }) => {
    const agent = agents.urlOf(agentId);
    if (agent === undefined) return [];
    const task = encodeURIComponent(taskId);
    return links.map(({ name, before, after }) => ({
      name,
      value: `${agent}${before}${task}${after}`,
    }));
  };
}

/** Stands for a task's id. */
const TASK = '{{TASK_ID}}';
