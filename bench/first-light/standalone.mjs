// The peer: Spark's own standalone Master and Worker, as a user would start them, on free loopback ports.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StepError } from '../../scripts/support/progress.mjs';
import { lastLines } from '../../scripts/support/workspace.mjs';

const START_DEADLINE_MS = 60_000;

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

/**
 * Starts one of Spark's daemons and waits until its log says that it is up.
 * @param {{ sparkHome: string, words: string[], ready: RegExp, workingFolder: string }} options
 */
async function startDaemon({ sparkHome, words, ready, workingFolder }) {
  const child = spawn(join(sparkHome, 'bin', 'spark-class'), words, {
    cwd: workingFolder,
    env: { ...process.env, SPARK_HOME: sparkHome, SPARK_LOCAL_IP: '127.0.0.1', SPARK_DAEMON_MEMORY: '512m' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  await new Promise((resolve, reject) => {
    const fail = (/** @type {string} */ why) =>
      reject(new StepError(`${words[0]} ${why}:\n${lastLines(log)}`));
    const timer = setTimeout(() => fail('did not come up'), START_DEADLINE_MS);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        log += text;
        if (!ready.test(log)) return;
        clearTimeout(timer);
        resolve(undefined);
      });
    }
    child.on('error', reject);
    child.on('exit', () => fail('ended'));
  });
  const stop = () =>
    new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve(undefined);
      child.on('exit', () => resolve(undefined));
      child.kill('SIGTERM');
    });
  return { stop };
}

/**
 * A Master and one Worker with these cores and this memory.
 * @param {{ sparkHome: string, cores: number, memMiB: number }} options
 */
export async function startStandalone({ sparkHome, cores, memMiB }) {
  const workingFolder = mkdtempSync(join(tmpdir(), 'spark-standalone-'));
  const port = await freePort();
  const host = ['--host', '127.0.0.1', '--webui-port', '0'];
  const url = `spark://127.0.0.1:${port}`;
  /** @type {{ stop: () => Promise<unknown> }[]} */
  const daemons = [];
  const stop = async () => {
    for (const daemon of daemons.reverse()) await daemon.stop();
    rmSync(workingFolder, { recursive: true, force: true });
  };
  try {
    daemons.push(
      await startDaemon({
        sparkHome,
        words: ['org.apache.spark.deploy.master.Master', ...host, '--port', String(port)],
        ready: /New state: ALIVE/,
        workingFolder,
      }),
    );
    const size = [
      '--cores',
      String(cores),
      '--memory',
      `${memMiB}m`,
      '--work-dir',
      join(workingFolder, 'work'),
    ];
    daemons.push(
      await startDaemon({
        sparkHome,
        words: ['org.apache.spark.deploy.worker.Worker', ...host, ...size, url],
        ready: /Successfully registered with master/,
        workingFolder,
      }),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}
