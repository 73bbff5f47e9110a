import { type DurableStore, getJson, type StoreEntry } from '@spark-mesos/durable-store';
import { messageOf } from '@spark-mesos/scheduler-utils';
import { DispatcherError } from '../errors.ts';
import { FRAMEWORK_KEY, QUARANTINE_PREFIX, STATE_PREFIX, SUBMISSION_PREFIX } from './keys.ts';
import {
  readFramework,
  readState,
  readSubmission,
  type StoredState,
  type StoredSubmission,
} from './records.ts';

/** A submission as the store has it. */
export interface RecoveredDriver {
  readonly submission: StoredSubmission;
  /** As it is in the store. */
  readonly stored: Uint8Array;
  /** None: it waits for its first launch. */
  readonly state: StoredState | undefined;
}

/** What an earlier dispatcher has left. */
export interface RecoveredState {
  readonly frameworkId: string | undefined;
  /** In the order in which they were submitted. */
  readonly drivers: readonly RecoveredDriver[];
  /** Ids of submissions of which something could not be read: their tasks are left alone. */
  readonly quarantined: readonly string[];
  /** What was wrong, in sentences. */
  readonly problems: readonly string[];
}

/** The state of an empty store. */
export const NOTHING_RECOVERED: RecoveredState = {
  frameworkId: undefined,
  drivers: [],
  quarantined: [],
  problems: [],
};

/**
 * Reads the store (rule D44). What cannot be read is put aside under another key, never deleted (rule D43): the original
 * wiped out all drivers when it could not read them after an upgrade.
 */
export async function recover(store: DurableStore): Promise<RecoveredState> {
  const reading = new Reading(store);
  for (const { key } of await store.entries(QUARANTINE_PREFIX)) {
    reading.quarantined.add(key.slice(key.lastIndexOf('/') + 1));
  }
  const frameworkId = await readFrameworkId(store);
  const submissions = new Map<string, { submission: StoredSubmission; stored: Uint8Array }>();
  for (const entry of await store.entries(SUBMISSION_PREFIX)) {
    const read = await reading.value(entry, readSubmission);
    if (read !== undefined) submissions.set(read.value.id, { submission: read.value, stored: entry.value });
  }
  const states = new Map<string, StoredState>();
  for (const entry of await store.entries(STATE_PREFIX)) {
    const id = entry.key.slice(STATE_PREFIX.length);
    const state = await reading.value(entry, readState);
    if (state !== undefined) states.set(id, state.value);
    // Of a submission of which nobody knows how it stands, nobody knows whether it runs: it is put aside as a whole.
    else await reading.setAside(`${SUBMISSION_PREFIX}${id}`, submissions);
  }
  // A state without a submission is what is left of one that was just being forgotten.
  for (const id of states.keys()) {
    if (!submissions.has(id) && !reading.quarantined.has(id)) await store.delete(`${STATE_PREFIX}${id}`);
  }
  const drivers = [...submissions.values()]
    .map(({ submission, stored }) => ({ submission, stored, state: states.get(submission.id) }))
    .sort((one, other) => one.submission.sequence - other.submission.sequence);
  return { frameworkId, drivers, quarantined: [...reading.quarantined], problems: reading.problems };
}

/**
 * Without its framework id a dispatcher would take drivers that run for lost, and start them twice: it does not begin.
 */
async function readFrameworkId(store: DurableStore): Promise<string | undefined> {
  const entry = await store.get(FRAMEWORK_KEY);
  if (entry === undefined) return undefined;
  try {
    return readFramework(getJson(entry));
  } catch (cause) {
    throw new DispatcherError(
      'DISPATCHER_STORE_FAILED',
      `the framework id in the store cannot be read: ${messageOf(cause)}`,
      { cause },
    );
  }
}

/** Reads values, and puts those aside that make no sense. */
class Reading {
  readonly quarantined = new Set<string>();
  readonly problems: string[] = [];
  readonly #store: DurableStore;

  constructor(store: DurableStore) {
    this.#store = store;
  }

  async value<Value>(
    entry: StoreEntry,
    read: (value: unknown) => Value,
  ): Promise<{ value: Value } | undefined> {
    try {
      return { value: read(getJson(entry)) };
    } catch (error) {
      const why = messageOf(error);
      this.problems.push(`${entry.key} cannot be read and is put aside: ${why.replaceAll('\n', ' ')}`);
      await this.#quarantine(entry);
      return undefined;
    }
  }

  async setAside(key: string, submissions: Map<string, unknown>): Promise<void> {
    const entry = await this.#store.get(key);
    submissions.delete(key.slice(SUBMISSION_PREFIX.length));
    if (entry !== undefined) await this.#quarantine(entry);
  }

  /** First the copy, then the original: a crash between the two leaves both. */
  async #quarantine({ key, value }: StoreEntry): Promise<void> {
    this.quarantined.add(key.slice(key.indexOf('/') + 1));
    await this.#store.put(`${QUARANTINE_PREFIX}${key}`, value);
    await this.#store.delete(key);
  }
}
