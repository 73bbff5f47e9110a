import { driverLink } from './links.ts';

/**
 * Where the page of a driver is now, for the address that it had in Spark's own dispatcher: `/driver/?id=X` (rule D83).
 * undefined for all other addresses.
 */
export function addressInsteadOf({
  pathname,
  search,
}: {
  readonly pathname: string;
  readonly search: string;
}): string | undefined {
  const match = /^(.*\/)driver(\/?)$/.exec(pathname);
  if (match === null) return undefined;
  const id = new URLSearchParams(search).get('id');
  return `${match[1]}${id === null ? '' : driverLink(id)}`;
}
