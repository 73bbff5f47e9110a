import type { mesos } from '@spark-mesos/mesos-proto';
import { containerInfo } from '../containers/container.ts';
import type { SecretSettings } from '../containers/secrets.ts';
import { secretEnvironment, secretVolumes } from '../containers/secrets.ts';
import { fetcherUris } from '../uris.ts';
import type { SparkSettings } from './parse.ts';

/** The container of each executor (rules U90 to U97), with the files that carry its secrets. */
export function executorContainer(settings: SparkSettings): mesos.v1.IContainerInfo {
  return containerInfo({
    ...shared(settings),
    image: settings.executorImage,
    forcePullImage: settings.executorForcePullImage,
    volumes: settings.executorVolumes.entries,
    portMappings: settings.executorPortMappings.entries,
    parameters: settings.executorDockerParameters.entries,
    secretVolumes: secretVolumes(executorSecrets(settings)),
    extra: settings.executorContainerJson,
  });
}

/**
 * The container of a driver in cluster mode: that of executors, as it always was, unless the driver has an image of
 * its own (rule U96).
 */
export function driverContainer(settings: SparkSettings): mesos.v1.IContainerInfo {
  const files = secretVolumes(driverSecrets(settings));
  const own = settings.driverImage !== undefined;
  return containerInfo({
    ...shared(settings),
    image: settings.driverImage ?? settings.executorImage,
    forcePullImage: own ? settings.driverForcePullImage : settings.executorForcePullImage,
    volumes: (own ? settings.driverVolumes : settings.executorVolumes).entries,
    portMappings: (own ? settings.driverPortMappings : settings.executorPortMappings).entries,
    parameters: (own ? settings.driverDockerParameters : settings.executorDockerParameters).entries,
    secretVolumes: files,
    extra: {},
  });
}

/** The environment variables that carry secrets to executors (rule U101); the agent fills them in. */
export function secretVariables(settings: SparkSettings): mesos.v1.Environment.IVariable[] {
  return secretEnvironment(executorSecrets(settings));
}

/** The same for the driver in cluster mode. */
export function driverSecretVariables(settings: SparkSettings): mesos.v1.Environment.IVariable[] {
  return secretEnvironment(driverSecrets(settings));
}

/** What the fetcher brings into the sandbox of each executor (rules U80, U82). */
export function executorUris(settings: SparkSettings): mesos.v1.CommandInfo.IURI[] {
  return fetcherUris({
    executorUri: settings.executorUri,
    uris: settings.uris,
    cache: settings.fetcherCache,
  });
}

/** How an executor is killed, if not as the agent has it (rule U97). */
export function executorKillPolicy(settings: SparkSettings): mesos.v1.IKillPolicy | undefined {
  const milliseconds = settings.executorKillGraceMs;
  return milliseconds === undefined ? undefined : { gracePeriod: { nanoseconds: milliseconds * 1e6 } };
}

/** The secrets of executors, as the settings name them. */
export function executorSecrets(settings: SparkSettings): SecretSettings {
  return {
    names: settings.executorSecretNames,
    values: settings.executorSecretValues,
    variables: settings.executorSecretVariables,
    files: settings.executorSecretFiles,
  };
}

/** The secrets of a driver in cluster mode, as the settings name them. */
export function driverSecrets(settings: SparkSettings): SecretSettings {
  return {
    names: settings.driverSecretNames,
    values: settings.driverSecretValues,
    variables: settings.driverSecretVariables,
    files: settings.driverSecretFiles,
  };
}

function shared(settings: SparkSettings) {
  const { containerizer, networkNames, networkLabels } = settings;
  return { containerizer, networkNames, networkLabels };
}
