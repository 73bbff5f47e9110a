import { OPEN_ACCESS } from '@spark-mesos/cluster-dispatcher';
import { type Logger, redactProperties } from '@spark-mesos/scheduler-utils';
import { sparkVersionOf } from '@spark-mesos/spark-gateway';
import type { CommandOptions } from './command-line.ts';
import { type Configuration, readConfiguration } from './configuration.ts';
import { CommandError } from './errors.ts';
import type { DispatcherProcess } from './parts.ts';
import type { Environment } from './properties.ts';
import { startService } from './service.ts';
import { describePlace } from './zookeeper.ts';

/** Where it runs. */
export interface Surroundings {
  readonly environment: Environment;
  readonly logger: Logger;
  readonly version: string;
}

/** How long `--uninstall` waits for the master. */
const UNINSTALL_TIMEOUT_MS = 60_000;
const POLL_MS = 100;

/** Reads everything, says that nothing is wrong, and starts nothing; throws what is wrong. */
export async function checkConfiguration(
  options: CommandOptions,
  { environment, logger }: Surroundings,
): Promise<void> {
  const configuration = await readConfiguration(options, environment);
  const { warnings, master, sparkHomes } = configuration;
  for (const warning of warnings) logger.warn({}, warning);
  logger.info({ master, sparkHomes, ...placeOf(configuration) }, 'nothing is wrong with the settings');
}

/** Starts a dispatcher by what stands on the command line, in files and in the environment. */
export async function startByOptions(
  options: CommandOptions,
  around: Surroundings,
): Promise<DispatcherProcess> {
  const { environment, logger, version } = around;
  const configuration = await readConfiguration(options, environment);
  for (const warning of configuration.warnings) logger.warn({}, warning);
  const service = await startService({
    configuration,
    environment,
    sparks: await Promise.all(
      configuration.sparkHomes.map(async (home) => ({ home, version: await sparkVersionOf(home) })),
    ),
    version,
    logger,
  });
  const { access, tls, master, properties } = configuration;
  if (access === OPEN_ACCESS) {
    logger.warn({}, 'everybody who can connect may submit and end drivers: --access-file says who may');
  }
  logger.info(
    {
      url: service.url,
      webUrl: service.webUrl,
      master,
      ...placeOf(configuration),
      tls: tls !== undefined,
      properties: Object.fromEntries(redactProperties(properties)),
    },
    'the dispatcher is ready',
  );
  return service;
}

/** Removes the framework and ends all drivers (rule D9: the original could not). */
export async function uninstall(options: CommandOptions, around: Surroundings): Promise<void> {
  const service = await startByOptions({ ...options, port: 0, webuiPort: 0 }, around);
  try {
    const deadline = Date.now() + UNINSTALL_TIMEOUT_MS;
    while (!service.dispatcher.readiness().subscribed) {
      if (Date.now() > deadline) {
        const [why = 'no master lets the framework in'] = service.dispatcher.readiness().problems;
        const message = `nothing was removed in ${UNINSTALL_TIMEOUT_MS / 1000} s: ${why}`;
        throw new CommandError('DISPATCHER_COMMAND_NO_MASTER', message);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    const { frameworkId } = service.dispatcher.readiness();
    await service.dispatcher.teardown();
    around.logger.info({ frameworkId }, 'the framework is removed');
  } finally {
    await service.close();
  }
}

/** Where the state is, as it is logged. */
function placeOf({ workDir, zooKeeper }: Configuration): Readonly<Record<string, string>> {
  return zooKeeper === undefined ? { workDir } : { zooKeeper: describePlace(zooKeeper) };
}
