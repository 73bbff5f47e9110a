import { APPLICATION } from './tables/application.ts';
import { CONTAINERS } from './tables/containers.ts';
import { DISPATCHER } from './tables/dispatcher.ts';
import { DRIVERS } from './tables/drivers.ts';
import { EXECUTORS } from './tables/executors.ts';
import { FAILURES } from './tables/failures.ts';
import { FINE } from './tables/fine.ts';
import { FRAMEWORK } from './tables/framework.ts';
import { OFFERS } from './tables/offers.ts';
import { SECRETS } from './tables/secrets.ts';
import { SECURITY } from './tables/security.ts';
import { SHUFFLE } from './tables/shuffle.ts';

/**
 * Every setting that an application can have, in the order of the documentation. Types, defaults, validation, help
 * and the table of settings all come from here. Spark's own names keep their meaning.
 */
export const APPLICATION_SETTINGS = {
  ...APPLICATION,
  ...FRAMEWORK,
  ...OFFERS,
  ...EXECUTORS,
  ...FINE,
  ...FAILURES,
  ...CONTAINERS,
  ...SECRETS,
  ...SECURITY,
  ...SHUFFLE,
  ...DRIVERS,
} as const;

/** The settings of applications, and those that only a dispatcher reads. */
export const SETTINGS = { ...APPLICATION_SETTINGS, ...DISPATCHER } as const;
