import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Authentication } from '../../src/http/authentication.ts';
import { LocalCluster, type LocalClusterOptions } from '../../src/index.ts';
import { LocalMaster } from '../../src/local-master.ts';
import { silentLogger } from '../../src/logger.ts';
import { Registry } from '../../src/registry.ts';
import { DrivenClock } from '../support/driven-clock.ts';
import { getJson } from '../support/json-client.ts';
import {
  AGENT_DIFFERENCES,
  allowanceOf,
  REPLAY_ALLOWANCES,
  type ReplayAllowance,
} from './allowed-differences.ts';
import { Replay } from './replay.ts';
import { readTrace } from './trace.ts';

/** Where the recording had the files that its tasks fetch. */
const RECORDED_FILES = '/tmp/mesos-run';

/** Where the recorded agent kept its sandboxes. */
const RECORDED_WORK_DIR = '/tmp/mesos-agent';
/** What the recorded agent had. */
const RESOURCES = 'cpus:4;mem:4096;disk:10000;ports:[31000-32000]';

interface Scenario {
  readonly name: string;
  readonly cluster?: Partial<LocalClusterOptions>;
  /** What each agent has; crumbs that tasks give back are left lying, so where there are many it needs more. */
  readonly resources?: string;
}

const SCENARIOS: readonly Scenario[] = [
  { name: '01-errors-json' },
  { name: '01-errors-pb' },
  { name: '02-offers-json' },
  { name: '02-offers-pb' },
  { name: '03-tasks-json', resources: 'cpus:64;mem:65536;disk:99999;ports:[31000-32000]' },
  { name: '05-reconnect-json' },
  { name: '05-reconnect-pb' },
  { name: '06-update-retry-json' },
  { name: '09-reserve-operator-json' },
  { name: '09-reserve-operator-pb' },
  {
    name: '12-auth-json',
    cluster: {
      credentials: [
        { principal: 'golden', secret: 's3cret' },
        { principal: 'second', secret: 'pw2' },
      ],
    },
  },
  { name: '13-http-details-json' },
  { name: '15-offer-timeout-json', cluster: { offerTimeoutMs: 3000 } },
  { name: '18-launch-details-json' },
];

interface Result {
  readonly scenario: string;
  readonly compared: number;
  readonly allowed: number;
}

/** A master that has heard of no leader has nothing else to say; the trace is of one whose ZooKeeper is down. */
const NO_LEADER = '11-no-leader-json';

const results: Result[] = [];
const used = new Set<ReplayAllowance>();
let files: string;

beforeAll(async () => {
  files = await mkdtemp(join(tmpdir(), 'mesos-local-conformance-'));
  await writeFile(join(files, 'hello.txt'), 'hello fetcher\n');
  await writeFile(join(files, 'run.sh'), '#!/bin/sh\necho script\n');
  execFileSync('tar', ['-C', files, '-czf', join(files, 'hello.tar.gz'), 'hello.txt']);
});

afterAll(async () => {
  await rm(files, { recursive: true });
  if (results.length > SCENARIOS.length) process.stdout.write(table());
});

/** What the recording asks of its tasks, with our files and in our time: they sleep until it has passed. */
function rewrite(text: string, clock: DrivenClock): string {
  return text
    .replaceAll(RECORDED_FILES, files)
    .replaceAll(/sleep (\d)\b(?!\d|; done)/g, (_all, seconds: string) => {
      const passed = join(files, `passed-${randomUUID()}`);
      clock.after(Number(seconds) * 1000, () => writeFileSync(passed, ''));
      return `until [ -e ${passed} ]; do sleep 0.02; done`;
    })
    .replaceAll('TERM; while', 'TERM; echo trapped; while');
}

/** Its own folder is in the texts that an agent shows; where secrets are asked for, no trace has one. */
async function workDirOf(cluster: LocalCluster): Promise<string> {
  const answer = await fetch(`${cluster.agents[0]?.url}/state`);
  if (!answer.ok) return '';
  return ((await answer.json()) as { flags: { work_dir: string } }).flags.work_dir;
}

