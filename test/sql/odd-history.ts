import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordKey } from '../../lambda/contract/keys.ts';
import type { JobSummary } from '../../lambda/ports.ts';
import { removeRows } from '../support/remove-rows.ts';
import { job } from '../support/scripted-source.ts';
import { type SnapshotProps, takeSnapshot } from './snapshots.ts';

const HOUR_MS = 3_600_000;

export interface OddHistoryProps {
  readonly directory: string;
  /** Scheduled time of the newest snapshot. */
  readonly until: number;
  readonly accountId: string;
  readonly region: string;
  readonly exportName: string;
}

/**
 * Writes what seldom happens, by the core itself: an outage, a replay, a run that died before its record, rows that could not
 * be read, records of an exporter that knew no changes, jobs without a status, a time or an id, ids that are used again, a
 * group whose existence is unknown, and changes between the pages of two scopes.
 */
export async function writeOddHistory({ until, ...where }: OddHistoryProps): Promise<void> {
  const { directory } = where;
  const take = (hoursAgo: number, jobs: SnapshotProps['jobs'], more: Partial<SnapshotProps> = {}) =>
    takeSnapshot({ ...where, at: until - hoursAgo * HOUR_MS, pageMs: 1000, jobs, ...more });
  const of = (id: string, fields: Partial<JobSummary>) =>
    job(id, { createdAt: until - 90 * HOUR_MS, targetSelection: 'SNAPSHOT', ...fields });
  const inProgress = of('a', { status: 'IN_PROGRESS' });
  const completed = of('a', { status: 'COMPLETED', completedAt: until - 20.5 * HOUR_MS });
  const groups = { thingGroups: ['eu'], thingGroupIds: ['id-us'] };
  const inGroups =
    (eu: readonly JobSummary[], us: readonly JobSummary[]): SnapshotProps['jobs'] =>
    ({ status, thingGroupName }) =>
      (thingGroupName ? eu : us).filter((one) => one.status === status);
  /** Listed as scheduled, whatever their own status. */
  const nameless = [
    of('no-status', {}),
    of('no-times', { status: 'SCHEDULED', createdAt: undefined }),
    { jobArn: `arn:aws:iot:${where.region}:${where.accountId}:job/arn-only`, status: 'SCHEDULED' },
    { status: 'SCHEDULED' },
  ];

  await take(76, [inProgress]);
  forgetChanges({ ...where, scheduledAt: until - 76 * HOUR_MS });
  await take(75, [inProgress]);
  await take(24, [inProgress, of('c', { status: 'IN_PROGRESS', targetSelection: 'CONTINUOUS' })]);
  await take(23, ({ status }) => (status === 'SCHEDULED' ? nameless : status === 'IN_PROGRESS' ? [inProgress] : []));
  await take(21, [inProgress, of('no-status', { status: 'IN_PROGRESS' })]);
  await take(20, [completed, of('a2', { status: 'IN_PROGRESS', createdAt: until - 20.2 * HOUR_MS })]);
  await take(22, [completed], { startedAt: until - 19.8 * HOUR_MS });
  await take(19, [completed, of('a2', { status: 'CANCELED', createdAt: until - 19.2 * HOUR_MS })]);
  removeRows(directory, [until - 19 * HOUR_MS]);
  await take(18, [of('a', { status: 'DELETION_IN_PROGRESS' })], { statuses: ['COMPLETED', 'DELETION_IN_PROGRESS'] });
  await take(17, []);
  await take(6, inGroups([inProgress], [inProgress]), groups);
  await take(5, inGroups([inProgress], [completed]), groups);
  await take(4, inGroups([completed], [completed]), groups);
  await take(3, inGroups([completed], []), groups);
  await take(2, inGroups([completed], []), groups);
  rmSync(join(directory, recordKey({ ...where, scheduledAt: until - 2 * HOUR_MS })));
  await take(1, inGroups([of('b', { status: 'IN_PROGRESS' })], []), groups);
  await take(0, inGroups([of('b', { status: 'IN_PROGRESS' })], [of('b', { status: 'IN_PROGRESS' })]), groups);
}

/** Removes the fields of a record that an exporter without changes does not write. */
function forgetChanges(
  identity: Omit<OddHistoryProps, 'until' | 'directory'> & { scheduledAt: number; directory: string },
): void {
  const path = join(identity.directory, recordKey(identity));
  const columns = Object.entries(JSON.parse(readFileSync(path, 'utf8'))).slice(0, 10);
  writeFileSync(path, `${JSON.stringify(Object.fromEntries(columns))}\n`);
}
