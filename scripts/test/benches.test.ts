import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fixed, readResults, resultsFile, row, summary, writeResults } from '../../bench/harness.mjs';
import { BENCHES, benchList } from '../support/benches.mjs';
import { ROOT } from '../support/workspace.mjs';

const GOOD = row({ scenario: 'reads', unit: 'ms', ours: fixed(1), peer: fixed(2), better: 'less', goal: 1 });
const BAD = row({
  scenario: `writes ${'word '.repeat(20)}end; peer: a limit`,
  unit: 'per s',
  ours: fixed(5),
  peer: fixed(10),
  better: 'more',
  goal: 0.8,
});

test('every bench there is has a line in the list, and every line is a bench', () => {
  const folders = readdirSync(join(ROOT, 'bench')).filter((name) =>
    existsSync(join(ROOT, 'bench', name, 'bench.mjs')),
  );
  expect(Object.keys(BENCHES).sort()).toEqual(folders.sort());
  expect(benchList().split('\n')).toHaveLength(folders.length);
});

test('what benches have written becomes one table, which says of each goal whether it is met', async () => {
  const root = mkdtempSync(join(tmpdir(), 'spark-mesos-bench-'));
  try {
    expect(await writeResults({ root, name: 'one', rows: [GOOD], quick: true })).toBe(
      resultsFile(root, 'one'),
    );
    await writeResults({ root, name: 'two', rows: [GOOD, BAD], quick: false });
    const results = ['one', 'two'].map((name) => ({ name, rows: readResults(root, name) }));
    const lines = summary(results).split('\n');
    expect(lines[0]).toMatch(/^bench +scenario +ours +peer +ratio +goal +met\?$/);
    expect(lines[2]).toMatch(/^one +reads +1 ms +2 +2 +1 +yes$/);
    expect(lines[3]).toMatch(/^two +reads +1 ms +2 +2 +1 +yes$/);
    expect(lines[4]).toMatch(/^two +writes word.+word +5 per s +10 +0\.5 +0\.8 +NO$/);
    expect(lines[5]).toMatch(/^ +word.* end; peer: a limit$/);
    expect(lines.at(-1)).toBe('2 of 3 goals are met.');
  } finally {
    rmSync(root, { recursive: true });
  }
});
