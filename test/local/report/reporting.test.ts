import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExportHealthRow } from '../../../lambda/contract/health.ts';
import { HEALTH_KEY } from '../../../lambda/contract/keys.ts';
import { StoreRefusedError } from '../../../lambda/errors.ts';
import { buildReport } from '../../../local/report/build-report.ts';
import { filesOfDirectory } from '../../../local/report/fetch.ts';
import type { Report, Section } from '../../../local/report/model.ts';
import { records } from '../../../local/report/page/base/answer.ts';
import { reportingLede } from '../../../local/report/page/sections/reporting-text.ts';
import type { Archive } from '../../../local/verify/archive.ts';
import { directoryArchive } from '../../../local/verify/directory-archive.ts';
import { ask } from '../../sql/query-directory.ts';
import { saved } from '../../sql/snapshots.ts';
import { AWAITED, FAILED, LATE, LEFT, NEVER, REPORTING, UNKNOWN, writeHealth } from '../../support/health-rows.ts';
import { AT, jobOfAge, newDirectory, writeSnapshot } from '../../support/report-history.ts';

const ALL = [REPORTING, AWAITED, LEFT, UNKNOWN, FAILED, NEVER, LATE];
let directory: string;
beforeEach(() => {
  directory = newDirectory();
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function build(archive: Archive = directoryArchive(directory)): Promise<Report> {
  return await buildReport({ place: directory, archive, files: filesOfDirectory(directory), selection: {} });
}

async function sectionOf(rows: readonly ExportHealthRow[]): Promise<Section> {
  writeHealth(directory, rows);
  const { reporting } = await build();
  if ('notKnown' in reporting) throw new Error(reporting.notKnown);
  return reporting;
}

const HALF_PAST = '2026-11-23 18:30:00';
const ledeOf = async (rows: readonly ExportHealthRow[], writtenAt = HALF_PAST) =>
  reportingLede(await sectionOf(rows), writtenAt)
    .replaceAll('\u2011', '-')
    .replaceAll('\u00a0', ' ');

test('without a look it is not known who reports, whatever snapshots there are', async () => {
  const notKnown = 'no look at the exports is in this history.';
  expect((await build()).reporting).toEqual({ notKnown, isNormal: true });
  await writeSnapshot({ directory, scheduledAt: AT, jobs: () => [jobOfAge('a', 'IN_PROGRESS', 1)] });
  const report = await build();
  expect([report.combinations.length, report.reporting]).toEqual([1, { notKnown, isNormal: true }]);
});

test('the numbers are those of the saved query, in its order, also where there is no snapshot at all', async () => {
  const { sql, answer, restsOn } = await sectionOf(ALL);
  expect(sql).toBe(saved('reporting'));
  const rows = await ask(directory, sql);
  const text = (cell: unknown) => (cell === null ? null : String(cell));
  expect(answer.rows.map((row) => row.map(text))).toEqual(rows.map((row) => row.map(text)));
  expect(records(answer).map(({ state }) => state)).toEqual([
    'NEVER',
    'LATE',
    'FAILED',
    'UNKNOWN',
    'LEFT',
    'AWAITED',
    'REPORTING',
  ]);
  expect(restsOn).toBe('the newest look at all exports, health/exports.ndjson');
});

test('its sentence counts each state, and names the silent ones, five at most', async () => {
  expect(await ledeOf(ALL)).toBe(
    'As of the look at 2026-11-23 18:30 UTC: of 7 exports 1 on time, 1 late, 1 late that never came, ' +
      '1 whose stack CloudFormation could not deploy, 1 of which it is not known whether they are late, ' +
      '1 that left, 1 awaited. Silent: all in 333333333333 eu-west-1 (for 22.2 h, never seen); ' +
      'all in 222222222222 eu-west-1 (for 4.2 h).',
  );
  const seven = Array.from({ length: 7 }, (_, i) => ({ ...LATE, export_name: `e${i}` }));
  expect(await ledeOf(seven)).toMatch(/: of 7 exports 7 late\. Silent: e0 in .*; e4 in [^;]*; and 2 more\.$/);
});

test('it calls none silent as of the look alone, and says how old that is', async () => {
  expect(await ledeOf([REPORTING])).toBe(
    'As of the look at 2026-11-23 18:30 UTC: of 1 export 1 on time. None that is expected was silent then.',
  );
  expect(await ledeOf([REPORTING], '2026-11-25 06:30:00')).toMatch(
    /^As of the look at 2026-11-23 18:30 UTC, 36 h before this page was made: /,
  );
});

test('a state that it does not know is counted by its name', async () => {
  const strange = { ...REPORTING, account_id: '888888888888', state: 'SLEEPING' as never };
  expect(await ledeOf([REPORTING, strange])).toContain('of 2 exports 1 on time, 1 SLEEPING.');
});

test.each(['UNKNOWN', 'SLEEPING'])(
  'with an export in the state %s it does not say that none was silent',
  async (state) => {
    const other = { ...REPORTING, account_id: '888888888888', state: state as never };
    expect(await ledeOf([REPORTING, other])).toMatch(/ None is known to have been silent then\.$/);
  },
);

test.each([
  ['is damaged', '{"looked_at": "2026-', 'cannot be read. The next one takes its place.'],
  ['is empty', '', 'names none.'],
])('a look that %s is not known, and the rest of the page is there', async (_, text, says) => {
  await writeSnapshot({ directory, scheduledAt: AT, jobs: () => [] });
  writeHealth(directory, [REPORTING]);
  writeFileSync(join(directory, HEALTH_KEY), text);
  const { reporting, combinations } = await build();
  expect(combinations).toHaveLength(1);
  expect(reporting).toEqual({ notKnown: expect.stringContaining(says) });
});

test('a look that may not be read is not known, as in a history whose policy is older than looks', async () => {
  await writeSnapshot({ directory, scheduledAt: AT, jobs: () => [] });
  const archive = directoryArchive(directory);
  const refusing: Archive = {
    ...archive,
    list: (prefix) => archive.list(prefix),
    read: (key) => archive.read(key),
    find: async (key) => {
      if (key === HEALTH_KEY) throw new StoreRefusedError('s3:ListBucket was refused');
      return await archive.find(key);
    },
  };
  const { reporting, combinations } = await build(refusing);
  expect(combinations).toHaveLength(1);
  expect(reporting).toEqual({ notKnown: 'whether there was a look at the exports. s3:ListBucket was refused' });
});
