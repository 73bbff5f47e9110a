import {
  applicationListShape,
  type Explanation,
  explanationShape,
  type ListedApplication,
  problemShape,
} from '@spark-mesos/spark-gateway';
import type { z } from 'zod';
import { SubmitError } from './errors.ts';
import { type HttpAnswer, httpGet, jsonOf } from './http-get.ts';

const TIMEOUT_MS = 5000;

/** The applications of a gateway. */
export async function listApplications(gateway: string): Promise<readonly ListedApplication[]> {
  const { applications } = await ask(gateway, '/api/v1/applications', applicationListShape);
  return applications;
}

/** Why one has the executors that it has. */
export async function askExplanation(gateway: string, applicationId: string): Promise<Explanation> {
  return ask(gateway, `/api/v1/applications/${encodeURIComponent(applicationId)}/explain`, explanationShape);
}

async function ask<Shape extends z.ZodType>(
  gateway: string,
  path: string,
  shape: Shape,
): Promise<z.output<Shape>> {
  let answer: HttpAnswer;
  try {
    answer = await httpGet(new URL(path, gateway), AbortSignal.timeout(TIMEOUT_MS));
  } catch (error) {
    throw new SubmitError('SUBMIT_NO_APPLICATION', `the gateway ${gateway} ${reasonOf(error)}`, {
      cause: error,
    });
  }
  const body = jsonOf(answer.body);
  if (answer.status !== 200) {
    const problem = problemShape.safeParse(body);
    const reason = problem.success ? problem.data.error : `answered with status ${answer.status}`;
    throw new SubmitError('SUBMIT_NO_APPLICATION', `the gateway ${gateway}: ${reason}`);
  }
  const parsed = shape.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new SubmitError(
    'SUBMIT_NO_APPLICATION',
    `what answers at ${gateway} is no gateway of spark-mesos, or one of another version`,
  );
}

function reasonOf(error: unknown): string {
  const { name, code, message } = error as NodeJS.ErrnoException;
  if (name === 'AbortError' || name === 'TimeoutError')
    return `does not answer within ${TIMEOUT_MS / 1000} s`;
  return code === 'ECONNREFUSED'
    ? 'is not there: nothing listens at its address'
    : `does not answer: ${message}`;
}
