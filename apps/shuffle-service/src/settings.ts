import type { ServingAuthentication } from '@spark-mesos/external-shuffle';
import {
  APPLICATION_SETTINGS,
  type OptionalSetting,
  type SettingWithDefault,
} from '@spark-mesos/scheduler-utils';
import type { TlsSettings } from '@spark-mesos/spark-network';
import type { Environment } from './properties.ts';
import {
  anyText,
  byteSize,
  directories,
  duration,
  flag,
  oneOf,
  type TextSchema,
  wholeNumber,
  words,
} from './setting-schemas.ts';

/** What the properties and the environment say of a service. */
export interface ServiceSettings {
  readonly port: number;
  readonly roots: readonly string[];
  readonly cleanerIntervalMs: number;
  readonly indexCacheBytes: number;
  readonly idleTimeoutMs: number;
  readonly maxChunksInTransfer: number;
  /** Absent: the system's. */
  readonly backlog?: number;
  readonly keepAlive: boolean;
  readonly cleanUp: CleanUpSettings;
  /** Absent: anybody may ask for anything. */
  readonly authentication?: ServingAuthentication;
  /** Absent: without TLS. */
  readonly tls?: TlsSettings;
}

/** When files go that nobody says are no longer needed. */
export interface CleanUpSettings {
  readonly graceMs: number;
  readonly orphanAgeMs: number;
  readonly unknownDirectoryAgeMs: number;
  /** The Mesos master that is asked first; absent: none. */
  readonly master?: MasterSettings;
}

/** How the master is asked. */
export interface MasterSettings {
  readonly address: string;
  readonly credentials?: { readonly principal: string; readonly secret: string };
}

/** The settings, or all that is wrong with them, one sentence each; none holds a secret. */
export type ReadSettings =
  | {
      readonly ok: true;
      readonly settings: ServiceSettings;
      /** Names of what is set for a service, and means nothing to this one. */
      readonly ignored: readonly string[];
    }
  | {
      readonly ok: false;
      readonly problems: readonly string[];
      /** So that its files can be looked at as well, and all be told at once. */
      readonly tls?: TlsSettings;
      /** For the same reason. */
      readonly master?: MasterSettings;
    };

/** A place where a value may stand, as it is called in messages. */
interface Source {
  readonly label: string;
  readonly text: string | undefined;
}

/** Where executors keep files that were told nothing: Java does not look at TMPDIR. */
const JAVA_TEMPORARY_DIRECTORY = '/tmp';

/** Reads all settings at once. An empty value counts as unset. */
export function readSettings(
  properties: ReadonlyMap<string, string>,
  environment: Environment,
): ReadSettings {
  const reader = new SettingsReader(properties, environment);
  const common = {
    port: reader.property('spark.shuffle.service.port', wholeNumber(0, 65_535), 7337),
    // Executors look there in the same order (org.apache.spark.util.Utils.getConfiguredLocalDirs).
    roots: reader.value(
      [reader.variable('SPARK_LOCAL_DIRS'), reader.setting('spark.local.dir')],
      directories,
      [JAVA_TEMPORARY_DIRECTORY],
    ),
    cleanerIntervalMs: reader.property('spark.shuffle.cleaner.interval', duration('s'), 30_000),
    indexCacheBytes: reader.property(
      'spark.shuffle.service.index.cache.size',
      byteSize(0),
      100 * 1024 * 1024,
    ),
    idleTimeoutMs: reader.value(
      [reader.setting('spark.shuffle.io.connectionTimeout'), reader.setting('spark.network.timeout')],
      duration('s'),
      120_000,
    ),
    maxChunksInTransfer: reader.property(
      'spark.shuffle.maxChunksBeingTransferred',
      wholeNumber(1, Number.MAX_SAFE_INTEGER),
      Number.MAX_SAFE_INTEGER,
    ),
    keepAlive: reader.property('spark.shuffle.io.enableTcpKeepAlive', flag, false),
    cleanUp: cleanUpOf(reader),
  };
  // In Spark, -1 and 0 leave it to the system.
  const backlog = reader.property('spark.shuffle.io.backLog', wholeNumber(-1, 65_535), -1);
  const authentication = authenticationOf(reader);
  const tls = tlsOf(reader);
  const secured = tls === undefined ? {} : { tls };
  if (reader.problems.length > 0) {
    const { master } = common.cleanUp;
    const asked = master === undefined ? {} : { master };
    return { ok: false, problems: reader.problems, ...secured, ...asked };
  }
  return {
    ok: true,
    settings: {
      ...common,
      ...(backlog > 0 ? { backlog } : {}),
      ...(authentication === undefined ? {} : { authentication }),
      ...secured,
    },
    ignored: reader.unread(OF_A_SERVICE),
  };
}

/** What the JVM's own service reads: threads, buffers, files of LevelDB, merging of blocks. */
const OF_A_SERVICE = /^spark\.(?:network|shuffle\.(?:io|server|service|push\.server|cleaner))\./;

function cleanUpOf(reader: SettingsReader): CleanUpSettings {
  const settings = APPLICATION_SETTINGS;
  const address = reader.known(settings.shuffleServiceMaster);
  const principal = reader.known(settings.principal);
  const secret = reader.known(settings.secret);
  const credentials =
    principal === undefined || secret === undefined ? {} : { credentials: { principal, secret } };
  return {
    graceMs: reader.knownWithDefault(settings.shuffleServiceGraceMs),
    orphanAgeMs: reader.knownWithDefault(settings.shuffleServiceOrphanAgeMs),
    unknownDirectoryAgeMs: reader.knownWithDefault(settings.shuffleServiceUnknownDirectoryAgeMs),
    ...(address === undefined ? {} : { master: { address, ...credentials } }),
  };
}

