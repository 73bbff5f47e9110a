import { MemoryStore } from '@spark-mesos/durable-store';
import { expect, test } from 'vitest';
import { DriverTickets } from '../../src/security/driver-tickets.ts';

const FRAMEWORK = 'spark.mesos.driver.frameworkId';

function settingsOf(tickets: DriverTickets, driverFrameworkId: string): Map<string, string> {
  return new Map([
    [FRAMEWORK, driverFrameworkId],
    ...Object.entries(tickets.propertiesOf({ driverFrameworkId })),
  ]);
}

test('a ticket lets the attempt in that it was made for, also after a restart, and no other', async () => {
  const store = new MemoryStore();
  const settings = settingsOf(await DriverTickets.open(store), 'fw-driver-1');
  const later = await DriverTickets.open(store);
  expect(later.admits(settings)).toBe(true);
  expect(later.admits(new Map([...settings, [FRAMEWORK, 'fw-driver-2']]))).toBe(false);
  expect(later.admits(new Map([...settings].filter(([name]) => name !== FRAMEWORK)))).toBe(false);
  expect((await DriverTickets.open(new MemoryStore())).admits(settings)).toBe(false);
});

test('without a ticket, or with something else, nobody is let in', async () => {
  const tickets = await DriverTickets.open(new MemoryStore());
  const [name = ''] = Object.keys(tickets.propertiesOf({ driverFrameworkId: '' }));
  expect(tickets.admits(new Map())).toBe(false);
  for (const text of ['', 'x', '🎫', 'A'.repeat(43), 'A'.repeat(100_000)]) {
    expect(tickets.admits(new Map([[name, text]]))).toBe(false);
  }
});
