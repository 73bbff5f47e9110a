import { expect, test } from 'vitest';
import { allowedImports, dependencyProblems, LAYERS, layerProblems } from '../layers.mjs';
import { ROOT } from '../support/workspace.mjs';

function manifest(folder: string, dependencies: string[], devDependencies: string[] = []) {
  const versions = (names: string[]) => Object.fromEntries(names.map((name) => [name, 'workspace:^']));
  const name = folder === 'apps/submit' ? 'spark-mesos' : `@spark-mesos/${folder.split('/')[1]}`;
  return { folder, name, dependencies: versions(dependencies), devDependencies: versions(devDependencies) };
}

test('this workspace keeps to its layers, and the linter is told the same', () => {
  expect(layerProblems(ROOT)).toEqual([]);
});

test('a package may import every layer below its own, and none of its own', () => {
  expect(allowedImports('mesos-proto')).toEqual([]);
  expect(allowedImports('coarse-backend')).toEqual([...(LAYERS[0] ?? []), ...(LAYERS[1] ?? [])]);
});

test('a package that stands in no layer is named', () => {
  expect(() => allowedImports('stray')).toThrow(/packages\/stray stands in no layer/);
});

test('a dependency within a layer, upwards, or on an app is reported', () => {
  const problems = dependencyProblems([
    manifest('packages/mesos-client', ['@spark-mesos/spark-rpc']),
    manifest('packages/spark-rpc', ['@spark-mesos/mesos-local', 'zod']),
    manifest('packages/mesos-local', ['spark-mesos']),
    manifest('apps/submit', []),
  ]);
  expect(problems).toEqual([
    expect.stringContaining('packages/mesos-client/package.json depends on @spark-mesos/spark-rpc'),
    expect.stringContaining('packages/spark-rpc/package.json depends on @spark-mesos/mesos-local'),
    expect.stringContaining('packages/mesos-local/package.json depends on spark-mesos'),
  ]);
});

test('tests of any package may use the embedded Mesos, and apps everything below them', () => {
  const problems = dependencyProblems([
    manifest('packages/coarse-backend', ['@spark-mesos/mesos-client'], ['@spark-mesos/mesos-local']),
    manifest('apps/submit', ['@spark-mesos/console', '@spark-mesos/spark-gateway']),
  ]);
  expect(problems).toEqual([]);
});
