import { fileURLToPath } from 'node:url';

export { type PageFile, readDispatcherPage } from './page-files.ts';

/**
 * The folder that holds the console page of a Mesos master: `index.html` and its `assets/`.
 * It is served as it is, at the root of the server that answers `/state`.
 * The address goes by `dist` on purpose: it is right for the built module and for its source alike.
 */
export const mesosConsoleRoot: string = fileURLToPath(new URL('../dist/mesos', import.meta.url));

/** The folder that holds the page of a dispatcher; {@link readDispatcherPage} reads it for the server of its API. */
export const dispatcherPageRoot: string = fileURLToPath(new URL('../dist/dispatcher', import.meta.url));
