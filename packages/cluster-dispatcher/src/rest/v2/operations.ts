import type { z } from 'zod';
import type { Role } from '../../security/roles.ts';
import * as shapes from './shapes.ts';

/** One thing that the API does, as its document describes it. */
export interface Operation {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the root of the API; `:id` is that of a submission. */
  readonly path: string;
  readonly summary: string;
  /** undefined: everybody may. */
  readonly role: Role | undefined;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly answer: { readonly status: number; readonly shape: z.ZodType | 'events' | 'document' };
  readonly idempotencyKey?: boolean;
  /** Statuses of problems beside those that every operation has. */
  readonly problems: readonly number[];
}

/** All operations; routes and document are made of them, so neither can have one that the other lacks. */
export const OPERATIONS = {
  listSubmissions: {
    id: 'listSubmissions',
    method: 'GET',
    path: '/submissions',
    summary: 'Lists submissions, with search, sort and paging',
    role: 'viewer',
    query: shapes.queryShape,
    answer: { status: 200, shape: shapes.pageShape },
    problems: [503],
  },
  createSubmission: {
    id: 'createSubmission',
    method: 'POST',
    path: '/submissions',
    summary:
      'Submits a driver; answered when it is safe, with 200 where the idempotency key was there before',
    role: 'submitter',
    body: shapes.createShape,
    answer: { status: 201, shape: shapes.createdShape },
    idempotencyKey: true,
    problems: [409, 413, 415, 429, 503],
  },
  killAllSubmissions: {
    id: 'killAllSubmissions',
    method: 'POST',
    path: '/submissions/kill-all',
    summary: 'Ends every driver',
    role: 'admin',
    answer: { status: 202, shape: shapes.countShape },
    problems: [429, 503],
  },
  clearSubmissions: {
    id: 'clearSubmissions',
    method: 'DELETE',
    path: '/submissions',
    summary: 'Forgets all finished submissions',
    role: 'admin',
    answer: { status: 200, shape: shapes.countShape },
    problems: [429, 503],
  },
  getSubmission: {
    id: 'getSubmission',
    method: 'GET',
    path: '/submissions/:id',
    summary: 'A submission with its history of attempts; secrets are redacted',
    role: 'viewer',
    answer: { status: 200, shape: shapes.submissionShape },
    problems: [404, 503],
  },
  clearSubmission: {
    id: 'clearSubmission',
    method: 'DELETE',
    path: '/submissions/:id',
    summary: 'Forgets a finished submission',
    role: 'submitter',
    answer: { status: 200, shape: shapes.countShape },
    problems: [404, 409, 429, 503],
  },
  killSubmission: {
    id: 'killSubmission',
    method: 'POST',
    path: '/submissions/:id/kill',
    summary: 'Ends a driver; it may be given time to end by itself',
    role: 'submitter',
    body: shapes.killShape,
    answer: { status: 202, shape: shapes.killedShape },
    problems: [404, 409, 429, 503],
  },
  resubmit: {
    id: 'resubmit',
    method: 'POST',
    path: '/submissions/:id/resubmit',
    summary: 'Submits the same again, with some properties changed',
    role: 'submitter',
    body: shapes.resubmitShape,
    answer: { status: 201, shape: shapes.createdShape },
    idempotencyKey: true,
    problems: [404, 409, 429, 503],
  },
  explainSubmission: {
    id: 'explainSubmission',
    method: 'GET',
    path: '/submissions/:id/explain',
    summary: 'Why a submission is where it is',
    role: 'viewer',
    answer: { status: 200, shape: shapes.explanationShape },
    problems: [404, 503],
  },
  readLog: {
    id: 'readLog',
    method: 'GET',
    path: '/submissions/:id/log',
    summary: "A part of a driver's log; its last part where no offset is given",
    role: 'viewer',
    query: shapes.logQueryShape,
    answer: { status: 200, shape: shapes.logShape },
    problems: [404, 503],
  },
  getQueues: {
    id: 'getQueues',
    method: 'GET',
    path: '/queues',
    summary: 'The queues, their limits, and what comes next',
    role: 'viewer',
    answer: { status: 200, shape: shapes.queuesShape },
    problems: [503],
  },
  getRetries: {
    id: 'getRetries',
    method: 'GET',
    path: '/retries',
    summary: 'Drivers that will be started again',
    role: 'viewer',
    answer: { status: 200, shape: shapes.retriesShape },
    problems: [503],
  },
  getStatistics: {
    id: 'getStatistics',
    method: 'GET',
    path: '/statistics',
    summary: 'What was counted since the dispatcher began: offers, launches, endings, durations',
    role: 'viewer',
    answer: { status: 200, shape: shapes.statisticsShape },
    problems: [],
  },
  getEvents: {
    id: 'getEvents',
    method: 'GET',
    path: '/events',
    summary: 'Events as they happen, as Server-Sent Events; Last-Event-ID goes on after one',
    role: 'viewer',
    answer: { status: 200, shape: 'events' },
    problems: [503],
  },
  getReadiness: {
    id: 'getReadiness',
    method: 'GET',
    path: '/readiness',
    summary: 'Whether submissions can be taken and drivers launched',
    role: 'viewer',
    answer: { status: 200, shape: shapes.readinessShape },
    problems: [],
  },
  getPrincipal: {
    id: 'getPrincipal',
    method: 'GET',
    path: '/principal',
    summary: 'Who the caller is taken for',
    role: 'viewer',
    answer: { status: 200, shape: shapes.principalShape },
    problems: [],
  },
  getDocument: {
    id: 'getDocument',
    method: 'GET',
    path: '/openapi.json',
    summary: 'This document',
    role: undefined,
    answer: { status: 200, shape: 'document' },
    problems: [],
  },
} as const satisfies Readonly<Record<string, Operation>>;

/** The name of an operation. */
export type OperationId = keyof typeof OPERATIONS;
