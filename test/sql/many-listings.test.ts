import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { job } from '../support/scripted-source.ts';
import { ask } from './query-directory.ts';
import { takeSnapshot } from './snapshots.ts';

const directory = mkdtempSync(join(tmpdir(), 'many-listings-'));
afterAll(() => rmSync(directory, { recursive: true }));

test.each([1, 200, 2001])('job_counts has every listing once, of %i thing groups in five statuses', async (groups) => {
  const exportName = `groups-${groups}`;
  await takeSnapshot({
    directory,
    at: '2026-11-23T06:00:00Z',
    exportName,
    thingGroups: Array.from({ length: groups }, (_, i) => `group-${i}`),
    jobs: ({ thingGroupName, status }) =>
      thingGroupName === `group-${groups - 1}` && status === 'IN_PROGRESS' ? [job('a', { status })] : [],
  });
  const sql = `SELECT count(*), count(DISTINCT scope || status), sum(job_count) FROM job_counts
    WHERE export_name = '${exportName}'`;
  expect(await ask(directory, sql)).toEqual([[String(5 * groups), String(5 * groups), '1']]);
});
