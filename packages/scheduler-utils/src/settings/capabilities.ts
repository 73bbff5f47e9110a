import { mesos } from '@spark-mesos/mesos-proto';
import { ConfigError } from '../errors.ts';
import { splitList } from '../uris.ts';

const { Type } = mesos.v1.FrameworkInfo.Capability;

/** What a framework may be told to declare. MULTI_ROLE and GPU_RESOURCES follow from roles and GPUs. */
const DECLARABLE = [
  'PARTITION_AWARE',
  'TASK_KILLING_STATE',
  'RESERVATION_REFINEMENT',
  'REVOCABLE_RESOURCES',
  'SHARED_RESOURCES',
  'REGION_AWARE',
] as const;

/** A capability by the name that Mesos has for it. */
export type DeclarableCapability = (typeof DECLARABLE)[number];

/** Reads the capabilities of a framework (rule U13): names with commas between, or `none`. */
export function parseCapabilities(text: string): readonly DeclarableCapability[] {
  if (text.trim().toLowerCase() === 'none') {
    return [];
  }
  return [...new Set(splitList(text).map(parseCapability))];
}

/** The capability as Mesos's message has it. */
export function capabilityMessage(
  name: DeclarableCapability | 'MULTI_ROLE' | 'GPU_RESOURCES',
): mesos.v1.FrameworkInfo.ICapability {
  return { type: Type[name] };
}

function parseCapability(text: string): DeclarableCapability {
  const upper = text.toUpperCase();
  const known = DECLARABLE.find((name) => name === upper);
  if (known === undefined) {
    throw new ConfigError(
      'CONFIG_MALFORMED',
      `'${text}' is no capability that can be declared: ${DECLARABLE.join(', ')}`,
    );
  }
  return known;
}
