import {
  changesKey,
  detailsKey,
  jobsKey,
  recordKey,
  type SnapshotIdentity,
  snapshotOfRecord,
} from '../../lambda/contract/keys.ts';
import { StoreRefusedError } from '../../lambda/errors.ts';
import type { ExportRecords } from '../../lambda/ports.ts';
import type { MemoryStore } from './memory-store.ts';

/** The records in a store in memory. It counts what is read, and how much of that at a time. */
export class MemoryRecords implements ExportRecords {
  readonly read: string[] = [];
  mostAtOnce = 0;
  /** Runs before each look at a later snapshot, and before each read, of the key that is given. */
  before: (key?: string) => void | Promise<void> = () => {};
  #underWay = 0;
  readonly #store: MemoryStore;

  constructor(store: MemoryStore) {
    this.#store = store;
  }

  async hasLater(than: SnapshotIdentity): Promise<boolean> {
    await this.before();
    return this.#snapshots(than).some(({ scheduledAt }) => scheduledAt > than.scheduledAt);
  }

  async *earlier(than: SnapshotIdentity): AsyncIterable<SnapshotIdentity> {
    const earlier = this.#snapshots(than).filter(({ scheduledAt }) => scheduledAt < than.scheduledAt);
    yield* earlier.sort((a, b) => b.scheduledAt - a.scheduledAt);
  }

  async readText(of: SnapshotIdentity): Promise<string> {
    return (await this.#read(recordKey(of), (key) => this.#store.readText(key))) as string;
  }

  async *readRows(of: SnapshotIdentity): AsyncIterable<Uint8Array> {
    yield await this.#bytes(jobsKey(of));
  }

  async readChanges(of: SnapshotIdentity): Promise<Uint8Array> {
    return await this.#bytes(changesKey(of));
  }

  async readDetails(of: SnapshotIdentity): Promise<Uint8Array> {
    return await this.#bytes(detailsKey(of));
  }

  async #bytes(key: string): Promise<Uint8Array> {
    const body = await this.#read(key, (wanted) => this.#store.readBytes(wanted));
    if (body === undefined) throw new StoreRefusedError(`There is no ${key}`);
    return body;
  }

  async #read<T>(key: string, read: (key: string) => Promise<T>): Promise<T> {
    this.read.push(key);
    this.#underWay += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#underWay);
    try {
      await this.before(key);
      return await read(key);
    } finally {
      this.#underWay -= 1;
    }
  }

  #snapshots(like: SnapshotIdentity): SnapshotIdentity[] {
    return this.#store.keys('snapshots/').flatMap((key) => snapshotOfRecord(key, like) ?? []);
  }
}

/** A store in memory, and the records in it. */
export function historyIn(store: MemoryStore) {
  return { store, records: new MemoryRecords(store) };
}
