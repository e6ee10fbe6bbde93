import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { typeCheck } from '../../lambda/contract/column-types.ts';
import { EXPORT_HEALTH_COLUMNS, EXPORT_STATES } from '../../lambda/contract/health.ts';
import { AWAITED, FAILED, LATE, LEFT, NEVER, REPORTING, UNKNOWN, writeHealth } from '../support/health-rows.ts';
import { ask } from './query-directory.ts';
import { saved } from './snapshots.ts';

const ALL = [REPORTING, AWAITED, LEFT, UNKNOWN, FAILED, NEVER, LATE];
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'reporting-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('the rows of these tests are those of the contract, one a state', () => {
  expect(ALL.flatMap(typeCheck(EXPORT_HEALTH_COLUMNS))).toEqual([]);
  expect(ALL.map(({ state }) => state).sort()).toEqual([...EXPORT_STATES].sort());
});

test('reporting says of each export since when it reports, and since when it is late, as of the look', async () => {
  writeHealth(directory, ALL);
  const columns = 'state, reporting_since, newest_snapshot_at, hours_since_newest, late_since, hours_late';
  expect(await ask(directory, `SELECT ${columns} FROM reporting ORDER BY account_id`)).toEqual([
    ['REPORTING', '2026-10-01 13:00:00', '2026-11-23 18:00:00', 0.5, null, null],
    ['LATE', '2026-10-01 13:00:00', '2026-11-23 12:00:00', 6.5, '2026-11-23 14:20:00', 4 + 1 / 6],
    ['NEVER', null, null, null, '2026-11-22 20:20:00', 22 + 1 / 6],
    ['AWAITED', null, null, null, null, null],
    ['FAILED', null, null, null, '2026-11-22 20:20:00', 22 + 1 / 6],
    ['LEFT', '2026-10-01 13:00:00', '2026-10-20 12:00:00', 822.5, '2026-10-20 14:20:00', 820 + 1 / 6],
    ['UNKNOWN', '2026-10-01 13:00:00', '2026-11-23 18:00:00', 0.5, null, null],
  ]);
});

test('what is not known is null, and no zero: schedule, thing groups, snapshots, the StackSet', async () => {
  writeHealth(directory, [UNKNOWN, { ...REPORTING, missing_thing_groups: ['fleet-moon'] }]);
  const columns =
    'expected, schedule_expression, schedule_time_zone, missing_thing_groups, new_snapshots, unlinked_snapshots, stack_status';
  expect(await ask(directory, `SELECT ${columns} FROM reporting ORDER BY account_id`)).toEqual([
    [true, 'cron(0 * * * ? *)', 'UTC', ['fleet-moon'], '1', '0', 'CURRENT'],
    [null, null, null, null, null, null, null],
  ]);
});

test('the saved query begins with the worst, the longest silence first; what it does not know comes before what is well', async () => {
  const later = { ...LATE, region: 'us-east-1', late_at: '2026-11-23 10:00:00.000' };
  const strange = { ...REPORTING, account_id: '888888888888', state: 'SLEEPING' as never };
  writeHealth(directory, [...ALL, strange, later]);
  expect(await ask(directory, `SELECT state, region FROM (${saved('reporting')})`)).toEqual([
    ['NEVER', 'eu-west-1'],
    ['LATE', 'us-east-1'],
    ['LATE', 'eu-west-1'],
    ['FAILED', 'eu-west-1'],
    ['SLEEPING', 'eu-west-1'],
    ['UNKNOWN', 'eu-west-1'],
    ['LEFT', 'eu-west-1'],
    ['AWAITED', 'eu-west-1'],
    ['REPORTING', 'eu-west-1'],
  ]);
});

test('a look takes the place of the one before; without a look there is no row', async () => {
  expect(await ask(directory, 'SELECT count(*) FROM reporting')).toEqual([['0']]);
  writeHealth(directory, ALL);
  writeHealth(directory, [LATE]);
  expect(await ask(directory, 'SELECT state FROM iot_jobs.reporting')).toEqual([['LATE']]);
});
