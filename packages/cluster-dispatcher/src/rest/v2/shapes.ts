import { z } from 'zod';

const time = z.iso.datetime().meta({ description: 'in UTC' });
const state = z.enum(['queued', 'launching', 'running', 'unreachable', 'killing', 'retrying', 'finished']);
const finalState = z.enum(['FINISHED', 'FAILED', 'KILLED', 'ERROR', 'LOST']);
const texts = z.record(z.string(), z.string());

/** The states of a submission, and how it may have ended. */
export const STATES = { state, finalState } as const;

/** One task of Mesos that a submission had. */
export const attemptShape = z
  .object({
    number: z.int(),
    taskId: z.string(),
    driverFrameworkId: z.string(),
    agentId: z.string(),
    hostname: z.string(),
    launchedAt: time,
    startedAt: time.optional(),
    finishedAt: time.optional(),
    taskState: z.string().optional(),
    message: z.string().optional(),
    reason: z.string().optional(),
    source: z.string().optional(),
    updatedAt: time.optional(),
    exitStatus: z.int().optional(),
    links: z.object({
      sandbox: z.string().optional(),
      stdout: z.string(),
      stderr: z.string(),
      history: z.string().optional(),
    }),
  })
  .meta({ id: 'Attempt' });

const retryShape = z
  .object({ retries: z.int(), waitSeconds: z.number(), nextRetryAt: time, lastFailure: z.string() })
  .meta({ id: 'Retry' });

const summaryFields = {
  id: z.string(),
  name: z.string(),
  state,
  finalState: finalState.optional(),
  message: z.string().optional(),
  queue: z.string(),
  priority: z.number(),
  submittedAt: time,
  finishedAt: time.optional(),
  killRequestedAt: time.optional(),
  supervise: z.boolean(),
  owner: z.string().optional(),
  mainClass: z.string(),
  resources: z.object({ cpus: z.number(), memMiB: z.number(), heapMiB: z.number(), diskMiB: z.number() }),
  attemptCount: z.int(),
  retry: retryShape.optional(),
};

/** A submission in a list. */
export const summaryShape = z
  .object({ ...summaryFields, currentAttempt: attemptShape.optional() })
  .meta({ id: 'SubmissionSummary' });

/** A submission with all that is known of it; secrets are redacted. */
export const submissionShape = z
  .object({
    ...summaryFields,
    idempotencyKey: z.string().optional(),
    resubmissionOf: z.string().optional(),
    attempts: z.array(attemptShape),
    request: z.object({
      appResource: z.string(),
      mainClass: z.string(),
      arguments: z.array(z.string()),
      properties: texts,
      environment: texts,
      sparkVersion: z.string().optional(),
    }),
    links: z.object({ self: z.string(), driverUi: z.string().optional() }),
  })
  .meta({ id: 'Submission' });

/** A part of a list. */
export const pageShape = z
  .object({
    submissions: z.array(summaryShape),
    total: z.int(),
    offset: z.int(),
    limit: z.int(),
  })
  .meta({ id: 'SubmissionPage' });

const wholeNumber = (least: number, most: number) => z.coerce.number().int().min(least).max(most);
const listOf = <Value extends string>(item: z.ZodType<Value, string>) =>
  z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(item))
    .meta({ description: 'several with commas between' });

/** Which submissions a list shall have. */
export const queryShape = z.strictObject({
  state: listOf(state).optional(),
  finalState: listOf(finalState).optional(),
  queue: z.string().optional(),
  owner: z.string().optional(),
  search: z
    .string()
    .max(200)
    .optional()
    .meta({ description: 'a part of id, name, class, queue, owner, host or message' }),
  sort: z.enum(['submittedAt', 'finishedAt', 'name', 'state', 'queue', 'nextRetryAt']).optional(),
  order: z.enum(['ascending', 'descending']).optional(),
  offset: wholeNumber(0, 1_000_000).optional(),
  limit: wholeNumber(1, 1_000).optional(),
});

/** What is to be run. */
export const createShape = z
  .strictObject({
    appResource: z.string(),
    mainClass: z.string().default(''),
    arguments: z.array(z.string()).default([]),
    properties: texts.default({}),
    environment: texts.default({}),
    sparkVersion: z
      .string()
      .optional()
      .meta({
        description:
          'the Spark that its driver runs, where the dispatcher has several; one that it does not have is refused. Without it the ' +
          'first one does, and where properties say where Spark is, they do',
      }),
  })
  .meta({ id: 'CreateSubmission' });

/** What became of a submission. */
export const createdShape = z
  .object({ submissionId: z.string(), repeated: z.boolean(), warnings: z.array(z.string()) })
  .meta({ id: 'CreatedSubmission' });

