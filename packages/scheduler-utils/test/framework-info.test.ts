import { mesos } from '@spark-mesos/mesos-proto';
import { describe, expect, test } from 'vitest';
import {
  coarseFrameworkInfo,
  dispatcherFrameworkInfo,
  fineFrameworkInfo,
  frameworkIdSuffix,
  parseDispatcherSettings,
  parseSettings,
  type SparkSettings,
} from '../src/index.ts';

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

  test('U11, U14, F4: in fine mode neither failover nor checkpoint is said, and a given id is for the first alone', () => {
    const none = { 'spark.mesos.capabilities': 'none' };
    const fixed = settings({ ...none, 'spark.mesos.role': 'dev', 'spark.mesos.driver.frameworkId': 'my-id' });
    const info = {
      user: 'root',
      name: 'Spark shell',
      hostname: '127.0.0.1',
      webuiUrl: 'http://127.0.0.1:4040',
      role: 'dev',
    };
    expect(fineFrameworkInfo(fixed, identity)).toEqual({ ...info, id: { value: 'my-id' } });
    expect(fineFrameworkInfo(fixed, { ...identity, frameworkIdSuffix: '-0001' })).toEqual(info);
  });

  test('U10, U11: a dispatcher comes back to its drivers, however long it was away', () => {
    const parsed = parseDispatcherSettings(
      { 'spark.mesos.capabilities': 'none' },
      { environment: { SPARK_PUBLIC_DNS: 'public.example' } },
    );
    if (!parsed.ok) throw new Error('the settings of this test are wrong');
    const uiUrl = 'http://127.0.0.1:8081';
    expect(dispatcherFrameworkInfo(parsed.settings, { user: 'root', uiUrl })).toEqual({
      user: 'root',
      name: 'Spark Cluster',
      hostname: 'public.example',
      webuiUrl: uiUrl,
      // Nobody may know its id yet.
      failoverTimeout: 60,
      checkpoint: true,
    });
    const named = { user: 'root', uiUrl, name: 'more', frameworkId: 'f-1', principal: 'me' };
    const page = { ...parsed.settings, dispatcherWebuiUrl: 'http://ui.example' };
    expect(dispatcherFrameworkInfo(page, named)).toMatchObject({
      name: 'more',
      id: { value: 'f-1' },
      failoverTimeout: 2147483647,
      principal: 'me',
      webuiUrl: 'http://ui.example',
    });
  });
});
