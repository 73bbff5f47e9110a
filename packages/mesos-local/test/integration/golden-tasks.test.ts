import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LocalCluster } from '../../src/index.ts';
import { type Exchange, readTraceSteps } from '../support/golden-trace.ts';
import { getJson, type Json, JsonScheduler } from '../support/json-client.ts';

/** Where the recording had the files that its tasks fetch. */
const RECORDED_FILES = '/tmp/mesos-run';

/** Of the recorded scenarios, what needs a custom executor or an operation other than LAUNCH is left out. */
const LEFT_OUT = new Set(['i-fw2', 'g1', 'g2']);

/** Tasks that must have set their trap before they are killed, or they die of SIGTERM. */
const IGNORES_SIGTERM = new Set(['stubborn', 'kp']);

let cluster: LocalCluster;
let files: string;

beforeAll(async () => {
  files = await mkdtemp(join(tmpdir(), 'mesos-local-test-'));
  await writeFile(join(files, 'hello.txt'), 'hello fetcher\n');
  await writeFile(join(files, 'run.sh'), '#!/bin/sh\necho script\n');
  execFileSync('tar', ['-C', files, '-czf', join(files, 'hello.tar.gz'), 'hello.txt']);
  cluster = await LocalCluster.start({ agents: [{ cpus: 64, memMiB: 65_536 }], allocationIntervalMs: 20 });
});

afterAll(async () => {
  await cluster.close();
  await rm(files, { recursive: true });
});

/** What a task gives back is offered by itself; such crumbs are left lying. */
function hasMuch(offer: Json): boolean {
  return offer.resources.some((resource: Json) => resource.name === 'cpus' && resource.scalar.value > 8);
}

/** One recorded client, played again: its calls with our ids, its tasks' updates compared with ours. */
class Replay {
  readonly #scheduler: JsonScheduler;
  readonly #offers = new Map<string, Json>();
  readonly #agentId: string;

  constructor(scheduler: JsonScheduler, agentId: string) {
    this.#scheduler = scheduler;
    this.#agentId = agentId;
  }

  async send(exchange: Exchange): Promise<void> {
    const call = JSON.parse(this.#shorten(exchange.body.toString('utf8')));
    if (call.accept) call.accept.filters ??= { refuse_seconds: 0 };
    for (const operation of call.accept?.operations ?? []) {
      const tasks = operation.launch?.task_infos;
      if (tasks)
        operation.launch.task_infos = tasks.filter((task: Json) => !LEFT_OUT.has(task.task_id.value));
    }
    for (const [index, { value }] of (call.accept?.offer_ids ?? []).entries()) {
      const offer = this.#offers.get(value) ?? (await this.#offerFor(value));
      call.accept.offer_ids[index] = offer.id;
    }
    if (IGNORES_SIGTERM.has(call.kill?.task_id.value))
      await this.#hasSaid(call.kill.task_id.value, 'trapped');
    const answer = await this.#scheduler.call(this.#withOurAgent(call));
    expect([exchange.note, answer.status, answer.text]).toEqual([exchange.note, exchange.status, '']);
  }

  /** The recorded status and ours, without what is different each time. */
  async compare(recorded: Json): Promise<void> {
    const ours = await this.#scheduler.nextStatus(recorded.task_id.value);
    expect(this.#comparable(ours)).toEqual(this.#comparable(recorded));
    expect(typeof ours.timestamp).toBe('number');
    expect(typeof ours.uuid).toBe(typeof recorded.uuid);
  }

  /** On a busy machine a command gets to its first words late. */
  async #hasSaid(taskId: string, words: string): Promise<void> {
    const path = `/frameworks/${this.#scheduler.frameworkId}/executors/${taskId}/runs/latest/stdout`;
    const url = `${cluster.agents[0]?.url}/files/read?path=${path}&offset=0`;
    await expect.poll(async () => (await getJson(url)).data, { timeout: 10_000 }).toContain(words);
  }

  async #offerFor(recorded: string): Promise<Json> {
    const isStrange = recorded.startsWith('nope');
    const offer = isStrange ? { id: { value: recorded } } : await this.#scheduler.nextOffer(hasMuch);
    this.#offers.set(recorded, offer);
    return offer;
  }

  #withOurAgent(call: Json): Json {
    const text = JSON.stringify(call).replaceAll(/"agent_id":\{"value":"[0-9a-f-]{36}-S0"\}/g, () => {
      return `"agent_id":{"value":"${this.#agentId}"}`;
    });
    return JSON.parse(text);
  }

  /** Nobody needs to sleep as long as the recorded tasks did. */
  #shorten(body: string): string {
    return body
      .replaceAll(RECORDED_FILES, files)
      .replaceAll(/sleep [13]\b(?!0)/g, 'sleep 0.05')
      .replaceAll('TERM; while', 'TERM; echo trapped; while');
  }

  #comparable(status: Json): Json {
    const text = JSON.stringify({ ...status, timestamp: 0, uuid: '' })
      .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}(-[SO]?\d+)?/g, 'ID')
      .replaceAll(/nope-S\d/g, 'ID')
      .replaceAll(/"executor_pid":\d+/g, '"executor_pid":0')
      .replaceAll(/is more than available [^"]*/g, 'is more than available …');
    return JSON.parse(text);
  }
}

async function replay(name: string): Promise<void> {
  let running: Replay | undefined;
  for (const step of readTraceSteps(name)) {
    if (step.kind === 'event') {
      const { type, update } = step.event;
      if (type === 'UPDATE' && !LEFT_OUT.has(update.status.task_id.value))
        await running?.compare(update.status);
      continue;
    }
    const { exchange } = step;
    if (exchange.method !== 'POST') continue;
    const call = JSON.parse(exchange.body.toString('utf8'));
    if (call.type === 'SUBSCRIBE') {
      const scheduler = await JsonScheduler.subscribe(cluster.master.url, call.subscribe.framework_info);
      running = new Replay(scheduler, cluster.agents[0]?.id ?? '');
    } else if (!JSON.stringify(call).includes('"RESERVE"') && call.kill?.task_id.value !== 'g2') {
      await running?.send(exchange);
    }
  }
}

describe('the recorded scenarios of a real Mesos', () => {
  it('03-tasks: every update of every command task is the same', () => replay('03-tasks-json.jsonl'));

  it('18-launch-details: malformed resources refuse the whole operation, too big ones a task', () =>
    replay('18-launch-details-json.jsonl'));
});
