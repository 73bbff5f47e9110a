import { mesos } from '@spark-mesos/mesos-proto';
import type { ContainerParts } from './json.ts';

/** What a container is made from: settings of executors or of drivers. */
export interface ContainerSettings {
  readonly containerizer: 'docker' | 'mesos';
  /** No image: a container of the agent itself, with the agent's own files. */
  readonly image?: string | undefined;
  readonly forcePullImage: boolean;
  readonly volumes: readonly mesos.v1.IVolume[];
  readonly portMappings: readonly mesos.v1.ContainerInfo.DockerInfo.IPortMapping[];
  readonly parameters: readonly mesos.v1.IParameter[];
  readonly networkNames: readonly string[];
  readonly networkLabels: mesos.v1.ILabels;
  /** Volumes that carry secrets; they come last. */
  readonly secretVolumes: readonly mesos.v1.IVolume[];
  /** What has no setting of its own. */
  readonly extra: ContainerParts;
}

const { DOCKER, MESOS } = mesos.v1.ContainerInfo.Type;

/**
 * The ContainerInfo of a task (rules U90 to U95): always one, of type DOCKER only with an image and the containerizer
 * docker, which alone knows port mappings and parameters. Volumes need an image.
 */
export function containerInfo(settings: ContainerSettings): mesos.v1.IContainerInfo {
  const { image } = settings;
  const isDocker = image !== undefined && settings.containerizer === 'docker';
  const volumes = [...(image === undefined ? [] : settings.volumes), ...settings.secretVolumes];
  const networkInfos = settings.networkNames.map((name) => ({ name, labels: settings.networkLabels }));
  const container: mesos.v1.IContainerInfo = {
    type: isDocker ? DOCKER : MESOS,
    ...(volumes.length > 0 && { volumes }),
    ...(networkInfos.length > 0 && { networkInfos }),
    ...(isDocker && { docker: dockerInfo(settings, image) }),
    ...(!isDocker && image !== undefined && { mesos: mesosInfo(settings, image) }),
  };
  return merged(container, settings.extra);
}

function dockerInfo(settings: ContainerSettings, image: string): mesos.v1.ContainerInfo.IDockerInfo {
  const [network] = settings.networkNames;
  // The daemon hears of the network by a parameter, behind those of the user (SPARK-28778).
  const parameters = [
    ...settings.parameters,
    ...(network === undefined ? [] : [{ key: 'net', value: network }]),
  ];
  return {
    image,
    forcePullImage: settings.forcePullImage,
    ...(network !== undefined && { network: mesos.v1.ContainerInfo.DockerInfo.Network.USER }),
    ...(settings.portMappings.length > 0 && { portMappings: [...settings.portMappings] }),
    ...(parameters.length > 0 && { parameters }),
  };
}

function mesosInfo(settings: ContainerSettings, name: string): mesos.v1.ContainerInfo.IMesosInfo {
  return {
    image: {
      type: mesos.v1.Image.Type.DOCKER,
      docker: { name },
      cached: !settings.forcePullImage,
    },
  };
}

/** Lists of `extra` follow those that are there, messages are merged the same way, everything else is replaced. */
function merged<Message extends object>(message: Message, extra: Partial<Message>): Message {
  const result = Object.fromEntries(Object.entries(message)) as Record<string, unknown>;
  for (const [name, value] of Object.entries(extra)) {
    const own = result[name];
    if (Array.isArray(value)) {
      if (value.length > 0) {
        result[name] = [...(Array.isArray(own) ? own : []), ...value];
      }
    } else if (isMessage(value)) {
      result[name] = isMessage(own) ? merged(own, value) : value;
    } else if (value !== undefined && value !== null) {
      result[name] = value;
    }
  }
  return result as Message;
}

function isMessage(value: unknown): value is object {
  return (
    typeof value === 'object' && value !== null && !(value instanceof Uint8Array) && !Array.isArray(value)
  );
}
