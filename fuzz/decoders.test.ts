import { expect, test } from 'vitest';
import { randomFrom, seedOfRun } from '../scripts/support/random.mjs';
import { mutated } from './mutate.ts';
import type { Subject } from './subject.ts';
import { CONSOLE_SUBJECTS } from './subjects/console.ts';
import { JAVA_SUBJECTS } from './subjects/java.ts';
import { MESOS_SUBJECTS } from './subjects/mesos.ts';
import { REST_SUBJECTS } from './subjects/rest.ts';
import { SETTINGS_SUBJECTS } from './subjects/settings.ts';
import { SPARK_NETWORK_SUBJECTS } from './subjects/spark-network.ts';
import { SPARK_RPC_SUBJECTS } from './subjects/spark-rpc.ts';
import { STATE_SUBJECTS } from './subjects/state.ts';

/** The same inputs in every run; others by FUZZ_SEED, more of them by FUZZ_CASES. */
const { FUZZ_SEED = '20261', FUZZ_CASES = '300' } = process.env;
const SEED = Number(FUZZ_SEED);
const CASES = Number(FUZZ_CASES);

/** No input here is longer than some hundred KiB. A reader that takes more than this was talked into it. */
const MOST_MEMORY = 96 * 1024 * 1024;
/** Hundreds of times what the slowest takes on a busy machine: what is longer would not end, or grows with its square. */
const LONGEST_MS = 10_000;

const SUBJECTS: readonly Subject[] = [
  ...MESOS_SUBJECTS,
  ...SPARK_NETWORK_SUBJECTS,
  ...JAVA_SUBJECTS,
  ...SPARK_RPC_SUBJECTS,
  ...SETTINGS_SUBJECTS,
  ...STATE_SUBJECTS,
  ...REST_SUBJECTS,
  ...CONSOLE_SUBJECTS,
];

/** Ours say what was wrong by a code, unlike those of the language, of Node (ERR_…) and of the system (ENOENT). */
function isCoded(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return typeof error.code === 'string' && /^(?!ERR_)[A-Z]+_[A-Z_0-9]+$/.test(error.code);
}

const held = () => {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

async function outcomeOf(
  { read, mayThrow = () => false }: Subject,
  bytes: Buffer,
): Promise<string | undefined> {
  const before = held();
  const startedAt = performance.now();
  try {
    await read(bytes);
  } catch (error) {
    if (!isCoded(error) && !mayThrow(error)) return error instanceof Error ? `${error.stack}` : String(error);
  }
  const tookMs = performance.now() - startedAt;
  if (tookMs > LONGEST_MS) return `it took ${Math.round(tookMs)} ms`;
  const took = held() - before;
  return took > MOST_MEMORY ? `it took ${took} bytes` : undefined;
}

test.each(SUBJECTS)(
  `$name: of ${CASES} that are nearly right each is read or refused with a code (seed ${SEED})`,
  async (subject) => {
    expect(subject.golden.length).toBeGreaterThan(0);
    const seed = seedOfRun(SEED, subject.name.length);
    for (let number = 0; number < CASES; number += 1) {
      const changed = mutated(subject.golden, randomFrom(seedOfRun(seed, number)));
      const bytes = subject.mend?.(changed) ?? changed;
      const wrong = await outcomeOf(subject, bytes);
      if (wrong !== undefined) {
        expect.fail(`${subject.name}, case ${number}: ${wrong}\n${bytes.toString('base64').slice(0, 2000)}`);
      }
    }
  },
);

test.each(SUBJECTS)('$name: what is right is read', async (subject) => {
  const wrongs = await Promise.all(subject.golden.map((golden) => outcomeOf(subject, Buffer.from(golden))));
  expect(wrongs.filter((wrong) => wrong !== undefined)).toEqual([]);
});
