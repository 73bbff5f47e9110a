import { fixture } from '../fixtures.ts';

/** An entry of a recorded `/state`, to be changed at will. */
export type Entry = Record<string, unknown>;

const sparkState = fixture('spark-state.json');
const agentTemplate = entriesOf(sparkState.slaves)[0] ?? {};
const frameworkTemplate = entriesOf(sparkState.frameworks)[0] ?? {};
const taskTemplate = entriesOf(frameworkTemplate.tasks)[0] ?? {};
const executorTemplate =
  entriesOf(entriesOf(fixture('spark-agent-state.json').frameworks)[0]?.executors)[0] ?? {};

const MASTER_ID = String(sparkState.id);

/** What a task of the made-up cluster is made from. */
export interface TaskPlan {
  readonly id: string;
  readonly name: string;
  readonly agent: number;
  readonly cpus: number;
  readonly memMiB: number;
  readonly startedMs: number;
  readonly labels?: Record<string, string>;
}

/**
 * A cluster whose every entry has the form that a real master gave it; only names, amounts and times are made up.
 * It changes when a test says so.
 */
export class RecordedCluster {
  readonly #agents: Entry[] = [];
  readonly #frameworks: Entry[] = [];
  readonly #completed: Entry[] = [];
  readonly #executors = new Map<
    string,
    { agent: number; frameworkId: string; entry: Entry; ended: boolean }
  >();
  readonly #files = new Map<string, Buffer>();

  /** The answer to `/state`. */
  state(): Entry {
    return {
      ...sparkState,
      hostname: '127.0.0.1',
      leader_info: { ...(sparkState.leader_info as Entry), hostname: '127.0.0.1' },
      activated_slaves: this.#agents.length,
      slaves: this.#agents.map((agent) => this.#withUse(agent, 'slave_id')),
      frameworks: this.#frameworks.map((framework) => this.#withUse(framework, 'framework_id')),
      completed_frameworks: this.#completed,
    };
  }

  /** The answer to GET_TASKS. */
  tasks(): Entry {
    const frameworks = [...this.#frameworks, ...this.#completed];
    const listed = (list: string) =>
      frameworks
        .flatMap((framework) => entriesOf(framework[list]))
        .map(({ id, framework_id, statuses }) => ({
          task_id: { value: id },
          framework_id: { value: framework_id },
          statuses,
        }));
    return {
      type: 'GET_TASKS',
      get_tasks: { tasks: listed('tasks'), completed_tasks: listed('completed_tasks') },
    };
  }

  /** The answer to `/roles`. */
  roles(): Entry {
    const names = [...new Set(this.#frameworks.map((framework) => String(framework.role)))].sort();
    return {
      roles: names.map((name) => {
        const frameworks = this.#frameworks.filter((framework) => framework.role === name);
        const tasks = frameworks.flatMap((framework) => entriesOf(framework.tasks));
        const allocated = sum(tasks.map((task) => task.resources));
        return {
          ...(entriesOf(fixture('spark-roles.json').roles)[0] ?? {}),
          name,
          weight: name === 'production' ? 3 : 1,
          allocated,
          offered: sum(
            frameworks.flatMap((framework) => entriesOf(framework.offers)).map((offer) => offer.resources),
          ),
          quota: { role: name, guarantee: {}, limit: name === 'dev' ? { cpus: 8 } : {}, consumed: allocated },
          frameworks: frameworks.map((framework) => framework.id),
        };
      }),
    };
  }

  /** The answer to an agent's `/state`; undefined for an agent that is not there. */
  agentState(agentId: string): Entry | undefined {
    const agent = this.#agents.findIndex((candidate) => candidate.id === agentId);
    if (agent < 0) return undefined;
    const here = [...this.#executors.values()].filter((executor) => executor.agent === agent);
    const ids = [...new Set(here.map((executor) => executor.frameworkId))];
    const listed = (id: string, ended: boolean) =>
      here
        .filter((executor) => executor.frameworkId === id && executor.ended === ended)
        .map(({ entry }) => entry);
    return {
      ...fixture('spark-agent-state.json'),
      id: agentId,
      frameworks: ids.map((id) => ({
        id,
        executors: listed(id, false),
        completed_executors: listed(id, true),
      })),
    };
  }

  /** A file of any agent's sandboxes. */
  file(path: string): Buffer | undefined {
    return this.#files.get(path);
  }

  /** The answer to `/files/browse`. */
  browse(directory: string): Entry[] {
    const entries = new Map<string, Entry>();
    for (const [path, content] of this.#files) {
      if (!path.startsWith(`${directory}/`)) continue;
      const [name = '', ...deeper] = path.slice(directory.length + 1).split('/');
      entries.set(name, {
        gid: 'root',
        mode: deeper.length > 0 ? 'drwxr-xr-x' : '-rw-r--r--',
        mtime: Math.floor(Date.now() / 1000),
        nlink: 1,
        path: `${directory}/${name}`,
        size: deeper.length > 0 ? 4096 : content.length,
        uid: 'root',
      });
    }
    return [...entries.values()];
  }

  addAgent(hostname: string, cpus: number, memMiB: number, attributes: Entry): string {
    const number = this.#agents.length;
    const resources = { disk: 51_200, mem: memMiB, gpus: 0, cpus, ports: '[31000-32000]' };
    const id = `${MASTER_ID}-S${number}`;
    this.#agents.push({
      ...agentTemplate,
      id,
      hostname,
      port: 5051 + number,
      attributes,
      resources,
      unreserved_resources: resources,
      registered_time: Date.now() / 1000 - 3600,
    });
    return id;
  }

  addFramework(name: string, role: string, registeredMs: number, changes: Entry = {}): string {
    const id = `${MASTER_ID}-${String(this.#frameworks.length + this.#completed.length).padStart(4, '0')}`;
    const registered = { registered_time: registeredMs / 1000, unregistered_time: 0 };
    const empty = { tasks: [], completed_tasks: [], unreachable_tasks: [], offers: [], executors: [] };
    this.#frameworks.push({ ...frameworkTemplate, ...registered, ...empty, id, name, role, ...changes });
    return id;
  }

  addOffer(frameworkId: string, agent: number, cpus: number, memMiB: number): void {
    this.#listOf(frameworkId, 'offers').push({
      id: `${MASTER_ID}-O${agent}`,
      framework_id: frameworkId,
      allocation_info: { role: String(this.#framework(frameworkId).role) },
      slave_id: this.#agents[agent]?.id,
      resources: { disk: 0, mem: memMiB, gpus: 0, cpus },
    });
  }

  addTask(frameworkId: string, plan: TaskPlan, state = 'TASK_RUNNING'): void {
    const started = plan.startedMs / 1000;
    const statuses = [status('TASK_STARTING', started - 0.4), status('TASK_RUNNING', started)];
    this.#listOf(frameworkId, 'tasks').push({
      ...taskTemplate,
      id: plan.id,
      name: plan.name,
      framework_id: frameworkId,
      slave_id: this.#agents[plan.agent]?.id,
      role: this.#framework(frameworkId).role,
      resources: { disk: 0, mem: plan.memMiB, gpus: 0, cpus: plan.cpus },
      labels: Object.entries(plan.labels ?? {}).map(([key, value]) => ({ key, value })),
      statuses: state === 'TASK_STAGING' ? [] : statuses,
      state,
    });
    if (state === 'TASK_STAGING') return;
    const directory = `/var/lib/mesos/${this.#agents[plan.agent]?.id}/${plan.id}/runs/1`;
    const entry = { ...executorTemplate, id: plan.id, source: plan.id, directory, tasks: [] };
    this.#executors.set(`${frameworkId}/${plan.id}`, { agent: plan.agent, frameworkId, entry, ended: false });
    this.writeFile(`${directory}/stdout`, '');
    this.writeFile(`${directory}/stderr`, '');
  }

