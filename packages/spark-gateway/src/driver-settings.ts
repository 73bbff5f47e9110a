import type { ApplicationContext } from './application-context.ts';
import { type ApplicationSettings, readApplicationSettings } from './application-settings.ts';
import type { ApplicationSpark } from './application-spark.ts';
import { GatewayError } from './errors.ts';

/** The settings of an application as its driver told them, and what they come to. */
export class DriverSettings {
  readonly #context: ApplicationContext;
  readonly #spark: ApplicationSpark;
  #properties: ReadonlyMap<string, string>;
  #known: ApplicationSettings | undefined;

  /** @param properties as an earlier gateway was told them; none where the driver is still to be asked */
  constructor(
    context: ApplicationContext,
    spark: ApplicationSpark,
    properties: ReadonlyMap<string, string> = new Map(),
  ) {
    this.#context = context;
    this.#spark = spark;
    this.#properties = properties;
  }

  /** As the driver told them; none before. */
  get properties(): ReadonlyMap<string, string> {
    return this.#properties;
  }

  /** What they come to; only to be asked for once they have been read. */
  get known(): ApplicationSettings {
    if (this.#known !== undefined) return this.#known;
    throw new GatewayError('GATEWAY_ILLEGAL_TRANSITION', 'settings were asked for that have not been read');
  }

  /** Reads them; rejects with everything that is wrong with them. */
  async read(
    properties: ReadonlyMap<string, string>,
    warn: (message: string) => void,
  ): Promise<ApplicationSettings> {
    this.#properties = properties;
    const { environment, readTextFile, authentication } = this.#context;
    const { version: sparkVersion } = this.#spark.current;
    const sources = { environment, readTextFile, authentication, sparkVersion, warn };
    this.#known = await readApplicationSettings(properties, sources);
    return this.#known;
  }
}
