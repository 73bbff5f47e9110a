import { readFileSync } from 'node:fs';
import { mesos } from '@spark-mesos/mesos-proto';
import { describe, expect, test } from 'vitest';
import { createScalar, settingsTable } from '../src/index.ts';
import { cpusFor } from './readme-example.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

describe('the README', () => {
  test('shows an example that runs', () => {
    expect(read('../README.md')).toContain(read('./readme-example.ts').trim());
    const rack = { name: 'rack', type: mesos.v1.Value.Type.TEXT, text: { value: 'r1' } };
    const offer = { id: { value: 'o' }, frameworkId: { value: 'f' }, agentId: { value: 'a' }, hostname: 'h' };
    const resources = [createScalar('cpus', 1.5)];
    expect(cpusFor({ ...offer, attributes: [rack], resources })).toMatchObject({
      reason: 'CPUS_SHORT',
      have: 1.5,
    });
    expect(cpusFor({ ...offer, attributes: [], resources })).toMatchObject({ reason: 'CONSTRAINT_UNMET' });
  });

  test('lists every setting as it is', () => {
    // The formatter may pad cells.
    const squeezed = (text: string) => text.replace(/ +/g, ' ').replace(/-{3,}/g, '---');
    expect(squeezed(read('../README.md'))).toContain(squeezed(settingsTable()));
  });
});
