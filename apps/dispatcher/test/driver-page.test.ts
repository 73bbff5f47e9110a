import { expect, test } from 'vitest';
import { driverPage } from '../src/driver-page.ts';

const application = (id: string | undefined, port: number) => ({
  ...(id === undefined ? {} : { id }),
  uiUrl: `http://host:${port}`,
});

test('U14, D55: a driver’s page is that of its last application, and of nobody else’s', () => {
  const applications = [
    application('f-driver-1', 1),
    application('f-driver-1-0001', 2),
    application('f-driver-1-retry-1', 3),
    application('f-driver-11', 4),
    application(undefined, 5),
  ];
  expect(driverPage(applications, 'f-driver-1')).toBe('http://host:2');
  expect(driverPage(applications, 'f-driver-1-retry-1')).toBe('http://host:3');
  expect(driverPage(applications, 'f-driver-2')).toBeUndefined();
});

test('a Spark that shows nothing has no page', () => {
  expect(driverPage([{ id: 'f-driver-1', uiUrl: '' }], 'f-driver-1')).toBeUndefined();
});
