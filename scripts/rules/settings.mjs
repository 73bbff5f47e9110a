// Who reads each setting: the packages whose sources name it. One that nobody reads needs a reason.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} KnownSetting
 * @property {string} key as the code has it: `coresMax`
 * @property {string} name as a user writes it
 * @property {string} table the file of its definition, without the ending
 * @property {readonly string[]} readers packages and apps
 */

const TABLES = 'packages/scheduler-utils/src/settings/tables';
const DEFINITION = /^ {2}(\w+): (?:optional|withDefault|family)\(\{\n\s+name: '([^']+)'/gm;

const OF_THE_DRIVER = 'Read by the driver itself';

/** Why nobody reads a setting. @type {ReadonlyMap<string, string>} */
const REASONS = new Map([
  ['appName', 'The driver says it when it registers'],
  ['master', 'The command line names the master'],
  ['driverPort', OF_THE_DRIVER],
  ['minRegisteredResourcesRatio', OF_THE_DRIVER],
  ['maxRegisteredResourcesWaitingMs', OF_THE_DRIVER],
  ['shuffleRegistrationTimeoutMs', 'Read by the executors themselves'],
  ['defaultParallelism', OF_THE_DRIVER],
  ['legacyExecutorPort', 'No Spark from 2.4 on knows it'],
  ['executorEnvironment', 'Part of the command that the driver sends'],
  ['executorClassPath', 'Part of the command that the driver sends'],
  ['executorJavaOptions', 'Part of the command that the driver sends'],
  ['executorLibraryPath', 'Part of the command that the driver sends'],
  ['driverDefaultJavaOptions', OF_THE_DRIVER],
  [
    'dispatcherInstance',
    'Of the original’s start script; --port and --work-dir tell dispatchers of one host apart',
  ],
]);

/**
 * @param {string} folder
 * @returns {string[]}
 */
function sourceFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['generated', 'tables'].includes(entry.name) ? [] : sourceFiles(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

/** `settings.coresMax`, in whatever variable the settings are. */
const PROPERTY = /\w*[sS]ettings\??\.(\w+)/g;

/** `{ coresMax, gpusMax }` of settings, or of a parameter that is called so or has their type. */
const PATTERN = /\{([^{}]*)\}(?:: (?:Spark|Dispatcher)Settings|\s*=\s*(?:\w+\.)*\w*[sS]ettings\b)/g;

/** `'spark.authenticate'`, for what is asked of a driver by name. */
const NAME = /['"`](spark\.[\w.]+)/g;

/**
 * The keys and the names of settings that a source reads.
 * @param {string} source
 * @returns {string[]}
 */
export function settingsRead(source) {
  const properties = [...source.matchAll(PROPERTY)].map(([, key = '']) => key);
  const patterns = [...source.matchAll(PATTERN)].flatMap(([, keys = '']) => keys.match(/\w+/g) ?? []);
  const names = [...source.matchAll(NAME)].map(([, name = '']) => name);
  return [...properties, ...patterns, ...names];
}

/**
 * What the sources of each package and app read.
 * @param {string} root
 * @returns {Map<string, Set<string>>}
 */
function readByPackage(root) {
  const folders = ['packages', 'apps'].flatMap((group) =>
    readdirSync(join(root, group)).map((name) => ({ name, source: join(root, group, name, 'src') })),
  );
  return new Map(
    folders.map(({ name, source }) => {
      const files = sourceFiles(source).map((file) => readFileSync(file, 'utf8'));
      return [name, new Set(files.flatMap(settingsRead))];
    }),
  );
}

/**
 * @param {string} word
 * @param {string} name of one setting, or `spark.ssl.rpc.[Name]` of all that begin alike
 */
function isNamed(word, name) {
  return name.endsWith('[Name]') ? word.startsWith(name.slice(0, -'[Name]'.length)) : word === name;
}

/**
 * Every setting of a workspace with the packages that read it.
 * @param {string} root
 * @returns {KnownSetting[]}
 */
export function findSettings(root) {
  const packages = [...readByPackage(root)];
  return readdirSync(join(root, TABLES)).flatMap((file) => {
    const source = readFileSync(join(root, TABLES, file), 'utf8');
    return [...source.matchAll(DEFINITION)].map(([, key = '', name = '']) => ({
      key,
      name,
      table: file.replace(/\.ts$/, ''),
      readers: packages
        .filter(([, read]) => read.has(key) || [...read].some((word) => isNamed(word, name)))
        .map(([reader]) => reader),
    }));
  });
}

/**
 * Why nobody reads a setting.
 * @param {KnownSetting} setting
 * @returns {string | undefined}
 */
export function reasonOf({ key }) {
  return REASONS.get(key);
}

/**
 * The settings that nobody reads, without a reason.
 * @param {readonly KnownSetting[]} settings
 * @returns {string[]}
 */
export function settingProblems(settings) {
  return settings
    .filter((setting) => setting.readers.length === 0 && reasonOf(setting) === undefined)
    .map(({ name, key }) => `nobody reads ${name} (${key}), and no reason is stated`);
}

/**
 * The rows of the page that lists them.
 * @param {readonly KnownSetting[]} settings
 * @returns {string[]}
 */
export function settingRows(settings) {
  const rows = settings.map((setting) => {
    const { name, readers } = setting;
    const effect =
      readers.length > 0 ? readers.map((reader) => `\`${reader}\``).join(', ') : reasonOf(setting);
    return `| \`${name}\` | ${effect ?? ''} |`;
  });
  return ['| Setting | Read by |', '| --- | --- |', ...rows];
}
