import { type Logger, redactProperties } from '@spark-mesos/scheduler-utils';
import { loadTls, SparkNetworkError, type TlsMaterial, type TlsSettings } from '@spark-mesos/spark-network';
import type { CommandOptions } from './command-line.ts';
import { ServiceError } from './errors.ts';
import { masterProblems } from './master.ts';
import { type Environment, readAllProperties } from './properties.ts';
import { type ShuffleService, startService } from './service.ts';
import { readSettings } from './settings.ts';

/** The properties that say something to the service; the log shows no others. */
const OWN_PROPERTIES = /^spark\.(shuffle|network|authenticate|ssl\.rpc|local\.dir|mesos\.shuffle)/;

/** Starts a service by what stands on the command line, in files and in the environment. */
export async function startByOptions(
  options: CommandOptions,
  environment: Environment,
  logger: Logger,
): Promise<ShuffleService> {
  const { workDir, host, metricsHost, metricsPort } = options;
  const properties = await readAllProperties(options.propertiesFile, options.conf, environment);
  const read = readSettings(properties, environment);
  const problems = read.ok ? [] : [...read.problems];
  problems.push(...(await masterProblems(read.ok ? read.settings.cleanUp.master : read.master)));
  const tls = await tlsOf(read.ok ? read.settings.tls : read.tls, problems);
  if (!read.ok || problems.length > 0) {
    throw new ServiceError('SHUFFLE_SERVICE_SETTINGS', problems.join('\n'));
  }
  const { settings } = read;
  const secured = tls === undefined ? {} : { tls };
  const service = await startService({
    settings,
    ...secured,
    host,
    workDir,
    metricsHost,
    metricsPort,
    logger,
  });
  if (read.ignored.length > 0) {
    logger.info({ ignored: read.ignored }, 'settings that mean nothing to this service');
  }
  const own = [...properties].filter(([name]) => OWN_PROPERTIES.test(name));
  logger.info(
    {
      port: service.port,
      metricsPort,
      workDir,
      roots: settings.roots,
      authentication: settings.authentication !== undefined,
      tls: tls !== undefined,
      properties: Object.fromEntries(redactProperties(new Map(own))),
    },
    'the shuffle service is ready',
  );
  return service;
}

/** Reads the files; what is wrong with them is added to the problems. */
async function tlsOf(
  settings: TlsSettings | undefined,
  problems: string[],
): Promise<TlsMaterial | undefined> {
  if (settings === undefined) return undefined;
  try {
    return await loadTls(settings);
  } catch (error) {
    if (!(error instanceof SparkNetworkError)) throw error;
    problems.push(error.message);
    return undefined;
  }
}
