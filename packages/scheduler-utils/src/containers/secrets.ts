import { mesos } from '@spark-mesos/mesos-proto';

/** Secrets of executors or drivers as the settings name them (rules U100, U101). */
export interface SecretSettings {
  /** Names in the secret store of the cluster. */
  readonly names: readonly string[];
  /** The secrets themselves; either these or names. */
  readonly values: readonly string[];
  /** Environment variables, one for each secret, or none. */
  readonly variables: readonly string[];
  /** Files, one for each secret, or none. */
  readonly files: readonly string[];
}

const { REFERENCE, VALUE } = mesos.v1.Secret.Type;

/** Environment variables that carry the secrets (rule U101): the agent fills them in, no command line shows them. */
export function secretEnvironment(settings: SecretSettings): mesos.v1.Environment.IVariable[] {
  return zip(secrets(settings), settings.variables, (secret, name) => ({
    name,
    type: mesos.v1.Environment.Variable.Type.SECRET,
    secret,
  }));
}

/** Files that carry the secrets (rule U101): read-only volumes that the agent fills. */
export function secretVolumes(settings: SecretSettings): mesos.v1.IVolume[] {
  return zip(secrets(settings), settings.files, (secret, containerPath) => ({
    containerPath,
    mode: mesos.v1.Volume.Mode.RO,
    source: { type: mesos.v1.Volume.Source.Type.SECRET, secret },
  }));
}

/** What is wrong with secrets, in the words of the original where it had some; nothing: an empty list. */
export function secretProblems(settings: SecretSettings): string[] {
  const count = settings.names.length + settings.values.length;
  if (settings.names.length > 0 && settings.values.length > 0) {
    return ['Cannot specify both value-type and reference-type secrets.'];
  }
  const counts = [
    ['environment variables (envkeys)', settings.variables.length],
    ['files (filenames)', settings.files.length],
  ] as const;
  return counts
    .filter(([, destinations]) => destinations > 0 && destinations !== count)
    .map(([what, destinations]) => `there are ${count} secrets, but ${destinations} ${what}: one for each`);
}

/** Whether there are secrets that would reach nobody. */
export function areSecretsUnused(settings: SecretSettings): boolean {
  const hasSecrets = settings.names.length > 0 || settings.values.length > 0;
  return hasSecrets && settings.variables.length === 0 && settings.files.length === 0;
}

function secrets({ names, values }: SecretSettings): mesos.v1.ISecret[] {
  if (names.length > 0) {
    return names.map((name) => ({ type: REFERENCE, reference: { name } }));
  }
  return values.map((value) => ({ type: VALUE, value: { data: new TextEncoder().encode(value) } }));
}

function zip<Left, Right, Result>(
  left: readonly Left[],
  right: readonly Right[],
  join: (left: Left, right: Right) => Result,
): Result[] {
  return left.flatMap((item, index) => {
    const other = right[index];
    return other === undefined ? [] : [join(item, other)];
  });
}
