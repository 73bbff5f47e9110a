// A JVM of Spark's that stays warm for a whole bench and does one thing after another: a line in, a line out.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { compileScala } from '../scripts/compile-scala.mjs';
import { StepError } from '../scripts/support/progress.mjs';
import { javaProgram } from '../scripts/support/requirements.mjs';
import { lastLines } from '../scripts/support/workspace.mjs';

/** What Spark opens of Java 17 (its JavaModuleOptions), as far as a driver without a cluster needs it. */
const MODULE_OPTIONS = [
  '-XX:+IgnoreUnrecognizedVMOptions',
  ...['lang', 'lang.invoke', 'lang.reflect', 'io', 'net', 'nio', 'util', 'util.concurrent'].map(
    (name) => `--add-opens=java.base/java.${name}=ALL-UNNAMED`,
  ),
  '--add-opens=java.base/sun.nio.ch=ALL-UNNAMED',
  '--add-opens=java.base/sun.nio.cs=ALL-UNNAMED',
  '--add-opens=java.base/sun.security.action=ALL-UNNAMED',
  '--add-opens=java.base/sun.util.calendar=ALL-UNNAMED',
];

/** Lines that are answers begin so; whatever else a Spark may print is left alone. */
const ANSWER = 'bench ';

/**
 * @typedef {object} WarmJvm
 * @property {number} pid
 * @property {(line: string) => Promise<string>} ask what the program answers to a line
 * @property {() => Promise<void>} close
 */

/**
 * Compiles a Scala program with a Spark's own compiler and starts it on that Spark's jars. It reads a line, does
 * what it says, and prints one line that begins with `bench `; the first such line says that it is ready.
 * @param {{ source: string | readonly string[], mainClass: string, sparkHome: string, heap: string, words?: readonly string[] }} options
 * @returns {Promise<WarmJvm>}
 */
export async function startJvm({ source, mainClass, sparkHome, heap, words = [] }) {
  const jar = await compileScala({ source, sparkHome });
  const classPath = `${jar}:${sparkHome}/jars/*`;
  const child = spawn(
    javaProgram(process.env),
    [...MODULE_OPTIONS, `-Xmx${heap}`, '-cp', classPath, mainClass, ...words],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    log = (log + text).slice(-20_000);
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new StepError(`The peer's JVM has ended:\n${lastLines(log, 20)}`);
      if (value.startsWith(ANSWER)) return value.slice(ANSWER.length);
    }
  };
  child.on('error', () => {});
  await answer();
  return {
    pid: child.pid ?? 0,
    async ask(line) {
      child.stdin.write(`${line}\n`);
      return await answer();
    },
    async close() {
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(timer);
    },
  };
}
