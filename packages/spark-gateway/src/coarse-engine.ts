import { CoarseBackend, coarseSettings } from '@spark-mesos/coarse-backend';
import type { BackendFactory } from './backend.ts';
import { watchedClient } from './watched-client.ts';

/** Engines of coarse mode, each with its own framework at this master. */
export function coarseBackendFactory(master: string): BackendFactory {
  return (request) => {
    const { application, settings, framework, logger, adopt } = request;
    const backend = new CoarseBackend({
      client: watchedClient(master, request),
      application,
      settings: coarseSettings(settings),
      // With a given id, too, Mesos may know tasks that a driver before this one has left behind.
      frameworkId: framework.id?.value,
      logger,
    });
    if (adopt !== undefined) backend.adopt(adopt.executors, adopt);
    return backend;
  };
}
