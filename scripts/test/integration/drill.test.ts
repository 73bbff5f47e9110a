import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { drill } from '../../../drill/dispatcher/drill.mjs';
import { SCENARIOS } from '../../../drill/dispatcher/scenarios.mjs';
import { ROOT } from '../../support/workspace.mjs';

const SEED = 1;

beforeAll(() => {
  // Its processes cannot run TypeScript, so the sources are built first.
  const tsc = join(createRequire(import.meta.url).resolve('typescript/package.json'), '..', 'bin', 'tsc');
  execFileSync(process.execPath, [tsc, '-b', 'apps/dispatcher', 'packages/mesos-local'], { cwd: ROOT });
}, 120_000);

test('a dispatcher that is killed again and again, in every scenario of its drill, loses nothing, runs nothing twice and leaves nothing behind', async () => {
  const [sparkHome = ''] = (process.env.SPARK_MESOS_TEST_SPARKS ?? '').split(delimiter);
  if (sparkHome === '')
    throw new Error('set SPARK_MESOS_TEST_SPARKS: the drill reads the classes of a real Spark');
  const notes: string[] = [];
  const { violations } = await drill({
    sparkHome,
    runs: Object.keys(SCENARIOS).length,
    seed: SEED,
    points: false,
    lanes: 2,
    scenarios: [],
    artifacts: join(ROOT, 'artifacts', 'drill'),
    note: (line) => notes.push(line),
    report: () => {},
  });
  expect([violations, notes.filter((line) => !line.startsWith('the full disk was pretended'))]).toEqual([
    0,
    [],
  ]);
}, 600_000);
