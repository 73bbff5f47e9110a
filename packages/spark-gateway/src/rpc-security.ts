import type { MasterEndpointOptions } from '@spark-mesos/spark-rpc';
import { authenticationSecret, isOn, type Properties, tlsSetting } from './authentication.ts';
import { GatewayError } from './errors.ts';

/** How drivers get in, in the terms of their RPC. */
export type RpcSecurity = Pick<MasterEndpointOptions, 'authentication' | 'tls'>;

type Authentication = NonNullable<RpcSecurity['authentication']>;
type Tls = NonNullable<RpcSecurity['tls']>;

/**
 * How drivers get in, by Spark's own settings: those that a driver reads as well, for both sides must have them before
 * they first speak.
 */
export function rpcSecurity(
  properties: Properties,
  environment: Readonly<Record<string, string | undefined>>,
): RpcSecurity {
  return {
    ...(isOn(properties, 'spark.authenticate')
      ? { authentication: authenticationOf(properties, environment) }
      : {}),
    ...(isOn(properties, 'spark.ssl.rpc.enabled') ? { tls: tlsOf(properties, environment) } : {}),
  };
}

function authenticationOf(
  properties: Properties,
  environment: Readonly<Record<string, string | undefined>>,
): Authentication {
  const secret = authenticationSecret(properties, environment);
  if (!secret) {
    throw new GatewayError(
      'GATEWAY_SETTINGS',
      'spark.authenticate=true needs spark.authenticate.secret: set it in spark-defaults.conf or in a properties ' +
        'file that only you can read',
    );
  }
  const version = properties.get('spark.network.crypto.authEngineVersion')?.trim();
  return {
    secret,
    crypto: isOn(properties, 'spark.network.crypto.enabled'),
    saslFallback: properties.get('spark.network.crypto.saslFallback')?.trim().toLowerCase() !== 'false',
    saslEncryption: isOn(properties, 'spark.authenticate.enableSaslEncryption'),
    saslAlwaysEncrypt: isOn(properties, 'spark.network.sasl.serverAlwaysEncrypt'),
    ...(version === '1' || version === '2' ? { authEngineVersion: version === '1' ? 1 : 2 } : {}),
  };
}

/** A trust store is for those who connect: it is not read here, where it may be of a kind that only Java knows. */
const TLS_TEXTS = [
  'keyStore',
  'keyStorePassword',
  'keyPassword',
  'privateKey',
  'privateKeyPassword',
  'certChain',
  'protocol',
] as const;

function tlsOf(properties: Properties, environment: Readonly<Record<string, string | undefined>>): Tls {
  const texts = TLS_TEXTS.flatMap((name) => {
    const value = tlsSetting(properties, name, environment);
    return value === undefined ? [] : [[name, value] as const];
  });
  const algorithms = tlsSetting(properties, 'enabledAlgorithms');
  return {
    ...Object.fromEntries(texts),
    ...(algorithms === undefined
      ? {}
      : { enabledAlgorithms: algorithms.split(',').map((name) => name.trim()) }),
  };
}
