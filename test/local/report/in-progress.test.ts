import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildReport } from '../../../local/report/build-report.ts';
import { filesOfDirectory } from '../../../local/report/fetch.ts';
import type { Combination } from '../../../local/report/model.ts';
import { records } from '../../../local/report/page/base/answer.ts';
import { directoryArchive } from '../../../local/verify/directory-archive.ts';
import { takeSnapshot } from '../../sql/snapshots.ts';
import { job } from '../../support/scripted-source.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'in-progress-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Created long ago, and updated just before the newest snapshot, as by an edit of its description. */
const MORE = { createdAt: Date.parse('2026-11-01T00:00Z'), lastUpdatedAt: Date.parse('2026-11-23T05:00Z') };
const inProgress = (jobId: string | undefined) =>
  job(jobId ?? 'x', { ...MORE, jobId, jobArn: undefined, status: 'IN_PROGRESS' });
const take = (at: string, jobIds: readonly (string | undefined)[]) =>
  takeSnapshot({ directory, at, jobs: jobIds.map(inProgress), statuses: ['IN_PROGRESS'] });

async function build(): Promise<Combination> {
  const props = { archive: directoryArchive(directory), files: filesOfDirectory(directory), selection: {} };
  const { combinations } = await buildReport({ place: directory, ...props });
  return combinations[0] as Combination;
}

test('jobs are sorted by since when they are in progress, whenever they were updated; since an unknown time first', async () => {
  await take('2026-11-20T06:00Z', ['longest']);
  await take('2026-11-22T12:00Z', ['longest', 'half-a-day']);
  await take('2026-11-23T06:00Z', ['half-a-day', 'longest', undefined]);
  const combination = await build();
  const rows = records(combination.inProgress.answer);
  expect(rows.map((row) => [row.job_id, row.days_in_progress, row.in_progress_since, row.last_updated_at])).toEqual([
    [null, null, null, '2026-11-23 05:00:00'],
    ['longest', 3, '2026-11-20 06:00:01', '2026-11-23 05:00:00'],
    ['half-a-day', 0.8, '2026-11-22 12:00:01', '2026-11-23 05:00:00'],
  ]);
}, 30_000);
