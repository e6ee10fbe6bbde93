import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readQueries } from '../../sql/catalog.ts';
import { ask as askHistory } from './query-directory.ts';
import { takeSnapshot } from './snapshots.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gaps-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const ask = (sql: string, today?: string) => askHistory(directory, sql, today);
const saved = (name: string) => readQueries().find((query) => query.name === name)?.sql ?? '';
const HEALTH = 'SELECT dt, expected, arrived, gaps, longest_gap_minutes / 60 FROM snapshot_health ORDER BY dt';

/** Snapshots from a time until before another, without jobs. */
async function take(from: string, until: string, everyMs = HOUR_MS): Promise<void> {
  for (let at = Date.parse(from); at < Date.parse(until); at += everyMs)
    await takeSnapshot({ directory, at, jobs: [] });
}

describe('an outage of two days of an hourly export', () => {
  beforeEach(async () => {
    await take('2026-11-20T22:00Z', '2026-11-21T03:00Z');
    await take('2026-11-23T02:00Z', '2026-11-24T02:00Z');
  });

  test('snapshot_health expects the whole day on which it ends, and has the gap in that row', async () => {
    expect(await ask(HEALTH, '2026-11-24')).toEqual([
      ['2026-11-20', '2', '2', '0', 1],
      ['2026-11-21', '24', '3', '1', 1],
      ['2026-11-22', '24', '0', '1', null],
      ['2026-11-23', '24', '22', '1', 48],
      ['2026-11-24', '2', '2', '0', 1],
    ]);
  });

  test('days-without-snapshot has it with its ends', async () => {
    expect((await ask(saved('days-without-snapshot'), '2026-11-24')).map((row) => row.slice(3))).toEqual([
      ['2026-11-21 02:00:00', '2026-11-23 02:00:00', 48, 1],
    ]);
  });
});

describe('a daily export at midnight in London, in the autumn', () => {
  // Summer time ends on 25 October: 24T23:00 is midnight of the 25th, 26T00:00 of the 26th, and none is of the UTC day 25.
  beforeEach(async () => {
    await take('2026-10-20T23:00Z', '2026-10-25T00:00Z', DAY_MS);
    await take('2026-10-26T00:00Z', '2026-10-30T00:00Z', DAY_MS);
  });

  test('lacks no snapshot', async () => {
    expect(await ask(saved('days-without-snapshot'), '2026-10-30')).toEqual([]);
    const missing = (await ask(HEALTH, '2026-10-30')).filter(([, expected, arrived]) => expected !== arrived);
    expect(missing).toEqual([]);
  });

  test('lacks the one that did not come', async () => {
    rmSync(directory, { recursive: true });
    await take('2026-10-20T23:00Z', '2026-10-25T00:00Z', DAY_MS);
    await take('2026-10-27T00:00Z', '2026-10-30T00:00Z', DAY_MS);
    expect((await ask(saved('days-without-snapshot'), '2026-10-30')).map((row) => row.slice(3))).toEqual([
      ['2026-10-24 23:00:00', '2026-10-27 00:00:00', 49, 24],
    ]);
    expect((await ask(HEALTH, '2026-10-30')).find(([dt]) => dt === '2026-10-27')).toEqual([
      '2026-10-27',
      '1',
      '1',
      '0',
      49,
    ]);
  });
});

test('a weekly export is expected weekly', async () => {
  await take('2026-10-05T06:00Z', '2026-11-09T00:00Z', 7 * DAY_MS);
  expect((await ask(HEALTH, '2026-11-10')).map((row) => row.slice(0, 3))).toEqual([
    ['2026-10-05', '1', '1'],
    // After one snapshot it is unknown when the next one is due.
    ['2026-10-06', '1', '0'],
    ...['2026-10-12', '2026-10-19', '2026-10-26', '2026-11-02'].map((dt) => [dt, '1', '1']),
  ]);
  expect(await ask(saved('days-without-snapshot'), '2026-11-10')).toEqual([]);
});

test('days-without-snapshot has an export that has stopped, without an end', async () => {
  await take('2026-11-20T06:00Z', '2026-11-21T06:00Z');
  expect((await ask(saved('days-without-snapshot'), '2026-11-25')).map((row) => row.slice(3))).toEqual([
    ['2026-11-21 05:00:00', null, 91, 1],
  ]);
});
