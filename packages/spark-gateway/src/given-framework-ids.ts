import { frameworkIdSuffix } from '@spark-mesos/scheduler-utils';

/** So many ids are remembered; those of drivers that are long gone are not asked for again. */
const MOST_IDS = 10_000;

/**
 * The framework ids that drivers gave themselves (`spark.mesos.driver.frameworkId`), and how many applications each has
 * had: an id belongs to a driver, and only that driver's further applications need another one (rule U14).
 */
export class GivenFrameworkIds {
  readonly #applications = new Map<string, number>();

  /** What goes behind the id of one more application. */
  suffix(givenId: string | undefined): string {
    if (givenId === undefined) return '';
    const earlier = this.#applications.get(givenId) ?? 0;
    // At the end, as the one that was asked for last.
    this.#applications.delete(givenId);
    this.#applications.set(givenId, earlier + 1);
    if (this.#applications.size > MOST_IDS) this.#forgetOldest();
    return frameworkIdSuffix(earlier);
  }

  #forgetOldest(): void {
    const [oldest] = this.#applications.keys();
    if (oldest !== undefined) this.#applications.delete(oldest);
  }
}
