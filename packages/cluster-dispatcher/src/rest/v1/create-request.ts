import { z } from 'zod';

/** The message by which a driver is submitted (rule D18), after it was read. */
export interface CreateRequest {
  readonly appResource: string;
  /** Empty for Python and R. */
  readonly mainClass: string;
  readonly appArgs: readonly string[];
  readonly sparkProperties: Readonly<Record<string, string>>;
  readonly environmentVariables: Readonly<Record<string, string>>;
  readonly clientSparkVersion: string;
}

/** A message that was read, or everything that is wrong with it. */
export type ReadCreateRequest =
  | { readonly ok: true; readonly request: CreateRequest; readonly unknownFields: readonly string[] }
  | { readonly ok: false; readonly message: string };

const ACTION = 'CreateSubmissionRequest';

/** The other types of the protocol, which are known but not expected here. */
const OTHER_ACTIONS = new Set([
  'CreateSubmissionResponse',
  'KillSubmissionResponse',
  'KillAllSubmissionResponse',
  'SubmissionStatusResponse',
  'ClearResponse',
  'ReadyzResponse',
  'ErrorResponse',
]);

/** Spark takes numbers and booleans where it expects text. */
const text = z
  .union([z.string(), z.number(), z.boolean()], { error: 'is not text' })
  .transform((value) => String(value));
const properties = z.record(z.string(), text, { error: 'is not an object of texts' });

const shape = z.object({
  action: z.literal(ACTION),
  appArgs: z.array(text, { error: 'is not a list of texts' }),
  appResource: text,
  clientSparkVersion: text,
  environmentVariables: properties,
  mainClass: text,
  message: z.unknown().optional(),
  sparkProperties: properties,
});

/** What Spark's server says where one of these is missing (SPARK-22574). */
const MISSING: Readonly<Record<string, string>> = {
  appResource: "Application jar 'appResource' is missing.",
  mainClass: "Main class 'mainClass' is missing.",
  appArgs: "Application arguments 'appArgs' are missing.",
  environmentVariables: "Environment variables 'environmentVariables' are missing.",
  sparkProperties: 'No Spark properties set!',
};

/** Reads the body of a request to create a submission; the message of a failure never quotes a value. */
export function readCreateRequest(body: string): ReadCreateRequest {
  const json = parseJson(body);
  if (!json.ok) return malformed(json.problem);
  const { value } = json;
  const action = isObject(value) ? value.action : undefined;
  if (!isObject(value) || action === undefined || action === null) {
    return malformed("Action field 'action' not found in JSON.");
  }
  if (action !== ACTION) return unexpectedAction(action);
  // What is null counts as not there, as in Spark.
  const hasNulls = Object.values(value).includes(null);
  const present = hasNulls
    ? Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null))
    : value;
  const read: ShapeResult = isAllText(present) ? { success: true, data: present } : shape.safeParse(present);
  const problems = [...shapeProblems(read, present), ...appNameProblem(present)];
  if (!read.success || problems.length > 0) {
    return malformed(`Validation of message ${ACTION} failed! ${problems.join(' ')}`);
  }
  const { appResource, mainClass, appArgs, clientSparkVersion, sparkProperties, environmentVariables } =
    read.data;
  return {
    ok: true,
    request: { appResource, mainClass, appArgs, clientSparkVersion, sparkProperties, environmentVariables },
    unknownFields: Object.keys(value).filter((name) => !(name in shape.shape)),
  };
}

/**
 * Whether a message is as Spark's own clients write it, with text wherever text is expected. Many thousands of these come in a
 * row, and the schema, which tells what is wrong with the others, takes ten times as long to find nothing.
 */
function isAllText(
  message: Readonly<Record<string, unknown>>,
): message is Readonly<Record<string, unknown>> & CreateRequest {
  const { appResource, mainClass, clientSparkVersion, appArgs, sparkProperties, environmentVariables } =
    message;
  return (
    [appResource, mainClass, clientSparkVersion].every(isText) &&
    Array.isArray(appArgs) &&
    appArgs.every(isText) &&
    hasTexts(sparkProperties) &&
    hasTexts(environmentVariables)
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function hasTexts(value: unknown): value is Readonly<Record<string, string>> {
  return isObject(value) && Object.values(value).every(isText);
}

type ShapeResult =
  | { readonly success: true; readonly data: CreateRequest }
  | { readonly success: false; readonly error: z.ZodError };

function shapeProblems(read: ShapeResult, present: Readonly<Record<string, unknown>>): string[] {
  if (read.success) return [];
  const sentences = read.error.issues.map(({ path: [field, ...inner], message }) => {
    const name = String(field);
    if (!(name in present)) return MISSING[name] ?? `'${name}' is missing in message ${ACTION}.`;
    const place = inner.length === 0 ? `'${name}'` : `'${inner.join('.')}' of '${name}'`;
    return `${place} ${message}.`;
  });
  return [...new Set(sentences)];
}

function appNameProblem({ sparkProperties }: Readonly<Record<string, unknown>>): string[] {
  if (!isObject(sparkProperties)) return [];
  const name = sparkProperties['spark.app.name'];
  return name === undefined || name === null ? ["'spark.app.name' is missing in the Spark properties."] : [];
}

function unexpectedAction(action: unknown): ReadCreateRequest {
  if (typeof action === 'string' && OTHER_ACTIONS.has(action)) {
    return { ok: false, message: `Received message of unexpected type ${action}.` };
  }
  return malformed(`The action of the message is none that is known here; ${ACTION} is expected.`);
}

function malformed(problem: string): ReadCreateRequest {
  return { ok: false, message: `Malformed request: ${problem}` };
}

type Json = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string };

function parseJson(body: string): Json {
  if (body.trim() === '') return { ok: false, problem: 'No content to map due to end-of-input' };
  try {
    return { ok: true, value: JSON.parse(body) };
  } catch {
    // What JSON.parse says quotes the text, and that may hold secrets.
    return { ok: false, problem: 'the body is no JSON' };
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
