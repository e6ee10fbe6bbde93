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
import { readTargetState, type TargetState, UNRECORDED } from './target-snapshot.ts';

/** Target of a copy. */
export interface CopyTarget {
  readonly archive: Archive;
  /** Absent in a dry run. */
  readonly store?: SnapshotStore | undefined;
}

/** Result for one snapshot, or for an object that belongs to none. */
export type CopyResult = {
  readonly key: string;
} /** `record-copied`: its rows have expired. Its changes and details, which stay, are copied. */ & (
  | { readonly outcome: 'copied' | 'record-copied' | 'same'; readonly record: SnapshotRecord }
  /**
   * The target has another snapshot of the scheduled time. `existing` is its record, absent if the target has none yet.
   */
  | { readonly outcome: 'kept'; readonly record: SnapshotRecord; readonly existing?: SnapshotRecord }
  | { readonly outcome: 'not-copied'; readonly problems: readonly Problem[] }
);

/** Started puts are not aborted, so that no snapshot is left incomplete. They take only moments. */
const NEVER = new AbortController().signal;

/**
 * Copies snapshots one by one. Bytes pass through this process, also from bucket to bucket: so the put has the SHA-256
 * of the bytes that were checked against the record, which S3 verifies and stores. CopyObject would copy whatever the
 * source has then.
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
   * Copies a snapshot completely or not at all. As in an export, the order is intents, rows, changes, details, record.
   * Expired rows are omitted.
   *
   * @throws an {@link ExporterError} of the target; the reason of the interrupt, before the first put
   */
  async copy(identity: SnapshotIdentity): Promise<CopyResult> {
    const key = recordKey(identity);
    const source = await this.#source.record(identity);
    if (!('record' in source)) return { key, outcome: 'not-copied', problems: source };
    const { record } = source;
    const target = await readTargetState(this.#target.archive, identity, source);
    if (target.state === 'same') return { key, outcome: 'same', record };
    if (target.state === 'other') return { key, outcome: 'kept', record, existing: target.record };
    if (target.state === 'damaged') return { key, outcome: 'not-copied', problems: [target.problem] };

    const objects = await this.#source.objects(identity, record);
    if (!('rows' in objects)) return { key, outcome: 'not-copied', problems: objects };
    const { rows, companions } = objects;
    if (rows === 'expired') return await this.#withoutRows(identity, source, companions, target);
    const { store } = this.#target;
    if (!store) return { key, outcome: target.state === 'unfinished' ? 'kept' : 'copied', record };
    this.#interrupt.throwIfAborted();
    const put = this.#put(identity, { rows: wholeRows(rows), ...companions }, source.text, store);
    this.#puts.add(put);
    const stored = await put.finally(() => this.#puts.delete(put));
    if ('problem' in stored) return { key, outcome: 'not-copied', problems: [stored.problem] };
    if (stored.record.object_sha256 === rows.sha256) return { key, outcome: 'copied', record };
    return { key, outcome: 'kept', record, existing: stored.record };
  }

  /** Copies a snapshot whose rows have expired. Rows of another run in the target must not get this record. */
  async #withoutRows(
    identity: SnapshotIdentity,
    { record, text }: StoredRecord,
    companions: CompanionObjects,
    target: TargetState,
  ): Promise<CopyResult> {
    const key = recordKey(identity);
    if (target.state === 'recorded' && !target.lacksCompanions) return { key, outcome: 'same', record };
    if (target.state === 'unfinished') return { key, outcome: 'kept', record };
    const { store } = this.#target;
    if (!store) return { key, outcome: 'record-copied', record };
    this.#interrupt.throwIfAborted();
    const put = storeWithoutRows(identity, companions, text, store, NEVER);
    this.#puts.add(put);
    const isStored = await put.finally(() => this.#puts.delete(put));
    return isStored ? { key, outcome: 'record-copied', record } : await this.copy(identity);
  }

  /** Resolves when all puts are finished. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#puts);
  }

  /** An exporter may put the same snapshot meanwhile; then that one is complete and stays. */
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
