import { once } from 'node:events';
import { createServer } from 'node:net';
import { OperatorClient } from '@spark-mesos/mesos-client';
import { LocalCluster } from '@spark-mesos/mesos-local';
import { parseSettings, type SparkSettings } from '@spark-mesos/scheduler-utils';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { tryFramework } from '../../src/doctor/cluster-probes.ts';
import type { CheckName, Verdict } from '../../src/doctor/finding.ts';
import type { DoctorReport } from '../../src/doctor/report.ts';
import { runDoctor } from '../../src/doctor-command.ts';

const CREDENTIALS = { principal: 'ada', secret: 'hush' };

let cluster: LocalCluster;
let master: string;

beforeAll(async () => {
  cluster = await LocalCluster.start({
    agents: [
      { cpus: 4, memMiB: 4096, attributes: { rack: 'r1' } },
      { cpus: 2, memMiB: 2048, attributes: { rack: 'r2' } },
    ],
    credentials: [CREDENTIALS],
    speed: 20,
  });
  master = cluster.master.url.replace('http', 'mesos');
});

afterAll(() => cluster.close());

/** A machine without Spark: what concerns the cluster is found out all the same. */
async function examined(...words: readonly string[]): Promise<{
  readonly status: number;
  readonly verdicts: Partial<Record<CheckName, Verdict>>;
  readonly messages: Partial<Record<CheckName, string>>;
}> {
  let written = '';
  const said = [
    '--json',
    '--conf',
    'spark.mesos.principal=ada',
    '--conf',
    'spark.mesos.secret=hush',
    ...words,
  ];
  const status = await runDoctor(said, {
    environment: { PATH: '/nowhere', SPARK_MESOS_CACHE: '/nowhere' },
    write: (text) => {
      written += text;
    },
  });
  const { checks, ok } = JSON.parse(written) as DoctorReport;
  expect(ok).toBe(status === 0);
  return {
    status,
    verdicts: Object.fromEntries(checks.map(({ check, verdict }) => [check, verdict])),
    messages: Object.fromEntries(checks.map(({ check, message }) => [check, message])),
  };
}

/** Names of the frameworks that the master still has. */
async function frameworks(): Promise<readonly string[]> {
  const client = new OperatorClient({ master, credentials: CREDENTIALS });
  try {
    const { frameworks } = await client.getFrameworks();
    return (frameworks ?? []).map(({ frameworkInfo }) => frameworkInfo.name);
  } finally {
    await client.close();
  }
}

function settingsOf(properties: Readonly<Record<string, string>>): SparkSettings {
  const parsed = parseSettings(properties);
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join());
  return parsed.settings;
}

describe('the doctor', () => {
  test('finds out what a cluster would give, and leaves nothing behind', async () => {
    const service = createServer().listen(0);
    await once(service, 'listening');
    onTestFinished(() => {
      service.close();
    });
    const { port } = service.address() as { port: number };
    const { verdicts, messages } = await examined(
      ...['--master', master, '--executor-cores', '2', '--executor-memory', '1g'],
      ...['--conf', 'spark.shuffle.service.enabled=true', '--conf', `spark.shuffle.service.port=${port}`],
      ...['--conf', 'spark.mesos.role=dev', '--conf', 'spark.mesos.driver.failoverTimeout=3600'],
      ...['--conf', 'spark.driver.host=127.0.0.1'],
    );
    expect(verdicts).toMatchObject({
      spark: 'problem',
      java: 'problem',
      python: 'skipped',
      settings: 'ok',
      host: 'ok',
      master: 'ok',
      role: 'ok',
      offers: 'ok',
      size: 'ok',
      shuffle: 'ok',
      dispatcher: 'skipped',
    });
    expect(messages.master).toMatch(/leads, Mesos 1\.11\.0, with 2 agents$/);
    expect(messages.role).toContain('role dev, principal ada');
    expect(messages.offers).toMatch(/^2 offers from 2 agents within .* the biggest has 4 cpus, 4 GiB/);
    expect(messages.size).toContain('fits into 2 of 2 offers, 3 times in all');
    expect(await frameworks()).toEqual([]);
  });

  test('says what keeps executors from running', async () => {
    const service = createServer().listen(0);
    await once(service, 'listening');
    const { port } = service.address() as { port: number };
    service.close();
    const { status, verdicts, messages } = await examined(
      ...['--master', master, '--executor-memory', '3g', '--conf', 'spark.mesos.constraints=rack:r2'],
      ...['--conf', 'spark.shuffle.service.enabled=true', '--conf', `spark.shuffle.service.port=${port}`],
    );
    expect(status).toBe(65);
    expect(verdicts).toMatchObject({ offers: 'ok', size: 'warning', shuffle: 'problem' });
    expect(messages.offers).toContain('1 of them meet spark.mesos.constraints');
    expect(messages.shuffle).toContain('nothing listens there');
    const nowhere = await examined('--master', master, '--conf', 'spark.mesos.constraints=rack:r3');
    expect(nowhere.verdicts).toMatchObject({ offers: 'problem', size: 'skipped' });
    expect(await frameworks()).toEqual([]);
  });

  test('tells a master that refuses from one that is not there, and from a setting that is wrong', async () => {
    const refused = await examined('--master', master, '--conf', 'spark.mesos.secret=loud');
    expect(refused.verdicts).toMatchObject({ master: 'problem', role: 'skipped', size: 'skipped' });
    expect(refused.messages.master).toContain('principal and secret');
    const gone = await examined('--master', 'mesos://127.0.0.1:1');
    expect(gone.messages.master).toContain('refused');
    const wrong = await examined('--master', master, '--executor-cores', 'many');
    expect(wrong.verdicts).toMatchObject({ settings: 'problem', master: 'ok', role: 'skipped' });
    const unnamed = await examined();
    expect(unnamed.messages.master).toContain('no master was named');
    const embedded = await examined('--master', 'mesos://local[3,cpus=2,mem=1g]', '--executor-memory', '2g');
    expect(embedded.verdicts).toMatchObject({ master: 'ok', offers: 'skipped', size: 'problem' });
  });

  test('asks a dispatcher alone where drivers go to one', async () => {
    const { verdicts, messages } = await examined(
      ...['--deploy-mode', 'cluster', '--master', 'spark://127.0.0.1:1', 'https://files/app.jar'],
    );
    expect(verdicts).toMatchObject({
      spark: 'skipped',
      java: 'skipped',
      master: 'skipped',
      dispatcher: 'problem',
    });
    expect(messages.dispatcher).toContain('spark://127.0.0.1:1');
  });

  test('refuses words that it does not know', async () => {
    await expect(examined('--mastr', master)).rejects.toMatchObject({ code: 'SUBMIT_USAGE' });
  });
});

describe('a framework that only looks', () => {
  const looking = () => ({
    master,
    credentials: CREDENTIALS,
    settings: settingsOf({}),
    registrationMs: 10_000,
    offersMs: 500,
  });

  test('ends when its time is up, though not all agents have made an offer', async () => {
    const trial = await tryFramework({ ...looking(), agents: 3 });
    expect(trial).toMatchObject({ admitted: true, leftBehind: undefined });
    expect(await frameworks()).toEqual([]);
  });

  test('is told why it is not let in', async () => {
    const wrong = { ...looking(), credentials: { principal: 'ada', secret: 'loud' }, agents: 1 };
    expect(await tryFramework(wrong)).toMatchObject({
      admitted: false,
      message: expect.stringContaining('principal and secret'),
    });
  });
});
