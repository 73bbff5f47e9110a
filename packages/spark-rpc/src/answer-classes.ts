import { APPLICATION_REMOVED_CLASS } from './messages/application-removed.ts';
import { CHECK_EXISTENCE_CLASS } from './messages/check-existence.ts';
import { DRIVER_STATE_CLASS, DRIVER_STATUS_RESPONSE_CLASS } from './messages/driver-status-response.ts';
import { ENDPOINT_REFERENCE_CLASSES } from './messages/endpoint-reference.ts';
import { EXECUTOR_ADDED_CLASS } from './messages/executor-added.ts';
import { EXECUTOR_STATE_CLASS } from './messages/executor-state.ts';
import { EXECUTOR_UPDATED_CLASS } from './messages/executor-updated.ts';
import { KILL_DRIVER_RESPONSE_CLASS } from './messages/kill-driver-response.ts';
import { MASTER_CHANGED_CLASS } from './messages/master-changed.ts';
import { REGISTERED_APPLICATION_CLASS } from './messages/registered-application.ts';
import {
  RETRIEVE_SPARK_APP_CONFIG_CLASS,
  RETRIEVE_SPARK_APP_CONFIG_MODULE,
} from './messages/retrieve-spark-app-config.ts';
import { SUBMIT_DRIVER_RESPONSE_CLASS } from './messages/submit-driver-response.ts';
import { WORKER_REMOVED_CLASS } from './messages/worker-removed.ts';
import { MODULE_PROXY_CLASS } from './scala/values.ts';

/** Every class of which this package ever writes an object; a Spark need not have them all. */
export const ANSWER_CLASSES: readonly string[] = [
  REGISTERED_APPLICATION_CLASS,
  EXECUTOR_ADDED_CLASS,
  EXECUTOR_UPDATED_CLASS,
  EXECUTOR_STATE_CLASS,
  APPLICATION_REMOVED_CLASS,
  WORKER_REMOVED_CLASS,
  MASTER_CHANGED_CLASS,
  SUBMIT_DRIVER_RESPONSE_CLASS,
  DRIVER_STATUS_RESPONSE_CLASS,
  DRIVER_STATE_CLASS,
  KILL_DRIVER_RESPONSE_CLASS,
  CHECK_EXISTENCE_CLASS,
  RETRIEVE_SPARK_APP_CONFIG_CLASS,
  RETRIEVE_SPARK_APP_CONFIG_MODULE,
  ...ENDPOINT_REFERENCE_CLASSES,
  MODULE_PROXY_CLASS,
  'scala.Enumeration$Val',
  'scala.Some',
  'scala.None$',
];

/**
 * Classes that are only ever read, and whose versions must agree all the same: they tell one Spark from
 * another before an answer goes out that the driver could not read.
 */
export const TELLING_CLASSES: readonly string[] = [
  'org.apache.spark.deploy.DeployMessages$RegisterApplication',
  'org.apache.spark.deploy.DeployMessages$RequestExecutors',
  'org.apache.spark.deploy.DeployMessages$RequestSubmitDriver',
  'org.apache.spark.deploy.ApplicationDescription',
];

/**
 * Classes that tell Sparks apart whose messages are alike otherwise. A peer that has them as no Spark here has is answered
 * all the same: these, none of our answers has.
 */
export const HINTING_CLASSES: readonly string[] = ['org.apache.spark.deploy.DriverDescription'];

/** Classes that every Spark has and without which no driver can be answered. */
export const REQUIRED_CLASSES: readonly string[] = [
  REGISTERED_APPLICATION_CLASS,
  EXECUTOR_ADDED_CLASS,
  EXECUTOR_UPDATED_CLASS,
  EXECUTOR_STATE_CLASS,
  APPLICATION_REMOVED_CLASS,
  'scala.Enumeration$Val',
  'scala.Some',
  'scala.None$',
];
