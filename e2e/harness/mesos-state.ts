import { eventually } from './eventually.ts';

/** What the tests read of the master's /state. */
export interface MesosState {
  readonly frameworks: readonly FrameworkState[];
  readonly completed_frameworks: readonly FrameworkState[];
}

/** One framework in /state. */
export interface FrameworkState {
  readonly id: string;
  readonly name: string;
  readonly role?: string;
  readonly roles?: readonly string[];
  readonly tasks: readonly TaskState[];
  readonly completed_tasks: readonly TaskState[];
}

/** One task in /state. */
export interface TaskState {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly slave_id: string;
  readonly resources: { readonly cpus: number; readonly mem: number; readonly gpus: number };
}

/** Asks a master for its state. */
export async function stateOf(url: string): Promise<MesosState> {
  const response = await fetch(new URL('/state', url));
  if (!response.ok) throw new Error(`${url}/state answered ${response.status}`);
  return (await response.json()) as MesosState;
}

/** Waits until the state is as wanted, and gives what was found in it. */
export async function stateWith<T>(
  url: string,
  what: string,
  find: (state: MesosState) => T | undefined | false,
  deadlineMs = 60_000,
): Promise<T> {
  return await eventually(`/state has ${what}`, async () => find(await stateOf(url)), deadlineMs);
}

/** The roles of a framework, whichever of the two fields says them. */
export function rolesOf(framework: FrameworkState): readonly string[] {
  return framework.roles ?? (framework.role === undefined ? [] : [framework.role]);
}

/** The tasks of a framework that run now. */
export function runningTasks(framework: FrameworkState | undefined): readonly TaskState[] {
  return (framework?.tasks ?? []).filter(({ state }) => state === 'TASK_RUNNING');
}
