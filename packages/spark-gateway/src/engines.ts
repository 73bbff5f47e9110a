import type { BackendFactory } from './backend.ts';
import { coarseBackendFactory } from './coarse-engine.ts';
import type { RelayOpener, SlotLineOpener } from './executor-relay.ts';
import { fineBackendFactory } from './fine-engine.ts';

/**
 * Makes the engine that an application asks for (`spark.mesos.coarse`). Nothing else of the gateway knows that there are
 * two: what is different about an engine is behind its port.
 */
export function backendFactory(
  master: string,
  openRelay: RelayOpener,
  openSlotLines: SlotLineOpener,
): BackendFactory {
  const coarse = coarseBackendFactory(master);
  const fine = fineBackendFactory(master, openRelay, openSlotLines);
  return (request) => (request.settings.coarse ? coarse : fine)(request);
}
