import { describe, expect, it } from 'vitest';
import { parseAgent } from '../../../src/mesos/model/agent.ts';
import { parseCluster } from '../../../src/mesos/model/cluster.ts';
import { fixture } from '../../fixtures.ts';

describe('agents', () => {
  it('are listed by their number with address and attributes of every kind', () => {
    const { agents } = parseCluster(fixture('two-agents-state.json'));
    expect(agents.map((agent) => agent.address)).toEqual(['localhost:5051', 'localhost:5061']);
    expect(agents[1]?.attributes).toEqual([
      { key: 'level', value: '10' },
      { key: 'rack', value: 'r2' },
      { key: 'span', value: '[1-3]' },
    ]);
    expect(agents[1]?.use.total.ports).toBe('[31000-31099, 32000-32099]');
  });

  it('show what is free beside what is used and offered', () => {
    const agent = parseAgent(
      {
        resources: { cpus: 4, mem: 4096 },
        used_resources: { cpus: 1.1, mem: 1000 },
        offered_resources: { cpus: 0.7, mem: 96 },
      },
      false,
    );
    expect(agent.use.free).toMatchObject({ cpus: 2.2, memMiB: 3000, diskMiB: 0 });
  });

  it('never have less than nothing free', () => {
    const agent = parseAgent({ resources: { cpus: 1 }, used_resources: { cpus: 2 } }, false);
    expect(agent.use.free.cpus).toBe(0);
  });

  it('show what is reserved for which role', () => {
    const [agent] = parseCluster(fixture('reserved-slaves.json')).agents;
    expect(agent?.reservations).toEqual([
      { role: 'spark', resources: { cpus: 1, memMiB: 512, diskMiB: 0, gpus: 0, ports: '' } },
    ]);
  });

  it.each([
    [{ active: true }, false, 'active'],
    [{ active: false }, false, 'disconnected'],
    [{ active: true, deactivated: true }, false, 'deactivated'],
    [{ active: true, deactivated: true, drain_info: { state: 'DRAINING' } }, false, 'draining'],
    [{ active: true, deactivated: true, drain_info: { state: 'DRAINED' } }, false, 'drained'],
    [{}, true, 'recovering'],
  ] as const)('of %j (recovered: %j) are %s', (entry, recovered, status) => {
    expect(parseAgent(entry, recovered).status).toBe(status);
  });

  it('that have not come back yet add nothing to the cluster', () => {
    const cluster = parseCluster({ recovered_slaves: [{ id: 'S0', resources: { cpus: 4 } }] });
    expect(cluster.agents).toHaveLength(1);
    expect(cluster.use.total.cpus).toBe(0);
  });
});
