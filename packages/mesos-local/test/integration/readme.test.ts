import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { cpusOfTwoAgents } from './readme-example.ts';

function textOf(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}

it('shows an example in its README that works', async () => {
  const example = textOf('./readme-example.ts').replace('../../src/index.ts', '@spark-mesos/mesos-local');
  expect(textOf('../../README.md')).toContain(example);
  expect(await cpusOfTwoAgents()).toEqual([2, 4]);
});
