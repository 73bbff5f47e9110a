import type { mesos } from '@spark-mesos/mesos-proto';
import { type FetchedFile, fetcherUris, type SparkSettings, splitList } from '@spark-mesos/scheduler-utils';
import type { SubmissionRequest } from '../model/submission-request.ts';
import type { DispatcherRules } from '../settings.ts';

/** What the fetcher brings into the sandbox of a driver, in the order of the original (rule D71). */
export function driverUris(
  request: SubmissionRequest,
  settings: SparkSettings,
  rules: DispatcherRules,
): mesos.v1.CommandInfo.IURI[] {
  const { executorUri } = settings;
  const files: FetchedFile[] = [
    ...(isInContainer(request, settings) ? [] : [named(withoutScheme(request.appResource))]),
    ...rules.uris,
    ...settings.uris,
    ...splitList(settings.pyFiles ?? '').map((uri) => named(withoutScheme(uri))),
    ...(executorUri === undefined ? [] : [named(executorUri)]),
  ];
  return fetcherUris({ uris: files, cache: settings.fetcherCache || rules.fetcherCache });
}

/** The primary resource as the driver finds it: in the sandbox, which it runs in, or in its image (rule D74). */
export function primaryResource(request: SubmissionRequest, settings: SparkSettings): string {
  return isInContainer(request, settings)
    ? withoutScheme(request.appResource)
    : inSandbox(request.appResource);
}

/** The Python files as the driver finds them, with commas between; empty without any (rule D73, SPARK-32675). */
export function pythonFiles(settings: SparkSettings): string {
  return splitList(settings.pyFiles ?? '')
    .map(inSandbox)
    .join(',');
}

/** A `local:` resource is in the container where the submission says so, and is fetched otherwise (SPARK-24326). */
function isInContainer({ appResource }: SubmissionRequest, { appJarResolutionMode }: SparkSettings): boolean {
  return appJarResolutionMode === 'container' && appResource.startsWith('local:');
}

/** `./` goes before it, so that no name can be taken for an option of spark-submit. */
function inSandbox(uri: string): string {
  return `./${fileName(uri)}`;
}

/** The fetcher takes a query for a part of the name: it is told the name where there is one. */
function named(uri: string): FetchedFile {
  const name = fileName(uri);
  return uri.endsWith(`/${name}`) || uri === name ? { uri } : { uri, outputFile: name };
}

/** What a URI calls its file, without a query. */
export function fileName(uri: string): string {
  const path = uri.split(/[?#]/, 1)[0] ?? '';
  return path.slice(path.lastIndexOf('/') + 1);
}

/** `file:/a`, `file:///a`, `local:/a` and `local:///a` as a path; all else as it is. */
function withoutScheme(uri: string): string {
  return uri.replace(/^(?:file|local):(?:\/\/(?=\/))?/, '');
}