/** How a driver shall be ended. */
export const killShape = z
  .strictObject({ graceMs: z.int().min(0).max(86_400_000).optional() })
  .meta({ id: 'KillSubmission' });

/** Where a driver stood that is to end. */
export const killedShape = z
  .object({ submissionId: z.string(), was: state })
  .meta({ id: 'KilledSubmission' });

/** What shall be otherwise when it is submitted again. */
export const resubmitShape = z.strictObject({ properties: texts.optional() }).meta({ id: 'Resubmit' });

/** How many were told to end, or forgotten. */
export const countShape = z.object({ count: z.int() }).meta({ id: 'Count' });

/** Why a submission is where it is. */
export const explanationShape = z
  .object({
    submissionId: z.string(),
    state,
    sentence: z.string(),
    reason: z.string(),
    position: z.int().optional(),
    agents: z.array(
      z.object({
        agentId: z.string(),
        hostname: z.string(),
        reason: z.string(),
        cpus: z.number(),
        memMiB: z.number(),
        offeredAt: time,
      }),
    ),
  })
  .meta({ id: 'Explanation' });

/** What waits, and the limits. */
export const queuesShape = z
  .object({
    queues: z.array(
      z.object({
        name: z.string(),
        priority: z.number(),
        queued: z.int(),
        running: z.int(),
        retrying: z.int(),
        maxQueued: z.int().optional(),
        maxRunning: z.int().optional(),
      }),
    ),
    queued: z.int(),
    running: z.int(),
    retrying: z.int(),
    finished: z.int(),
    maxQueued: z.int(),
    maxRunning: z.int(),
    strictOrder: z.boolean(),
    next: z.array(z.string()),
    offers: z.enum(['flowing', 'suppressed', 'disconnected']),
  })
  .meta({ id: 'Queues' });

/** Drivers that will be started again, soonest first. */
export const retriesShape = z
  .object({
    retries: z.array(
      z.object({ submissionId: z.string(), name: z.string(), attemptCount: z.int(), retry: retryShape }),
    ),
  })
  .meta({ id: 'Retries' });

/** Of the latest 1000 at most. */
const durationsShape = z
  .object({ count: z.int(), medianMs: z.number().optional(), p95Ms: z.number().optional() })
  .meta({ id: 'Durations' });

/** What was counted since the process began. */
export const statisticsShape = z
  .object({
    submissionsTotal: z.int(),
    launchesTotal: z.int(),
    retriesTotal: z.int(),
    killsTotal: z.int(),
    offersTotal: z.int(),
    offersDeclinedTotal: z.int(),
    endedByTaskState: z.record(z.string(), z.int()),
    submitToFirstLaunch: durationsShape,
    launchToFinish: durationsShape,
  })
  .meta({ id: 'Statistics' });

/** Whether submissions can be taken and drivers launched. */
export const readinessShape = z
  .object({
    ready: z.boolean(),
    recovered: z.boolean(),
    subscribed: z.boolean(),
    storeWritable: z.boolean(),
    draining: z.boolean(),
    frameworkId: z.string().optional(),
    master: z.string().optional(),
    problems: z.array(z.string()),
  })
  .meta({ id: 'Readiness' });

/** Part of a log. */
export const logShape = z
  .object({
    data: z.string().meta({ description: 'as text up to its last whole character, or in base64' }),
    /** Of the first byte of `data`. */
    offset: z.int(),
    /** To go on with. */
    nextOffset: z.int(),
    attempt: z.int(),
  })
  .meta({ id: 'LogPart' });

/** Which part of which log. */
export const logQueryShape = z.strictObject({
  file: z.enum(['stdout', 'stderr']).default('stderr'),
  offset: wholeNumber(0, Number.MAX_SAFE_INTEGER)
    .optional()
    .meta({ description: 'where to begin, in bytes; the last part of the file where it is not given' }),
  length: wholeNumber(1, 1_048_576).default(65_536),
  attempt: wholeNumber(1, 1_000_000).optional().meta({ description: 'the last one where it is not given' }),
  encoding: z
    .enum(['text', 'base64'])
    .default('text')
    .meta({ description: 'of `data`: UTF-8, in which what is none becomes marks; base64 has every byte' }),
});

/** Who one is taken for. */
export const principalShape = z
  .object({
    name: z.string().optional(),
    role: z.enum(['viewer', 'submitter', 'admin']),
    by: z.enum(['anonymous', 'token', 'jws', 'certificate', 'secret']),
  })
  .meta({ id: 'Principal' });

/** What is wrong with a request (RFC 9457). */
export const problemShape = z
  .object({
    type: z.literal('about:blank'),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    problems: z.array(z.object({ setting: z.string(), message: z.string() })).optional(),
    submissionId: z.string().optional(),
  })
  .meta({ id: 'Problem' });