async function replay({ name, cluster: options, resources = RESOURCES }: Scenario): Promise<Replay> {
  const agent = {
    resources,
    attributes: { rack: 'r1', zone: 'a' },
  };
  const clock = new DrivenClock();
  const cluster = await LocalCluster.start({ agents: [agent], clock, ...options });
  const agentAddress = () => {
    const { hostname, port } = new URL(cluster.agents[0]?.url ?? '');
    return { host: hostname, port: Number(port) };
  };
  const runner = new Replay({
    scenario: name,
    steps: readTrace(name),
    clock,
    names: new Map([[RECORDED_WORK_DIR, await workDirOf(cluster)]]),
    rewrite: (text) => rewrite(text, clock),
    peer: (peer) => (peer === 'master' ? cluster.master : agentAddress()),
    hungUp: (frameworkId) =>
      cluster.waitFor(
        ({ frameworks }) => !frameworks.some(({ id, connected }) => id === frameworkId && connected),
      ),
    // On a busy machine a command gets to its trap late.
    beforeKill: async (taskId, frameworkId) => {
      if (taskId !== 'stubborn' && taskId !== 'kp') return;
      const path = `/frameworks/${frameworkId}/executors/${taskId}/runs/latest/stdout`;
      const url = `${cluster.agents[0]?.url}/files/read?path=${path}&offset=0`;
      await expect.poll(async () => (await getJson(url)).data, { timeout: 10_000 }).toContain('trapped');
    },
  });
  await runner.run().finally(() => cluster.close());
  return runner;
}

function judge({ differences, compared }: Replay, scenario: string): void {
  const unexpected = differences.filter((difference) => allowanceOf(difference) === undefined);
  for (const difference of differences) {
    const allowance = allowanceOf(difference);
    if (allowance !== undefined) used.add(allowance);
  }
  results.push({ scenario, compared, allowed: differences.length - unexpected.length });
  expect(unexpected.map(({ step, what }) => `${step} → ${what}`)).toEqual([]);
}

describe('the recorded scenarios are answered as a real Mesos answers them', () => {
  it.each(SCENARIOS)('$name', async (scenario) => judge(await replay(scenario), scenario.name), 100_000);

  it(NO_LEADER, async () => {
    const clock = new DrivenClock();
    const master = await LocalMaster.start({
      masterId: '00000000-0000-0000-0000-000000000000',
      host: '127.0.0.1',
      hostname: 'localhost',
      port: 0,
      consoleRoot: undefined,
      authentication: new Authentication(undefined),
      registry: Registry.open(files, clock.now(), silentLogger),
      times: { allocationIntervalMs: 1000, heartbeatIntervalMs: 15_000 },
      logger: silentLogger,
      clock,
      agentHandler: () => undefined,
      tellAgent: () => {},
      agentResources: () => {},
      shutdownAgent: () => {},
      report: () => {},
      changed: () => {},
    });
    const steps = readTrace(NO_LEADER);
    const runner = new Replay({ scenario: NO_LEADER, steps, clock, peer: () => master });
    await runner.run().finally(() => master.close());
    judge(runner, NO_LEADER);
  });

  it('and every difference that is allowed still occurs', () => {
    if (results.length <= SCENARIOS.length) return;
    expect(REPLAY_ALLOWANCES.filter((allowance) => !allowance.isRace && !used.has(allowance))).toEqual([]);
  });
});

function table(): string {
  const ofAgents = new Map<string, number>();
  for (const { scenario } of AGENT_DIFFERENCES) ofAgents.set(scenario, (ofAgents.get(scenario) ?? 0) + 1);
  const rows = [
    ...results.map(({ scenario, compared, allowed }) => [scenario, String(compared), String(allowed)]),
    ...[...ofAgents].map(([scenario, count]) => [scenario, 'agent-scenarios', String(count)]),
  ];
  const head = ['scenario', 'steps compared', 'differences allowed'];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ');
  return `\n${[head, ...rows].map(line).join('\n')}\n\n`;
}
