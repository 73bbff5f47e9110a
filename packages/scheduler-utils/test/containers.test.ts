import { mesos } from '@spark-mesos/mesos-proto';
import { describe, expect, test } from 'vitest';
import {
  driverContainer,
  executorContainer,
  executorKillPolicy,
  parseDockerParameters,
  parsePortMappings,
  parseVolumes,
} from '../src/index.ts';
import { problemsOf, settingsOf, warningsOf } from './support/settings.ts';

const { DOCKER, MESOS } = mesos.v1.ContainerInfo.Type;
const { RO, RW } = mesos.v1.Volume.Mode;
const PREFIX = 'spark.mesos.executor.docker';

describe('the container of an executor', () => {
  test('U90: there always is one; without an image it is of the agent itself', () => {
    expect(executorContainer(settingsOf({}))).toEqual({ type: MESOS });
    expect(executorContainer(settingsOf({ 'spark.mesos.containerizer': 'docker' }))).toEqual({ type: MESOS });
  });

  test('U90, F14: our Mesos executor does not come with an image that the Docker daemon starts', () => {
    const image = {
      'spark.mesos.coarse': 'false',
      'spark.mesos.fine.carrier': 'executor',
      'spark.mesos.executor.docker.image': 'spark',
    };
    expect(problemsOf(image)).toEqual([expect.stringContaining('set spark.mesos.containerizer=mesos')]);
    expect(problemsOf({ ...image, 'spark.mesos.containerizer': 'mesos' })).toEqual([]);
    expect(problemsOf({ ...image, 'spark.mesos.fine.carrier': 'command' })).toEqual([]);
  });

  test('U90: an image runs in Docker unless the containerizer is mesos, and no third one is known', () => {
    const image = { [`${PREFIX}.image`]: 'spark:1' };
    expect(executorContainer(settingsOf(image)).type).toBe(DOCKER);
    expect(executorContainer(settingsOf({ ...image, 'spark.mesos.containerizer': 'mesos' })).type).toBe(
      MESOS,
    );
    expect(problemsOf({ 'spark.mesos.containerizer': 'podman' })).toEqual([
      "CONFIG_MALFORMED spark.mesos.containerizer: 'podman' is not one of docker, mesos",
    ]);
  });

  test('U91, U92, U93, U94, U95: says to Docker what the original said', () => {
    const settings = settingsOf({
      [`${PREFIX}.image`]: 'example/spark:1',
      [`${PREFIX}.forcePullImage`]: 'true',
      [`${PREFIX}.volumes`]: '/b:/b:ro,/c:/d:rw,bad:bad:bad:bad',
      [`${PREFIX}.portmaps`]: '8080:80,5353:53:udp',
      [`${PREFIX}.parameters`]: 'user=root,label=x=y,bad',
      'spark.mesos.network.name': 'net1',
      'spark.mesos.network.labels': 'k1:v1,k2:v2',
    });
    expect(executorContainer(settings)).toEqual({
      type: DOCKER,
      volumes: [
        { containerPath: '/b', hostPath: '/b', mode: RO },
        { containerPath: '/d', hostPath: '/c', mode: RW },
      ],
      docker: {
        image: 'example/spark:1',
        forcePullImage: true,
        network: mesos.v1.ContainerInfo.DockerInfo.Network.USER,
        portMappings: [
          { hostPort: 8080, containerPort: 80, protocol: 'tcp' },
          { hostPort: 5353, containerPort: 53, protocol: 'udp' },
        ],
        parameters: [
          { key: 'user', value: 'root' },
          { key: 'label', value: 'x=y' },
          { key: 'net', value: 'net1' },
        ],
      },
      networkInfos: [
        {
          name: 'net1',
          labels: {
            labels: [
              { key: 'k1', value: 'v1' },
              { key: 'k2', value: 'v2' },
            ],
          },
        },
      ],
    });
  });

  test('U91, U95, U101: says to the agent what the original said', () => {
    const settings = settingsOf({
      [`${PREFIX}.image`]: 'example/spark:1',
      [`${PREFIX}.volumes`]: '/b:/b:ro',
      [`${PREFIX}.portmaps`]: '1:2',
      [`${PREFIX}.parameters`]: 'a=b',
      'spark.mesos.containerizer': 'mesos',
      'spark.mesos.network.name': 'net1',
      'spark.mesos.executor.secret.names': '/path/one',
      'spark.mesos.executor.secret.filenames': 'one.txt',
    });
    expect(executorContainer(settings)).toEqual({
      type: MESOS,
      volumes: [
        { containerPath: '/b', hostPath: '/b', mode: RO },
        {
          containerPath: 'one.txt',
          mode: RO,
          source: {
            type: mesos.v1.Volume.Source.Type.SECRET,
            secret: { type: mesos.v1.Secret.Type.REFERENCE, reference: { name: '/path/one' } },
          },
        },
      ],
      mesos: {
        image: {
          type: mesos.v1.Image.Type.DOCKER,
          docker: { name: 'example/spark:1' },
          cached: true,
        },
      },
      networkInfos: [{ name: 'net1', labels: { labels: [] } }],
    });
  });

  test('U91: an image that is always pulled is not cached by the agent', () => {
    const settings = settingsOf({
      [`${PREFIX}.image`]: 'x',
      [`${PREFIX}.forcePullImage`]: 'true',
      'spark.mesos.containerizer': 'mesos',
    });
    expect(executorContainer(settings).mesos?.image?.cached).toBe(false);
  });

  test('U92: volumes need an image, which a warning says', () => {
    const volumes = { [`${PREFIX}.volumes`]: '/b:/b' };
    expect(executorContainer(settingsOf(volumes))).toEqual({ type: MESOS });
    expect(warningsOf(volumes)).toEqual([`${PREFIX}.volumes does nothing without ${PREFIX}.image`]);
  });

  test('U92: a volume without a place on the host, which Mesos refuses, is refused before the start', () => {
    const properties = { [`${PREFIX}.image`]: 'x', [`${PREFIX}.volumes`]: '/b:/b,/a' };
    expect(problemsOf(properties)).toEqual([
      `CONFIG_MALFORMED ${PREFIX}.volumes: Mesos refuses the volume '/a', which names no path on the host: ` +
        'write host:/a',
    ]);
  });

  test('U92, U93, U94: entries of another form are passed over with a warning', () => {
    const properties = {
      [`${PREFIX}.image`]: 'x',
      [`${PREFIX}.volumes`]: 'bad:bad:bad:bad',
      [`${PREFIX}.portmaps`]: '80',
      [`${PREFIX}.parameters`]: 'bad',
    };
    expect(warningsOf(properties)).toEqual([
      `${PREFIX}.volumes: 'bad:bad:bad:bad' is passed over: it has not the form [host:]container[:rw|:ro]`,
      `${PREFIX}.portmaps: '80' is passed over: it has not the form host:container[:protocol]`,
      `${PREFIX}.parameters: 'bad' is passed over: it has not the form key=value`,
    ]);
  });

  test('U91: what only Docker knows is warned of where the agent runs the image', () => {
    const properties = {
      [`${PREFIX}.image`]: 'x',
      [`${PREFIX}.portmaps`]: '1:2',
      'spark.mesos.containerizer': 'mesos',
      'spark.mesos.network.labels': 'a:b',
    };
    expect(warningsOf(properties)).toEqual([
      `${PREFIX}.portmaps does nothing with spark.mesos.containerizer=mesos`,
      'spark.mesos.network.labels does nothing without spark.mesos.network.name',
    ]);
  });

  test('U97: the agent joins several networks, the Docker daemon one', () => {
    const properties = { [`${PREFIX}.image`]: 'x', 'spark.mesos.network.name': 'a, b' };
    expect(problemsOf(properties)).toEqual([
      expect.stringContaining('spark.mesos.network.name: the Docker daemon joins one network'),
    ]);
    const settings = settingsOf({ ...properties, 'spark.mesos.containerizer': 'mesos' });
    expect(executorContainer(settings).networkInfos?.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('U97: the JSON of Mesos says what has no setting: lists are added, messages merged', () => {
    const json = {
      linux_info: { seccomp: { unconfined: true }, shm_size: 64 },
      rlimit_info: { rlimits: [{ type: 'RLMT_NOFILE', soft: 1024, hard: 4096 }] },
      volumes: [
        {
          container_path: '/data',
          mode: 'RW',
          source: { type: 'DOCKER_VOLUME', docker_volume: { name: 'data', driver: 'rexray' } },
        },
      ],
      docker: { privileged: true },
    };
    const container = executorContainer(
      settingsOf({
        [`${PREFIX}.image`]: 'x',
        [`${PREFIX}.volumes`]: '/b:/b',
        'spark.mesos.executor.container.json': JSON.stringify(json),
      }),
    );
    expect(container.type).toBe(DOCKER);
    expect(container.docker).toEqual({ image: 'x', forcePullImage: false, privileged: true });
    expect(container.volumes?.map(({ containerPath }) => containerPath)).toEqual(['/b', '/data']);
    expect(container.linuxInfo?.seccomp?.unconfined).toBe(true);
    expect(mesos.v1.ContainerInfo.encode(container).finish().length).toBeGreaterThan(0);
  });

  test.each([
    ['[]', 'it is no JSON object'],
    ['{', ''],
    ['{"linux_inof": {}}', "Mesos knows no 'linux_inof' there"],
    ['{"docker": {"image": "x", "privilege": true}}', "Mesos knows no 'docker.privilege' there"],
    ['{"volumes": [{"mode": "RW"}]}', ''],
  ])('U97: the JSON %s is refused with a reason', (json, why) => {
    expect(problemsOf({ 'spark.mesos.executor.container.json': json })).toEqual([
      expect.stringContaining(why),
    ]);
  });

  test('U97: a kill may take its time, a health check is in the JSON of Mesos, another user runs it', () => {
    const settings = settingsOf({
      'spark.mesos.executor.killGracePeriod': '30s',
      'spark.mesos.executor.user': 'spark',
      'spark.mesos.executor.healthCheck.json':
        '{"type": "TCP", "tcp": {"port": 7078}, "grace_period_seconds": 30}',
    });
    expect(executorKillPolicy(settings)).toEqual({ gracePeriod: { nanoseconds: 30_000_000_000 } });
    expect(settings.executorHealthCheck).toMatchObject({ tcp: { port: 7078 }, gracePeriodSeconds: 30 });
    expect(settings.executorUser).toBe('spark');
    expect(executorKillPolicy(settingsOf({}))).toBeUndefined();
  });
});

describe('the container of a driver', () => {
  test('U96: it is that of the executors', () => {
    const settings = settingsOf({ [`${PREFIX}.image`]: 'x', [`${PREFIX}.volumes`]: '/b:/b' });
    expect(driverContainer(settings)).toEqual(executorContainer(settings));
  });

  test('U96: with an image of its own nothing of the executors applies to it', () => {
    const settings = settingsOf({
      [`${PREFIX}.image`]: 'executor',
      [`${PREFIX}.volumes`]: '/b:/b',
      'spark.mesos.driver.docker.image': 'driver',
      'spark.mesos.driver.docker.parameters': 'user=root',
    });
    expect(driverContainer(settings)).toEqual({
      type: DOCKER,
      docker: { image: 'driver', forcePullImage: false, parameters: [{ key: 'user', value: 'root' }] },
    });
  });

  test('U96: what is wrong with its own lists is told as for executors', () => {
    const prefix = 'spark.mesos.driver.docker';
    expect(warningsOf({ [`${prefix}.parameters`]: 'a=b,bad' })).toEqual([
      `${prefix}.parameters: 'bad' is passed over: it has not the form key=value`,
      `${prefix}.parameters does nothing without ${prefix}.image`,
    ]);
    expect(problemsOf({ [`${prefix}.image`]: 'x', [`${prefix}.volumes`]: '/a' })).toEqual([
      expect.stringContaining(`${prefix}.volumes: Mesos refuses the volume '/a'`),
    ]);
  });
});

describe('lists of container settings', () => {
  test('U92: volumes take every form of the original', () => {
    expect(parseVolumes('/a,/b:/b,/c:/c:rw,/d:ro,/e:/e:ro').entries).toEqual([
      { containerPath: '/a', mode: RW },
      { hostPath: '/b', containerPath: '/b', mode: RW },
      { hostPath: '/c', containerPath: '/c', mode: RW },
      { containerPath: '/d', mode: RO },
      { hostPath: '/e', containerPath: '/e', mode: RO },
    ]);
    expect(parseVolumes('a:b:c,:,a:b:c:d,:x').skipped).toEqual(['a:b:c', ':', 'a:b:c:d', ':x']);
    expect(parseVolumes('/a:,/b:/c:')).toEqual(parseVolumes('/a,/b:/c'));
  });

  test('U93: ports default to tcp, any other protocol is taken, and what is no number is an error', () => {
    expect(parsePortMappings('80:8080,53:53:UDP,1,1:2:3:4')).toEqual({
      entries: [
        { hostPort: 80, containerPort: 8080, protocol: 'tcp' },
        { hostPort: 53, containerPort: 53, protocol: 'UDP' },
      ],
      skipped: ['1', '1:2:3:4'],
    });
    expect(() => parsePortMappings('a:1')).toThrowError("'a' is no port");
    expect(() => parsePortMappings('1:65536')).toThrowError("'65536' is no port");
  });

  test('U94: a parameter is split at the first =, and \\, is a comma of its value', () => {
    expect(parseDockerParameters('a=1,b=2=3, c=,d=x\\,y,e')).toEqual({
      entries: [
        { key: 'a', value: '1' },
        { key: 'b', value: '2=3' },
        { key: 'c', value: '' },
        { key: 'd', value: 'x,y' },
      ],
      skipped: ['e'],
    });
  });
});
