import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codecOf, mesos, toMesosJson } from '@spark-mesos/mesos-proto';
import { readExchanges, readTrace } from '@spark-mesos/mesos-proto/testing';
import { expect } from 'vitest';
import type { Json } from '../support/json-client.ts';
import { canonicalText } from './canonical.ts';

/** Not of Mesos: variables that a shell sets, and where things are. */
const SHELL_VARIABLES = ['PWD', 'SHLVL', 'LC_CTYPE', '_', 'OLDPWD'];

/** What an executor of ours has written down: its environment, its calls with their answers, and the events. */
async function executorTrace(workDir: string, executorId: string): Promise<Json[]> {
  const paths = await readdir(workDir, { recursive: true });
  const found = paths.find(
    (path) =>
      path.includes(`/${executorId}/runs/`) && path.endsWith('trace.jsonl') && !path.includes('latest'),
  );
  const text = await readFile(join(workDir, found ?? `no trace of ${executorId}`), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** Where something stands in a message, at any depth. */
function pathsOf(value: Json, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => pathsOf(one, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, one]) => pathsOf(one, `${path}.${key}`));
}

function eventShape(event: Json): string {
  return [event.type, ...new Set(pathsOf(event).filter((path) => !path.includes('.attributes')))]
    .sort()
    .join(' ');
}

function callLine(body: Json, status: number, text: string): Json {
  const call: Json = typeof body === 'object' ? body : { type: body };
  return [call.type, call.update?.status?.state, status, canonicalText(text)];
}

/** In which form an executor spoke; the recordings bear it in their names. */
export type ExecutorForm = 'json' | 'pb';

function recordingOf(name: string, form: ExecutorForm): Promise<string> {
  const path = `../../../mesos-proto/test/fixtures/mesos-v1/executor/executor-${name}-${form}.jsonl`;
  return readFile(new URL(path, import.meta.url), 'utf8');
}

/** What is no call is taken as it is. */
function callOf(body: Uint8Array, form: ExecutorForm): Json {
  const { Call } = mesos.v1.executor;
  try {
    return toMesosJson(Call, codecOf(form === 'json' ? 'json' : 'protobuf').decode(Call, body));
  } catch {
    return Buffer.from(body).toString();
  }
}

/** Calls with their answers in their order, events whatever their order, against the recording of this executor. */
export async function compareExecutor(workDir: string, name: string, form: ExecutorForm): Promise<void> {
  const { connections } = readTrace(await recordingOf(name, form));
  const ours = await executorTrace(workDir, `exec-${name}`);
  const expected = connections.flatMap((connection) => {
    const [exchange] = readExchanges(connection);
    if (exchange?.response === undefined) return [];
    const { request, response } = exchange;
    const text = response.status === 200 ? '' : Buffer.from(response.body).toString();
    return [callLine(callOf(request.body, form), response.status, text)];
  });
  const calls = ours.filter(({ call }) => call !== undefined);
  expect(calls.map(({ call, status, text }) => callLine(call, status, text))).toEqual(expected);
  const shapes = connections.flatMap(({ events }) => events.map(eventShape));
  const ourShapes = ours.flatMap(({ event }) => (event === undefined ? [] : [eventShape(event)]));
  expect(ourShapes.sort()).toEqual(shapes.sort());
}

/** The names of the variables that an executor finds. */
export async function compareEnvironment(workDir: string, name: string): Promise<void> {
  const [{ environment }] = (await executorTrace(workDir, `exec-${name}`)) as [Json];
  const recorded = JSON.parse((await recordingOf(name, 'json')).split('\n')[1] ?? '').env;
  const names = (from: Json) =>
    Object.keys(from)
      .filter((one) => !SHELL_VARIABLES.includes(one))
      .sort();
  expect(names(environment)).toEqual(names(recorded));
}

/** That an executor has subscribed so often at least. */
export async function subscriptionsOf(workDir: string, name: string, atLeast: number): Promise<void> {
  const trace = await executorTrace(workDir, `exec-${name}`);
  const subscribed = trace.filter(({ event }) => event?.type === 'SUBSCRIBED');
  expect(subscribed.length).toBeGreaterThanOrEqual(atLeast);
}
