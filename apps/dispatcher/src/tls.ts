import type { ServerOptions } from 'node:https';
import { loadTls, SparkNetworkError, type TlsSettings } from '@spark-mesos/spark-network';
import { CommandError } from './errors.ts';

const TEXTS = [
  'keyStore',
  'keyStorePassword',
  'keyPassword',
  'privateKey',
  'privateKeyPassword',
  'certChain',
  'trustStore',
  'trustStorePassword',
  'protocol',
] as const;

/** HTTPS as `spark.ssl.mesos.*` says, or `spark.ssl.*` where that is silent (rule D86); undefined where it is off. */
export async function httpsOptions(
  properties: ReadonlyMap<string, string>,
): Promise<ServerOptions | undefined> {
  const find = (name: string) =>
    properties.get(`spark.ssl.mesos.${name}`) ?? properties.get(`spark.ssl.${name}`);
  const isOn = (name: string) => find(name)?.trim().toLowerCase() === 'true';
  if (!isOn('enabled')) return undefined;
  const texts = TEXTS.flatMap((name) => {
    const value = find(name);
    return value === undefined || value === '' ? [] : [[name, value] as const];
  });
  const settings: TlsSettings = {
    ...Object.fromEntries(texts),
    enabledAlgorithms: (find('enabledAlgorithms') ?? '').split(',').flatMap((word) => word.trim() || []),
    needClientAuth: isOn('needClientAuth'),
  };
  try {
    const { context, trustsOnlyKnown, needClientAuth } = await loadTls(settings);
    // Without a trust store no certificate of a client could be told from a stranger's.
    return { ...context, requestCert: trustsOnlyKnown, rejectUnauthorized: needClientAuth };
  } catch (error) {
    if (!(error instanceof SparkNetworkError)) throw error;
    const message = error.message.replaceAll('spark.ssl.rpc.', 'spark.ssl.mesos.');
    throw new CommandError('DISPATCHER_COMMAND_SETTINGS', message, { cause: error });
  }
}
