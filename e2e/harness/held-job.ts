import type { SparkMesosCommand } from './command.ts';
import { eventually } from './eventually.ts';
import { type ClusterOptions, Scene } from './scene.ts';
import { jarOf, type TestSpark } from './sparks.ts';

/** A job in the middle of its work; it goes on when a file appears. */
export interface HeldJob {
  readonly scene: Scene;
  readonly command: SparkMesosCommand;
  /** Given to {@link Scene.open}, it lets the job end. It then prints "Sum is 36". */
  readonly gate: string;
}

/** What differs from a plain job on a plain cluster. */
export interface HeldJobOptions {
  /** Given with `--conf`. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly cluster?: ClusterOptions;
}

/** A job whose two executors of one core each are at work and stay so until the gate is opened. */
export async function heldJob(
  spark: TestSpark,
  { settings = {}, cluster = {} }: HeldJobOptions = {},
): Promise<HeldJob> {
  const scene = await Scene.withCluster(undefined, cluster);
  const gate = scene.path('gate');
  const limits = ['--total-executor-cores', '2', '--executor-cores', '1', '--executor-memory', '512m'];
  const more = Object.entries(settings).flatMap(([name, value]) => ['--conf', `${name}=${value}`]);
  const program = ['--class', 'org.sparkmesos.e2e.GatedSum', await jarOf('gatedSum', spark), '8', gate];
  const words = ['submit', '--master', scene.master, ...limits, ...more, ...program];
  const command = scene.start(words, { spark });
  // Two tasks have been started when the driver has said so; by then their executors have registered with it.
  await eventually('two tasks of the job are running', () =>
    /Starting task 1\.0 in stage/.test(command.driverLog),
  );
  return { scene, command, gate };
}
