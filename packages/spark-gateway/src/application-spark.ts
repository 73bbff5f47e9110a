/** A Spark that a gateway was given. */
export interface GatewaySpark {
  readonly home: string;
  /** As far as it can be told. */
  readonly version?: string | undefined;
}

/**
 * The Spark of an application, one of its gateway's. Sparks that speak alike are told apart by the version that the driver's
 * page says: until then the choice is open, and the first of them counts.
 */
export class ApplicationSpark {
  readonly #all: readonly GatewaySpark[];
  #candidates: readonly GatewaySpark[];

  private constructor(all: readonly GatewaySpark[], candidates: readonly GatewaySpark[]) {
    this.#all = all;
    this.#candidates = candidates;
  }

  /** @param fitting the homes of those that the driver's messages fit, the best first */
  static ofDriver(all: readonly GatewaySpark[], fitting: readonly string[]): ApplicationSpark {
    const candidates = all.filter(({ home }) => fitting.includes(home));
    // Of two of one version either will do.
    const versions = new Set(candidates.map(({ version }) => version));
    const distinct = [...versions].flatMap(
      (version) => candidates.find((one) => one.version === version) ?? [],
    );
    return new ApplicationSpark(all, distinct.length > 0 ? distinct : all.slice(0, 1));
  }

  /** The one that an earlier gateway wrote down: by its home, or by its version where that is elsewhere now. */
  static restored(all: readonly GatewaySpark[], written: GatewaySpark | undefined): ApplicationSpark {
    const { home, version } = written ?? {};
    const found =
      all.find((one) => one.home === home && (version === undefined || one.version === version)) ??
      all.find((one) => version !== undefined && one.version === version) ??
      all.find((one) => one.home === home);
    return new ApplicationSpark(all, found === undefined ? all.slice(0, 1) : [found]);
  }

  get current(): GatewaySpark {
    const [first] = this.#candidates;
    // A gateway has at least one.
    return first ?? { home: '' };
  }

  /** Whether it may still become another one. */
  get isOpen(): boolean {
    return this.#candidates.length > 1;
  }

  /**
   * Takes the one of this version, or the one that it would be if nothing more is to be learnt (`undefined`). False where the gateway has
   * none of this version.
   */
  settle(version: string | undefined): boolean {
    const known = [...this.#candidates, ...this.#all].find((one) => one.version === version);
    const nameless = this.#candidates.find((one) => one.version === undefined);
    const found = version === undefined ? this.current : (known ?? nameless);
    this.#candidates = [found ?? this.current];
    return found !== undefined;
  }
}
