import type { JavaObject } from '@spark-mesos/java-serialization';
import type { Logger } from './logger.ts';
import type { DriverDescription } from './messages/driver-description.ts';
import { type DriverStatusResponse, encodeDriverStatusResponse } from './messages/driver-status-response.ts';
import type { EndpointReference } from './messages/endpoint-reference.ts';
import { EXECUTOR_UPDATED_CLASS } from './messages/executor-updated.ts';
import { encodeKillDriverResponse } from './messages/kill-driver-response.ts';
import type { RequestDriverStatus } from './messages/request-driver-status.ts';
import type { RequestKillDriver } from './messages/request-kill-driver.ts';
import type { RequestSubmitDriver } from './messages/request-submit-driver.ts';
import { encodeSubmitDriverResponse } from './messages/submit-driver-response.ts';
import type { ObjectBuilder } from './object-builder.ts';
import type { PeerClasses } from './peer-classes.ts';

/** The requests of `spark-submit --deploy-mode cluster`. */
export type SubmissionRequest = RequestSubmitDriver | RequestDriverStatus | RequestKillDriver;

/** Who is at the other end of a connection, as far as that tells. */
export interface ConnectionPeer {
  /** Whether it has shown that it knows the secret of `spark.authenticate`. */
  readonly authenticated: boolean;
  readonly remoteAddress: string | undefined;
}

/** Who asks; one and the same object as long as the connection lasts. */
export interface SubmissionPeer extends ConnectionPeer {
  /** The Sparks that its messages fit, by the names that the endpoint has for them, the best first. */
  readonly sparks: readonly string[];
}

/** What may stand beside an answer. */
export interface WrittenFor {
  /**
   * The Spark that the asker is likely to have, by its name. Where several fit what it has sent, and that is little, its
   * answer is written for this one: there are classes in it that may differ.
   */
  readonly spark?: string | undefined;
}

/** What became of a request for a driver; the message is shown to its user. */
export interface DriverSubmitted extends WrittenFor {
  /** Absent: there will be no driver, and the message says why. */
  readonly driverId?: string;
  readonly message: string;
}

/** What became of a request to kill a driver; the message is shown to its user. */
export interface DriverKilled extends WrittenFor {
  readonly success: boolean;
  readonly message: string;
}

/** How a driver is. */
export type DriverStatusAnswer = DriverStatusResponse & WrittenFor;

/**
 * What a cluster manager that runs drivers does for `spark-submit --deploy-mode cluster`. An error that is thrown is
 * logged, and its user is told only that there was one.
 */
export interface SubmissionHandler {
  /** The description holds the submitter's whole environment: never log it, never show it. */
  submitDriver(driver: DriverDescription, peer: SubmissionPeer): Promise<DriverSubmitted> | DriverSubmitted;
  /** A submitter wants its driver ended. */
  killDriver(driverId: string, peer: SubmissionPeer): Promise<DriverKilled> | DriverKilled;
  /** A submitter asks how its driver is. */
  driverStatus(driverId: string, peer: SubmissionPeer): Promise<DriverStatusAnswer> | DriverStatusAnswer;
}

const ADVICE =
  'This endpoint runs no drivers. Submit with --deploy-mode client, or send --deploy-mode cluster to the ' +
  "dispatcher's REST address with spark.master.rest.enabled=true.";

const FAILURE = 'The request could not be carried out; the log of the cluster manager says why.';

/** A cluster manager that runs no drivers: its answers say what to do instead. */
export const NO_SUBMISSIONS: SubmissionHandler = {
  submitDriver: () => ({ message: ADVICE }),
  killDriver: () => ({ success: false, message: ADVICE }),
  driverStatus: () => ({ found: false }),
};

/** What an answer is made with. */
export interface SubmissionContext {
  readonly build: ObjectBuilder;
  readonly classes: PeerClasses;
  readonly handler: SubmissionHandler;
  readonly peer: SubmissionPeer;
  readonly master: EndpointReference;
  readonly logger: Logger;
}

/** Answers in a way that `spark-submit` shows to its user, where a failure would only fill its log with stack traces. */
export async function answerSubmission(
  request: SubmissionRequest,
  { build, classes, handler, peer, master, logger }: SubmissionContext,
): Promise<JavaObject> {
  const failed = (error: unknown) => logger.error({ error }, `${request.kind} failed`);
  switch (request.kind) {
    case 'RequestSubmitDriver': {
      const answer = await orElse(
        () => handler.submitDriver(request.driver, peer),
        { message: FAILURE },
        failed,
      );
      classes.prefer(answer.spark);
      const { driverId } = answer;
      return encodeSubmitDriverResponse(build, {
        ...reference(master, classes),
        ...answer,
        success: driverId !== undefined,
      });
    }
    case 'RequestKillDriver': {
      const { driverId } = request;
      const answer = await orElse(
        () => handler.killDriver(driverId, peer),
        { success: false, message: FAILURE },
        failed,
      );
      classes.prefer(answer.spark);
      return encodeKillDriverResponse(build, { ...reference(master, classes), driverId, ...answer });
    }
    case 'RequestDriverStatus': {
      const answer = await orElse<DriverStatusAnswer>(
        () => handler.driverStatus(request.driverId, peer),
        { found: false },
        failed,
      );
      classes.prefer(answer.spark);
      return encodeDriverStatusResponse(build, answer);
    }
  }
}

/**
 * The master in an answer, for those who ask it again. From Spark 3.1 on whoever asks keeps it and never looks at it, and yet has to
 * be able to read it; and of all that is in an answer, it is made of the classes that differ most among Sparks that submit in the
 * same words. Without it a submitter reads its answer also where its very Spark is not here. That a Spark is as old is seen by what
 * it tells of executors: the host of their worker came with 3.1.
 */
function reference(master: EndpointReference, classes: PeerClasses): { readonly master?: EndpointReference } {
  const { fields } = classes.descriptor(EXECUTOR_UPDATED_CLASS);
  return fields.some(({ name }) => name === 'workerHost') ? {} : { master };
}

async function orElse<Answer>(
  ask: () => Promise<Answer> | Answer,
  otherwise: Answer,
  failed: (error: unknown) => void,
): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    failed(error);
    return otherwise;
  }
}
