import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type DurableStore, MemoryStore } from '@spark-mesos/durable-store';
import { SchedulerClient } from '@spark-mesos/mesos-client';
import { type AgentOptions, LocalCluster, type LocalClusterOptions } from '@spark-mesos/mesos-local';
import { parseDispatcherSettings } from '@spark-mesos/scheduler-utils';
import { Dispatcher, type Submission, type SubmissionRequest } from '../../src/index.ts';

/**
 * In place of Spark: tells what it was called with, then does what its first argument behind the file says. `flaky`
 * fails as often as its number says, by the attempt in its framework id.
 */
const SPARK_SUBMIT = `#!/bin/sh
printf '%s\\n' "$@" >"$MESOS_SANDBOX/arguments"
printf '%s\\n' "$SPARK_HOME" "$PWD" "$SPARK_SUBMIT_OPTS" "$GREETING" >"$MESOS_SANDBOX/surroundings"
for last; do :; done
case $last in
  sleep) exec sleep 600 ;;
  fail) exit 7 ;;
  short) exec sleep 0.3 ;;
  flaky) case $SPARK_SUBMIT_OPTS in *-retry-2) exit 0 ;; *) exit 1 ;; esac ;;
  *) exit 0 ;;
esac
`;

/** An embedded Mesos, a Spark that is none, and the dispatchers that a test starts, with their stores. */
export class SmallCluster {
  readonly cluster: LocalCluster;
  readonly folder: string;
  readonly #dispatchers: Dispatcher[] = [];
  readonly #stores = new Set<DurableStore>();

  private constructor(cluster: LocalCluster, folder: string) {
    this.cluster = cluster;
    this.folder = folder;
  }

  static async start(
    agents: readonly AgentOptions[] = [{ cpus: 4, memMiB: 4096 }],
    more: Partial<LocalClusterOptions> = {},
  ): Promise<SmallCluster> {
    const folder = await mkdtemp(path.join(tmpdir(), 'dispatcher-'));
    await mkdir(path.join(folder, 'spark', 'bin'), { recursive: true });
    await writeFile(path.join(folder, 'spark', 'bin', 'spark-submit'), SPARK_SUBMIT);
    await chmod(path.join(folder, 'spark', 'bin', 'spark-submit'), 0o755);
    await writeFile(path.join(folder, 'app.jar'), 'a jar');
    const cluster = await LocalCluster.start({
      agents,
      workDir: path.join(folder, 'mesos'),
      speed: 5,
      ...more,
    });
    return new SmallCluster(cluster, folder);
  }

  async dispatcher(
    properties: Record<string, string> = {},
    store: DurableStore = new MemoryStore(),
  ): Promise<Dispatcher> {
    this.#stores.add(store);
    const parsed = parseDispatcherSettings({ 'spark.home': path.join(this.folder, 'spark'), ...properties });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const { host, port } = this.cluster.master;
    const dispatcher = await Dispatcher.start({
      settings: parsed.settings,
      identity: { user: 'root' },
      connect: (framework) => new SchedulerClient({ master: `${host}:${port}`, framework }),
      store,
      masterUrlOf: () => 'spark://gateway:7077',
    });
    this.#dispatchers.push(dispatcher);
    return dispatcher;
  }

  request(
    what: string,
    properties: Record<string, string> = {},
    more: Partial<SubmissionRequest> = {},
  ): SubmissionRequest {
    return {
      appResource: `file:${this.folder}/app.jar`,
      mainClass: 'org.example.Main',
      arguments: [what],
      environment: {},
      ...more,
      properties: { 'spark.app.name': what, 'spark.driver.memory': '64m', ...properties },
    };
  }

  tasks() {
    const { frameworks, completed_frameworks: completed } = this.cluster.state();
    return [...frameworks, ...completed].flatMap(({ tasks, completed_tasks: ended }) => [...tasks, ...ended]);
  }

  async close(): Promise<void> {
    for (const dispatcher of this.#dispatchers) await dispatcher.close();
    // A dispatcher does not close the store that it is given.
    for (const store of this.#stores) await store.close();
    await this.cluster.close();
    await rm(this.folder, { recursive: true });
  }
}

/** Submits, and gives the id. */
export async function take(dispatcher: Dispatcher, request: SubmissionRequest): Promise<string> {
  const outcome = await dispatcher.submit(request);
  if (!outcome.ok) throw new Error(outcome.message);
  return outcome.submissionId;
}

/** Waits until the submission is as it should be; looks with every event. */
export function until(
  dispatcher: Dispatcher,
  id: string,
  isMeant: (submission: Submission) => boolean,
): Promise<Submission> {
  return new Promise((resolve) => {
    const look = () => {
      const submission = dispatcher.status(id);
      if (submission === undefined || !isMeant(submission)) return;
      unsubscribe();
      resolve(submission);
    };
    const unsubscribe = dispatcher.subscribe(look);
    look();
  });
}
