import { RecordIoDecoder } from '@spark-mesos/mesos-proto';
import { request } from 'undici';

/** A JSON value read off the wire; tests look into it freely. */
// biome-ignore lint/suspicious/noExplicitAny: what a real client would parse with a schema
export type Json = any;

/** An answer to one call. */
export interface CallAnswer {
  readonly status: number;
  readonly text: string;
  readonly headers: Record<string, string | string[] | undefined>;
}

/** The body of a FrameworkInfo that most tests can live with. */
export const PLAIN_FRAMEWORK = {
  user: 'root',
  name: 'test',
  roles: ['spark'],
  capabilities: [{ type: 'MULTI_ROLE' }],
  failover_timeout: 30,
};

/** Posts a body to the scheduler endpoint as it is. */
export async function post(
  url: string,
  body: string | Uint8Array,
  headers: Record<string, string>,
): Promise<CallAnswer> {
  const answer = await request(`${url}/api/v1/scheduler`, { method: 'POST', body, headers });
  return { status: answer.statusCode, text: await answer.body.text(), headers: answer.headers };
}

/** The JSON that a GET answers. */
export async function getJson(url: string): Promise<Json> {
  return (await fetch(url)).json();
}

/** A scheduler in its barest form: it subscribes in JSON, keeps every event, and sends what it is told. */
export class JsonScheduler {
  readonly events: Json[] = [];
  frameworkId = '';
  streamId = '';
  isOver = false;
  readonly #url: string;
  readonly #abort = new AbortController();
  readonly #waiters = new Set<() => void>();

  private constructor(url: string) {
    this.#url = url;
  }

  static async subscribe(
    url: string,
    framework: object = PLAIN_FRAMEWORK,
    id?: string,
  ): Promise<JsonScheduler> {
    const scheduler = new JsonScheduler(url);
    const info = id === undefined ? framework : { ...framework, id: { value: id } };
    const call = {
      type: 'SUBSCRIBE',
      ...(id !== undefined && { framework_id: { value: id } }),
      subscribe: { framework_info: info },
    };
    const answer = await request(`${url}/api/v1/scheduler`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(call),
      signal: scheduler.#abort.signal,
    });
    scheduler.streamId = String(answer.headers['mesos-stream-id']);
    scheduler.#read(answer.body).catch(() => {});
    const first = await scheduler.next((event) => event.type === 'SUBSCRIBED' || event.type === 'ERROR');
    scheduler.frameworkId = first.subscribed?.framework_id.value ?? '';
    return scheduler;
  }

  async #read(body: AsyncIterable<Uint8Array>): Promise<void> {
    const decoder = new RecordIoDecoder();
    try {
      for await (const chunk of body) {
        for (const record of decoder.push(chunk))
          this.events.push(JSON.parse(Buffer.from(record).toString()));
        for (const waiter of [...this.#waiters]) waiter();
      }
    } finally {
      this.isOver = true;
      for (const waiter of [...this.#waiters]) waiter();
    }
  }

  /** The first event of this kind, now or later; it is taken out. */
  async next(fits: (event: Json) => boolean, timeoutMs = 30_000): Promise<Json> {
    const take = () => {
      const index = this.events.findIndex(fits);
      return index < 0 ? undefined : this.events.splice(index, 1)[0];
    };
    const found = take();
    if (found !== undefined) return found;
    if (this.isOver) throw new Error('the stream has ended');
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`no such event in ${JSON.stringify(this.events)}`)),
        timeoutMs,
      );
      const look = () => {
        const event = take();
        if (event === undefined && !this.isOver) return;
        clearTimeout(timer);
        this.#waiters.delete(look);
        if (event !== undefined) resolve(event);
        else reject(new Error('the stream has ended'));
      };
      this.#waiters.add(look);
    });
  }

  /** Resolves when the stream has ended. */
  async ended(): Promise<void> {
    await this.next(() => false).catch(() => {});
  }

  nextOffer(fits: (offer: Json) => boolean = () => true): Promise<Json> {
    return this.next((event) => event.type === 'OFFERS' && event.offers.offers.some(fits)).then((event) =>
      event.offers.offers.find(fits),
    );
  }

  /** The next update of a task, acknowledged when it asks for that. */
  async nextStatus(taskId: string): Promise<Json> {
    const event = await this.next(
      (candidate) => candidate.type === 'UPDATE' && candidate.update.status.task_id.value === taskId,
    );
    const { status } = event.update;
    if (status.uuid) await this.acknowledge(status);
    return status;
  }

  /** Statuses up to the one in this state. */
  async statusesUntil(taskId: string, state: string): Promise<Json[]> {
    const statuses = [];
    for (;;) {
      const status = await this.nextStatus(taskId);
      statuses.push(status);
      if (status.state === state) return statuses;
    }
  }

  acknowledge(status: Json): Promise<CallAnswer> {
    const { agent_id, task_id, uuid } = status;
    return this.call({ type: 'ACKNOWLEDGE', acknowledge: { agent_id, task_id, uuid } });
  }

  call(call: object): Promise<CallAnswer> {
    const body = JSON.stringify({ ...call, framework_id: { value: this.frameworkId } });
    return post(this.#url, body, {
      'content-type': 'application/json',
      accept: 'application/json',
      'mesos-stream-id': this.streamId,
    });
  }

  launch(offer: Json, tasks: object[], refuseSeconds = 0): Promise<CallAnswer> {
    return this.call({
      type: 'ACCEPT',
      accept: {
        offer_ids: [offer.id],
        operations: [{ type: 'LAUNCH', launch: { task_infos: tasks } }],
        filters: { refuse_seconds: refuseSeconds },
      },
    });
  }

  /** Goes away without a word. */
  disconnect(): void {
    this.#abort.abort();
  }
}

/** A task that runs a shell command. */
export function shellTask(id: string, offer: Json, value: string, more: object = {}): Json {
  return {
    name: `task ${id}`,
    task_id: { value: id },
    agent_id: offer.agent_id,
    resources: [
      { name: 'cpus', type: 'SCALAR', scalar: { value: 0.5 } },
      { name: 'mem', type: 'SCALAR', scalar: { value: 64 } },
    ],
    command: { shell: true, value },
    ...more,
  };
}
