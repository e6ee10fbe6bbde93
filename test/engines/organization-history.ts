import { gunzipSync, gzipSync } from 'node:zlib';
import { JOB_STATUSES, type JobStatus } from '../../lambda/contract/jobs.ts';
import { exportSnapshot } from '../../lambda/core/export-snapshot.ts';
import type { JobSummary } from '../../lambda/ports.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { historyIn } from '../support/memory-records.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { described, ScriptedDescriber } from '../support/scripted-describer.ts';
import { ScriptedSource } from '../support/scripted-source.ts';

const DAY_MS = 86_400_000;
/** Jobs that are created each day. Each is in progress for two days. */
const JOBS_PER_DAY = 3;
const MODEL = { accountId: '000000000000', region: 'xx-model-0', exportName: 'model' };

/** Whose snapshots they are. */
export interface Organization {
  readonly accountIds: readonly string[];
  readonly regions: readonly string[];
  readonly exportNames: readonly string[];
}

export interface OrganizationHistory extends Organization {
  /** Midnight of the first day. */
  readonly from: number;
  readonly days: number;
  /** Of each account, Region and export. */
  readonly snapshotsPerDay: number;
  put(key: string, body: Uint8Array): void;
}

/** This many accounts, with numbers like those of AWS. */
export function accountIds(count: number): string[] {
  return Array.from({ length: count }, (_, i) => String(100_000_000_000 + i * 4_000_000_007).padStart(12, '0'));
}

/**
 * Puts the snapshots of an organization: of one account, Region and export as the core writes them, of all the others the same
 * with their own names. @returns how many objects that were. Checksums in the records are those of the one.
 */
export async function putOrganizationHistory(props: OrganizationHistory): Promise<number> {
  const model = await modelHistory(props);
  let objects = 0;
  for (const accountId of props.accountIds) {
    for (const region of props.regions) {
      for (const exportName of props.exportNames) {
        const renamed = (text: string) =>
          text
            .replaceAll(MODEL.accountId, accountId)
            .replaceAll(MODEL.region, region)
            .replaceAll(`Z-${MODEL.exportName}`, `Z-${exportName}`)
            .replaceAll(`export_name=${MODEL.exportName}/`, `export_name=${exportName}/`);
        for (const [key, text] of model) {
          const body = Buffer.from(renamed(text));
          props.put(renamed(key), key.endsWith('.gz') ? gzipSync(body, { level: 1 }) : body);
        }
        objects += model.length;
      }
    }
  }
  return objects;
}

/** Keys and texts of one account, Region and export. */
async function modelHistory({ from, days, snapshotsPerDay }: OrganizationHistory): Promise<[string, string][]> {
  const store = new MemoryStore();
  for (let i = 0; i < days * snapshotsPerDay; i++) {
    const scheduledAt = from + (i * DAY_MS) / snapshotsPerDay;
    const jobs = jobsAt(from, scheduledAt);
    const request = { ...MODEL, scheduledAt, statuses: JOB_STATUSES, thingGroups: [], thingGroupIds: [] };
    const source = new ScriptedSource(({ status }) => ({ jobs: jobs.filter((job) => job.status === status) }));
    const describer = new ScriptedDescriber((jobId) => described(jobId, 90, 5, i, 1));
    await exportSnapshot(
      { ...request, details: { statuses: ['IN_PROGRESS'], maxJobs: 100 } },
      { clock: new FakeClock(scheduledAt + 1500), source, describer, ...historyIn(store) },
      Number.POSITIVE_INFINITY,
    );
  }
  return [...store.objects]
    .filter(([key]) => /^(?:jobs|changes|details|snapshots)\//.test(key))
    .map(([key, body]) => [key, String(key.endsWith('.gz') ? gunzipSync(body) : Buffer.from(body))]);
}

function jobsAt(from: number, now: number): JobSummary[] {
  const created = Array.from({ length: JOBS_PER_DAY * 30 }, (_, i) => from - 5 * DAY_MS + (i * DAY_MS) / JOBS_PER_DAY);
  return created
    .filter((createdAt) => createdAt < now && now - createdAt < 4 * DAY_MS)
    .map((createdAt) => {
      const completedAt = createdAt + 2 * DAY_MS;
      const isDone = completedAt <= now;
      const status: JobStatus = isDone ? 'COMPLETED' : 'IN_PROGRESS';
      const jobId = `fw-${createdAt / 1000}`;
      return {
        ...{ jobId, jobArn: `arn:aws:iot:${MODEL.region}:${MODEL.accountId}:job/${jobId}`, status },
        ...{ createdAt, lastUpdatedAt: isDone ? completedAt : createdAt, targetSelection: 'SNAPSHOT' },
        ...(isDone && { completedAt }),
        isConcurrent: false,
      };
    });
}
