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

/** How far ahead of the clock a snapshot may be: clocks differ a little, and the exporter takes no time further ahead. */
const MAX_AHEAD_MS = 5 * 60_000;
const DAY_FOLDER = /^dt=\d{4}-\d{2}-\d{2}$/;
/** Folders of days, and keys of one listing: of an export that runs each minute, those of two weeks. */
const MOST_KEYS = 20_000;
/** Days without a record that are passed over in search of one. */
const MOST_EMPTY_DAYS = 100;
/** Keys of the future that are named. Nothing after the first is a snapshot, however many there are. */
const MOST_FUTURE = 10;
/** Snapshots that the usual time between two is taken from, at most. */
const MOST_FOR_GAP = 100;

/** The snapshots of an export, as far as they were looked for. */
export interface FoundSnapshots {
  /** Newest first. */
  readonly newestFirst: readonly SnapshotIdentity[];
  /** Keys of those that lie in the future. */
  readonly future: readonly string[];
}

/** Reads keys of the snapshots of one export. All throw as {@link SnapshotKeys} does, and where there are too many keys. */
export class SnapshotLister {
  readonly #of: SnapshotIdentity;
  readonly #prefix: string;
  readonly #keys: SnapshotKeys;
  readonly #until: number;
  readonly #signal: AbortSignal;
  #names: Promise<readonly string[]> | undefined;

  constructor(of: ExportPlace, keys: SnapshotKeys, now: number, signal: AbortSignal) {
    this.#of = anySnapshot(of);
    this.#prefix = recordsPrefix(this.#of);
    this.#keys = keys;
    this.#until = now + MAX_AHEAD_MS;
    this.#signal = signal;
  }

  /** Those after a snapshot that is known. Throws where so many came since that it is better to look anew. */
  async after(scheduledAt: number): Promise<FoundSnapshots> {
    return await this.#listed(this.#prefix, recordKey({ ...this.#of, scheduledAt }));
  }

  /**
   * Those of each day, the newest day first. Days are listed, not all their keys: a history of some years costs as much as one
   * of a week.
   */
  async *daysBack(): AsyncIterable<FoundSnapshots> {
    let empty = 0;
    for (const day of (await this.#days()).reverse()) {
      const found = await this.#listed(`${this.#prefix}${day}/`);
      yield found;
      empty = found.newestFirst.length > 0 ? 0 : empty + 1;
      if (empty >= MOST_EMPTY_DAYS) return;
    }
  }

  /** The first of all; `undefined` where it is not found. */
  async first(): Promise<SnapshotIdentity | undefined> {
    for (const day of (await this.#days()).slice(0, MOST_EMPTY_DAYS)) {
      const first = (await this.#listed(`${this.#prefix}${day}/`)).newestFirst.at(-1);
      if (first) return first;
    }
    return undefined;
  }

  /** The time that usually passes between two snapshots: the median of the newest; `undefined` with less than two. */
  async usualGapMs(): Promise<number | undefined> {
    const days = await this.#days();
    let newestFirst: readonly SnapshotIdentity[] = [];
    // Two days suffice for what runs each half hour; what runs less often has few keys a day.
    for (const count of [2, MOST_FOR_GAP]) {
      const from = days.at(-count) ?? days[0];
      if (from === undefined) return undefined;
      ({ newestFirst } = await this.#listed(this.#prefix, this.#prefix + from));
      if (newestFirst.length >= MOST_FOR_GAP || count >= days.length) break;
    }
    const times = newestFirst.slice(0, MOST_FOR_GAP).map(({ scheduledAt }) => scheduledAt);
    const gaps = times.slice(1).map((time, index) => (times[index] as number) - time);
    return gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)];
  }

  /** Folders of days up to today, ascending; a new array. */
  async #days(): Promise<string[]> {
    this.#names ??= this.#keys.folders(this.#prefix, MOST_KEYS, this.#signal);
    return (await this.#names).filter((name) => DAY_FOLDER.test(name) && name <= `dt=${utcDate(this.#until)}`).sort();
  }

  async #listed(prefix: string, after?: string): Promise<FoundSnapshots> {
    const newestFirst: SnapshotIdentity[] = [];
    const future: string[] = [];
    // The order of keys is that of their times: what is not a record of a time that has come is not listed to its end.
    const last = recordKey({ ...this.#of, scheduledAt: this.#until });
    let listed = 0;
    for await (const key of this.#keys.keys(prefix, after, this.#signal)) {
      listed += 1;
      if (listed > MOST_KEYS) throw new TooManyKeysError(prefix, MOST_KEYS);
      const snapshot = snapshotOfRecord(key, this.#of);
      if (key > last && (snapshot === undefined || future.push(key) >= MOST_FUTURE)) break;
      if (key <= last && snapshot) newestFirst.push(snapshot);
    }
    return { newestFirst: newestFirst.reverse(), future };
  }
}
