import { describe, expect, test } from 'vitest';
import { type ParsedSettings, parseSettings } from '../../src/index.ts';

const SERVICE = { 'spark.shuffle.service.enabled': 'true' };
const IMAGE = 'spark.mesos.executor.docker.image';
const VOLUMES = 'spark.mesos.executor.docker.volumes';

function problems(result: ParsedSettings): string[] {
  return result.ok ? [] : result.problems.map(({ message }) => message);
}

describe('where files lie that a shuffle service is to serve', () => {
  test.each([
    { 'spark.local.dir': 'scratch' },
    { 'spark.local.dir': '/data/1,./scratch' },
    { 'spark.local.dir': '/mnt/mesos/sandbox/tmp' },
    { 'spark.local.dir': '$MESOS_SANDBOX' },
    { 'spark.local.dir': '/data', 'spark.executorEnv.SPARK_LOCAL_DIRS': '$MESOS_SANDBOX/tmp' },
  ])('must not be the sandbox: %o', (properties) => {
    const [problem, ...more] = problems(parseSettings({ ...SERVICE, ...properties }));
    expect(problem).toMatch(/^spark\.\S+: '\S+' lies in the sandbox of each executor/);
    expect(more).toEqual([]);
    expect(problems(parseSettings(properties))).toEqual([]);
  });

  test.each([
    {},
    { 'spark.local.dir': '/data/1,/data/2' },
    { 'spark.local.dir': 'scratch', 'spark.executorEnv.SPARK_LOCAL_DIRS': '/data' },
    { 'spark.local.dir': '/mnt/mesos/sandboxes' },
  ])('may be any directory of the agent: %o', (properties) => {
    const result = parseSettings({ ...SERVICE, ...properties });
    expect(problems(result)).toEqual([]);
    expect(result.warnings).toEqual([]);
  });

  test('are of no use with a port that nobody knows', () => {
    const port = { 'spark.shuffle.service.port': '0' };
    expect(problems(parseSettings({ ...SERVICE, ...port }))).toEqual([
      expect.stringContaining('spark.shuffle.service.port: 0 is for a service'),
    ]);
    expect(problems(parseSettings(port))).toEqual([]);
  });

  test('are warned of in an image, unless they are mounted at the same path', () => {
    const inImage = { ...SERVICE, [IMAGE]: 'spark', 'spark.local.dir': '/data/1' };
    expect(parseSettings(inImage).warnings).toEqual([
      expect.stringContaining(
        'mount it at the same path, with spark.mesos.executor.docker.volumes=/data/1:/data/1:rw',
      ),
    ]);
    expect(parseSettings({ ...inImage, [VOLUMES]: '/disk:/data/1:rw' }).warnings).toHaveLength(1);
    expect(parseSettings({ ...inImage, [VOLUMES]: '/data:/data:rw' }).warnings).toEqual([]);
    expect(parseSettings({ [IMAGE]: 'spark' }).warnings).toEqual([]);
  });
});
