import { OPEN_ACCESS } from '@spark-mesos/cluster-dispatcher';
import { MemoryStore } from '@spark-mesos/durable-store';
import { expect, test } from 'vitest';
import { openTickets, type ServiceOptions } from '../src/parts.ts';

test.each([
  ['everybody may submit', OPEN_ACCESS, {}, false],
  ['everybody may look, and some may submit', { ...OPEN_ACCESS, anonymous: 'viewer' as const }, {}, true],
  ['nobody may do anything without a token', { tokens: [], certificates: [] }, {}, true],
  [
    'Spark itself asks who it is',
    { tokens: [], certificates: [] },
    { 'spark.authenticate': 'true', 'spark.authenticate.secret': 'x' },
    false,
  ],
])('where %s, drivers are told from others who want executors: %#', async (_, access, properties, wanted) => {
  const configuration = { access, properties: new Map(Object.entries(properties)) };
  const tickets = await openTickets({ configuration } as unknown as ServiceOptions, new MemoryStore());
  expect(tickets !== undefined).toBe(wanted);
});
