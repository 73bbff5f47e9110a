import type { JavaObject } from '@spark-mesos/java-serialization';
import { encodeDriverStatusResponse } from './messages/driver-status-response.ts';
import type { EndpointReference } from './messages/endpoint-reference.ts';
import { encodeKillDriverResponse } from './messages/kill-driver-response.ts';
import type { RequestDriverStatus } from './messages/request-driver-status.ts';
import type { RequestKillDriver } from './messages/request-kill-driver.ts';
import type { RequestSubmitDriver } from './messages/request-submit-driver.ts';
import { encodeSubmitDriverResponse } from './messages/submit-driver-response.ts';
import type { ObjectBuilder } from './object-builder.ts';

const ADVICE =
  'This endpoint runs no drivers. Submit with --deploy-mode client, or send --deploy-mode cluster to the ' +
  "dispatcher's REST address with spark.master.rest.enabled=true.";

/** The requests of `spark-submit --deploy-mode cluster`. */
export type SubmissionRequest = RequestSubmitDriver | RequestDriverStatus | RequestKillDriver;

/** Answers that `spark-submit` shows to its user, where a failure would only fill its log with stack traces. */
export function refuseSubmission(
  build: ObjectBuilder,
  request: SubmissionRequest,
  master: EndpointReference,
): JavaObject {
  switch (request.kind) {
    case 'RequestSubmitDriver':
      return encodeSubmitDriverResponse(build, { master, success: false, message: ADVICE });
    case 'RequestKillDriver':
      return encodeKillDriverResponse(build, {
        master,
        driverId: request.driverId,
        success: false,
        message: ADVICE,
      });
    case 'RequestDriverStatus':
      return encodeDriverStatusResponse(build, { found: false });
  }
}
