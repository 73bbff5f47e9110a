import type { GatewayProblem } from '@spark-mesos/spark-gateway';

/** A driver tries every 20 s, and thrice (StandaloneAppClient); a scan of ports knocks in one go. */
const AGAIN_MS = 10_000;

/**
 * Who was not let in before the driver was. Any process of the machine may knock at the gateway's port, so that a refusal
 * alone is no reason for anything: it is the driver's own where the driver never gets in, and it comes again as a
 * driver's does.
 */
export class DriverRefusals {
  readonly #now: () => number;
  readonly #told = new Set<string>();
  #firstAtMs: number | undefined;
  #problem: GatewayProblem | undefined;
  #isIn = false;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Takes note of one; answers whether people should hear of it. */
  noted(problem: GatewayProblem): boolean {
    // Once the driver is in, whoever else comes is none of ours.
    if (this.#isIn) return false;
    const nowMs = this.#now();
    this.#firstAtMs ??= nowMs;
    if (isOfDriver(problem) || nowMs - this.#firstAtMs >= AGAIN_MS) this.#problem ??= problem;
    if (this.#told.has(problem.message)) return false;
    this.#told.add(problem.message);
    return true;
  }

  /** The driver has registered. */
  driverIsIn(): void {
    this.#isIn = true;
    this.#problem = undefined;
  }

  /** Why the driver was not let in, as far as that is known. */
  get problem(): GatewayProblem | undefined {
    return this.#problem;
  }
}

/** Who is of another Spark has spoken as a driver does, and keeps its connection. */
function isOfDriver({ cause }: GatewayProblem): boolean {
  return (cause as { code?: unknown } | undefined)?.code === 'SPARK_RPC_SPARK_MISMATCH';
}
