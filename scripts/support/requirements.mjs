// What the machine must have, and what to install when it has not.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { StepError } from './progress.mjs';
import { run } from './run.mjs';

const NODE_FLOOR = [20, 19];
const JAVA_FLOOR = [17, 0];
/** The oldest Python that any Spark of scripts/spark.mjs takes. */
const PYTHON_FLOOR = [3, 8];

const INSTALL_JAVA = `Install it:
  Debian, Ubuntu   sudo apt-get install openjdk-17-jre-headless
  Fedora           sudo dnf install java-17-openjdk-headless
  macOS            brew install openjdk@17
  others           https://adoptium.net`;

const INSTALL_PYTHON = `Install it:
  Debian, Ubuntu   sudo apt-get install python3 python3-pip
  Fedora           sudo dnf install python3 python3-pip
  macOS            brew install python
  others           https://www.python.org/downloads`;

/**
 * The first two numbers of a version, or undefined when the text has none.
 * @param {string | undefined} text
 * @returns {[number, number] | undefined}
 */
export function parseVersion(text) {
  const match = /(\d+)(?:\.(\d+))?/.exec(text ?? '');
  return match === null ? undefined : [Number(match[1]), Number(match[2] ?? 0)];
}

/**
 * @param {readonly number[]} version
 * @param {readonly number[]} floor
 */
function isOlder([major = 0, minor = 0], [floorMajor = 0, floorMinor = 0]) {
  return major < floorMajor || (major === floorMajor && minor < floorMinor);
}

/**
 * @param {NodeJS.Platform} platform
 * @returns {string | undefined}
 */
function platformProblem(platform) {
  if (platform !== 'win32') return undefined;
  return 'Linux or macOS is needed. On Windows, clone and run it within WSL 2 (wsl --install).';
}

/** @returns {string | undefined} */
function nodeProblem() {
  const found = process.versions.node;
  if (!isOlder(parseVersion(found) ?? [], NODE_FLOOR)) return undefined;
  return `Node ${NODE_FLOOR.join('.')} or newer is needed; this is Node ${found}.
Install it from https://nodejs.org, or with a version manager: nvm install 20`;
}

/**
 * The java that Spark will start: JAVA_HOME's, or the one on the PATH.
 * @param {NodeJS.ProcessEnv} environment
 */
export function javaProgram(environment) {
  const home = environment.JAVA_HOME ?? '';
  return home === '' ? 'java' : join(home, 'bin', 'java');
}

/**
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<string | undefined>}
 */
async function javaProblem(environment) {
  const program = javaProgram(environment);
  const needed = `Java ${JAVA_FLOOR[0]} or newer is needed`;
  if (program !== 'java' && !existsSync(program)) {
    return `${needed}; JAVA_HOME is ${environment.JAVA_HOME}, but there is no ${program}.
Unset JAVA_HOME or point it to a Java. ${INSTALL_JAVA}`;
  }
  const { status, output } = await run(program, ['-version'], { env: environment });
  if (status !== 0) return `${needed}; there is no java on the PATH. ${INSTALL_JAVA}`;
  const found = parseVersion(/version "([^"]+)"/.exec(output)?.[1]);
  if (found !== undefined && !isOlder(found, JAVA_FLOOR)) return undefined;
  const which = found?.[0] === 1 ? found[1] : found?.[0];
  return `${needed}; ${program} is Java ${which ?? 'of an unknown version'}. ${INSTALL_JAVA}`;
}

/**
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<string | undefined>}
 */
async function pythonProblem(environment) {
  const needed = `Python ${PYTHON_FLOOR.join('.')} or newer is needed`;
  const { status, output } = await run('python3', ['--version'], { env: environment });
  if (status !== 0) return `${needed}; there is no python3 on the PATH. ${INSTALL_PYTHON}`;
  if (isOlder(parseVersion(output) ?? [], PYTHON_FLOOR)) {
    return `${needed}; python3 is ${output.trim()}. ${INSTALL_PYTHON}`;
  }
  const pip = await run('python3', ['-m', 'pip', '--version'], { env: environment });
  if (pip.status === 0) return undefined;
  return `Python's pip is needed (it fetches Spark); python3 has none. ${INSTALL_PYTHON}`;
}

/**
 * Everything that this machine lacks, each with what to install.
 * @param {NodeJS.ProcessEnv} environment
 * @param {NodeJS.Platform} [platform]
 * @returns {Promise<string[]>}
 */
export async function findMissing(environment, platform = process.platform) {
  const wrongPlatform = platformProblem(platform);
  if (wrongPlatform !== undefined) return [wrongPlatform];
  const problems = await Promise.all([nodeProblem(), javaProblem(environment), pythonProblem(environment)]);
  return problems.filter((problem) => problem !== undefined);
}

/**
 * Throws, naming all that is missing, unless the machine has what is needed.
 * @param {NodeJS.ProcessEnv} environment
 */
export async function requireTools(environment) {
  const missing = await findMissing(environment);
  if (missing.length > 0) throw new StepError(missing.join('\n\n'));
}
