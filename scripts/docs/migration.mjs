// What became of each setting of the original's Mesos module, for docs/migrating.md. Its meaning, default and unit stand
// in the schemas of scheduler-utils; here stands only what is different, and which rules say so.

import { COARSE_RULES } from '../rules/coarse.mjs';
import { DISPATCHER_RULES } from '../rules/dispatcher.mjs';
import { FINE_RULES } from '../rules/fine.mjs';
import { UTILS_RULES } from '../rules/shared.mjs';

/**
 * @typedef {object} Moved
 * @property {readonly string[]} rules
 * @property {string} [better] what is better; without it the setting does what it did
 */

/** Settings that came with a fork of Spark, not with Spark itself. */
const OF_THE_FORK = new Set([
  'spark.mesos.executor.gpus',
  'spark.mesos.checkpoint',
  'spark.mesos.scheduler.revive.interval',
  'spark.mesos.dispatcher.role.enforce',
]);

/** @type {Readonly<Record<string, Moved>>} */
const MOVED = {
  'spark.mesos.coarse': {
    rules: ['U3'],
    better: 'With `false`, cores are leased for some seconds instead of one Mesos task a Spark task',
  },
  'spark.mesos.coarse.shutdownTimeout': { rules: ['C57'] },
  'spark.mesos.extra.cores': { rules: ['C16', 'C70'] },
  'spark.mesos.mesosExecutor.cores': { rules: ['F12', 'F62'] },
  'spark.mesos.executor.home': {
    rules: ['C12', 'C71', 'F10'],
    better:
      'Fine mode needs it no more where a package is fetched; the Spark found there is compared with the driver’s',
  },
  'spark.mesos.uris': {
    rules: ['U80'],
    better: 'Options for each file after a `#`: `extract`, `executable`, `cache`, `output`',
  },
  'spark.mesos.fetcherCache.enable': { rules: ['U84'], better: 'Counts in fine mode, too' },
  'spark.mesos.fetchCache.enable': {
    rules: ['U81'],
    better: 'The misspelt name still works, with a warning',
  },
  'spark.mesos.executor.memoryOverhead': {
    rules: ['U70', 'U71'],
    better: 'Takes a unit; `spark.executor.memoryOverhead` counts where it is unset',
  },
  'spark.mesos.driver.memoryOverhead': {
    rules: ['U72', 'D24', 'D25'],
    better:
      'Counted once, takes a unit; `spark.mesos.dispatcher.originalMemory=true` counts it twice, as Spark 3.3 to 3.5 did',
  },
  'spark.mesos.constraints': {
    rules: ['U50', 'U56', 'U58'],
    better: 'RANGES attributes match; operators such as `UNIQUE` and `GROUP_BY`; host, region and zone',
  },
  'spark.mesos.driver.constraints': {
    rules: ['U59', 'D63'],
    better: 'Checked when the driver is submitted: bad text refuses it, and stops nobody else',
  },
  'spark.mesos.rejectOfferDuration': {
    rules: ['U120', 'U123', 'U124'],
    better:
      'Offers that are too small stay away longer and longer; with nothing wanted, offers are suppressed',
  },
  'spark.mesos.rejectOfferDurationForUnmetConstraints': { rules: ['U120', 'U122'] },
  'spark.mesos.rejectOfferDurationForReachedMaxCores': { rules: ['U120', 'U122'] },
  'spark.mesos.gpus.max': { rules: ['C24', 'F63'], better: 'Counts in fine mode, too' },
  'spark.mesos.executor.gpus': { rules: ['C24'] },
  'spark.mesos.role': { rules: ['U12', 'U13'], better: 'Several at once with `spark.mesos.roles`' },
  'spark.mesos.dispatcher.role.enforce': { rules: ['D66'] },
  'spark.mesos.principal': { rules: ['U20', 'U22'] },
  'spark.mesos.principal.file': {
    rules: ['U20', 'U23'],
    better: 'A line end at its end is no part of it, unless `spark.mesos.credentialFiles.keepLineEnd=true`',
  },
  'spark.mesos.secret': { rules: ['U20', 'U24'], better: 'Never shown in a log, a page or an answer' },
  'spark.mesos.secret.file': { rules: ['U20', 'U23'], better: 'As `spark.mesos.principal.file`' },
  'spark.mesos.containerizer': { rules: ['U90'] },
  'spark.mesos.executor.docker.image': {
    rules: ['U91', 'U96'],
    better: 'Drivers may have one of their own: `spark.mesos.driver.docker.image`',
  },
  'spark.mesos.executor.docker.forcePullImage': { rules: ['U91'] },
  'spark.mesos.executor.docker.volumes': { rules: ['U92'] },
  'spark.mesos.executor.docker.portmaps': { rules: ['U93'] },
  'spark.mesos.executor.docker.parameters': {
    rules: ['U94'],
    better: 'A value may hold commas, written `\\,`',
  },
  'spark.mesos.network.name': { rules: ['U95', 'U97'], better: 'Several networks, with commas between' },
  'spark.mesos.network.labels': { rules: ['U95'] },
  'spark.mesos.task.labels': {
    rules: ['U112', 'U113', 'F63'],
    better: 'Checked at once; counts in fine mode, too',
  },
  'spark.mesos.driver.labels': { rules: ['U112', 'U113'], better: 'Checked when the driver is submitted' },
  'spark.mesos.driver.secret.names': { rules: ['U100', 'U101', 'U102'] },
  'spark.mesos.driver.secret.values': { rules: ['U100', 'U103'], better: 'Never shown' },
  'spark.mesos.driver.secret.envkeys': { rules: ['U101'] },
  'spark.mesos.driver.secret.filenames': { rules: ['U101', 'U102'] },
  'spark.mesos.executor.secret.names': { rules: ['U100', 'U101', 'F63'], better: 'Counts in fine mode, too' },
  'spark.mesos.executor.secret.values': {
    rules: ['U100', 'U103', 'F63'],
    better: 'Counts in fine mode, too; never shown',
  },
  'spark.mesos.executor.secret.envkeys': { rules: ['U101', 'F63'], better: 'Counts in fine mode, too' },
  'spark.mesos.executor.secret.filenames': {
    rules: ['U101', 'U102', 'F63'],
    better: 'Counts in fine mode, too',
  },
  'spark.mesos.driver.webui.url': { rules: ['U10', 'U11'] },
  'spark.mesos.driver.failoverTimeout': {
    rules: ['U11', 'C58'],
    better: 'A framework that ends in order is torn down, so that nothing is left for the time',
  },
  'spark.mesos.driver.frameworkId': { rules: ['U14', 'D55'] },
  'spark.mesos.checkpoint': { rules: ['C80'] },
  'spark.mesos.scheduler.revive.interval': { rules: ['U124', 'C81'] },
  'spark.mesos.driverEnv.[Name]': { rules: ['D70'] },
  'spark.mesos.dispatcher.webui.url': { rules: ['U11'] },
  'spark.mesos.dispatcher.driverDefault.[Name]': {
    rules: ['D23', 'D79'],
    better: 'Holds for everything of the launch, not for the command line alone',
  },
  'spark.mesos.dispatcher.historyServer.url': { rules: ['D82'] },
  'spark.mesos.dispatcher.queue': { rules: ['D33'], better: 'An unknown queue is refused with a reason' },
  'spark.mesos.dispatcher.queue.[Name]': { rules: ['D32', 'D35'], better: 'Quotas for each queue' },
  'spark.mesos.proxy.baseURL': { rules: ['D82'], better: 'Links of retries lead to the right sandbox' },
  'spark.mesos.maxDrivers': {
    rules: ['D30', 'D31'],
    better: 'Drivers that run and drivers that wait have a limit each: `spark.mesos.maxQueuedDrivers`',
  },
  'spark.mesos.retainedDrivers': { rules: ['D38'] },
  'spark.mesos.cluster.retry.wait.max': {
    rules: ['D51', 'D53', 'D54'],
    better: 'A retry that is due starts at once; `spark.mesos.driver.supervise.maxRetries` ends it',
  },
  'spark.mesos.appJar.local.resolution.mode': { rules: ['D71'] },
};

