import {
  fromMesosJson,
  type JsonValue,
  MesosProtoError,
  type MessageClass,
  mesos,
  parseJson,
  toMesosJson,
} from '@spark-mesos/mesos-proto';
import { ConfigError } from '../errors.ts';

/** The parts of a container that a user names in the JSON of Mesos; its type is not among them. */
export type ContainerParts = Omit<mesos.v1.IContainerInfo, 'type'>;

/**
 * Reads a ContainerInfo in the JSON of Mesos, for all that has no setting of its own (rule U97). Type and image need not
 * be named: they follow from other settings.
 */
export function parseContainerJson(text: string): ContainerParts {
  const given = objectOf(text);
  const { docker } = given;
  const complete = { type: 'MESOS', ...given, ...(isObject(docker) && { docker: { image: '', ...docker } }) };
  const { type: _type, docker: dockerInfo, ...parts } = { ...readMessage(mesos.v1.ContainerInfo, complete) };
  if (!dockerInfo) {
    return parts;
  }
  const { image, ...rest } = { ...dockerInfo };
  // Where no image is named there, merging must leave the other one alone; only the type knows of none.
  return { ...parts, docker: (image === '' ? rest : dockerInfo) as mesos.v1.ContainerInfo.IDockerInfo };
}

/** Reads a HealthCheck in the JSON of Mesos (rule U97). */
export function parseHealthCheckJson(text: string): mesos.v1.IHealthCheck {
  return readMessage(mesos.v1.HealthCheck, objectOf(text));
}

/** A message class of mesos-proto that JSON can be made of and read into. */
type JsonReadable<T> = MessageClass<T> & { encode(message: T): unknown };

function objectOf(text: string): { [name: string]: JsonValue } {
  const value = refusing(() => parseJson(text));
  if (!isObject(value)) {
    throw new ConfigError('CONFIG_MALFORMED', 'it is no JSON object: write {"name": value, …}');
  }
  return value;
}

function isObject(value: JsonValue | undefined): value is { [name: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readMessage<T>(type: JsonReadable<T>, json: { [name: string]: JsonValue }): T {
  const message = refusing(() => fromMesosJson(type, json));
  // Mesos ignores what it does not know; here it would be a setting that silently does nothing.
  const unknown = unknownMember(json, toMesosJson(type, message), '');
  if (unknown !== undefined) {
    throw new ConfigError('CONFIG_MALFORMED', `Mesos knows no '${unknown}' there, or not with this value`);
  }
  return message;
}

function refusing<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof MesosProtoError) {
      throw new ConfigError('CONFIG_MALFORMED', error.detail ?? error.message, { cause: error });
    }
    throw error;
  }
}

/** The path of a member that was given and not understood; `undefined` if there is none. */
function unknownMember(
  given: JsonValue,
  understood: JsonValue | undefined,
  path: string,
): string | undefined {
  if (given === null || typeof given !== 'object') {
    return undefined;
  }
  // A lone value where there may be several is a list of one.
  const counterpart = Array.isArray(understood) && !Array.isArray(given) ? understood[0] : understood;
  const members = counterpart !== null && typeof counterpart === 'object' ? counterpart : {};
  for (const [name, value] of Object.entries(given)) {
    const place = path === '' ? name : `${path}.${name}`;
    const own = (members as Record<string, JsonValue>)[name];
    const isUnset = value === null || (Array.isArray(value) && value.length === 0);
    const unknown = own === undefined && !isUnset ? place : unknownMember(value, own, place);
    if (unknown !== undefined) {
      return unknown;
    }
  }
  return undefined;
}
