import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { LocalCluster } from '../../src/index.ts';
import { DrivenClock } from '../support/driven-clock.ts';
import { getJson, type Json } from '../support/json-client.ts';
import { processesOf } from '../support/processes.ts';
import { Replay } from './replay.ts';
import { RECORDED_AGENT, type Scenario } from './scenarios.ts';
import { readTrace, type TraceStep } from './trace.ts';

/** Where the recording had the files that its tasks fetch. */
const RECORDED_FILES = '/tmp/mesos-run';
/** Where the recorded agent kept its sandboxes. */
const RECORDED_WORK_DIR = '/tmp/mesos-agent';
const EXECUTOR = fileURLToPath(new URL('../support/test-executor.mjs', import.meta.url));

/** Plays a recording against a cluster that is started for it. Nothing of it is left afterwards. */
export async function replayOf(scenario: Scenario, files: string): Promise<Replay> {
  const clock = new DrivenClock();
  const workDir = join(files, scenario.name);
  const agents = [{ ...RECORDED_AGENT, ...scenario.agent }];
  const cluster = await LocalCluster.start({ agents, clock, workDir, ...scenario.cluster });
  const masters = new Map(scenario.masterPorts?.map((port, index) => [port, cluster.masters[index]]));
  const due: (() => Promise<void>)[] = [];
  const replay = new Replay({
    scenario: scenario.name,
    steps: stepsOf(scenario),
    clock,
    names: new Map([[RECORDED_WORK_DIR, join(workDir, 'agent-0')]]),
    rewrite: (text) => rewrite(text, files, clock),
    peer: (peer, port) => {
      if (peer === 'master') return masters.get(port ?? 0) ?? cluster.master;
      return peer === 'agent' ? agentAddress(cluster) : undefined;
    },
    hungUp: (frameworkId) =>
      cluster.waitFor(
        ({ frameworks }) => !frameworks.some(({ id, connected }) => id === frameworkId && connected),
      ),
    settled: async () => {
      await processesStarted(cluster);
      for (const wait of due.splice(0)) await wait();
    },
    note: (note) => scenario.note?.(note, cluster),
    beforeCall: async (call, frameworkId) => {
      due.push(...(await isReady(cluster, call, frameworkId)));
    },
  });
  try {
    await replay.run();
    if (scenario.after !== undefined) await executorsEnd(cluster);
  } finally {
    await cluster.close();
  }
  for (const { id } of cluster.agents) expect(processesOf(id)).toEqual([]);
  await scenario.after?.(workDir);
  return replay;
}

function stepsOf({ name, from }: Scenario): TraceStep[] {
  const steps = readTrace(name);
  const first = from === undefined ? 0 : steps.findIndex(({ note }) => note === from);
  return steps.slice(first);
}

/** What the recording asks of its tasks, with our files and in our time: they sleep until it has passed. */
function rewrite(text: string, files: string, clock: DrivenClock): string {
  return text
    .replaceAll(
      `${RECORDED_FILES}/http-executor`,
      `${process.execPath} --conditions=@spark-mesos/source ${EXECUTOR}`,
    )
    .replaceAll(RECORDED_FILES, files)
    .replaceAll(/sleep (\d)\b(?!\d|; done)/g, (_all, seconds: string) => {
      const passed = join(files, `passed-${randomUUID()}`);
      clock.after(Number(seconds) * 1000, () => writeFileSync(passed, ''));
      return `until [ -e ${passed} ]; do sleep 0.02; done`;
    })
    .replaceAll('TERM; while', 'TERM; echo trapped; while');
}

function agentAddress({ agents }: LocalCluster): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(agents[0]?.url ?? '');
  return { host: hostname, port: Number(port) };
}

/** Nothing that an agent has begun to start has still to start. */
async function processesStarted({ agents }: LocalCluster): Promise<void> {
  for (const { url } of agents) {
    const waiting = async () => {
      const answer = await fetch(`${url}/containers`).catch(() => undefined);
      const containers = answer?.ok ? ((await answer.json()) as Json[]) : [];
      return containers.filter(({ status }) => status?.executor_pid === undefined);
    };
    await expect.poll(waiting, { timeout: 30_000 }).toEqual([]);
  }
}

/** The frameworks are gone: their executors may end before they are killed. */
async function executorsEnd({ agents }: LocalCluster): Promise<void> {
  for (const { id } of agents) await expect.poll(() => processesOf(id), { timeout: 30_000 }).toEqual([]);
}

/**
 * A command must have come to its trap before it is killed, and an executor to the end of its last call. What it gives
 * back is to be waited for before the time is over that the call gives.
 */
async function isReady(
  cluster: LocalCluster,
  call: Json,
  frameworkId: string,
): Promise<(() => Promise<void>)[]> {
  const taskId = call.kill?.task_id.value;
  const wrote = async (executorId: string, file: string, text: RegExp) => {
    const path = `/frameworks/${frameworkId}/executors/${executorId}/runs/latest/${file}`;
    const url = `${cluster.agents[0]?.url}/files/read?path=${path}&offset=0`;
    const data = async () => String((await getJson(url).catch(() => undefined))?.data);
    await expect.poll(data, { timeout: 30_000 }).toMatch(text);
  };
  if (taskId === 'stubborn' || taskId === 'kp') await wrote(taskId, 'stdout', /trapped/);
  if (call.shutdown?.executor_id.value === 'exec-ign') {
    await wrote('exec-ign', 'trace.jsonl', /TASK_RUNNING.*"status":202/);
    return [() => wrote('exec-ign', 'trace.jsonl', /"type":"SHUTDOWN"/)];
  }
  return [];
}
