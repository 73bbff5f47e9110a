import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leadingNode, masterOfNode } from '../../src/master/master-nodes.ts';

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const info = {
  address: { hostname: 'm1.test', ip: '10.0.0.1', port: 5051 },
  hostname: 'public.test',
  ip: 16777226,
  pid: 'master@10.0.0.2:5052',
  port: 5053,
};

describe('leadingNode', () => {
  it('takes the least number, whatever the order, and minds nothing but masters', () => {
    const masters = fc.uniqueArray(fc.nat(2 ** 31 - 1), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(
        masters,
        fc.array(fc.constantFrom('log_replicas', 'info_0000000000', 'json.info_', 'x')),
        (numbers, others) => {
          const names = numbers.map((number) => `json.info_${String(number).padStart(10, '0')}`);
          const least = `json.info_${String(Math.min(...numbers)).padStart(10, '0')}`;
          expect(leadingNode([...others, ...names])).toBe(least);
          expect(leadingNode(others)).toBeUndefined();
        },
      ),
    );
  });
});

describe('masterOfNode', () => {
  it('prefers the IP address, or the name where that was asked for', () => {
    expect(masterOfNode(bytes(info), 'ip')).toEqual({ host: '10.0.0.1', port: 5051 });
    expect(masterOfNode(bytes(info), 'hostname')).toEqual({ host: 'm1.test', port: 5051 });
  });

  it('makes do with what old masters wrote', () => {
    const { address: _, ...old } = info;
    expect(masterOfNode(bytes(old), 'ip')).toEqual({ host: '10.0.0.2', port: 5053 });
    expect(masterOfNode(bytes(old), 'hostname')).toEqual({ host: 'public.test', port: 5053 });
    expect(masterOfNode(bytes({ pid: 'master@[::1]:5050' }), 'ip')).toEqual({ host: '::1', port: 5050 });
  });

  it.each([{}, [], 'x', { port: 5050 }, { address: { ip: '', port: 1 } }, { address: { ip: 'a', port: 0 } }])(
    'does not believe %j',
    (value) => {
      expect(masterOfNode(bytes(value), 'ip')).toBeUndefined();
    },
  );

  it('throws on no bytes at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (junk) => {
        masterOfNode(junk, 'ip');
      }),
    );
  });
});
