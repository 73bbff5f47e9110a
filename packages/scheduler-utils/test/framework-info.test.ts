import { mesos } from '@spark-mesos/mesos-proto';
import { describe, expect, test } from 'vitest';
import { coarseFrameworkInfo, frameworkIdSuffix, parseSettings, type SparkSettings } from '../src/index.ts';

const { GPU_RESOURCES, PARTITION_AWARE, TASK_KILLING_STATE } = mesos.v1.FrameworkInfo.Capability.Type;

function settings(properties: Record<string, string>): SparkSettings {
  const result = parseSettings(properties);
  if (!result.ok) {
    throw new Error('the settings of this test are wrong');
  }
  return result.settings;
}

const identity = {
  user: 'root',
  name: 'Spark shell',
  uiUrl: 'http://127.0.0.1:4040',
  publicHost: '127.0.0.1',
};

describe('framework info', () => {
  test('U10, U11, U13: says what the original said of a shell in role dev, and what it can deal with', () => {
    expect(coarseFrameworkInfo(settings({ 'spark.mesos.role': 'dev' }), identity)).toEqual({
      user: 'root',
      name: 'Spark shell',
      failoverTimeout: 0,
      role: 'dev',
      hostname: '127.0.0.1',
      webuiUrl: 'http://127.0.0.1:4040',
      capabilities: [{ type: PARTITION_AWARE }, { type: TASK_KILLING_STATE }],
    });
  });

  test('U10, U11: page, failover timeout, GPUs and principal come from the settings', () => {
    const info = coarseFrameworkInfo(
      settings({
        'spark.mesos.driver.webui.url': 'http://ui.example:4040',
        'spark.mesos.driver.failoverTimeout': '10',
        'spark.mesos.gpus.max': '1',
        'spark.mesos.checkpoint': 'true',
        'spark.driver.host': 'driver.example',
      }),
      { user: 'root', name: 'PythonPi', principal: 'me' },
    );
    expect(info).toEqual({
      user: 'root',
      name: 'PythonPi',
      failoverTimeout: 10,
      hostname: 'driver.example',
      webuiUrl: 'http://ui.example:4040',
      checkpoint: true,
      principal: 'me',
      capabilities: [{ type: PARTITION_AWARE }, { type: TASK_KILLING_STATE }, { type: GPU_RESOURCES }],
    });
  });

  test('U12: without a role none is named', () => {
    expect(coarseFrameworkInfo(settings({}), identity)).not.toHaveProperty('role');
  });

  test('U13: several roles and what else the framework understands are opted into', () => {
    const info = coarseFrameworkInfo(
      settings({
        'spark.mesos.roles': 'dev, prod,dev',
        'spark.mesos.capabilities': 'reservation_refinement,REGION_AWARE',
      }),
      identity,
    );
    const { Type } = mesos.v1.FrameworkInfo.Capability;
    expect(info.roles).toEqual(['dev', 'prod']);
    expect(info).not.toHaveProperty('role');
    expect(info.capabilities?.map(({ type }) => type)).toEqual([
      Type.RESERVATION_REFINEMENT,
      Type.REGION_AWARE,
      Type.MULTI_ROLE,
    ]);
    expect(
      coarseFrameworkInfo(settings({ 'spark.mesos.capabilities': 'none' }), identity),
    ).not.toHaveProperty('capabilities');
    expect(() => settings({ 'spark.mesos.capabilities': 'FLYING' })).toThrowError();
  });

  test('U14: further applications of a process get a suffix to a given id', () => {
    const fixed = settings({ 'spark.mesos.driver.frameworkId': 'my-id' });
    expect(coarseFrameworkInfo(fixed, identity).id).toEqual({ value: 'my-id' });
    const second = { ...identity, frameworkIdSuffix: frameworkIdSuffix(1) };
    expect(coarseFrameworkInfo(fixed, second).id).toEqual({ value: 'my-id-0001' });
    expect(frameworkIdSuffix(0)).toBe('');
  });
});
