import { describe, expect, test } from 'vitest';
import { agentSize, parseLocalMaster } from '../src/local-master.ts';

describe('mesos://local[…]', () => {
  test.each([
    ['mesos://local', { agents: 2 }],
    ['mesos://local[]', { agents: 2 }],
    ['mesos://local[3]', { agents: 3 }],
    ['mesos://local[agents=3]', { agents: 3 }],
    ['mesos://local[2,cpus=4,mem=4096]', { agents: 2, cpus: 4, memMiB: 4096 }],
    ['mesos://local[cpus=0.5, mem=4g]', { agents: 2, cpus: 0.5, memMiB: 4096 }],
    ['mesos://local[1,disk=1t,port=5050]', { agents: 1, diskMiB: 1_048_576, port: 5050 }],
  ])('%s is read', (url, expected) => {
    expect(parseLocalMaster(url)).toEqual(expected);
  });

  test.each([
    ['mesos://local[two]', /agents is "two"/],
    ['mesos://local[0]', /from 1 to 100/],
    ['mesos://local[2', /bracket is not closed/],
    ['mesos://local[2]x', /something follows/],
    ['mesos://local[2,4]', /"4" has no name/],
    ['mesos://local[2,cores=4]', /"cores" is none of agents, cpus/],
    ['mesos://local[cpus=1,cpus=2]', /given twice/],
    ['mesos://local[mem=lots]', /mem is "lots"/],
    ['mesos://local[mem=0]', /mem is "0"/],
    ['mesos://local[port=70000]', /port is "70000"/],
    ['mesos://local[1.5]', /agents is "1.5"/],
  ])('%s is refused, with how it is written', (url, message) => {
    expect(() => parseLocalMaster(url)).toThrow(message);
    expect(() => parseLocalMaster(url)).toThrow(/mesos:\/\/local\[AGENTS/);
    expect(() => parseLocalMaster(url)).toThrow(url);
  });
});

describe('the size of an agent', () => {
  test('is an even share of the machine, with memory left for the driver', () => {
    expect(agentSize({ agents: 2 }, { cpus: 8, memMiB: 32_768 })).toEqual({ cpus: 4, memMiB: 12_288 });
  });

  test('is never too small for an executor of two cores and the default memory', () => {
    expect(agentSize({ agents: 4 }, { cpus: 2, memMiB: 2048 })).toEqual({ cpus: 2, memMiB: 2048 });
  });

  test('is what was asked for, whatever the machine has', () => {
    const local = { agents: 2, cpus: 16, memMiB: 512, diskMiB: 1024 };
    expect(agentSize(local, { cpus: 1, memMiB: 1024 })).toEqual({ cpus: 16, memMiB: 512, diskMiB: 1024 });
  });
});
