import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { statementOf } from '../../local/report/report-query.ts';
import { readQueries } from '../../sql/catalog.ts';
import { removeRows } from '../support/remove-rows.ts';
import { type HourlyStatusesProps, writeHourlyStatuses } from './hourly-statuses.ts';
import { ask as askHistory } from './query-directory.ts';

// Hours 0 to 5 are of 22 November, 6 and later of the day after.
const FROM = Date.parse('2026-11-22T18:00:00Z');
const HOUR_MS = 3_600_000;
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gone-rows-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const timeOf = (hour: number) => new Date(FROM + hour * HOUR_MS).toISOString();
const idOf = (hour: number) => `${timeOf(hour).slice(0, 19).replaceAll(/[-:]/g, '')}Z-all`;

/** Writes a history and removes the rows of some hours, as a lifecycle rule does: records stay. */
async function write(
  lives: HourlyStatusesProps['lives'],
  gone: readonly number[],
  more: Partial<HourlyStatusesProps> = {},
) {
  await writeHourlyStatuses({ directory, from: FROM, lives, ageHours: 720, ...more });
  removeRows(
    directory,
    gone.map((hour) => FROM + hour * HOUR_MS),
  );
}

const ask = (sql: string) => askHistory(directory, sql);
const saved = (name: string) => readQueries().find((query) => query.name === name)?.sql ?? '';
describe('snapshot_rows', () => {
  it('says of which snapshots the rows are gone, whichever they are, and not of those that had none', async () => {
    await write({ always: 'PPPP..' }, [0, 2, 4]);
    expect(await ask('SELECT snapshot_id, job_count, rows_present FROM snapshot_rows ORDER BY snapshot_at')).toEqual([
      [idOf(0), '1', false],
      [idOf(1), '1', true],
      [idOf(2), '1', false],
      [idOf(3), '1', true],
      [idOf(4), '0', true],
      [idOf(5), '0', true],
    ]);
  });

  it('makes the saved query days-without-rows', async () => {
    await write({ always: 'PPPPPPPPP' }, [0, 2]);
    expect(await ask(saved('days-without-rows'))).toEqual([
      ['all', '123456789012', 'eu-west-1', '2026-11-22', '6', '2'],
    ]);
  });
});

it('counts of snapshots whose rows are gone stay, from their records', async () => {
  await write({ always: 'PPP' }, [0, 1, 2]);
  expect(await ask("SELECT job_count FROM job_counts WHERE status = 'IN_PROGRESS'")).toEqual([['1'], ['1'], ['1']]);
  expect(await ask('SELECT expected, arrived FROM snapshot_health')).toEqual([['3', '3']]);
});

describe('rows that are gone take no changes along', () => {
  const lives = { moved: 'SSSPP', gone: 'PP...', done: 'PPPPC' };
  const VIEWS = ['job_changes', 'status_changes', 'vanished_jobs', 'rollouts'];
  const answers = async () => {
    const all = [];
    for (const view of VIEWS) all.push(await ask(`SELECT * FROM ${view} ORDER BY job_id, dt`));
    return all;
  };

  it('in the views of changes, which read no rows', async () => {
    await write(lives, []);
    const whole = await answers();
    expect(whole.map((rows) => rows.length)).toEqual([3, 2, 1, 1]);
    removeRows(
      directory,
      [0, 1, 2, 3, 4].map((hour) => FROM + hour * HOUR_MS),
    );
    expect(await answers()).toEqual(whole);
    expect(await ask('SELECT job_id, status FROM job_timeline ORDER BY job_id')).toEqual([
      ['done', 'IN_PROGRESS'],
      ['gone', 'IN_PROGRESS'],
      ['moved', 'SCHEDULED'],
    ]);
  });
});

describe('a snapshot whose rows before could not be read', () => {
  const unreadable = async () => {
    await write({ moved: 'SSS', gone: 'PPP' }, [2]);
    await writeHourlyStatuses({ directory, from: FROM + 3 * HOUR_MS, lives: { moved: 'PPC' }, ageHours: 723 });
  };

  it('is in unlinked_snapshots, and has no changes: what its jobs were before is not known', async () => {
    await unreadable();
    expect(await ask('SELECT snapshot_id, reason FROM unlinked_snapshots ORDER BY snapshot_at')).toEqual([
      [idOf(0), 'FIRST'],
      [idOf(3), 'UNREADABLE'],
    ]);
    expect(await ask('SELECT from_status, to_status, from_since, by_snapshot_id FROM status_changes')).toEqual([
      ['IN_PROGRESS', 'COMPLETED', '2026-11-22 21:00:01.5', idOf(5)],
    ]);
    expect(await ask('SELECT job_id FROM vanished_jobs')).toEqual([]);
  });

  it("makes what moved that day not known in the report's moves by day, nor on the first day", async () => {
    await unreadable();
    await writeHourlyStatuses({ directory, from: FROM + 6 * HOUR_MS, lives: { quick: 'C', new: 'P' }, ageHours: 0 });
    const [from, to] = ['2026-11-22', '2026-11-23'];
    const where = { account_id: '123456789012', region: 'eu-west-1', export_name: 'all' };
    expect(await ask(statementOf('moved-by-day', { ...where, from, to }))).toEqual([
      [from, null, null, null, null, null, false],
      [to, '2', '1', '1', '0', '0', true],
    ]);
  });
});

it('the saved query jobs-now counts the newest snapshot, whether or not its rows are there', async () => {
  await write({ always: 'PPC', late: 'PPP' }, [2]);
  const counted = async () =>
    (await ask(saved('jobs-now'))).map((row) => row.slice(5)).filter(([, jobs]) => jobs !== '0');
  expect(await counted()).toEqual([
    ['COMPLETED', '1'],
    ['IN_PROGRESS', '1'],
  ]);
  await writeHourlyStatuses({ directory, from: FROM + 3 * HOUR_MS, lives: { none: '.' }, ageHours: 1 });
  expect(await counted()).toEqual([]);
});

it('where the rows of a whole history are gone, nothing is shown as current', async () => {
  await write({ always: 'PPPPPPPPP', gone: 'PP.......' }, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
  for (const view of ['latest_jobs', 'snapshot_jobs', 'stuck_jobs']) {
    expect([view, await ask(`SELECT count(*) FROM ${view}`)]).toEqual([view, [['0']]]);
  }
  expect((await ask(saved('days-without-rows'))).map((row) => row.slice(3))).toEqual([
    ['2026-11-22', '6', '6'],
    ['2026-11-23', '3', '3'],
  ]);
});
