import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LocalCluster } from '../../src/index.ts';
import { type Exchange, readTrace } from '../support/golden-trace.ts';
import { JsonScheduler } from '../support/json-client.ts';

/** The framework that the recorded calls after its subscription belong to. */
const RECORDED_FRAMEWORK = /"framework_id":\{"value":"([0-9a-f-]{36}-0001)"\}/;

let cluster: LocalCluster;
let scheduler: JsonScheduler;

beforeAll(async () => {
  cluster = await LocalCluster.start({ agents: [{ cpus: 4, memMiB: 4096 }] });
  scheduler = await JsonScheduler.subscribe(cluster.master.url);
});

afterAll(() => cluster.close());

function isSubscription(exchange: Exchange): boolean {
  return exchange.status === 200;
}

/** Calls that a well-formed body would make go through need the ids of our own subscription. */
function translate(exchange: Exchange): { body: Buffer; headers: Record<string, string> } {
  const headers = { ...exchange.headers };
  delete headers.host;
  delete headers['content-length'];
  delete headers['transfer-encoding'];
  const text = exchange.body.toString('latin1');
  const recorded = RECORDED_FRAMEWORK.exec(text)?.[1];
  if (recorded === undefined) return { body: exchange.body, headers };
  if (headers['mesos-stream-id'] && !headers['mesos-stream-id'].startsWith('1111')) {
    headers['mesos-stream-id'] = scheduler.streamId;
  }
  return { body: Buffer.from(text.replaceAll(recorded, scheduler.frameworkId), 'latin1'), headers };
}

function withoutIds(text: string): string {
  return text.replace(/[0-9a-f-]{36}(-\d{4})?/g, 'ID');
}

const json = readTrace('01-errors-json.jsonl').filter((exchange) => !isSubscription(exchange));
const protobuf = readTrace('01-errors-pb.jsonl').filter(
  // Protobuf calls with ids inside would have to be written anew; the JSON ones cover the same checks.
  (exchange) => !isSubscription(exchange) && !exchange.body.toString('latin1').match(/[0-9a-f-]{36}-\d{4}/),
);
const refusals = json.slice(
  0,
  json.findIndex((exchange) => exchange.body.includes('"TEARDOWN"')),
);

describe.each([
  ['JSON', refusals],
  ['protobuf', protobuf],
])('refusals of %s calls are those of a real master', (_form, exchanges) => {
  it.each(exchanges.map((exchange, index) => [`${exchange.note} (${index})`, exchange] as const))(
    '%s',
    async (_note, exchange) => {
      const { body, headers } = translate(exchange);
      const answer = await request(`${cluster.master.url}${exchange.path}`, {
        method: exchange.method as 'POST',
        headers,
        ...(exchange.method !== 'GET' && { body }),
      });
      const text = await answer.body.text();
      expect({ status: answer.statusCode, text: withoutIds(text) }).toEqual({
        status: exchange.status,
        text: withoutIds(exchange.responseBody.toString('latin1')),
      });
      for (const name of ['content-type', 'allow', 'content-length']) {
        if (name === 'content-length' && text.includes(scheduler.frameworkId)) continue;
        expect([name, answer.headers[name]]).toEqual([name, exchange.responseHeaders[name]]);
      }
    },
  );
});

describe('a FrameworkInfo that cannot be', () => {
  const refused = readTrace('01-errors-json.jsonl').filter(
    (exchange) => isSubscription(exchange) && exchange.events[0]?.type === 'ERROR',
  );

  it.each(refused.map((exchange) => [exchange.note, exchange] as const))(
    'is refused on the stream: %s',
    async (_note, exchange) => {
      const answer = await request(`${cluster.master.url}${exchange.path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: exchange.body,
      });
      expect(answer.statusCode).toBe(200);
      expect(answer.headers['mesos-stream-id']).toMatch(/^[0-9a-f-]{36}$/);
      expect(await answer.body.text()).toBe(exchange.responseBody.toString('latin1'));
    },
  );
});
