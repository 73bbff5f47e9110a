import { REDACTED, redactProperty } from '@spark-mesos/scheduler-utils';
import type { SubmissionRequest } from '../model/submission-request.ts';

/** An option whose value is the next argument: `--password x`. */
const SECRET_OPTION = /^--?[\w.-]*(secret|password|passwd|token|access[.-]?key)[\w.-]*$/i;
/** A user and a password before the host of a URI. */
const USER_INFO = /^([a-z][a-z0-9+.-]*:\/\/)[^/?#@]*@/i;

/** A request as it may be shown. */
export function redactRequest(request: SubmissionRequest): SubmissionRequest {
  return {
    appResource: redactUri(request.appResource),
    mainClass: request.mainClass,
    arguments: redactArguments(request.arguments),
    properties: redactAll(request.properties),
    environment: redactAll(request.environment),
  };
}

/** A URI without user, password and signature. */
export function redactUri(uri: string): string {
  return redactProperty('uri', uri.replace(USER_INFO, `$1${REDACTED}@`)).replace(
    /([?&](?:[^=&#]*(?:sig|credential)[^=&#]*)=)[^&#]*/gi,
    `$1${REDACTED}`,
  );
}

function redactArguments(values: readonly string[]): string[] {
  return values.map((value, index) => {
    const option = values[index - 1];
    if (option !== undefined && SECRET_OPTION.test(option)) return REDACTED;
    return redactUri(value);
  });
}

/** Whether a property or a variable has anything in it that is redacted where it is shown. */
export function showsSecret(name: string, value: string): boolean {
  return redactNamed(name, value) !== value;
}

function redactAll(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, redactNamed(name, value)]));
}

function redactNamed(name: string, value: string): string {
  return redactProperty(name, value).replace(USER_INFO, `$1${REDACTED}@`);
}
