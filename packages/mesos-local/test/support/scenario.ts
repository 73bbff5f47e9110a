import { readFileSync } from 'node:fs';
import type { Json } from './json-client.ts';

/** What happened next in a recording. */
export type ScenarioStep =
  | { readonly kind: 'note'; readonly note: string }
  | {
      readonly kind: 'request';
      readonly connection: number;
      readonly method: string;
      readonly path: string;
      readonly body: string;
      readonly status: number;
      readonly text: string;
    }
  | { readonly kind: 'event'; readonly connection: number; readonly event: Json }
  | { readonly kind: 'hang-up'; readonly connection: number };

interface Line {
  readonly note?: string;
  readonly conn?: number;
  readonly dir?: string;
  readonly text?: string;
  readonly event?: Json;
}

/** A recording in JSON with one request a connection, in the order in which things happened. */
export function readScenario(name: string): ScenarioStep[] {
  const lines = readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  const answers = new Map<number, string>();
  for (const { conn, dir, text } of lines) {
    if (conn !== undefined && dir === 's2c') answers.set(conn, (answers.get(conn) ?? '') + (text ?? ''));
  }
  return lines.flatMap((line) => stepOf(line, answers));
}

function stepOf(
  { note, conn, dir, text = '', event }: Line,
  answers: ReadonlyMap<number, string>,
): ScenarioStep[] {
  if (note !== undefined) return [{ kind: 'note', note }];
  if (conn === undefined) return [];
  if (event !== undefined) return [{ kind: 'event', connection: conn, event }];
  if (dir === 'closed-by-client') return [{ kind: 'hang-up', connection: conn }];
  if (dir !== 'c2s') return [];
  const [head = '', body = ''] = text.split(/\r\n\r\n(.*)/s, 2);
  const [method = '', path = ''] = head.split(' ');
  const answer = answers.get(conn) ?? '';
  const status = Number(answer.split(' ')[1]);
  const isStream = /transfer-encoding: chunked/i.test(answer);
  const answered = isStream ? '' : (answer.split(/\r\n\r\n(.*)/s, 2)[1] ?? '');
  return [{ kind: 'request', connection: conn, method, path, body, status, text: answered }];
}
