import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LocalCluster } from '../../src/index.ts';
import { getJson, JsonScheduler, shellTask } from '../support/json-client.ts';
import { processesOf } from '../support/processes.ts';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
const HAS_PROC = existsSync('/proc/self/environ');

/** A task that leaves its process group, its session, and both its parents: the worst that a task can do. */
const ESCAPE_ARTIST = `
setsid sh -c 'setsid sleep 987 & sleep 987' &
sleep 987 & echo started; wait
`;

async function until(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error('it did not come to pass within 30 s');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function runEscapeArtist(url: string): Promise<string> {
  const scheduler = await JsonScheduler.subscribe(url);
  const offer = await scheduler.nextOffer();
  await scheduler.launch(offer, [shellTask('escape', offer, ESCAPE_ARTIST)]);
  await scheduler.statusesUntil('escape', 'TASK_RUNNING');
  const agentId: string = offer.agent_id.value;
  await until(() => processesOf(agentId).length >= 5);
  return agentId;
}

describe.runIf(HAS_PROC)('nothing is left behind', () => {
  let cluster: LocalCluster | undefined;
  let child: ChildProcess | undefined;

  afterEach(async () => {
    await cluster?.close();
    if (child?.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    cluster = child = undefined;
  });

  it('after close: processes, whatever they did to escape, and the temporary folder', async () => {
    cluster = await LocalCluster.start({ agents: [{ cpus: 1, memMiB: 1024 }] });
    const agentId = await runEscapeArtist(cluster.master.url);
    const state = await getJson(`${cluster.agents[0]?.url}/state`);
    expect(existsSync(state.flags.work_dir)).toBe(true);
    await cluster.close();
    expect(processesOf(agentId)).toEqual([]);
    expect(existsSync(dirname(state.flags.work_dir))).toBe(false);
  });

  it('after TEARDOWN, of what was still in the session of the task', async () => {
    cluster = await LocalCluster.start({ agents: [{ cpus: 1, memMiB: 1024 }] });
    const scheduler = await JsonScheduler.subscribe(cluster.master.url);
    const offer = await scheduler.nextOffer();
    await scheduler.launch(offer, [shellTask('t', offer, 'set -m; sleep 987 & wait')]);
    await scheduler.statusesUntil('t', 'TASK_RUNNING');
    await until(() => processesOf(offer.agent_id.value).length === 2);
    await scheduler.call({ type: 'TEARDOWN' });
    await until(() => processesOf(offer.agent_id.value).length === 0);
  });

  describe('after kill -9 of the process that held the cluster', () => {
    beforeAll(() => {
      // The other process cannot run TypeScript.
      const tsc = join(
        dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
        'bin',
        'tsc',
      );
      execFileSync(process.execPath, [tsc, '-b', PACKAGE]);
    }, 60_000);

    it('no process and no temporary folder', async () => {
      const program = `
        const { LocalCluster } = await import(${JSON.stringify(`${PACKAGE}/dist/index.js`)});
        const cluster = await LocalCluster.start({ agents: [{ cpus: 1, memMiB: 1024 }] });
        console.log(cluster.master.url);
      `;
      child = spawn(process.execPath, ['--input-type=module', '-e', program], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [said] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
      const url = said.toString().trim();
      const agentId = await runEscapeArtist(url);
      const [{ port }] = (await getJson(`${url}/slaves`)).slaves;
      const state = await getJson(`http://127.0.0.1:${port}/state`);
      child.kill('SIGKILL');
      await until(() => processesOf(agentId).length === 0);
      await until(() => !existsSync(dirname(state.flags.work_dir)));
    });
  });
});
