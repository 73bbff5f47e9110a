import { optional, withDefault } from '../definition.ts';
import {
  containerizer,
  containerJson,
  duration,
  flag,
  healthCheckJson,
  labels,
  list,
  parameters,
  portMappings,
  text,
  volumes,
} from '../value-schemas.ts';
import { OURS } from './since.ts';

/** The containers of executors and drivers. */
export const CONTAINERS = {
  containerizer: withDefault({
    name: 'spark.mesos.containerizer',
    schema: containerizer,
    default: 'docker',
    since: '2.1.0',
    meaning: 'What runs an image: docker (the Docker daemon) or mesos (the agent itself)',
  }),
  executorImage: optional({
    name: 'spark.mesos.executor.docker.image',
    schema: text,
    since: '1.4.0',
    meaning: 'Image of each executor',
  }),
  executorForcePullImage: withDefault({
    name: 'spark.mesos.executor.docker.forcePullImage',
    schema: flag,
    default: 'false',
    since: '2.1.0',
    meaning: 'Whether the image is pulled even where the agent has it',
  }),
  executorVolumes: withDefault({
    name: 'spark.mesos.executor.docker.volumes',
    schema: volumes,
    default: '',
    since: '1.4.0',
    meaning: 'What an image finds of the agent: host:container[:rw|:ro], with commas between',
  }),
  executorPortMappings: withDefault({
    name: 'spark.mesos.executor.docker.portmaps',
    schema: portMappings,
    default: '',
    since: '1.4.0',
    meaning: 'Ports of the agent for those of the container: host:container[:tcp|:udp]; docker only',
  }),
  executorDockerParameters: withDefault({
    name: 'spark.mesos.executor.docker.parameters',
    schema: parameters,
    default: '',
    since: '2.2.0',
    meaning: 'Options of docker run: key=value, with commas between, \\, for one inside; docker only',
  }),
  executorContainerJson: withDefault({
    name: 'spark.mesos.executor.container.json',
    schema: containerJson,
    default: '{}',
    since: OURS,
    meaning:
      'What no other setting names, as a ContainerInfo in the JSON of Mesos: linux_info, rlimit_info, ' +
      'volumes with drivers, networks with port mappings; lists are added, the rest replaced',
  }),
  executorUser: optional({
    name: 'spark.mesos.executor.user',
    schema: text,
    since: OURS,
    meaning: 'System user that runs the executors. Unset: that of the framework',
  }),
  executorKillGraceMs: optional({
    name: 'spark.mesos.executor.killGracePeriod',
    schema: duration('ms'),
    unit: 'ms',
    since: OURS,
    meaning: 'How long an executor that is killed may take to end. Unset: as long as the agent says',
  }),
  executorHealthCheck: optional({
    name: 'spark.mesos.executor.healthCheck.json',
    schema: healthCheckJson,
    since: OURS,
    meaning: 'How the agent sees whether an executor is healthy, as a HealthCheck in the JSON of Mesos',
  }),
  networkNames: withDefault({
    name: 'spark.mesos.network.name',
    schema: list,
    default: '',
    since: '2.1.0',
    meaning: 'Networks that containers join, with commas between',
  }),
  networkLabels: withDefault({
    name: 'spark.mesos.network.labels',
    schema: labels,
    default: '',
    since: '2.3.0',
    meaning: 'Labels for these networks: key:value,key:value',
  }),
  driverImage: optional({
    name: 'spark.mesos.driver.docker.image',
    schema: text,
    since: OURS,
    fallback: 'spark.mesos.executor.docker.image',
    meaning:
      'Image of the driver in cluster mode; with one, nothing of the executors’ container applies to it',
  }),
  driverForcePullImage: withDefault({
    name: 'spark.mesos.driver.docker.forcePullImage',
    schema: flag,
    default: 'false',
    since: OURS,
    meaning: 'The same as for executors, for an image of spark.mesos.driver.docker.image',
  }),
  driverVolumes: withDefault({
    name: 'spark.mesos.driver.docker.volumes',
    schema: volumes,
    default: '',
    since: OURS,
    meaning: 'The same as for executors, for an image of spark.mesos.driver.docker.image',
  }),
  driverPortMappings: withDefault({
    name: 'spark.mesos.driver.docker.portmaps',
    schema: portMappings,
    default: '',
    since: OURS,
    meaning: 'The same as for executors, for an image of spark.mesos.driver.docker.image',
  }),
  driverDockerParameters: withDefault({
    name: 'spark.mesos.driver.docker.parameters',
    schema: parameters,
    default: '',
    since: OURS,
    meaning: 'The same as for executors, for an image of spark.mesos.driver.docker.image',
  }),
} as const;
