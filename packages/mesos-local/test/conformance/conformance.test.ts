import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Authentication } from '../../src/http/authentication.ts';
import { LocalMaster } from '../../src/local-master.ts';
import { silentLogger } from '../../src/logger.ts';
import { Registry } from '../../src/registry.ts';
import { DrivenClock } from '../support/driven-clock.ts';
import { ALLOWED_DIFFERENCES, type AllowedDifference, allowanceOf } from './allowed-differences.ts';
import { Replay } from './replay.ts';
import { replayOf } from './replay-cluster.ts';
import { SCENARIOS } from './scenarios.ts';
import { readTrace } from './trace.ts';

interface Result {
  readonly scenario: string;
  readonly compared: number;
  readonly allowed: number;
}

/** A master that has heard of no leader has nothing else to say; the trace is of one whose ZooKeeper is down. */
const NO_LEADER = '11-no-leader-json';

const results: Result[] = [];
const used = new Set<AllowedDifference>();
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
  it.each(SCENARIOS)(
    '$name',
    async (scenario) => judge(await replayOf(scenario, files), scenario.name),
    100_000,
  );

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
    expect(ALLOWED_DIFFERENCES.filter((allowed) => !allowed.isRace && !used.has(allowed))).toEqual([]);
  });
});

function table(): string {
  const rows = results.map(({ scenario, compared, allowed }) => [
    scenario,
    String(compared),
    String(allowed),
  ]);
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
