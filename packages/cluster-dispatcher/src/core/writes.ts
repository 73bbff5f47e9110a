import { PROBE_KEY, stateKey } from '../store/keys.ts';
import { stateBytes } from '../store/records.ts';
import type { DispatcherAction, StoreChange } from './actions.ts';
import type { DriverRecord } from './driver-record.ts';

interface Pending {
  /** Whether the store has to take something for it: to delete what is not there can be done without one. */
  readonly isProof: boolean;
  readonly written: () => void;
  readonly failed: (reason: string) => void;
}

const NOTHING = new Uint8Array(0);

/** How long after a write that failed the next one is tried. */
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 10_000;

/**
 * What goes to the store, and what waits for it. The store keeps the order of changes, so that a later state of a
 * submission never gives way to an earlier one.
 *
 * A state that could not be written is written again, as it then is, until it is safe; what was to follow it waits.
 */
export class Writes {
  readonly #emit: (action: DispatcherAction) => void;
  readonly #pending = new Map<number, Pending>();
  /** States that are not safe yet, with what follows when they are. */
  readonly #unsafe = new Map<DriverRecord, (() => void)[]>();
  /** How many writes of each are under way. */
  readonly #underWay = new Map<DriverRecord, number>();
  readonly #unwanted = new Set<string>();
  #later: (() => void)[] = [];
  #token = 0;
  #failures = 0;
  #retryAtMs: number | undefined;
  writesTotal = 0;
  failuresTotal = 0;
  lastProblem: string | undefined;

  constructor(emit: (action: DispatcherAction) => void) {
    this.#emit = emit;
  }

  /** Whether the store took the last change that it had to write down. */
  get isWritable(): boolean {
    return this.#failures === 0;
  }

  /** When to call {@link retry} next. */
  get nextWakeMs(): number | undefined {
    return this.#retryAtMs;
  }

  /** Changes that belong together; one of the two is called back. */
  write(changes: readonly StoreChange[], written: () => void, failed: (reason: string) => void): void {
    this.#token += 1;
    this.writesTotal += 1;
    const isProof = changes.some(({ value }) => value !== undefined);
    this.#pending.set(this.#token, { isProof, written, failed });
    this.#emit({ kind: 'write', token: this.#token, changes });
  }

  /** Whether the state of the submission, as it is now, is in the store. */
  isSafe(record: DriverRecord): boolean {
    return !this.#unsafe.has(record) && !this.#underWay.has(record);
  }

  /**
   * Writes how a submission stands, again if need be; `then` follows when it is safe. `failed` is told of the first
   * failure.
   */
  save(record: DriverRecord, then: () => void = () => {}, failed?: (reason: string) => void): void {
    const waiting = this.#unsafe.get(record);
    if (waiting !== undefined) {
      waiting.push(then);
      failed?.(this.lastProblem ?? 'the store takes no changes');
      return;
    }
    this.saveOrFail([record], then, (reason) => {
      this.saveLater(record, then);
      failed?.(reason);
    });
  }

  get #isSettled(): boolean {
    return this.#unsafe.size === 0 && this.#unwanted.size === 0 && this.#later.length === 0;
  }

  /** Writes how submissions stand, all or none; one of the two is called back. */
  saveOrFail(records: readonly DriverRecord[], written: () => void, failed: (reason: string) => void): void {
    for (const record of records) this.#underWay.set(record, (this.#underWay.get(record) ?? 0) + 1);
    const settle = () => {
      for (const record of records) {
        const left = (this.#underWay.get(record) ?? 1) - 1;
        if (left > 0) this.#underWay.set(record, left);
        else this.#underWay.delete(record);
      }
    };
    this.write(
      records.map((record) => ({ key: stateKey(record.id), value: stateBytes(record) })),
      () => {
        settle();
        written();
      },
      (reason) => {
        settle();
        failed(reason);
      },
    );
  }

  /** Has the state written when the store is better. */
  saveLater(record: DriverRecord, then: () => void = () => {}): void {
    const waiting = this.#unsafe.get(record);
    if (waiting === undefined) this.#unsafe.set(record, [then]);
    else waiting.push(then);
  }

  /** Calls back when the store may be better. */
  later(callback: () => void): void {
    this.#later.push(callback);
  }

  /** Deletes what may be in the store, now or when it is better. */
  remove(keys: readonly string[]): void {
    this.write(
      keys.map((key) => ({ key, value: undefined })),
      () => {},
      () => {
        for (const key of keys) this.#unwanted.add(key);
      },
    );
  }

  settled(token: number, reason: string | undefined, nowMs: number): void {
    const pending = this.#pending.get(token);
    this.#pending.delete(token);
    if (reason === undefined) {
      if (pending?.isProof) this.#isBetter(nowMs);
      pending?.written();
      return;
    }
    this.failuresTotal += 1;
    this.lastProblem = reason;
    if (this.#retryAtMs === undefined) {
      this.#retryAtMs =
        nowMs + Math.min(FIRST_RETRY_MS * 2 ** Math.min(this.#failures, 10), LONGEST_RETRY_MS);
      this.#failures += 1;
    }
    pending?.failed(reason);
  }

  #isBetter(nowMs: number): void {
    this.#failures = 0;
    this.lastProblem = undefined;
    if (!this.#isSettled) this.#retryAtMs ??= nowMs;
  }

  #probe(): void {
    this.write(
      [{ key: PROBE_KEY, value: NOTHING }],
      () => {},
      () => {},
    );
  }

  /** Tries again what could not be written; where that is nothing, whether anything can be. */
  retry(nowMs: number): void {
    if (this.#retryAtMs === undefined || nowMs < this.#retryAtMs) return;
    this.#retryAtMs = undefined;
    for (const callback of this.#later.splice(0)) callback();
    const keys = [...this.#unwanted];
    this.#unwanted.clear();
    if (keys.length > 0) this.remove(keys);
    const unsafe = [...this.#unsafe];
    if (unsafe.length === 0 && !this.isWritable) this.#probe();
    this.#unsafe.clear();
    for (const [record, then] of unsafe) {
      this.save(record, () => {
        for (const follow of then) follow();
      });
    }
  }
}
