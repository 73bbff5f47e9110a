import { type Logger, redactProperties } from '@spark-mesos/scheduler-utils';
import { loadTls, SparkNetworkError, type TlsMaterial, type TlsSettings } from '@spark-mesos/spark-network';
import type { CommandOptions } from './command-line.ts';
import { ServiceError } from './errors.ts';
import { type Environment, readAllProperties } from './properties.ts';
import { type ShuffleService, startService } from './service.ts';
import { readSettings } from './settings.ts';

/** The properties that say something to the service; the log shows no others. */
const OWN_PROPERTIES = /^spark\.(shuffle|network|authenticate|ssl\.rpc|local\.dir)/;

/** Starts a service by what stands on the command line, in files and in the environment. */
export async function startByOptions(
  options: CommandOptions,
  environment: Environment,
  logger: Logger,
): Promise<ShuffleService> {
  const { workDir, host, metricsHost, metricsPort } = options;
  const properties = await readAllProperties(options.propertiesFile, options.conf, environment);
  const read = readSettings(properties, environment);
  if (!read.ok) throw new ServiceError('SHUFFLE_SERVICE_SETTINGS', read.problems.join('\n'));
  const { tls: tlsSettings, ...settings } = read.settings;
  const tls = tlsSettings === undefined ? undefined : await tlsOf(tlsSettings);
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

async function tlsOf(settings: TlsSettings): Promise<TlsMaterial> {
  try {
    return await loadTls(settings);
  } catch (cause) {
    if (!(cause instanceof SparkNetworkError)) throw cause;
    throw new ServiceError('SHUFFLE_SERVICE_SETTINGS', cause.message, { cause });
  }
}
