/** Spark settings by name. */
export type Properties = ReadonlyMap<string, string>;

/** Where Spark looks for the secret before it looks at its settings (org.apache.spark.SecurityManager). */
export const SECRET_VARIABLE = '_SPARK_AUTH_SECRET';

/** The passwords of `spark.ssl.rpc.*`, and where Spark looks for each where it is not set (org.apache.spark.SSLOptions). */
const TLS_PASSWORDS: ReadonlyMap<string, string> = new Map([
  ['keyPassword', '_SPARK_SSL_RPC_KEY_PASSWORD'],
  ['keyStorePassword', '_SPARK_SSL_RPC_KEY_STORE_PASSWORD'],
  ['privateKeyPassword', '_SPARK_SSL_RPC_PRIVATE_KEY_PASSWORD'],
  ['trustStorePassword', '_SPARK_SSL_RPC_TRUST_STORE_PASSWORD'],
]);

/** Whether a setting is on, in the manner of Spark. */
export function isOn(properties: Properties, name: string): boolean {
  return properties.get(name)?.trim().toLowerCase() === 'true';
}

/** A setting of `spark.ssl.rpc.*`; a password may be in the environment; else that of `spark.ssl.*` counts. */
export function tlsSetting(
  properties: Properties,
  name: string,
  environment: Readonly<Record<string, string | undefined>> = {},
): string | undefined {
  const variable = TLS_PASSWORDS.get(name);
  const value =
    properties.get(`spark.ssl.rpc.${name}`) ||
    (variable === undefined ? undefined : environment[variable]) ||
    properties.get(`spark.ssl.${name}`);
  return value || undefined;
}

/**
 * The variables that a standalone worker adds to the environment of executors (CommandUtils.buildLocalCommand), so that
 * no secret stands on a command line: they connect to their driver before they have its settings.
 */
export function authenticationVariables(
  properties: Properties,
  environment: Readonly<Record<string, string | undefined>> = {},
): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  const secret = authenticationSecret(properties, environment);
  if (isOn(properties, 'spark.authenticate') && secret) variables.set(SECRET_VARIABLE, secret);
  if (!isOn(properties, 'spark.ssl.rpc.enabled')) return variables;
  for (const [name, variable] of TLS_PASSWORDS) {
    const password = tlsSetting(properties, name, environment);
    if (password !== undefined) variables.set(variable, password);
  }
  return variables;
}

/** Spark looks for the secret in its environment first (SecurityManager.getSecretKey). */
export function authenticationSecret(
  properties: Properties,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  return environment[SECRET_VARIABLE] || properties.get('spark.authenticate.secret') || undefined;
}
