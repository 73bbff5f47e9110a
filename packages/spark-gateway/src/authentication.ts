/** Spark settings by name. */
export type Properties = ReadonlyMap<string, string>;

/** Where Spark looks for the secret before it looks at its settings (org.apache.spark.SecurityManager). */
export const SECRET_VARIABLE = '_SPARK_AUTH_SECRET';

/** The passwords of `spark.ssl.rpc.*`, and where executors look for them (org.apache.spark.SSLOptions). */
const TLS_PASSWORDS = [
  ['keyPassword', '_SPARK_SSL_RPC_KEY_PASSWORD'],
  ['keyStorePassword', '_SPARK_SSL_RPC_KEY_STORE_PASSWORD'],
  ['privateKeyPassword', '_SPARK_SSL_RPC_PRIVATE_KEY_PASSWORD'],
  ['trustStorePassword', '_SPARK_SSL_RPC_TRUST_STORE_PASSWORD'],
] as const;

/** Whether a setting is on, in the manner of Spark. */
export function isOn(properties: Properties, name: string): boolean {
  return properties.get(name)?.trim().toLowerCase() === 'true';
}

/** A setting of `spark.ssl.rpc.*`, which falls back to that of `spark.ssl.*`. */
export function tlsSetting(properties: Properties, name: string): string | undefined {
  const value = properties.get(`spark.ssl.rpc.${name}`) || properties.get(`spark.ssl.${name}`);
  return value || undefined;
}

/**
 * The variables that a standalone worker adds to the environment of executors (CommandUtils.buildLocalCommand), so that
 * no secret stands on a command line: they connect to their driver before they have its settings.
 */
export function authenticationVariables(properties: Properties): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  const secret = properties.get('spark.authenticate.secret');
  if (isOn(properties, 'spark.authenticate') && secret) variables.set(SECRET_VARIABLE, secret);
  if (!isOn(properties, 'spark.ssl.rpc.enabled')) return variables;
  for (const [name, variable] of TLS_PASSWORDS) {
    const password = tlsSetting(properties, name);
    if (password !== undefined) variables.set(variable, password);
  }
  return variables;
}
