import { z } from 'zod';
import { API_ROOT } from './api-root.ts';
import { OPERATIONS, type Operation } from './operations.ts';
import { problemShape } from './shapes.ts';

type Json = Readonly<Record<string, unknown>>;

/** The OpenAPI document of the API, made of the same shapes that check what goes in and out. */
export function openApiDocument(version: string): Json {
  const components: Record<string, unknown> = {};
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of Object.values(OPERATIONS) as Operation[]) {
    const path = operation.path.replace(':id', '{id}');
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describe(operation, components) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Cluster dispatcher of spark-mesos',
      version,
      description: 'Submits Spark drivers to Mesos, shows and ends them.',
    },
    servers: [{ url: API_ROOT }],
    security: [{ bearer: [] }, {}],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      schemas: components,
    },
  };
}

function describe(operation: Operation, components: Record<string, unknown>): Json {
  const { id, summary, role, answer, body, problems } = operation;
  const common = [...(operation.query || body ? [400] : []), ...(role === undefined ? [] : [401, 403])];
  const statuses = [...new Set([...common, ...problems])].sort((first, second) => first - second);
  const problem = jsonContent(refer(problemShape, 'output', components), 'application/problem+json');
  return {
    operationId: id,
    summary,
    ...(role === undefined ? { security: [{}] } : { description: `Needs the role ${role}.` }),
    parameters: parametersOf(operation, components),
    ...(body === undefined
      ? {}
      : { requestBody: { content: jsonContent(refer(body, 'input', components)) } }),
    responses: {
      [answer.status]: answerOf(answer.shape, components),
      // A key that was there before is answered with what it made then.
      ...(operation.idempotencyKey === true ? { 200: answerOf(answer.shape, components) } : {}),
      ...Object.fromEntries(statuses.map((status) => [status, { description: 'Refused', content: problem }])),
    },
  };
}

function answerOf(shape: Operation['answer']['shape'], components: Record<string, unknown>): Json {
  if (shape === 'events') {
    return { description: 'Events', content: { 'text/event-stream': { schema: { type: 'string' } } } };
  }
  if (shape === 'document') return { description: 'Done', content: jsonContent({ type: 'object' }) };
  return { description: 'Done', content: jsonContent(refer(shape, 'output', components)) };
}

function parametersOf(operation: Operation, components: Record<string, unknown>): Json[] {
  const parameters: Json[] = [];
  if (operation.path.includes(':id')) {
    parameters.push({ name: 'id', in: 'path', required: true, schema: { type: 'string' } });
  }
  if (operation.idempotencyKey === true) {
    parameters.push({
      name: 'Idempotency-Key',
      in: 'header',
      description: 'A second request with the same key is answered with the submission of the first',
      schema: { type: 'string', maxLength: 200 },
    });
  }
  if (operation.query !== undefined) {
    const { properties = {} } = schemaOf(operation.query, 'input', components) as { properties?: Json };
    for (const [name, schema] of Object.entries(properties)) {
      parameters.push({ name, in: 'query', schema: schema as Json });
    }
  }
  return parameters;
}

function jsonContent(schema: Json, type = 'application/json'): Json {
  return { [type]: { schema } };
}

/** A schema with a name of its own stands once in the document. */
function refer(shape: z.ZodType, io: 'input' | 'output', components: Record<string, unknown>): Json {
  return schemaOf(shape, io, components);
}

function schemaOf(shape: z.ZodType, io: 'input' | 'output', components: Record<string, unknown>): Json {
  const {
    $defs,
    $schema: _dialect,
    ...schema
  } = z.toJSONSchema(shape, {
    io,
    unrepresentable: 'any',
  }) as Json & { $defs?: Json };
  for (const [name, definition] of Object.entries($defs ?? {})) {
    components[name] = withReferences(withoutId(definition as Json));
  }
  const { id } = (shape.meta() ?? {}) as { id?: string };
  if (id === undefined) return withReferences(schema) as Json;
  // One with a name of its own is among the definitions already, and what is left is a reference to it.
  if (!('$ref' in schema)) components[id] = withReferences(withoutId(schema));
  return { $ref: `#/components/schemas/${id}` };
}

function withoutId({ id: _id, $id: _uri, ...schema }: Json): Json {
  return schema;
}

/** References of JSON Schema, as OpenAPI has them. */
function withReferences(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withReferences);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) =>
      name === '$ref' && typeof inner === 'string'
        ? [name, inner.replace('#/$defs/', '#/components/schemas/')]
        : [name, withReferences(inner)],
    ),
  );
}
