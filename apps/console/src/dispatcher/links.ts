import { formatHash } from '../shared/hash-route.ts';
import {
  type DriverGroup,
  type DriverListPlace,
  listParameters,
  parseListPlace,
} from './model/driver-group.ts';

/** The page of one driver. */
export function driverLink(id: string, parameters: Readonly<Record<string, string>> = {}): string {
  return formatHash(['drivers', id], parameters);
}

/** The list of drivers, at some place in it. */
export function listLink(place: DriverListPlace): string {
  return formatHash(['drivers'], listParameters(place));
}

/** The list of one group. */
export function groupLink(group: DriverGroup): string {
  return listLink(parseListPlace(new Map([['group', group]])));
}
