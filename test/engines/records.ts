import { PutObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { SnapshotRecord } from '../../lambda/contract/columns.ts';
import { JOB_STATUSES } from '../../lambda/contract/jobs.ts';
import { jobsKey, recordKey, snapshotId } from '../../lambda/contract/keys.ts';
import { timestamp } from '../../lambda/core/timestamp.ts';

const DAY_MS = 86_400_000;
const FIVE_MINUTES_MS = 300_000;

export interface RecordsProps {
  readonly accountId: string;
  readonly region: string;
  readonly exportName: string;
  readonly bucket: string;
  readonly client: S3ClientConfig;
  /** First day, its midnight. */
  readonly from: number;
  readonly days: number;
  /** Whether a day's records are one object, as a compaction would leave them. */
  readonly isCompact: boolean;
}

/** Puts the records of an export that runs every five minutes. @returns the number of objects */
export async function uploadRecords(props: RecordsProps): Promise<number> {
  const { bucket, client: config, from, days, isCompact } = props;
  const client = new S3Client({ ...config, forcePathStyle: true });
  let objects = 0;
  for (let day = 0; day < days; day++) {
    const lines = Array.from({ length: DAY_MS / FIVE_MINUTES_MS }, (_, i) =>
      recordAt(props, from + day * DAY_MS + i * FIVE_MINUTES_MS),
    );
    const first = lines[0];
    const puts = isCompact && first ? [{ key: first.key, text: lines.map(({ text }) => text).join('') }] : lines;
    for (let i = 0; i < puts.length; i += 32) {
      const some = puts
        .slice(i, i + 32)
        .map(({ key, text }) =>
          client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: text, IfNoneMatch: '*' })),
        );
      await Promise.all(some);
    }
    objects += puts.length;
  }
  client.destroy();
  return objects;
}

function recordAt({ accountId, region, exportName }: RecordsProps, scheduledAt: number): { key: string; text: string } {
  const identity = { accountId, region, exportName, scheduledAt };
  const record: Partial<SnapshotRecord> = {
    snapshot_id: snapshotId(identity),
    snapshot_at: timestamp(scheduledAt),
    started_at: timestamp(scheduledAt + 1500),
    finished_at: timestamp(scheduledAt + 9000),
    job_count: JOB_STATUSES.length,
    listings: JOB_STATUSES.map((status) => ({
      thing_group_name: null,
      queried_thing_group_id: null,
      status,
      job_count: 1,
      missing: false,
    })),
    object_key: jobsKey(identity),
    object_bytes: 400,
    object_sha256: '0'.repeat(64),
    exporter_version: '0.0.0',
  };
  return { key: recordKey(identity), text: `${JSON.stringify(record)}\n` };
}
