import { z } from 'zod';
import type { DriverPlan } from '../core/driver-plan.ts';
import type { DriverRecord } from '../core/driver-record.ts';
import type { SubmissionRequest } from '../model/submission-request.ts';
import { isSurelyState, isSurelySubmission } from './quick-look.ts';

/** The version of all values; one that reads others turns them into these. */
export const RECORD_VERSION = 1;

const version = z.literal(RECORD_VERSION);
const optionalText = z.string().optional();
const optionalNumber = z.number().optional();

const frameworkSchema = z.object({ version, frameworkId: z.string().min(1) });

const texts = z.record(z.string(), z.string());

/** A submission as it is stored. */
export const submissionSchema = z.object({
  version,
  id: z.string().min(1),
  sequence: z.number().int().nonnegative(),
  submittedAtMs: z.number(),
  priority: z.number(),
  owner: optionalText,
  idempotencyKey: optionalText,
  resubmissionOf: optionalText,
  plan: z.object({
    name: z.string(),
    mainClass: z.string(),
    queue: z.string(),
    resources: z.object({
      cpus: z.number(),
      memMiB: z.number(),
      heapMiB: z.number(),
      diskMiB: z.number(),
    }),
    constraints: z.string(),
    supervision: z.object({
      supervise: z.boolean(),
      maxRetries: optionalNumber,
      resetAfterMs: z.number(),
      finalExitStatuses: z.array(z.object({ first: z.number(), last: z.number() })),
      unreachableTimeoutMs: z.number(),
    }),
    killGraceMs: optionalNumber,
  }),
  request: z.object({
    appResource: z.string(),
    mainClass: z.string(),
    arguments: z.array(z.string()),
    properties: texts,
    environment: texts,
    sparkHome: optionalText,
    sparkVersion: optionalText,
  }),
});

const attemptSchema = z.object({
  number: z.number().int().positive(),
  taskId: z.string().min(1),
  driverFrameworkId: z.string(),
  agentId: z.string(),
  hostname: z.string(),
  launchedAtMs: z.number(),
  startedAtMs: optionalNumber,
  finishedAtMs: optionalNumber,
  confirmed: z.boolean().optional(),
  taskState: optionalText,
  message: optionalText,
  reason: optionalText,
  source: optionalText,
  updatedAtMs: optionalNumber,
  exitStatus: optionalNumber,
  containerId: optionalText,
});

/** How a submission stands, as it is stored. */
export const stateSchema = z.object({
  version,
  state: z.enum(['queued', 'launching', 'running', 'unreachable', 'killing', 'retrying', 'finished']),
  finalState: z.enum(['FINISHED', 'FAILED', 'KILLED', 'ERROR', 'LOST']).optional(),
  message: optionalText,
  finishedAtMs: optionalNumber,
  killRequestedAtMs: optionalNumber,
  killGraceMs: optionalNumber,
  retry: z
    .object({
      retries: z.number(),
      waitSeconds: z.number(),
      nextRetryAtMs: z.number(),
      lastFailure: z.string(),
    })
    .optional(),
  attempts: z.array(attemptSchema),
  attemptCount: z.number().int().nonnegative(),
});

/** What a submission is. */
export type StoredSubmission = z.infer<typeof submissionSchema>;
/** How a submission stands. */
export type StoredState = z.infer<typeof stateSchema>;

/** Reads what {@link frameworkBytes} wrote; throws for anything else. */
export function readFramework(value: unknown): string {
  return frameworkSchema.parse(value).frameworkId;
}

/** What is stored of the dispatcher's own framework. */
export function frameworkBytes(frameworkId: string): Uint8Array {
  return bytesOf({ version: RECORD_VERSION, frameworkId });
}

/** Reads what {@link submissionBytes} wrote; throws for anything else. */
export function readSubmission(value: unknown): StoredSubmission {
  return isSurelySubmission(value, RECORD_VERSION) ? value : submissionSchema.parse(value);
}

/** A submission when it is taken. */
export interface NewSubmission extends Readonly<Omit<StoredSubmission, 'version' | 'plan' | 'request'>> {
  readonly plan: DriverPlan;
  readonly request: SubmissionRequest;
}

/** What is stored of a submission when it is taken. */
export function submissionBytes(submission: NewSubmission): Uint8Array {
  return bytesOf({ version: RECORD_VERSION, ...submission });
}

/** The submission in what was made or read here before. */
export function submissionIn(stored: Uint8Array): StoredSubmission {
  return JSON.parse(textOf(stored)) as StoredSubmission;
}

/** Stored bytes as text. */
export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}

/** Reads what {@link stateBytes} wrote; throws for anything else. */
export function readState(value: unknown): StoredState {
  return isSurelyState(value, RECORD_VERSION) ? value : stateSchema.parse(value);
}

/** What is stored of how a submission stands. */
export function stateBytes(record: DriverRecord): Uint8Array {
  const state: StoredState = {
    version: RECORD_VERSION,
    state: record.state,
    finalState: record.finalState,
    message: record.message,
    finishedAtMs: record.finishedAtMs,
    killRequestedAtMs: record.killRequestedAtMs,
    killGraceMs: record.killGraceMs,
    retry: record.retry,
    attempts: record.attempts,
    attemptCount: record.attemptCount,
  };
  return bytesOf(state);
}

const ENCODER = new TextEncoder();

/** Bytes of their own, which the store may keep as they are. */
function bytesOf(value: object): Uint8Array {
  return ENCODER.encode(JSON.stringify(value));
}
