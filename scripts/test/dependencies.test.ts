import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readManifests } from '../layers.mjs';
import { ROOT } from '../support/workspace.mjs';

test('docs/DEPENDENCIES.md has a reason for every dependency', () => {
  const document = readFileSync(join(ROOT, 'docs', 'DEPENDENCIES.md'), 'utf8');
  const root = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  const declared = readManifests(ROOT).flatMap(({ dependencies, devDependencies }) => [
    ...Object.keys(dependencies),
    ...Object.keys(devDependencies),
  ]);
  const foreign = new Set(
    [...declared, ...Object.keys(root.devDependencies)].filter(
      (name) => !/^(@spark-mesos\/|spark-mesos$)/.test(name),
    ),
  );
  const reasons = document
    .split('\n')
    .flatMap((line) => (/^\| ([^|]+) \|/.exec(line)?.[1] ?? '').split(', '));
  expect([...foreign].filter((name) => !reasons.includes(name))).toEqual([]);
});
