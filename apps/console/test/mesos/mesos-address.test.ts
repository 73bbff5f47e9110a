import { expect, it } from 'vitest';
import { routeShown } from '../../src/mesos/mesos-address.ts';
import { parseHash } from '../../src/shared/hash-route.ts';

it('shows sandboxes at the addresses that they have on Mesos’s own page, as dispatchers link them (D82)', () => {
  for (const end of ['', '/browse', '/browse?path=%2Fwork%2Fslaves']) {
    const route = parseHash(`#/agents/a-S0/frameworks/f-0001/executors/driver-1-retry-1${end}`);
    expect(routeShown(route)).toEqual({
      path: ['sandbox', 'a-S0', 'f-0001', 'driver-1-retry-1'],
      parameters: new Map(),
    });
  }
});

it('leaves all other addresses as they are', () => {
  for (const hash of ['', '#/agents/a-S0', '#/agents/a/frameworks/f', '#/sandbox/a/f/e?path=stdout']) {
    const route = parseHash(hash);
    expect(routeShown(route)).toBe(route);
  }
});
