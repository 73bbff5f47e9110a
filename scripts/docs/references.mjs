// The pages and parts of pages that are made from code: settings, errors, exit codes, metrics, what became of a setting.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { metricsOf as dispatcherMetrics } from '../../apps/dispatcher/dist/metrics.js';
import { METRIC_MEANINGS, metricsOf as shuffleMetrics } from '../../apps/shuffle-service/dist/metrics.js';
import { LateDispatcher } from '../../packages/cluster-dispatcher/dist/index.js';
import { SETTINGS, settingsTable } from '../../packages/scheduler-utils/dist/index.js';
import { findSettings } from '../rules/settings.mjs';
import { readCoded } from './coded-list.mjs';
import { migrationTable } from './migration.mjs';

const MADE = '<!-- Made by `pnpm docs:write` from the code that it describes; change that. -->';

/** @param {string} text */
const cell = (text) => text.replaceAll('|', '\\|');

/**
 * @param {readonly string[]} header
 * @param {readonly (readonly string[])[]} rows
 */
function table(header, rows) {
  const lines = [header, header.map(() => '---'), ...rows.map((row) => row.map(cell))];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

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

/** Where errors are met, and the lists of their codes. */
const ERROR_LISTS = /** @type {const} */ ([
  [
    'Commands',
    'What a command says in one line before it ends; its exit code is in [exit-codes.md](exit-codes.md).',
    [
      ['`spark-mesos`', 'SubmitError', 'apps/submit/src/errors.ts', 'SUBMIT_ERROR_CODES'],
      ['`spark-mesos-dispatcher`', 'CommandError', 'apps/dispatcher/src/errors.ts', 'COMMAND_ERROR_CODES'],
      [
        '`spark-mesos-shuffle-service`',
        'ServiceError',
        'apps/shuffle-service/src/errors.ts',
        'SERVICE_ERROR_CODES',
      ],
      ['`mesos-local`', 'CommandError', 'apps/mesos-local/src/errors.ts', 'COMMAND_ERROR_CODES'],
    ],
  ],
  [
    'The API of the dispatcher',
    'What `code` is in an answer that is none of 2xx.',
    [
      [
        'Requests',
        'RequestProblem',
        'packages/cluster-dispatcher/src/rest/problem.ts',
        'REQUEST_PROBLEM_CODES',
      ],
      [
        'Submissions',
        'DispatcherError',
        'packages/cluster-dispatcher/src/errors.ts',
        'DISPATCHER_ERROR_CODES',
      ],
      [
        'Its clients',
        'DispatcherClientError',
        'packages/cluster-dispatcher/src/client/client-error.ts',
        'DISPATCHER_CLIENT_ERROR_CODES',
      ],
      ['The web pages', 'RequestError', 'apps/console/src/shared/request-error.ts', 'REQUEST_ERROR_CODES'],
    ],
  ],
  [
    'Packages',
    'What `code` is in an error that a package throws or hands over; it also stands in log lines.',
    [
      ['spark-gateway', 'GatewayError', 'packages/spark-gateway/src/errors.ts', 'GATEWAY_ERROR_CODES'],
      ['mesos-local', 'LocalMesosError', 'packages/mesos-local/src/errors.ts', 'LOCAL_MESOS_ERROR_CODES'],
      ['coarse-backend', 'CoarseError', 'packages/coarse-backend/src/errors.ts', 'COARSE_ERROR_CODES'],
      ['fine-backend', 'FineError', 'packages/fine-backend/src/errors.ts', 'FINE_ERROR_CODES'],
      ['external-shuffle', 'ShuffleError', 'packages/external-shuffle/src/errors.ts', 'SHUFFLE_ERROR_CODES'],
      [
        'external-shuffle, the client',
        'ShuffleClientError',
        'packages/external-shuffle/src/client/client-error.ts',
        'SHUFFLE_CLIENT_ERROR_CODES',
      ],
      ['scheduler-utils', 'ConfigError', 'packages/scheduler-utils/src/errors.ts', 'CONFIG_ERROR_CODES'],
      ['mesos-client', 'MesosError', 'packages/mesos-client/src/errors.ts', 'MESOS_ERROR_CODES'],
      ['spark-rpc', 'SparkRpcError', 'packages/spark-rpc/src/errors.ts', 'SPARK_RPC_ERROR_CODES'],
      [
        'spark-network',
        'SparkNetworkError',
        'packages/spark-network/src/errors.ts',
        'SPARK_NETWORK_ERROR_CODES',
      ],
      [
        'java-serialization',
        'JavaSerializationError',
        'packages/java-serialization/src/errors.ts',
        'JAVA_SERIALIZATION_ERROR_CODES',
      ],
      ['mesos-proto', 'MesosProtoError', 'packages/mesos-proto/src/errors.ts', 'MESOS_PROTO_ERROR_CODES'],
      ['durable-store', 'StoreError', 'packages/durable-store/src/errors.ts', 'STORE_ERROR_CODES'],
    ],
  ],
]);

const ERRORS_HEAD = `# Errors

${MADE}

Programs match on \`code\`; the message is for people, says what happened, to what and what to do, and may change. The codes
do not change within a major version.`;

/** @param {string} root */
function errorsPage(root) {
  const parts = ERROR_LISTS.map(([title, intro, lists]) => {
    const tables = lists.map(([name, className, file, list]) => {
      const rows = readCoded(root, file, list).map(({ code, meaning, remedy }) => {
        if (remedy === '') throw new Error(`${file}: ${code} does not say what to do about it (Remedy: …)`);
        return [`\`${code}\``, meaning, remedy];
      });
      return `### ${name}\n\n[\`${className}\`](../../${file})\n\n${table(['Code', 'What is wrong', 'What to do'], rows)}`;
    });
    return [`## ${title}`, intro, ...tables].join('\n\n');
  });
  return [ERRORS_HEAD, ...parts].join('\n\n');
}

/** The apps that end with codes of their own. */
const EXITS = /** @type {const} */ ([
  ['spark-mesos', 'submit'],
  ['spark-mesos-dispatcher', 'dispatcher'],
  ['spark-mesos-shuffle-service', 'shuffle-service'],
  ['mesos-local', 'mesos-local'],
  ['spark-mesos-fine-executor', 'fine-executor'],
]);

const EXITS_HEAD = `# Exit codes

${MADE}

\`spark-mesos\` ends with the status of Spark's own program: 0 when it succeeded, its own code when it failed, and 128 + n
when signal n ended it (130 after Ctrl-C, 137 after \`kill -9\`, 143 after \`kill\`). With
\`submit --deploy-mode cluster --wait\` it is the status of the driver, however far away that ran.

Where Spark could not be started, or failed because of what \`spark-mesos\` or Mesos refused, the status is one of the first
table, and the line before it on standard error says what is wrong. They lie in the range that BSD's \`sysexits.h\` has for
such reasons; Spark uses none of them. The other commands mean the same by the same number, but for one: a wrong command line
is 1 with \`spark-mesos-dispatcher\`, as it was with the original.`;

/**
 * @param {string} root
 * @param {string} app
 */
function exitTable(root, app) {
  const rows = readCoded(root, `apps/${app}/src/exit-codes.ts`, 'EXIT_CODES').map(
    ({ code, meaning, remedy }) => [code, meaning, remedy],
  );
  return table(['Code', 'What is wrong', 'What to do'], rows);
}

/** @param {string} root */
function exitsPage(root) {
  return [EXITS_HEAD, ...EXITS.map(([name, app]) => `## ${name}\n\n${exitTable(root, app)}`)].join('\n\n');
}

/**
 * The figures of a registry but for those of its process.
 * @param {ReturnType<typeof dispatcherMetrics>} registry
 */
function metricsTable(registry) {
  const own = registry.getMetricsAsArray().filter(({ name }) => !/^(process|nodejs)_/.test(name));
  const rows = own.map((metric) => {
    const {
      name,
      help,
      type,
      labelNames = [],
    } = /** @type {typeof metric & { labelNames?: string[] }} */ (metric);
    const labels = labelNames.length > 0 ? `{${labelNames.join(',')}}` : '';
    return [`\`${name}${labels}\``, String(type), help];
  });
  return table(['Metric', 'Type', 'Meaning'], rows);
}

function dispatcherTable() {
  const late = new LateDispatcher();
  return metricsTable(
    dispatcherMetrics({ metrics: () => late.metrics(), readiness: () => late.readiness() }),
  );
}

function shuffleTable() {
  // It asks for the names of the figures alone, which the meanings have as well.
  const figures = /** @type {any} */ (METRIC_MEANINGS);
  return metricsTable(shuffleMetrics(() => figures));
}

function metricsPage() {
  return `# Metrics

${MADE}

For Prometheus. Names that begin with \`metrics_\` are those that Spark's own Prometheus servlet gave the same figures, so
that dashboards for it go on working. Beside these, each process has \`process_…\` and \`nodejs_…\`: memory, processor time,
open descriptors, delay of its event loop.

## spark-mesos-dispatcher

\`GET /metrics\` on \`--webui-port\` (8081) and on \`--port\` (7077). With an access file that has no \`anonymous\` role it needs a
token: give Prometheus one as \`authorization\`.

${dispatcherTable()}

## spark-mesos-shuffle-service

\`GET /metrics\` on \`--metrics-host\` (127.0.0.1) and \`--metrics-port\` (7338).

${shuffleTable()}

## The gateway

\`spark-mesos gateway\` and \`spark-mesos submit\` have no \`/metrics\`. What each application has and wants is JSON at
\`GET /api/v1/applications\` and \`GET /api/v1/applications/<id>/explain\` of the port of its drivers
([README](../../apps/submit/README.md#why-does-it-wait)). Who uses \`@spark-mesos/coarse-backend\` by itself has the figures of
the mesosphere fork from [\`metrics()\`](../../packages/coarse-backend/README.md#figures).`;
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
