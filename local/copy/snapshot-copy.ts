import type { SnapshotRecord } from '../../lambda/contract/columns.ts';
import { jobsKey, recordKey, type SnapshotIdentity } from '../../lambda/contract/keys.ts';
import { wholeRows } from '../../lambda/core/snapshot-objects.ts';
import {
  type CompanionObjects,
  type ObjectsToStore,
  storeSnapshot,
  storeWithoutRows,
} from '../../lambda/core/store-snapshot.ts';
import { DamagedRecordError, OrphanedRowsError } from '../../lambda/errors.ts';
import type { RecordedSnapshot, SnapshotStore } from '../../lambda/ports.ts';
import type { Archive } from '../verify/archive.ts';
import type { Problem } from '../verify/check-snapshot.ts';
import type { SourceSnapshots } from './source-snapshot.ts';
import type { StoredRecord } from './stored-record.ts';
import { type InTarget, lookInTarget, UNRECORDED } from './target-snapshot.ts';

/** Where snapshots are copied to. */
export interface CopyTarget {
  readonly archive: Archive;
  /** Absent where nothing may be written. */
  readonly store?: SnapshotStore | undefined;
}

/** What became of one snapshot, or of an object that belongs to none. */
export type Copied = {
  readonly key: string;
} /** `record-copied`: its rows have expired. Its changes and details, which stay, are copied. */ & (
  | { readonly outcome: 'copied' | 'record-copied' | 'same'; readonly record: SnapshotRecord }
  /** The target has another snapshot of the scheduled time. `there` is its record, where it has one already. */
  | { readonly outcome: 'kept'; readonly record: SnapshotRecord; readonly there?: SnapshotRecord }
  | { readonly outcome: 'not-copied'; readonly problems: readonly Problem[] }
);

/** A put that has begun is finished, also when the command ends: it takes moments, and leaves the snapshot whole. */
const NEVER = new AbortController().signal;

/**
 * Copies snapshots one by one. The bytes pass through here, from bucket to bucket too: so the put has the SHA-256 of the
 * very bytes that were held to the record, which S3 checks and keeps. A CopyObject would take what the source has then.
 */
export class SnapshotCopy {
  readonly #source: SourceSnapshots;
  readonly #target: CopyTarget;
  readonly #interrupt: AbortSignal;
  readonly #puts = new Set<Promise<unknown>>();

  constructor(source: SourceSnapshots, target: CopyTarget, interrupt: AbortSignal) {
    this.#source = source;
    this.#target = target;
    this.#interrupt = interrupt;
  }

  /**
   * Puts a snapshot whole, or not at all: as the export does, with intents, rows, changes, details and record, in this order. Where
   * the rows have expired, without them.
   *
   * @throws an {@link ExporterError} of the target; the reason of the interrupt, before the first put
   */
  async of(identity: SnapshotIdentity): Promise<Copied> {
    const key = recordKey(identity);
    const source = await this.#source.record(identity);
    if (!('record' in source)) return { key, outcome: 'not-copied', problems: source };
    const { record } = source;
    const there = await lookInTarget(this.#target.archive, identity, source);
    if (there.state === 'same') return { key, outcome: 'same', record };
    if (there.state === 'other') return { key, outcome: 'kept', record, there: there.record };
    if (there.state === 'damaged') return { key, outcome: 'not-copied', problems: [there.problem] };

    const objects = await this.#source.objects(identity, record);
    if (!('rows' in objects)) return { key, outcome: 'not-copied', problems: objects };
    const { rows, companions } = objects;
    if (rows === 'expired') return await this.#withoutRows(identity, source, companions, there);
    const { store } = this.#target;
    if (!store) return { key, outcome: there.state === 'unfinished' ? 'kept' : 'copied', record };
    this.#interrupt.throwIfAborted();
    const put = this.#put(identity, { rows: wholeRows(rows), ...companions }, source.text, store);
    this.#puts.add(put);
    const stored = await put.finally(() => this.#puts.delete(put));
    if ('problem' in stored) return { key, outcome: 'not-copied', problems: [stored.problem] };
    if (stored.record.object_sha256 === rows.sha256) return { key, outcome: 'copied', record };
    return { key, outcome: 'kept', record, there: stored.record };
  }

  /** A snapshot whose rows have expired: rows of another run, which wait for a record, must not get this one. */
  async #withoutRows(
    identity: SnapshotIdentity,
    { record, text }: StoredRecord,
    companions: CompanionObjects,
    there: InTarget,
  ): Promise<Copied> {
    const key = recordKey(identity);
    if (there.state === 'recorded' && !there.lacksCompanions) return { key, outcome: 'same', record };
    if (there.state === 'unfinished') return { key, outcome: 'kept', record };
    const { store } = this.#target;
    if (!store) return { key, outcome: 'record-copied', record };
    this.#interrupt.throwIfAborted();
    const put = storeWithoutRows(identity, companions, text, store, NEVER);
    this.#puts.add(put);
    const stands = await put.finally(() => this.#puts.delete(put));
    return stands ? { key, outcome: 'record-copied', record } : await this.of(identity);
  }

  /** Resolves when no put is under way. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#puts);
  }

  /** An exporter may put the same snapshot meanwhile: then that one is whole, and stays. */
  async #put(
    identity: SnapshotIdentity,
    objects: ObjectsToStore,
    text: string,
    store: SnapshotStore,
  ): Promise<RecordedSnapshot | { readonly problem: Problem }> {
    try {
      return await storeSnapshot(identity, objects, text, store, NEVER);
    } catch (error) {
      if (error instanceof OrphanedRowsError) return { problem: { key: jobsKey(identity), text: UNRECORDED } };
      if (!(error instanceof DamagedRecordError)) throw error;
      return { problem: { key: recordKey(identity), text: 'of the target is not the record of this snapshot' } };
    }
  }
}
