import { expect, test } from 'vitest';
import { openApiDocument } from '../../../src/rest/v2/openapi.ts';
import { OPERATIONS } from '../../../src/rest/v2/operations.ts';
import { serve } from '../../support/server.ts';

type Json = Readonly<Record<string, unknown>>;

const DOCUMENT = openApiDocument('1.0.0');

function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === '$ref' ? [String(inner)] : referencesIn(inner),
  );
}

test('the document describes every operation, once, with its parameters and answers', () => {
  const paths = DOCUMENT.paths as Readonly<Record<string, Readonly<Record<string, Json>>>>;
  const described = Object.values(paths).flatMap((path) => Object.values(path));
  expect(described.map(({ operationId }) => operationId).sort()).toEqual(Object.keys(OPERATIONS).sort());
  for (const operation of described) {
    expect(Object.keys(operation.responses as object).length).toBeGreaterThan(0);
    expect(operation.summary).toBeTruthy();
  }
  const list = paths['/submissions']?.get?.parameters as { name: string; schema: Json }[];
  expect(list.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['state', 'finalState', 'search', 'sort', 'order', 'offset', 'limit']),
  );
  expect(list.find(({ name }) => name === 'limit')?.schema).toMatchObject({ type: 'integer', maximum: 1000 });
  const create = paths['/submissions']?.post as Json;
  expect(JSON.stringify(create.requestBody)).toContain('#/components/schemas/CreateSubmission');
});

test('every reference in the document leads somewhere', () => {
  const { schemas } = DOCUMENT.components as { schemas: Json };
  const references = referencesIn(DOCUMENT);
  expect(references.length).toBeGreaterThan(10);
  for (const reference of references) {
    expect(Object.keys(schemas)).toContain(reference.replace('#/components/schemas/', ''));
  }
  expect(JSON.stringify(DOCUMENT)).not.toContain('$defs');
});

test('the document is served to everybody', async () => {
  const { ask } = await serve({ access: { tokens: [], certificates: [] } });
  const answer = await ask('/api/v2/openapi.json');
  expect([answer.status, answer.json()]).toEqual([200, JSON.parse(JSON.stringify(DOCUMENT))]);
});
