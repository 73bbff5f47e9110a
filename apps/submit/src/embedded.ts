import { mesosConsoleRoot } from '@spark-mesos/console';
import { LocalCluster } from '@spark-mesos/mesos-local';
import type { Logger } from '@spark-mesos/scheduler-utils';
import { SubmitError } from './errors.ts';
import { agentSize, type LocalMaster, machineSize } from './local-master.ts';

/** What executors on this machine need to be as the user's own programs are: the same Python, the same language. */
const PASSED_ON = ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TZ', 'PYTHONPATH', 'LD_LIBRARY_PATH'] as const;

/** Starts the embedded master and its agents, whose tasks see some of the user's environment. */
export async function startEmbedded(
  local: LocalMaster,
  environment: NodeJS.ProcessEnv,
  logger: Logger,
): Promise<LocalCluster> {
  const agent = { ...agentSize(local, machineSize()), executorEnvironment: passedOn(environment) };
  try {
    return await LocalCluster.start({
      agents: Array.from({ length: local.agents }, () => agent),
      consoleRoot: mesosConsoleRoot,
      logger,
      ...(local.port === undefined ? {} : { port: local.port }),
    });
  } catch (error) {
    if (isTaken(error)) {
      throw new SubmitError(
        'SUBMIT_PORT_TAKEN',
        `port ${local.port}, asked for with mesos://local[port=${local.port}], is taken: name another, or leave it out`,
        { cause: error },
      );
    }
    throw new SubmitError(
      'SUBMIT_EMBEDDED',
      `the embedded Mesos does not start: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
}

function isTaken(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ((at as NodeJS.ErrnoException).code === 'EADDRINUSE') return true;
  }
  return false;
}

function passedOn(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    PASSED_ON.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
