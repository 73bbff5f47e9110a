import { isSecretSetting, REDACTED, redactProperty } from '@spark-mesos/scheduler-utils';
import type { SubmissionRequest } from '../model/submission-request.ts';

/*
 * Texts come from anybody and may be as long as a request: every expression here looks at each character a few times, whatever
 * it is.
 */

/** An option whose value may be the next argument: `--password x`. */
const OPTION = /^--?[\w.-]{1,200}$/;
const SOUNDS_SECRET = /secret|password|passwd|token|access[.-]?key/i;
/** One part of a URI's query. */
const QUERY_PART = /([?&])([^?=&#]*)=([^?&#\s,;]*)/g;
const SIGNS = /sig|credential/i;
/** A user and a password before the host of a URI. */
const USER_INFO = /:\/\/[^/?#\s,;"']*@/g;

/** What is shorter may be anything, and would tear holes in what is shown. */
const LEAST_SECRET_LENGTH = 8;
const MOST_SECRETS = 50;

/** Whether a property or a variable has anything in it that is redacted where it is shown. */
export function showsSecret(name: string, value: string): boolean {
  return isSecretSetting(name) || redactUri(value) !== value;
}

/** A request as it may be shown: without what is secret by its name, and without the same where it stands once more. */
export function redactRequest(request: SubmissionRequest): SubmissionRequest {
  const hide = hiding(secretsIn(request));
  return {
    appResource: hide(redactUri(request.appResource)),
    mainClass: hide(request.mainClass),
    arguments: redactArguments(request.arguments).map(hide),
    properties: redactAll(request.properties, hide),
    environment: redactAll(request.environment, hide),
  };
}

/** A URI, or a text with some, without users, passwords and signatures. */
export function redactUri(uri: string): string {
  return redactProperty('uri', uri.replace(USER_INFO, `://${REDACTED}@`)).replace(
    QUERY_PART,
    (part, mark: string, name: string) => (SIGNS.test(name) ? `${mark}${name}=${REDACTED}` : part),
  );
}

function redactArguments(values: readonly string[]): string[] {
  return values.map((value, index) => (isNamedSecret(values[index - 1]) ? REDACTED : redactUri(value)));
}

function isNamedSecret(option: string | undefined): boolean {
  return option !== undefined && OPTION.test(option) && SOUNDS_SECRET.test(option);
}

function redactAll(
  values: Readonly<Record<string, string>>,
  hide: (text: string) => string,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      isSecretSetting(name) ? REDACTED : hide(redactUri(value)),
    ]),
  );
}

/** The values that are secret by their names; the longest first, for one may be a part of another. */
export function secretsIn({
  properties,
  environment,
  arguments: words,
}: Pick<SubmissionRequest, 'properties' | 'environment' | 'arguments'>): string[] {
  const named = [...Object.entries(properties), ...Object.entries(environment)]
    .filter(([name]) => isSecretSetting(name))
    .flatMap(([, value]) => [value, ...value.split(',', MOST_SECRETS)]);
  const told = words.filter((_, index) => isNamedSecret(words[index - 1]));
  const secrets = new Set([...named, ...told].filter(({ length }) => length >= LEAST_SECRET_LENGTH));
  return [...secrets].sort((one, other) => other.length - one.length).slice(0, MOST_SECRETS);
}

function hiding(secrets: readonly string[]): (text: string) => string {
  if (secrets.length === 0) return (text) => text;
  return (text) => secrets.reduce((left, secret) => left.replaceAll(secret, REDACTED), text);
}
