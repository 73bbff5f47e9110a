import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LocalCluster } from '../../src/index.ts';
import { type Json, JsonScheduler, PLAIN_FRAMEWORK, shellTask } from '../support/json-client.ts';

const ALLOCATED = { allocation_info: { role: 'spark' } };
const RESERVED = { reservations: [{ type: 'DYNAMIC', role: 'spark' }] };
const DISK = { name: 'disk', type: 'SCALAR', scalar: { value: 100 }, ...RESERVED, ...ALLOCATED };
const VOLUME = {
  ...DISK,
  disk: { persistence: { id: 'v1' }, volume: { mode: 'RW', container_path: 'kept/data' } },
};

let folder: string;
let cluster: LocalCluster;
let scheduler: JsonScheduler;
let data: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mesos-local-test-'));
  cluster = await LocalCluster.start({
    agents: [{ cpus: 4, memMiB: 4096 }],
    allocationIntervalMs: 20,
    workDir: folder,
  });
  data = join(folder, 'agent-0/volumes/roles/spark/v1');
  const capabilities = [{ type: 'MULTI_ROLE' }, { type: 'RESERVATION_REFINEMENT' }];
  scheduler = await JsonScheduler.subscribe(cluster.master.url, { ...PLAIN_FRAMEWORK, capabilities });
});

afterAll(async () => {
  await cluster.close();
  await rm(folder, { recursive: true });
});

/** Offers of before the agent was restarted are void. */
const isOut = ({ id }: Json) =>
  cluster.state().frameworks.some(({ offers }) => offers.some((offer) => offer.id === id.value));

async function operate(fits: (offer: Json) => boolean, operations: (offer: Json) => object[]): Promise<void> {
  const offer = await scheduler.nextOffer((one) => fits(one) && isOut(one));
  const accept = {
    offer_ids: [offer.id],
    operations: operations(offer),
    filters: { refuse_seconds: 0 },
  };
  expect((await scheduler.call({ type: 'ACCEPT', accept })).status).toBe(202);
}

const isWhole = (offer: Json) =>
  offer.resources.some(({ name, scalar }: Json) => name === 'cpus' && scalar.value === 4);
const hasVolume = (offer: Json) => offer.resources.some(({ disk }: Json) => disk);
const hasFreeDisk = (offer: Json) =>
  offer.resources.some(({ disk, reservations }: Json) => reservations && !disk);

async function run(id: string, command: string): Promise<void> {
  await operate(hasVolume, (offer) => {
    const made = shellTask(id, offer, command);
    const resources = made.resources.map((resource: Json) => ({ ...resource, ...ALLOCATED }));
    return [{ type: 'LAUNCH', launch: { task_infos: [{ ...made, resources: [...resources, VOLUME] }] } }];
  });
  expect((await scheduler.statusesUntil(id, 'TASK_FINISHED')).at(-1)?.state).toBe('TASK_FINISHED');
}

describe('a persistent volume', () => {
  it('keeps what one task has written for the next, also when the agent was restarted', async () => {
    await operate(isWhole, () => [
      { type: 'RESERVE', reserve: { resources: [DISK] } },
      { type: 'CREATE', create: { volumes: [VOLUME] } },
    ]);
    await run('first', 'echo kept > kept/data/file');
    expect(await readFile(join(data, 'file'), 'utf8')).toBe('kept\n');
    await cluster.faults.restartAgent(cluster.agents[0]?.id ?? '');
    await run('second', 'grep kept kept/data/file && echo more >> kept/data/file');
    expect(await readFile(join(data, 'file'), 'utf8')).toBe('kept\nmore\n');
  });

  it('is gone with its data when it is destroyed', async () => {
    await operate(hasVolume, () => [{ type: 'DESTROY', destroy: { volumes: [VOLUME] } }]);
    await cluster.waitFor(() => !existsSync(data));
    await scheduler.nextOffer(hasFreeDisk);
  });
});
