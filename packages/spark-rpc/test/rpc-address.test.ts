import { expect, it } from 'vitest';
import {
  formatEndpointAddress,
  formatRpcAddress,
  isSameAddress,
  parseRpcAddress,
} from '../src/rpc-address.ts';

it('reads addresses with and without the scheme, and IPv6 hosts in brackets', () => {
  expect(parseRpcAddress('spark://host-1.example:7077')).toEqual({ host: 'host-1.example', port: 7077 });
  expect(parseRpcAddress('10.0.0.1:65535')).toEqual({ host: '10.0.0.1', port: 65_535 });
  expect(parseRpcAddress('spark://[::1]:7077')).toEqual({ host: '::1', port: 7077 });
});

it.each([
  '',
  'host',
  'host:0',
  'host:65536',
  'mesos://host:5050',
  'spark://Master@host:7077',
  '::1:7077',
  'a:b:1',
])('says that %j is no address and how to write one', (text) => {
  expect(() => parseRpcAddress(text)).toThrow(/is no address: write spark:\/\/host:port/);
});

it('writes what it reads', () => {
  for (const text of ['spark://host:7077', 'spark://[::1]:7077']) {
    expect(formatRpcAddress(parseRpcAddress(text))).toBe(text);
  }
  expect(formatEndpointAddress('Master', { host: '::1', port: 1 })).toBe('spark://Master@[::1]:1');
});

it('compares addresses by both parts', () => {
  expect(isSameAddress({ host: 'a', port: 1 }, { host: 'a', port: 1 })).toBe(true);
  expect(isSameAddress({ host: 'a', port: 1 }, { host: 'a', port: 2 })).toBe(false);
});
