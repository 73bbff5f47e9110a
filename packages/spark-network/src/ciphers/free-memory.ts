import { MessageChannel } from 'node:worker_threads';

/** Closed: what is sent over it is taken away from its owner, as the standard has it, and goes nowhere. */
const { port1: nowhere } = new MessageChannel();
nowhere.close();

/**
 * Gives memory back at once that is not needed any more, instead of when the collector finds it: encrypting leaves
 * gigabytes a minute behind, which between two collections are taken from the system, page by page, and given back to it
 * at the price of encrypting once more. Memory of which others have a part is left alone.
 */
export function freeMemory(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength !== bytes.byteLength) return;
  nowhere.postMessage(undefined, [buffer]);
}
