import { mesos } from '@spark-mesos/mesos-proto';
import { describe, expect, it } from 'vitest';
import { dockerArguments } from '../../src/agent/docker.ts';
import type { ContainerLaunch } from '../../src/agent/model.ts';
import type { ContainerId } from '../../src/ids.ts';

const { BRIDGE } = mesos.v1.ContainerInfo.DockerInfo.Network;
const { DOCKER } = mesos.v1.ContainerInfo.Type;

function launch(more: Partial<ContainerLaunch>, docker: object = {}): ContainerLaunch {
  return {
    containerId: 'c' as ContainerId,
    directory: '/sandbox/c',
    isNested: false,
    command: { value: 'echo "$A"' },
    environment: { A: 'x; rm -rf /', PATH: '/bin' },
    user: undefined,
    container: { type: DOCKER, docker: { image: 'spark:3.5', ...docker } },
    cpus: 0.5,
    memMiB: 64,
    memLimitMiB: 96,
    ...more,
  };
}

const START = ['run', '--rm', '--name', 'mesos-c', '--cpu-shares', '512', '--memory', '64m', '--env', 'A'];
const SANDBOX = ['--volume', '/sandbox/c:/mnt/mesos/sandbox', '--workdir', '/mnt/mesos/sandbox'];

describe('what docker is started with', () => {
  it('is the image with a shell for a shell command, in the network of the host; values stay in the environment', () => {
    const shell = ['--entrypoint', '/bin/sh', 'spark:3.5', '-c', 'echo "$A"'];
    expect(dockerArguments(launch({}))).toEqual([...START, ...SANDBOX, '--net', 'host', ...shell]);
  });

  it('has the program of a command in argument form, without its name for itself', () => {
    const command = { shell: false, value: '/bin/run', arguments: ['run', 'a b'] };
    expect(dockerArguments(launch({ command })).slice(-4)).toEqual(
      ['--entrypoint', '/bin/run', 'spark:3.5', 'a b'].slice(0, 4),
    );
  });

  it('has what the image runs by itself when there is no command', () => {
    const command = { shell: false, arguments: ['one', 'two'] };
    expect(dockerArguments(launch({ command })).slice(-3)).toEqual(['spark:3.5', 'one', 'two']);
  });

  it('has networks, ports, parameters, privileges and volumes', () => {
    const container = {
      type: DOCKER,
      docker: {
        image: 'i',
        network: BRIDGE,
        portMappings: [{ hostPort: 31_000, containerPort: 80, protocol: 'tcp' }],
        parameters: [{ key: 'label', value: 'a=b' }],
        privileged: true,
        forcePullImage: true,
      },
      volumes: [
        { containerPath: '/data', hostPath: '/host', mode: mesos.v1.Volume.Mode.RO },
        { containerPath: '/own', hostPath: 'inside', mode: mesos.v1.Volume.Mode.RW },
      ],
    };
    const text = dockerArguments(launch({ container })).join(' ');
    expect(text).toContain('--volume /host:/data:ro --volume /sandbox/c/inside:/own:rw');
    expect(text).toContain('--net bridge --publish 31000:80/tcp --privileged --pull always --label=a=b');
  });
});
