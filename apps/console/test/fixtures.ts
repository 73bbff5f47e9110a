import { readFileSync } from 'node:fs';

/** The bytes of a recorded answer of a real Mesos. */
export function fixtureBytes(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`./fixtures/${name}`, import.meta.url)));
}

/** A recorded answer of a real Mesos, read as JSON. */
export function fixture(name: string): Record<string, unknown> {
  return JSON.parse(new TextDecoder().decode(fixtureBytes(name)));
}