const SECTIONS = /** @type {const} */ ([
  [UTILS_RULES, 'what-the-schedulers-share'],
  [COARSE_RULES, 'coarse-mode'],
  [FINE_RULES, 'fine-mode'],
  [DISPATCHER_RULES, 'dispatcher'],
]);

/** Where docs/COVERAGE.md has each rule, with its tests. */
const SECTION_OF = new Map(SECTIONS.flatMap(([rules, section]) => rules.map(({ id }) => [id, section])));

/** @param {string} id */
function ruleLink(id) {
  const section = SECTION_OF.get(id);
  if (section === undefined)
    throw new Error(`scripts/docs/migration.mjs names the rule ${id}, which there is not`);
  return `[${id}](COVERAGE.md#${section})`;
}

/**
 * One row for every `spark.mesos.*` setting that a Spark, or the fork of it, had. Throws where the list above and the
 * schemas do not name the same.
 * @param {readonly { name: string, aliases: readonly string[], since: string }[]} settings
 * @returns {string}
 */
export function migrationTable(settings) {
  const known = settings.filter(({ name }) => name.startsWith('spark.mesos.'));
  const aliases = known.flatMap(({ aliases: old, since }) => old.map((name) => ({ name, since })));
  const original = [...known, ...aliases].filter(
    ({ name, since }) => OF_THE_FORK.has(name) || !since.startsWith('spark-mesos'),
  );
  const names = new Set(original.map(({ name }) => name));
  const gone = Object.keys(MOVED).filter((name) => !names.has(name));
  if (gone.length > 0)
    throw new Error(`scripts/docs/migration.mjs names what no schema has: ${gone.join(', ')}`);
  const rows = original
    .toSorted((first, second) => first.name.localeCompare(second.name))
    .map(({ name, since }) => {
      const moved = MOVED[name];
      if (moved === undefined) throw new Error(`scripts/docs/migration.mjs says nothing of ${name}`);
      const { rules, better } = moved;
      const from = OF_THE_FORK.has(name) ? 'fork' : since;
      return `| \`${name}\` | ${from} | ${better ?? 'same'} | ${rules.map(ruleLink).join(', ')} |`;
    });
  return ['| Setting | Since | Here | Held by the tests of |', '| --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}