function authenticationOf(reader: SettingsReader): ServingAuthentication | undefined {
  const options = defined({
    crypto: reader.property('spark.network.crypto.enabled', flag, undefined),
    saslFallback: reader.property('spark.network.crypto.saslFallback', flag, undefined),
    saslAlwaysEncrypt: reader.property('spark.network.sasl.serverAlwaysEncrypt', flag, undefined),
    maxEncryptedBlockBytes: reader.property(
      'spark.network.sasl.maxEncryptedBlockSize',
      byteSize(1024),
      undefined,
    ),
    authEngineVersion: reader.property(
      'spark.network.crypto.authEngineVersion',
      oneOf({ 1: 1, 2: 2 } as const),
      undefined,
    ),
    cipher: reader.property(
      'spark.network.crypto.cipher',
      oneOf({ 'AES/CTR/NoPadding': 'AES-CTR', 'AES/GCM/NoPadding': 'AES-GCM' } as const),
      undefined,
    ),
  });
  const on = reader.property('spark.authenticate', flag, false);
  // Spark looks into its environment first (org.apache.spark.SecurityManager.getSecretKey).
  const secret = reader.value(
    [reader.variable('_SPARK_AUTH_SECRET'), reader.setting('spark.authenticate.secret')],
    anyText,
    undefined,
  );
  if (!on) return undefined;
  if (secret === undefined) {
    reader.problems.push(
      'spark.authenticate is on, and spark.authenticate.secret is not set: set it in a properties file that only ' +
        'this service can read, or as _SPARK_AUTH_SECRET in its environment',
    );
    return undefined;
  }
  return { secret, ...options };
}

function tlsOf(reader: SettingsReader): TlsSettings | undefined {
  if (!reader.property('spark.ssl.rpc.enabled', flag, false)) return undefined;
  const text = (name: string, variable?: string) => reader.tls(name, anyText, variable);
  return defined({
    keyStore: text('keyStore'),
    keyStorePassword: text('keyStorePassword', '_SPARK_SSL_RPC_KEY_STORE_PASSWORD'),
    keyPassword: text('keyPassword', '_SPARK_SSL_RPC_KEY_PASSWORD'),
    privateKey: text('privateKey'),
    privateKeyPassword: text('privateKeyPassword', '_SPARK_SSL_RPC_PRIVATE_KEY_PASSWORD'),
    certChain: text('certChain'),
    trustStore: text('trustStore'),
    trustStorePassword: text('trustStorePassword', '_SPARK_SSL_RPC_TRUST_STORE_PASSWORD'),
    protocol: text('protocol'),
    enabledAlgorithms: reader.tls('enabledAlgorithms', words),
    needClientAuth: reader.tls('needClientAuth', flag),
  });
}

/** Finds texts, and gathers what is wrong with them. */
class SettingsReader {
  readonly problems: string[] = [];
  readonly #read = new Set(['spark.shuffle.service.enabled']);
  readonly #properties: ReadonlyMap<string, string>;
  readonly #environment: Environment;

  constructor(properties: ReadonlyMap<string, string>, environment: Environment) {
    this.#properties = properties;
    this.#environment = environment;
  }

  setting(name: string): Source {
    this.#read.add(name);
    return { label: name, text: this.#properties.get(name) };
  }

  /** Names of this kind that are set, and were not asked for. */
  unread(kind: RegExp): readonly string[] {
    return [...this.#properties.keys()].filter((name) => kind.test(name) && !this.#read.has(name));
  }

  variable(name: string): Source {
    return { label: `${name} of the environment`, text: this.#environment[name] };
  }

  /** One that stands in the table of all settings. */
  known<Value>({ name, schema, environmentVariable }: OptionalSetting<Value>): Value | undefined {
    const variable = environmentVariable === undefined ? [] : [this.variable(environmentVariable)];
    return this.value([this.setting(name), ...variable], schema, undefined);
  }

  knownWithDefault<Value>({ name, schema, default: text }: SettingWithDefault<Value>): Value {
    return this.value([this.setting(name)], schema, schema.parse(text));
  }

  property<Value, Default>(name: string, schema: TextSchema<Value>, otherwise: Default): Value | Default {
    return this.value([this.setting(name)], schema, otherwise);
  }

  /** One of `spark.ssl.rpc.*`; else its variable counts, else that of `spark.ssl.*` (org.apache.spark.SSLOptions). */
  tls<Value>(name: string, schema: TextSchema<Value>, variable?: string): Value | undefined {
    const own = this.setting(`spark.ssl.rpc.${name}`);
    const general = this.setting(`spark.ssl.${name}`);
    return this.value(
      variable === undefined ? [own, general] : [own, this.variable(variable), general],
      schema,
      undefined,
    );
  }

  /** The first source that says something counts. */
  value<Value, Default>(
    sources: readonly Source[],
    schema: TextSchema<Value>,
    otherwise: Default,
  ): Value | Default {
    for (const { label, text } of sources) {
      if (text === undefined || text.trim() === '') continue;
      const result = schema.safeParse(text);
      if (result.success) return result.data;
      for (const { message } of result.error.issues) this.problems.push(`${label}: ${message}`);
      return otherwise;
    }
    return otherwise;
  }
}

type Defined<Values> = { [Name in keyof Values]?: Exclude<Values[Name], undefined> };

function defined<Values extends object>(values: Values): Defined<Values> {
  const present = Object.entries(values).filter(([, value]) => value !== undefined);
  // Only what is undefined has gone, which TypeScript cannot follow through entries.
  return Object.fromEntries(present) as Defined<Values>;
}
