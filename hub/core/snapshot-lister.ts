import {
  recordKey,
  recordsPrefix,
  type SnapshotIdentity,
  snapshotOfRecord,
  utcDate,
} from '../../lambda/contract/keys.ts';
import { TooManyKeysError } from '../errors.ts';
import type { SnapshotKeys } from '../ports.ts';
import { anySnapshot, type ExportPlace } from './place.ts';

/** How far ahead of the clock a snapshot may be. Clocks differ a little; the exporter refuses times further ahead. */
const MAX_AHEAD_MS = 5 * 60_000;
const DAY_FOLDER = /^dt=\d{4}-\d{2}-\d{2}$/;
/** Maximum of day folders, and of keys of one listing: two weeks of an export that runs every minute. */
const MAX_KEYS = 20_000;
/** Maximum of days without a record before a search ends. */
const MAX_EMPTY_DAYS = 100;
/** Maximum of keys in the future that are reported. No key after the first of them is a snapshot. */
const MAX_FUTURE_KEYS = 10;
/** Maximum of snapshots for the usual time between two. */
const MAX_FOR_GAP = 100;

/** Snapshots that a listing found. */
export interface FoundSnapshots {
  /** Newest first. */
  readonly newestFirst: readonly SnapshotIdentity[];
  /** Keys of records in the future. */
  readonly future: readonly string[];
}

/** Lists the snapshots of one export. Methods throw as {@link SnapshotKeys}, and TooManyKeysError. */
export class SnapshotLister {
  readonly #identity: SnapshotIdentity;
  readonly #prefix: string;
  readonly #keys: SnapshotKeys;
  readonly #until: number;
  readonly #signal: AbortSignal;
  #names: Promise<readonly string[]> | undefined;

  constructor(place: ExportPlace, keys: SnapshotKeys, now: number, signal: AbortSignal) {
    this.#identity = anySnapshot(place);
    this.#prefix = recordsPrefix(this.#identity);
    this.#keys = keys;
    this.#until = now + MAX_AHEAD_MS;
    this.#signal = signal;
  }

  /** Snapshots after a known one. Throws when there are too many to list. */
  async after(scheduledAt: number): Promise<FoundSnapshots> {
    return await this.#listed(this.#prefix, recordKey({ ...this.#identity, scheduledAt }));
  }

  /**
   * Snapshots day by day, newest day first. Lists the days, not all keys, so that the cost does not grow with the history.
   */
  async *daysBack(): AsyncIterable<FoundSnapshots> {
    let empty = 0;
    for (const day of (await this.#days()).reverse()) {
      const found = await this.#listed(`${this.#prefix}${day}/`);
      yield found;
      empty = found.newestFirst.length > 0 ? 0 : empty + 1;
      if (empty >= MAX_EMPTY_DAYS) return;
    }
  }

  /** The first snapshot; `undefined` when none is found. */
  async first(): Promise<SnapshotIdentity | undefined> {
    for (const day of (await this.#days()).slice(0, MAX_EMPTY_DAYS)) {
      const first = (await this.#listed(`${this.#prefix}${day}/`)).newestFirst.at(-1);
      if (first) return first;
    }
    return undefined;
  }

  /** Usual time between two snapshots: the median of the newest ones; `undefined` with fewer than two. */
  async usualGapMs(): Promise<number | undefined> {
    const days = await this.#days();
    let newestFirst: readonly SnapshotIdentity[] = [];
    // Two days suffice for an export that runs every half hour; one that runs less often has few keys per day.
    for (const count of [2, MAX_FOR_GAP]) {
      const from = days.at(-count) ?? days[0];
      if (from === undefined) return undefined;
      ({ newestFirst } = await this.#listed(this.#prefix, this.#prefix + from));
      if (newestFirst.length >= MAX_FOR_GAP || count >= days.length) break;
    }
    const times = newestFirst.slice(0, MAX_FOR_GAP).map(({ scheduledAt }) => scheduledAt);
    const gaps = times.slice(1).map((time, index) => (times[index] as number) - time);
    return gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)];
  }

  /** Day folders up to today, ascending, in a new array. */
  async #days(): Promise<string[]> {
    this.#names ??= this.#keys.folders(this.#prefix, MAX_KEYS, this.#signal);
    return (await this.#names).filter((name) => DAY_FOLDER.test(name) && name <= `dt=${utcDate(this.#until)}`).sort();
  }

  async #listed(prefix: string, after?: string): Promise<FoundSnapshots> {
    const newestFirst: SnapshotIdentity[] = [];
    const future: string[] = [];
    // Keys are ordered by time: the listing ends at the first key after now that is no record, or after enough future records.
    const last = recordKey({ ...this.#identity, scheduledAt: this.#until });
    let listed = 0;
    for await (const key of this.#keys.keys(prefix, after, this.#signal)) {
      listed += 1;
      if (listed > MAX_KEYS) throw new TooManyKeysError(prefix, MAX_KEYS);
      const snapshot = snapshotOfRecord(key, this.#identity);
      if (key > last && (snapshot === undefined || future.push(key) >= MAX_FUTURE_KEYS)) break;
      if (key <= last && snapshot) newestFirst.push(snapshot);
    }
    return { newestFirst: newestFirst.reverse(), future };
  }
}
