import { JOB_STATUSES, type JobStatus } from '../../lambda/contract/jobs.ts';
import { changesKey, jobsKey, recordKey } from '../../lambda/contract/keys.ts';
import { exportSnapshot } from '../../lambda/core/export-snapshot.ts';
import type { SnapshotRequest } from '../../lambda/core/request.ts';
import type { JobSummary } from '../../lambda/ports.ts';
import type { SeenSnapshot } from './changes-oracle.ts';
import { REQUEST } from './export-run.ts';
import { FakeClock } from './fake-clock.ts';
import { historyIn } from './memory-records.ts';
import { MemoryStore } from './memory-store.ts';
import { job, notFound, ScriptedSource } from './scripted-source.ts';

/** A job, with the thing groups that it is in, and the status that lists it where that is not its own. */
export interface SceneJob extends JobSummary {
  readonly groups?: readonly string[];
  readonly listedAs?: JobStatus;
}

/** The fleet at the time of a snapshot, and the snapshot's filters. */
export interface Scene {
  readonly jobs: readonly SceneJob[];
  readonly requested?: Partial<SnapshotRequest>;
  /** Thing groups that do not exist. */
  readonly missing?: readonly string[];
}

/** When the first of two snapshots begins, and when each page of both comes. */
export const FIRST_AT = Date.parse('2026-11-23T18:00:02Z');
export const SECOND_AT = FIRST_AT + 3_600_000;

/** A job that was created long before, and last updated then. */
export function sceneJob(id: string, status: string | undefined, fields: Partial<SceneJob> = {}): SceneJob {
  return job(id, { status, createdAt: FIRST_AT - 86_400_000, lastUpdatedAt: FIRST_AT - 3_600_000, ...fields });
}

/** Takes a snapshot, and another one an hour later. `meanwhile` runs between them. */
export async function takeTwo(
  first: Scene,
  second: Scene,
  meanwhile: (store: MemoryStore) => void = () => {},
): Promise<{ readonly before: SeenSnapshot; readonly now: SeenSnapshot; readonly store: MemoryStore }> {
  const store = new MemoryStore();
  const before = await take(first, FIRST_AT, store);
  meanwhile(store);
  return { before, now: await take(second, SECOND_AT, store), store };
}

async function take({ jobs, requested, missing = [] }: Scene, at: number, store: MemoryStore): Promise<SeenSnapshot> {
  const clock = new FakeClock(at);
  const source = new ScriptedSource(({ status, thingGroupName, thingGroupId, targetSelection }) => {
    const group = thingGroupName ?? thingGroupId;
    if (group !== undefined && missing.includes(group)) return notFound();
    const listed = jobs.filter(
      (one) =>
        (one.listedAs ?? one.status) === status &&
        (group === undefined || one.groups?.includes(group)) &&
        (targetSelection === undefined || one.targetSelection === targetSelection),
    );
    return { jobs: listed.map(({ groups: _, listedAs: __, ...summary }) => summary) };
  });
  const request = { ...REQUEST, statuses: JOB_STATUSES, scheduledAt: at - 2000, ...requested };
  await exportSnapshot(request, { clock, source, ...historyIn(store) }, Number.POSITIVE_INFINITY);
  const record = store.record(recordKey(request));
  const changes = record.changes_key === null ? [] : store.changes(changesKey(request));
  return { record, rows: store.rows(jobsKey(request)), changes };
}
