// The documentation: `pnpm docs:check` holds it against the code, `pnpm docs:write` renews what is made from code.
// Needs a build, because settings, metrics and flags are asked of the built packages.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkCommands } from './docs/command-check.mjs';
import { knownCommands } from './docs/known-commands.mjs';
import { checkLinks } from './docs/links.mjs';
import { readPages } from './docs/markdown.mjs';
import { fillParts, madePages, madeParts } from './docs/references.mjs';
import { checkSettingNames } from './docs/setting-names.mjs';
import { checkTables } from './docs/tables.mjs';
import { runScript, StepError } from './support/progress.mjs';
import { ROOT } from './support/workspace.mjs';

/**
 * What should stand in each file of which some or all is made.
 * @returns {Map<string, string>}
 */
function made() {
  const parts = madeParts(ROOT);
  const filled = readPages(ROOT).map((page) => /** @type {const} */ ([page.file, fillParts(page, parts)]));
  return new Map([...filled, ...madePages(ROOT)]);
}

function write() {
  const before = new Map(readPages(ROOT).map(({ file, text }) => [file, text]));
  for (const [file, text] of made()) {
    if (before.get(file) === text) continue;
    mkdirSync(dirname(join(ROOT, file)), { recursive: true });
    writeFileSync(join(ROOT, file), text);
    console.log(`written: ${file}`);
  }
}

/**
 * @param {string} file
 * @param {string} is
 * @param {string} should
 */
function difference(file, is, should) {
  const [old, renewed] = [is.split('\n'), should.split('\n')];
  const at = renewed.findIndex((line, index) => line !== old[index]);
  const line = at === -1 ? renewed.length : at + 1;
  return `${file}:${line}: is not what the code says; pnpm docs:write renews it`;
}

async function check() {
  const pages = readPages(ROOT);
  const byFile = new Map(pages.map(({ file, text }) => [file, text]));
  const renewed = [...made()];
  const stale = renewed.flatMap(([file, text]) => {
    const old = byFile.get(file);
    return old === text ? [] : [difference(file, old ?? '', text)];
  });
  const checks = /** @type {const} */ ([
    ['pages that are as the code says', { count: renewed.length, problems: stale }],
    ['links', checkLinks(ROOT, pages)],
    ['commands', checkCommands(ROOT, pages, await knownCommands(ROOT))],
    ['settings named', checkSettingNames(pages)],
    ['rows of tables', checkTables(pages)],
  ]);
  const problems = checks.flatMap(([, { problems: wrong }]) => wrong);
  for (const problem of problems) console.log(problem);
  if (problems.length > 0) console.log('');
  for (const [name, { count, problems: wrong }] of checks) {
    console.log(
      `${wrong.length === 0 ? '✓' : '✗'} ${name.padEnd(32)} ${count} checked, ${wrong.length} wrong`,
    );
  }
  return problems.length === 0 ? 0 : 1;
}

await runScript(async () => {
  const [mode, ...more] = process.argv.slice(2);
  if (more.length > 0 || (mode !== undefined && mode !== '--write')) {
    throw new StepError('node scripts/docs.mjs [--write]');
  }
  if (mode === undefined) return await check();
  write();
  return 0;
});
