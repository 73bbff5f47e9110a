import type { ListedApplication } from '@spark-mesos/spark-gateway';

/**
 * Where the Spark of a driver's attempt answers browsers. Its first application has the framework id that it was told (rule D55),
 * further ones have a number behind it (U14); the last one counts.
 */
export function driverPage(
  applications: readonly Pick<ListedApplication, 'id' | 'uiUrl'>[],
  driverFrameworkId: string,
): string | undefined {
  const page = applications.findLast(({ id }) => isOf(id, driverFrameworkId))?.uiUrl;
  return page === '' ? undefined : page;
}

function isOf(id: string | undefined, driverFrameworkId: string): boolean {
  return (
    id?.startsWith(driverFrameworkId) === true && /^(-\d{4,})?$/.test(id.slice(driverFrameworkId.length))
  );
}
