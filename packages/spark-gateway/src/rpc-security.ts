import { parseBytes } from '@spark-mesos/scheduler-utils';
import type { MasterEndpointOptions } from '@spark-mesos/spark-rpc';
import { authenticationSecret, isOn, type Properties, tlsSetting } from './authentication.ts';
import { GatewayError } from './errors.ts';
import { isSparkBefore } from './spark-version.ts';

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
  return { secret, ...mannersOf(properties) };
}

/**
 * How we authenticate ourselves to a driver that is called back: with the secret that the gateway knows, and otherwise as
 * that driver's own settings have it, since nothing of them is negotiated.
 */
export function recallAuthentication(
  { authentication }: RpcSecurity,
  driver: Properties,
  sparkVersion: string | undefined,
): Authentication | undefined {
  return authentication && driverAuthentication(authentication.secret, driver, sparkVersion);
}

/** How one authenticates oneself in the manner of a driver. */
export function driverAuthentication(
  secret: string,
  driver: Properties,
  sparkVersion: string | undefined,
): Authentication {
  // The AuthEngine from before 3.1 does not understand that of 3.1.
  const version = isSparkBefore(sparkVersion, 3, 1) ? ({ authEngineVersion: '2.x' } as const) : {};
  return { secret, ...mannersOf(driver), ...version };
}

function mannersOf(properties: Properties): Omit<Authentication, 'secret'> {
  const version = properties.get('spark.network.crypto.authEngineVersion')?.trim();
  return {
    crypto: isOn(properties, 'spark.network.crypto.enabled'),
    saslFallback: properties.get('spark.network.crypto.saslFallback')?.trim().toLowerCase() !== 'false',
    saslEncryption: isOn(properties, 'spark.authenticate.enableSaslEncryption'),
    saslAlwaysEncrypt: isOn(properties, 'spark.network.sasl.serverAlwaysEncrypt'),
    ...(version === '1' || version === '2' ? { authEngineVersion: version === '1' ? 1 : 2 } : {}),
    ...cipherOf(properties),
    ...blockSizeOf(properties),
  };
}

const CIPHERS: ReadonlyMap<string, NonNullable<Authentication['cipher']>> = new Map([
  ['AES/CTR/NoPadding', 'AES-CTR'],
  ['AES/GCM/NoPadding', 'AES-GCM'],
]);

function cipherOf(properties: Properties): Pick<Authentication, 'cipher'> {
  const name = properties.get('spark.network.crypto.cipher')?.trim();
  if (!name) return {};
  const cipher = CIPHERS.get(name);
  if (cipher !== undefined) return { cipher };
  const known = [...CIPHERS.keys()].join(' and ');
  throw new GatewayError('GATEWAY_SETTINGS', `spark.network.crypto.cipher is "${name}"; Spark has ${known}`);
}

/** In bytes where there is no unit (TransportConf.maxSaslEncryptedBlockSize). */
function blockSizeOf(properties: Properties): Pick<Authentication, 'maxEncryptedBlockBytes'> {
  const name = 'spark.network.sasl.maxEncryptedBlockSize';
  const size = properties.get(name)?.trim();
  if (!size) return {};
  const bytes = bytesOf(name, size);
  if (bytes > 0 && bytes <= LARGEST_INTEGER) return { maxEncryptedBlockBytes: bytes };
  throw new GatewayError('GATEWAY_SETTINGS', `${name} is "${size}"; it needs from 1 byte to just below 2g`);
}

function bytesOf(name: string, size: string): number {
  try {
    return Number(parseBytes(size, 'b'));
  } catch (cause) {
    throw new GatewayError('GATEWAY_SETTINGS', `${name}: ${(cause as Error).message}`, { cause });
  }
}

/** Spark keeps sizes of blocks as Java's `int`. */
const LARGEST_INTEGER = 0x7fff_ffff;

/** The trust store counts where the gateway connects, which is to a driver that is called back. */
const TLS_TEXTS = [
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
