import { mesos } from '@spark-mesos/mesos-proto';
import { ResourceSet } from '../resources/resource-set.ts';
import { ResourceShape } from '../resources/resource-shape.ts';
import { toMilli } from '../resources/value.ts';
import type { Conversion } from './operation-conversions.ts';
import { resourceProblem } from './task-validation.ts';
import { notVolumeProblem } from './volume-validation.ts';

type GrowVolume = mesos.v1.Offer.Operation.IGrowVolume;
type ShrinkVolume = mesos.v1.Offer.Operation.IShrinkVolume;

const { MOUNT } = mesos.v1.Resource.DiskInfo.Source.Type;

/** The disk that a volume is made of. */
export function withoutVolume(resources: ResourceSet): ResourceSet {
  return resources.mapShapes(bareDisk);
}

function bareDisk(shape: ResourceShape): ResourceShape {
  const source = shape.extras.disk?.source;
  return shape.usedAs(source ? { source } : undefined);
}

/** Why a volume cannot grow, in the words of a real master. */
export function growProblem({ volume, addition }: GrowVolume): string | undefined {
  const invalid = resourceProblem(volume);
  if (invalid !== undefined) return `Invalid resource in the 'GrowVolume.volume' field: ${invalid}`;
  const invalidAddition = resourceProblem(addition);
  if (invalidAddition !== undefined) {
    return `Invalid resource in the 'GrowVolume.addition' field: ${invalidAddition}`;
  }
  if (milliOf(addition.scalar) <= 0) {
    return "The size of 'GrowVolume.addition' field must be greater than zero";
  }
  if (volume.providerId) return 'Growing a volume from a resource provider is not supported';
  const notVolume = notVolumeProblem(volume);
  if (notVolume !== undefined) {
    return `Invalid persistent volume in the 'GrowVolume.volume' field: ${notVolume}`;
  }
  if (volume.shared) return 'Growing a shared persistent volume is not supported';
  return bareDisk(ResourceShape.of(volume)).key === ResourceShape.of(addition).key
    ? undefined
    : "Incompatible resources in the 'GrowVolume.volume' and 'GrowVolume.addition' fields";
}

/** Why a volume cannot shrink, in the words of a real master. */
export function shrinkProblem({ volume, subtract }: ShrinkVolume): string | undefined {
  const invalid = resourceProblem(volume);
  if (invalid !== undefined) return `Invalid resource in the 'ShrinkVolume.volume' field: ${invalid}`;
  if (milliOf(subtract) <= 0) return "Value of 'ShrinkVolume.subtract' must be greater than zero";
  if (milliOf(volume.scalar) <= milliOf(subtract)) {
    return "Value of 'ShrinkVolume.subtract' must be smaller than the size of 'ShrinkVolume.volume'";
  }
  if (volume.providerId) return 'Shrinking a volume from a resource provider is not supported';
  if (volume.disk?.source?.type === MOUNT) return 'Shrinking a volume on a MOUNT disk is not supported';
  const notVolume = notVolumeProblem(volume);
  if (notVolume !== undefined) {
    return `Invalid persistent volume in the 'ShrinkVolume.volume' field: ${notVolume}`;
  }
  return volume.shared ? 'Shrinking a shared persistent volume is not supported' : undefined;
}

/** A volume and some disk become one volume. */
export function growConversion({ volume, addition }: GrowVolume): Conversion {
  const size = (milliOf(volume.scalar) + milliOf(addition.scalar)) / 1000;
  return {
    consumed: ResourceSet.of([volume, addition]),
    converted: ResourceSet.of([{ ...volume, scalar: { value: size } }]),
  };
}

/** A volume becomes a smaller one, and some disk. */
export function shrinkConversion({ volume, subtract }: ShrinkVolume): Conversion {
  const size = (milliOf(volume.scalar) - milliOf(subtract)) / 1000;
  const freed = withoutVolume(ResourceSet.of([{ ...volume, scalar: subtract }]));
  return {
    consumed: ResourceSet.of([volume]),
    converted: ResourceSet.of([{ ...volume, scalar: { value: size } }]).plus(freed),
  };
}

function milliOf(scalar: mesos.v1.Value.IScalar | null | undefined): number {
  return toMilli(scalar?.value ?? 0);
}
