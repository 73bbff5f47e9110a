import { expect, it } from 'vitest';
import { addressInsteadOf } from '../../src/dispatcher/old-address.ts';

it.each([
  ['/driver/', '?id=driver-1', '/#/drivers/driver-1'],
  ['/driver', '?id=a%2Fb', '/#/drivers/a%2Fb'],
  ['/proxy/driver/', '?id=driver-1', '/proxy/#/drivers/driver-1'],
  ['/driver/', '', '/'],
  ['/', '?id=driver-1', undefined],
])('D83: %s%s of Spark’s dispatcher is %s here', (pathname, search, expected) => {
  expect(addressInsteadOf({ pathname, search })).toBe(expected);
});
