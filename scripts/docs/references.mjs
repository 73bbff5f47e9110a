// The pages and parts of pages that are made from code: settings, errors, exit codes, metrics, what became of a setting.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SETTINGS, settingsTable } from '../../packages/scheduler-utils/dist/index.js';
import { findSettings } from '../rules/settings.mjs';
import { EXITS, errorsPage, exitsPage, exitTable } from './code-pages.mjs';
import { MADE } from './made-table.mjs';
import { dispatcherTable, metricsPage } from './metrics-page.mjs';
import { migrationTable } from './migration.mjs';

/** The files of the settings' definitions, in the order of the page. */
const SUBJECTS = /** @type {const} */ ([
  ['application', 'Applications'],
  ['framework', 'Frameworks'],
  ['offers', 'Offers'],
  ['executors', 'Executors'],
  ['fine', 'Fine mode'],
  ['failures', 'Failures'],
  ['containers', 'Containers'],
  ['secrets', 'Secrets of Mesos'],
  ['security', 'Connections'],
  ['shuffle', 'Shuffle service'],
  ['drivers', 'Drivers in cluster mode'],
  ['dispatcher', 'The dispatcher itself'],
]);

const SETTINGS_HEAD = `# Settings

${MADE}

Every setting that \`spark-mesos\` and the dispatcher read, in Spark's own names where Spark has one, and what concerns the
shuffle service; [its README](../../apps/shuffle-service/README.md#settings) has a few more that mean something there alone.
Whatever else an application sets is Spark's business, and passed on. *Since* is the first Spark that knew the setting;
\`spark-mesos 1.0\` stands for those that no Spark had.

A number alone counts what *unit* says; sizes take \`k\`, \`m\`, \`g\`, times \`ms\`, \`s\`, \`min\`, \`h\`, \`d\`. A setting
that is wrong is named with all others that are, before anything is launched. Which package reads a setting is at the end of
[COVERAGE.md](../COVERAGE.md#settings); what became of the original's is in [migrating.md](../migrating.md).`;

/** @param {string} root */
function settingsPage(root) {
  const found = findSettings(root);
  const parts = SUBJECTS.map(([file, title]) => {
    const source = readFileSync(
      join(root, `packages/scheduler-utils/src/settings/tables/${file}.ts`),
      'utf8',
    );
    const [, words = ''] = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport const [A-Z]+ = \{/.exec(source) ?? [];
    const keys = new Set(found.filter((setting) => setting.table === file).map(({ key }) => key));
    const own = Object.fromEntries(Object.entries(SETTINGS).filter(([key]) => keys.has(key)));
    const intro = words
      .replace(/^\s*\* ?/gm, ' ')
      .replace(/\s+/g, ' ')
      .trim();
    return `## ${title}\n\n${intro}\n\n${settingsTable(own)}`;
  });
  const missing = Object.keys(SETTINGS).length - new Set(found.map(({ key }) => key)).size;
  if (missing !== 0)
    throw new Error(`${missing} settings are defined where scripts/rules/settings.mjs does not look`);
  return [SETTINGS_HEAD, ...parts].join('\n\n');
}

/**
 * The pages that are wholly made, by their files.
 * @param {string} root
 * @returns {Map<string, string>}
 */
export function madePages(root) {
  const pages = Object.entries({
    'docs/reference/settings.md': settingsPage(root),
    'docs/reference/errors.md': errorsPage(root),
    'docs/reference/exit-codes.md': exitsPage(root),
    'docs/reference/metrics.md': metricsPage(),
  });
  return new Map(pages.map(([file, text]) => [file, `${text.trimEnd()}\n`]));
}

/**
 * The parts of pages that are made, by what stands in `<!-- made: … -->` before them.
 * @param {string} root
 * @returns {Map<string, string>}
 */
export function madeParts(root) {
  return new Map([
    ...EXITS.map(([name, app]) => /** @type {const} */ ([`exit codes of ${name}`, exitTable(root, app)])),
    ['metrics of spark-mesos-dispatcher', dispatcherTable()],
    ['settings of the original', migrationTable(Object.values(SETTINGS))],
  ]);
}

const PART = /(<!-- made: (.+?) -->\n)[\s\S]*?(\n<!-- \/made -->)/g;

/**
 * A page with its made parts as they should be. Throws for a part that nobody makes.
 * @param {import('./markdown.mjs').Page} page
 * @param {ReadonlyMap<string, string>} parts
 */
export function fillParts({ file, text }, parts) {
  return text.replace(PART, (_, before, name, after) => {
    const made = parts.get(name);
    if (made === undefined) throw new Error(`${file}: nobody makes "${name}"`);
    return `${before}${made}${after}`;
  });
}
