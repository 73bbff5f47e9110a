import { APPLICATION } from './tables/application.ts';
import { CONTAINERS } from './tables/containers.ts';
import { DISPATCHER } from './tables/dispatcher.ts';
import { EXECUTORS } from './tables/executors.ts';
import { FRAMEWORK } from './tables/framework.ts';
import { OFFERS } from './tables/offers.ts';
import { SECRETS } from './tables/secrets.ts';
import { SECURITY } from './tables/security.ts';
import { SHUFFLE } from './tables/shuffle.ts';

/**
 * Every setting, in the order of the documentation. Types, defaults, validation, help and the table of settings all
 * come from here. Spark's own names keep their meaning.
 */
export const SETTINGS = {
  ...APPLICATION,
  ...FRAMEWORK,
  ...OFFERS,
  ...EXECUTORS,
  ...CONTAINERS,
  ...SECRETS,
  ...SECURITY,
  ...SHUFFLE,
  ...DISPATCHER,
} as const;
