import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSurelyState, isSurelySubmission } from '../../src/store/quick-look.ts';
import {
  RECORD_VERSION,
  readState,
  readSubmission,
  stateSchema,
  submissionSchema,
} from '../../src/store/records.ts';

const SUBMISSION = {
  version: RECORD_VERSION,
  id: 'driver-1',
  sequence: 0,
  submittedAtMs: 1,
  priority: 0,
  owner: 'alice',
  plan: {
    name: 'job',
    mainClass: 'Main',
    queue: 'default',
    resources: { cpus: 1, memMiB: 896, heapMiB: 512, diskMiB: 0 },
    constraints: '',
    supervision: {
      supervise: true,
      maxRetries: 2,
      resetAfterMs: 1,
      finalExitStatuses: [],
      unreachableTimeoutMs: 1,
    },
  },
  request: {
    appResource: 'file:/a.jar',
    mainClass: 'Main',
    arguments: ['1'],
    properties: { 'spark.app.name': 'job' },
    environment: {},
    sparkHome: '/opt/spark-3.5.6',
    sparkVersion: '3.5.6',
  },
};

const STATE = {
  version: RECORD_VERSION,
  state: 'running',
  attempts: [
    {
      number: 1,
      taskId: 'driver-1',
      driverFrameworkId: 'fw-driver-1',
      agentId: 'a1',
      hostname: 'host',
      launchedAtMs: 1,
      confirmed: true,
      taskState: 'TASK_RUNNING',
      updatedAtMs: 2,
    },
  ],
  attemptCount: 1,
};

/** Every place in a value. */
function placesIn(value: unknown, above: readonly (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [[...above]];
  const within = Object.entries(value).flatMap(([name, inner]) => placesIn(inner, [...above, name]));
  return above.length === 0 ? within : [[...above], ...within];
}

/** The value with something else in one place; with nothing there, if that is undefined. */
function changed(value: object, place: readonly (string | number)[], to: unknown): unknown {
  const copy = structuredClone(value) as Record<string, unknown>;
  let inner = copy;
  for (const name of place.slice(0, -1)) inner = inner[name] as Record<string, unknown>;
  const last = place.at(-1) ?? '';
  if (to === undefined) delete inner[last];
  else inner[last] = to;
  // As it is read.
  return JSON.parse(JSON.stringify(copy));
}

test('records as they are written are surely what they are', () => {
  expect(isSurelySubmission(SUBMISSION, RECORD_VERSION)).toBe(true);
  expect(isSurelyState(STATE, RECORD_VERSION)).toBe(true);
  expect(readSubmission(SUBMISSION)).toEqual(SUBMISSION);
  expect(readState(STATE)).toEqual(STATE);
});

test.each([
  ['a submission', SUBMISSION, isSurelySubmission, submissionSchema],
  ['a state', STATE, isSurelyState, stateSchema],
] as const)('what is surely %s is one by the schema as well', (_name, record, isSurely, schema) => {
  const anything = fc.oneof(
    fc.constant(undefined),
    fc.jsonValue({ maxDepth: 1 }),
    fc.constantFrom<unknown>('', 0, -1, 0.5, 2, true, 'running', 'queued', [], {}, [1], { a: 1 }),
  );
  fc.assert(
    fc.property(fc.constantFrom(...placesIn(record)), anything, (place, to) => {
      const value = changed(record, place, to);
      if (isSurely(value, RECORD_VERSION)) expect(schema.safeParse(value).success).toBe(true);
    }),
    { numRuns: 1000 },
  );
});