  /** Ends a task; its executor and sandbox stay to be looked at. */
  endTask(frameworkId: string, taskId: string, state: string, endedMs: number, message?: string): void {
    const tasks = this.#listOf(frameworkId, 'tasks');
    const index = tasks.findIndex((task) => task.id === taskId);
    const [task] = tasks.splice(index, 1);
    if (!task) throw new Error(`no task ${taskId}`);
    const last = { ...status(state, endedMs / 1000), ...(message === undefined ? {} : { message }) };
    this.#listOf(frameworkId, 'completed_tasks').push({
      ...task,
      state,
      statuses: [...entriesOf(task.statuses), last],
    });
    const executor = this.#executors.get(`${frameworkId}/${taskId}`);
    if (executor) executor.ended = true;
  }

  endFramework(frameworkId: string, endedMs: number): void {
    const framework = this.#framework(frameworkId);
    this.#frameworks.splice(this.#frameworks.indexOf(framework), 1);
    this.#completed.push({
      ...framework,
      active: false,
      connected: false,
      unregistered_time: endedMs / 1000,
    });
  }

  /** Where a task's files are. */
  sandboxOf(frameworkId: string, taskId: string): string {
    return String(this.#executors.get(`${frameworkId}/${taskId}`)?.entry.directory);
  }

  writeFile(path: string, content: string | Buffer): void {
    this.#files.set(path, Buffer.from(content));
  }

  appendFile(path: string, content: string | Buffer): void {
    this.#files.set(path, Buffer.concat([this.#files.get(path) ?? Buffer.alloc(0), Buffer.from(content)]));
  }

  #framework(id: string): Entry {
    const framework = this.#frameworks.find((candidate) => candidate.id === id);
    if (!framework) throw new Error(`no framework ${id}`);
    return framework;
  }

  #listOf(frameworkId: string, list: string): Entry[] {
    return this.#framework(frameworkId)[list] as Entry[];
  }

  /** An agent or framework with the sums of what its tasks use and its offers hold. */
  #withUse(entry: Entry, field: 'slave_id' | 'framework_id'): Entry {
    const mine = (list: string) =>
      this.#frameworks
        .flatMap((framework) => entriesOf(framework[list]))
        .filter((candidate) => candidate[field] === entry.id)
        .map((candidate) => candidate.resources);
    return { ...entry, used_resources: sum(mine('tasks')), offered_resources: sum(mine('offers')) };
  }
}

function status(state: string, timestamp: number): Entry {
  return { ...(entriesOf(taskTemplate.statuses)[0] ?? {}), state, timestamp };
}

function sum(amounts: readonly unknown[]): Entry {
  const total = { disk: 0, mem: 0, gpus: 0, cpus: 0 };
  for (const amount of amounts as Partial<typeof total>[]) {
    total.cpus += amount.cpus ?? 0;
    total.mem += amount.mem ?? 0;
  }
  return total;
}

function entriesOf(value: unknown): Entry[] {
  return Array.isArray(value) ? value : [];
}
