import { recordKey, type SnapshotIdentity, snapshotId } from '../../lambda/contract/keys.ts';
import { lookBack } from '../../lambda/core/look-back.ts';
import type { SnapshotRequest } from '../../lambda/core/request.ts';
import type { LookBack, RecordedSnapshot, RunObserver } from '../../lambda/ports.ts';
import { MINUTES, REQUEST } from './export-run.ts';
import { FakeClock } from './fake-clock.ts';
import { MemoryRecords } from './memory-records.ts';
import { MemoryStore } from './memory-store.ts';
import { putSnapshot, type SnapshotToPut } from './put-snapshot.ts';
import { ScriptedSource } from './scripted-source.ts';

interface LookOptions {
  /** Of the snapshot whose run looks back. */
  readonly minutesBefore?: number;
  readonly outcome?: RecordedSnapshot['outcome'];
  /** Until the deadline. */
  readonly seconds?: number;
}

/** The snapshot of {@link REQUEST} and those of so many minutes before, and what the run of one finds out about the others. */
export class LookBackRun {
  readonly clock = new FakeClock('2026-11-23T18:00:02Z');
  readonly store = new MemoryStore();
  readonly records = new MemoryRecords(this.store);

  identityOf(minutesBefore: number): SnapshotIdentity {
    return { ...REQUEST, scheduledAt: REQUEST.scheduledAt - minutesBefore * MINUTES };
  }

  idOf(minutesBefore: number): string {
    return snapshotId(this.identityOf(minutesBefore));
  }

  /** Puts a snapshot; by default, one with changes is compared with that of a minute before it. */
  put(minutesBefore: number, { record, ...snapshot }: SnapshotToPut): void {
    const previous = snapshot.changes ? this.idOf(minutesBefore + 1) : null;
    putSnapshot(this.store, this.identityOf(minutesBefore), {
      ...snapshot,
      record: { previous_snapshot_id: previous, ...record },
    });
  }

  /** `undefined` where it does not look. */
  async look(
    request: Partial<SnapshotRequest>,
    { minutesBefore = 0, outcome = 'written', seconds = 900 }: LookOptions = {},
  ): Promise<LookBack | undefined> {
    const found: LookBack[] = [];
    const identity = this.identityOf(minutesBefore);
    const record = this.store.record(recordKey(identity));
    const observer: RunObserver = { lookedBack: (result: LookBack) => void found.push(result) };
    const { clock, store, records } = this;
    const source = new ScriptedSource(() => ({ jobs: [] }));
    await lookBack(
      { ...REQUEST, ...identity, statuses: ['COMPLETED'], ...request },
      { record, outcome },
      { clock, source, store, records, observer },
      clock.monotonic() + seconds * 1000,
    );
    expect(found.length).toBeLessThan(2);
    return found[0];
  }
}
