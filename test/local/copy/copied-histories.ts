import { SNAPSHOTS_COLUMNS } from '../../../lambda/contract/columns.ts';
import { JOB_STATUSES } from '../../../lambda/contract/jobs.ts';
import {
  changesKey,
  detailsKey,
  intentKey,
  jobsKey,
  recordKey,
  type SnapshotIdentity,
} from '../../../lambda/contract/keys.ts';
import { exportSnapshot } from '../../../lambda/core/export-snapshot.ts';
import { type CopyOptions, copyHistory } from '../../../local/copy/copy-history.ts';
import type { CopyResult } from '../../../local/copy/snapshot-copy.ts';
import type { Archive } from '../../../local/verify/archive.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { type MemoryObject, memoryArchive } from '../../support/memory-archive.ts';
import { historyIn } from '../../support/memory-records.ts';
import type { MemoryStore } from '../../support/memory-store.ts';
import { ScriptedDescriber, things } from '../../support/scripted-describer.ts';
import { job, page, ScriptedSource } from '../../support/scripted-source.ts';

export const FIRST = Date.parse('2026-11-23T18:00:00Z');
export const HOUR = 3_600_000;
export const NEVER = new AbortController().signal;

export const identityOf = (hour: number): SnapshotIdentity => ({
  accountId: '123456789012',
  region: 'eu-west-1',
  exportName: 'all',
  scheduledAt: FIRST + hour * HOUR,
});
export const rowsOf = (hour: number) => jobsKey(identityOf(hour));
export const changesOf = (hour: number) => changesKey(identityOf(hour));
export const detailsOf = (hour: number) => detailsKey(identityOf(hour));
export const recordOf = (hour: number) => recordKey(identityOf(hour));

/**
 * Takes the snapshot of an hour, of so many jobs, the first of which no other hour has: that makes changes. Two of one hour
 * have other bytes. In odd hours the jobs are described.
 */
export async function take(store: MemoryStore, hour: number, jobs = 2): Promise<void> {
  const { scheduledAt } = identityOf(hour);
  const ids = Array.from({ length: jobs }, (_, i) => (i === 0 ? `of-${hour}` : `job-${i}`));
  const source = new ScriptedSource(({ status }) => page(status === 'IN_PROGRESS' ? ids : [], undefined, status));
  const describer = new ScriptedDescriber((id) => ({ ...job(id, { status: 'IN_PROGRESS' }), things: things() }));
  const details = hour % 2 === 1 && { details: { statuses: ['IN_PROGRESS' as const], maxJobs: 500 } };
  const request = { ...identityOf(hour), statuses: JOB_STATUSES, thingGroups: [], thingGroupIds: [], ...details };
  await exportSnapshot(
    request,
    { clock: new FakeClock(scheduledAt), source, describer, ...historyIn(store) },
    Number.POSITIVE_INFINITY,
  );
}

export function removeIntent(store: MemoryStore, hour: number): void {
  const record = store.record(recordOf(hour));
  store.objects.delete(intentKey(identityOf(hour), record.object_sha256));
}

/** Makes the snapshot of an hour one of a version without changes and details. */
export function makeOlder(store: MemoryStore, hour: number): void {
  const kept = SNAPSHOTS_COLUMNS.filter((column) => !('mayBeAbsent' in column)).map(({ name }) => name);
  const record = Object.entries(store.record(recordOf(hour))).filter(([name]) => (kept as string[]).includes(name));
  store.objects.set(recordOf(hour), Buffer.from(`${JSON.stringify(Object.fromEntries(record))}\n`));
  store.objects.delete(changesOf(hour));
  store.objects.delete(detailsOf(hour));
}

/** Objects that a store has now and later. */
export function archiveOf({ objects }: MemoryStore, modifiedAt = 0): Archive {
  const view = {
    get(key: string): MemoryObject | undefined {
      const body = objects.get(key);
      return body && { body, modifiedAt };
    },
    keys: () => objects.keys(),
  };
  return memoryArchive({ objects: view as unknown as ReadonlyMap<string, MemoryObject> });
}

export async function copied(
  from: MemoryStore,
  to: MemoryStore,
  options: Partial<CopyOptions> = {},
): Promise<CopyResult[]> {
  const target = { archive: archiveOf(to), store: to };
  return await Array.fromAsync(copyHistory(archiveOf(from), target, { interrupt: NEVER, ...options }));
}

export const outcomes = (found: readonly CopyResult[]) => found.map(({ outcome }) => outcome);
export const problemsOf = (found: readonly CopyResult[]) =>
  found.flatMap((one) => (one.outcome === 'not-copied' ? one.problems : []));
/** Everything that a query can see. */
export const visible = ({ objects }: MemoryStore) =>
  new Map([...objects].filter(([key]) => !key.startsWith('intents/')).sort());
