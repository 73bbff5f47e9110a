import { dispatcherPageRoot, type PageFile, readDispatcherPage } from '@spark-mesos/console';
import type { Logger } from '@spark-mesos/scheduler-utils';

/**
 * The files of the page. Where it has not been built, as from sources, there are none: the API does without.
 */
export async function openPage(
  logger: Logger,
  root: string = dispatcherPageRoot,
): Promise<ReadonlyMap<string, PageFile> | undefined> {
  try {
    return await readDispatcherPage(root);
  } catch (error) {
    logger.warn({ error, root }, 'there is no page to serve, only the API');
    return undefined;
  }
}
