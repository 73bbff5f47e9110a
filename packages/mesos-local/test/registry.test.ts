import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentId, FrameworkId } from '../src/ids.ts';
import { silentLogger } from '../src/logger.ts';
import type { RegistryContent } from '../src/master/recovery.ts';
import { Registry } from '../src/registry.ts';

const CONTENT: RegistryContent = {
  agents: [{ id: 'M-S0' as AgentId, hostname: 'localhost', port: 5051 }],
  unreachableAgents: [['M-S1' as AgentId, 7]],
  removedFrameworkIds: ['M-0000' as FrameworkId],
  goneAgents: ['M-S2' as AgentId],
  weights: [['spark', 2.5]],
  quotas: [['spark', { guarantees: [], limits: [['cpus', 3000]] }]],
};

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mesos-local-registry-'));
});

afterEach(() => rm(folder, { recursive: true }));

describe('the registry', () => {
  it('is what the master before has written', () => {
    const registry = Registry.open(folder, 1, silentLogger);
    registry.write(CONTENT);
    expect(registry.read()).toEqual(CONTENT);
  });

  it('of an earlier cluster counts its agents as unreachable: they have ended with it', () => {
    Registry.open(folder, 1, silentLogger).write(CONTENT);
    expect(Registry.open(folder, 42, silentLogger).read()).toEqual({
      ...CONTENT,
      agents: [],
      unreachableAgents: [
        ['M-S1', 7],
        ['M-S0', 42],
      ],
    });
  });

  it('begins anew where its file makes no sense', async () => {
    Registry.open(folder, 1, silentLogger).write(CONTENT);
    const path = join(folder, 'registry.json');
    await writeFile(path, (await readFile(path, 'utf8')).slice(0, -9));
    expect(Registry.open(folder, 1, silentLogger).read()).toMatchObject({ agents: [], weights: [] });
  });

  it('goes on in memory where it cannot be written', async () => {
    const registry = Registry.open(join(folder, 'none'), 1, silentLogger);
    registry.write(CONTENT);
    expect(registry.read()).toEqual(CONTENT);
  });
});
