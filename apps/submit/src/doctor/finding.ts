/**
 * What the doctor looks at, in the order in which it tells of it, and how long each may take: what gives no answer by then
 * is told so, so that nothing hangs.
 */
export const CHECKS = {
  spark: { about: 'the Spark that would run: where it is, and which one', limitMs: 15_000 },
  java: { about: 'the Java of the driver, and whether this Spark runs on it', limitMs: 15_000 },
  python: { about: 'the Python of PySpark, by importing this pyspark into it', limitMs: 30_000 },
  application: { about: "the application's file, if one is named", limitMs: 5_000 },
  settings: { about: 'every setting of spark-mesos', limitMs: 5_000 },
  host: { about: 'the address by which executors reach the driver', limitMs: 5_000 },
  ports: { about: 'ports that are asked for by number', limitMs: 5_000 },
  master: { about: 'the Mesos master: which one leads, its version and agents', limitMs: 12_000 },
  role: { about: 'whether the master lets a framework in, with this role and principal', limitMs: 10_000 },
  offers: { about: 'what a framework is offered within this time', limitMs: 10_000 },
  size: { about: 'whether an executor of the size that is asked for fits', limitMs: 0 },
  shuffle: { about: 'the shuffle service of each agent', limitMs: 10_000 },
  dispatcher: { about: 'the dispatcher, and whether it takes drivers', limitMs: 10_000 },
} as const satisfies Record<string, { readonly about: string; readonly limitMs: number }>;

/** One of the things in {@link CHECKS}. */
export type CheckName = keyof typeof CHECKS;

/** How a check has ended; `skipped`: there was nothing to look at, or something before it failed. */
export const VERDICTS = ['ok', 'warning', 'problem', 'skipped'] as const;

/** One of {@link VERDICTS}. */
export type Verdict = (typeof VERDICTS)[number];

/** What a check has found. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly message: string;
  /** What to do about it, where the message does not say so. */
  readonly cure?: string;
}

/** A judgement, and what it is about. */
export interface Finding extends Judgement {
  readonly check: CheckName;
}

/** Nothing is wrong. */
export function ok(message: string): Judgement {
  return { verdict: 'ok', message };
}

/** It will run, but perhaps not as it is meant to. */
export function warning(message: string, cure?: string): Judgement {
  return cure === undefined ? { verdict: 'warning', message } : { verdict: 'warning', message, cure };
}

/** It will not run. */
export function problem(message: string, cure?: string): Judgement {
  return cure === undefined ? { verdict: 'problem', message } : { verdict: 'problem', message, cure };
}

/** It was not looked at. */
export function skipped(message: string): Judgement {
  return { verdict: 'skipped', message };
}

/** Is told of each check once, in whatever order they end. */
export type Tell = (check: CheckName, judgement: Judgement) => void;

/** Tells the same of several. */
export function tellAll(tell: Tell, checks: readonly CheckName[], judgement: Judgement): void {
  for (const check of checks) tell(check, judgement);
}
