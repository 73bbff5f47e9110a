import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  DEFAULT_FINE_SETTINGS,
  type FineApplication,
  FineBackend,
  type FineSettings,
  type FineTask,
} from '@spark-mesos/fine-backend';
import { SchedulerClient } from '@spark-mesos/mesos-client';
import { LocalCluster } from '@spark-mesos/mesos-local';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';

const APP = fileURLToPath(new URL('../..', import.meta.url));
const COMMAND = join(APP, 'bin', 'spark-mesos-fine-executor.js');

/** Waits until it holds. */
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 40_000, interval: 20 });

/** An application whose executors are what a test says. */
class TestApplication implements FineApplication {
  readonly passed: string[] = [];
  readonly states: string[] = [];
  readonly #script: string;
  frameworkId = '';

  constructor(script: string) {
    this.#script = script;
  }
  launchExecutor({ executorId }: { executorId: number }) {
    return { name: `executor ${executorId}`, command: { value: this.#script } };
  }
  registered(frameworkId: string) {
    this.frameworkId = frameworkId;
  }
  executorLaunched() {}
  executorState({ executorId }: { executorId: number }, state: string, detail: { exitStatus?: number }) {
    this.states.push([executorId, state, detail.exitStatus].filter((part) => part !== undefined).join(' '));
  }
  executorCores() {}
  pass({ taskId }: FineTask) {
    this.passed.push(taskId);
  }
  taskLost() {}
  unpaid() {}
  waiting() {}
  failed() {}
}

let folder: string;
let cluster: LocalCluster;
let backend: FineBackend | undefined;

beforeAll(() => {
  // The agent runs it as a program of its own, which cannot run TypeScript.
  const typescript = createRequire(import.meta.url).resolve('typescript/package.json');
  execFileSync(process.execPath, [join(dirname(typescript), 'bin', 'tsc'), '-b', APP]);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fine-executor-'));
  const executorEnvironment = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` };
  cluster = await LocalCluster.start({
    agents: [{ cpus: 4, memMiB: 2048, executorEnvironment }],
    allocationIntervalMs: 50,
    workDir: join(folder, 'work'),
  });
});
afterEach(async () => {
  await backend?.stop({ graceMs: 0 });
  backend = undefined;
  await cluster.close();
  await rm(folder, { recursive: true, force: true });
});

/** A child that leaves its pid in a file, and then does what `then` says. */
const childThat = (then: string) => `echo $$ > ${folder}/pid; echo said; echo complained >&2; ${then}`;

function start(script: string, settings: Partial<FineSettings> = {}, framework: object = {}) {
  const application = new TestApplication(script);
  const master = cluster.master.url.replace('http://', '');
  backend = new FineBackend({
    client: new SchedulerClient({ master, framework: { user: '', name: 'fine', ...framework } }),
    application,
    settings: {
      ...DEFAULT_FINE_SETTINGS,
      executorMemoryMiB: 128,
      executorCores: 0.5,
      carrier: 'executor',
      executorProgram: COMMAND,
      leaseMs: 250,
      ...settings,
    },
  });
  backend.start();
  return { application, backend };
}

const childPid = async () => Number(await readFile(join(folder, 'pid'), 'utf8'));

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The states of all tasks that the master knows, by id without its random beginning. */
function tasksOf(frameworkId: string): Record<string, string> {
  const { frameworks, completed_frameworks } = cluster.state();
  const framework = [...frameworks, ...completed_frameworks].find(({ id }) => id === frameworkId);
  const tasks = [...(framework?.tasks ?? []), ...(framework?.completed_tasks ?? [])];
  return Object.fromEntries(tasks.map(({ id, state }) => [id.replace(/^[0-9a-f]+-/, ''), state]));
}

/** What the files of that name in all sandboxes hold. */
async function sandboxFiles(name: string): Promise<string> {
  const all = await readdir(join(folder, 'work'), { recursive: true });
  const found = all.filter((path) => path.endsWith(`/${name}`) && !path.includes('/latest/'));
  const texts = await Promise.all(found.map((path) => readFile(join(folder, 'work', path), 'utf8')));
  return texts.join('');
}

const hold = (taskId: string) => backend?.hold({ taskId, name: `task ${taskId}`, executorId: 0 });

describe('the Mesos executor of fine mode', () => {
  test('F1, F30, F53: in exact mode each task is a Mesos task that ends as it has', async () => {
    const { application } = start(childThat('exec sleep 600'), { exact: true });
    await until(() => expect(application.states).toContain('0 RUNNING'));
    for (const taskId of ['1', '2', '3']) hold(taskId);
    await until(() => expect([...application.passed].sort()).toEqual(['1', '2', '3']));
    backend?.ended('1', 'FINISHED');
    backend?.ended('2', 'FAILED');
    backend?.ended('3', 'KILLED');
    await until(() =>
      expect(Object.values(tasksOf(application.frameworkId)).sort()).toEqual([
        'TASK_FAILED',
        'TASK_FINISHED',
        'TASK_KILLED',
        'TASK_RUNNING',
      ]),
    );
    expect(await sandboxFiles('stdout')).toContain('said\n');
    expect(await sandboxFiles('stderr')).toContain('complained\n');
  });

  test('F1, F62: slots carry one task after another, and finish', async () => {
    const { application } = start(childThat('exec sleep 600'));
    await until(() => expect(application.states).toContain('0 RUNNING'));
    hold('1');
    await until(() => expect(application.passed).toEqual(['1']));
    hold('2');
    backend?.ended('1');
    await until(() => expect(application.passed).toContain('2'));
    backend?.ended('2', 'FAILED');
    await until(() => {
      const { 'e-0': executor, ...slots } = tasksOf(application.frameworkId);
      expect(executor).toBe('TASK_RUNNING');
      expect(new Set(Object.values(slots))).toEqual(new Set(['TASK_FINISHED']));
    });
  });

  test('F33: the end of the child is that of the executor and of its tasks, and says its status', async () => {
    const { application } = start(childThat(`while [ ! -e ${folder}/go ]; do sleep 0.05; done; exit 3`), {
      exact: true,
      maxStartFailures: 1,
    });
    await until(() => expect(application.states).toContain('0 RUNNING'));
    hold('1');
    await until(() => expect(application.passed).toEqual(['1']));
    execFileSync('touch', [join(folder, 'go')]);
    await until(() => expect(application.states).toContain('0 FAILED 3'));
    await until(() =>
      expect(tasksOf(application.frameworkId)).toMatchObject({ 'e-0': 'TASK_FAILED', 's-0': 'TASK_FAILED' }),
    );
  });

  test('F54: killed, it leaves no child behind, not even one that will not end', async () => {
    const { application } = start(childThat("trap '' TERM; while :; do sleep 0.1; done"));
    await until(() => expect(application.states).toContain('0 RUNNING'));
    const pid = await vi.waitFor(childPid);
    backend?.killExecutors([0]);
    await until(() => expect(application.states).toContain('0 KILLED 137'));
    expect(isAlive(pid)).toBe(false);
  });

  test('F54: killed the hard way, it takes its child along', async () => {
    const { application } = start(childThat('exec sleep 600'), { maxStartFailures: 1 });
    await until(() => expect(application.states).toContain('0 RUNNING'));
    const pid = await vi.waitFor(childPid);
    const [, parent = ''] = /\) \S (\d+)/.exec(await readFile(`/proc/${pid}/stat`, 'utf8')) ?? [];
    process.kill(Number(parent), 'SIGKILL');
    await until(() => expect(application.states).toContain('0 FAILED'));
    await until(() => expect(isAlive(pid)).toBe(false));
  });

  test('F44, F54: without checkpoints it ends with its agent, and with the framework', async () => {
    const { application } = start(childThat('exec sleep 600'));
    await until(() => expect(application.states).toContain('0 RUNNING'));
    const first = await vi.waitFor(childPid);
    await cluster.faults.restartAgent(cluster.agents[0]?.id ?? '');
    await until(() => expect(isAlive(first)).toBe(false));
    await until(() => expect(application.states).toContain('1 RUNNING'));
    await until(async () => expect(await childPid()).not.toBe(first));
    const second = await childPid();
    await backend?.stop({ graceMs: 0 });
    await until(() => expect(isAlive(second)).toBe(false));
  });

  test('F44: with checkpoints its child and its tasks outlive a restart of the agent', async () => {
    const { application } = start(childThat('exec sleep 600'), {}, { checkpoint: true });
    await until(() => expect(application.states).toContain('0 RUNNING'));
    const pid = await vi.waitFor(childPid);
    hold('1');
    await until(() => expect(application.passed).toEqual(['1']));
    await cluster.faults.restartAgent(cluster.agents[0]?.id ?? '');
    backend?.ended('1');
    await until(() => {
      const { 'e-0': executor, ...slots } = tasksOf(application.frameworkId);
      expect([executor, ...Object.values(slots)]).toEqual(['TASK_RUNNING', 'TASK_FINISHED']);
    });
    expect(isAlive(pid)).toBe(true);
    expect(application.states).toEqual(['0 LAUNCHING', '0 RUNNING']);
  });

  test.for([
    [78, ['--', '/bin/true'], 'this is not the environment of an executor'],
    [64, [], 'Usage: spark-mesos-fine-executor'],
  ] as const)('ends with status %i where it cannot do anything', async ([status, argv, words]) => {
    const { code, stderr } = await new Promise<{ code: number; stderr: string }>((resolve) => {
      execFile(process.execPath, [COMMAND, ...argv], { env: {} }, (error, _, stderr) =>
        resolve({ code: Number(error?.code ?? 0), stderr }),
      );
    });
    expect(stderr).toContain(words);
    expect(code).toBe(status);
  });
});
