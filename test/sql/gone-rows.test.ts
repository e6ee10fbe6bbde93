import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { statementOf } from '../../local/report/ask-combination.ts';
import { readQueries } from '../../sql/catalog.ts';
import { loadHistory } from '../support/loaded-history.ts';
import { removeRows } from '../support/remove-rows.ts';
import { type LivesProps, writeLives } from './lives.ts';

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
const hourAt = (column: string) => `CAST(strftime(${column}, '%H') AS integer)`;

/** Writes a history and removes the rows of some hours, as a lifecycle rule does: records stay. */
async function write(lives: LivesProps['lives'], gone: readonly number[], more: Partial<LivesProps> = {}) {
  await writeLives({ directory, from: FROM, lives, ageHours: 720, ...more });
  removeRows(
    directory,
    gone.map((hour) => FROM + hour * HOUR_MS),
  );
}

async function ask(sql: string): Promise<unknown[][]> {
  const history = await loadHistory(directory);
  try {
    return [...(await history.query(sql)).rows].map((row) => [...row]);
  } finally {
    history.close();
  }
}

const saved = (name: string) => readQueries().find((query) => query.name === name)?.sql ?? '';
const VANISHED = `SELECT job_id, reason, ${hourAt('missed_at')} FROM vanished_jobs ORDER BY job_id`;
const CHANGES = `SELECT job_id, from_status, to_status, after_snapshot_id, by_snapshot_id, at_least_hours, at_most_hours
  FROM status_changes ORDER BY job_id, by_observed_at`;
const RUNS = 'SELECT job_id, status, previous_status, previous_rows_gone, dt FROM job_runs ORDER BY dt, job_id';

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

describe('vanished_jobs', () => {
  it('misses no job in rows that are gone', async () => {
    await write({ always: 'PPPPP', back: 'PPPPC' }, [2, 3]);
    expect(await ask(VANISHED)).toEqual([]);
  });

  it('misses a job in the first snapshot that has its rows and not the job', async () => {
    await write({ always: 'PPPPP', gone: 'PP...' }, [2]);
    expect(await ask(VANISHED)).toEqual([['gone', 'GONE', 21]]);
  });

  it('does not know of jobs last seen before rows that are gone until the end', async () => {
    await write({ always: 'PPPPP', gone: 'PP...' }, [2, 3, 4]);
    expect(await ask(VANISHED)).toEqual([]);
  });

  it('knows them gone where the record says that there was no job', async () => {
    await write({ last: 'PP..' }, [2, 3]);
    expect(await ask(VANISHED)).toEqual([['last', 'GONE', 20]]);
  });

  it('says nothing of a thing group by a snapshot whose rows are gone', async () => {
    await write({ last: 'PPPP' }, [2, 3], { thingGroupIds: ['fleet-eu'] });
    expect(await ask(VANISHED)).toEqual([]);
  });
});

describe('status_changes', () => {
  it('has a change across rows that are gone, with the snapshots that saw it and their hours', async () => {
    await write({ moved: 'SSSPP' }, [2]);
    expect(await ask(CHANGES)).toEqual([['moved', 'SCHEDULED', 'IN_PROGRESS', idOf(1), idOf(3), 1, 723]]);
  });

  it('does not end a stay at rows that are gone', async () => {
    await write({ slow: 'PPPPPC' }, [1, 3], { ageHours: 10 });
    expect(await ask(CHANGES)).toEqual([['slow', 'IN_PROGRESS', 'COMPLETED', idOf(4), idOf(5), 4, 15]]);
  });

  it('has none where the rows before are gone', async () => {
    await write({ moved: 'SSSPP' }, [0, 1, 2]);
    expect(await ask(CHANGES)).toEqual([]);
  });
});

describe('the first snapshot after rows that are gone', () => {
  it('does not make its jobs new in job_runs, nor the ones after it', async () => {
    await write({ always: 'PPPPPPPPP', new: '.......PP' }, [0, 1, 2, 3, 4, 5]);
    expect(await ask(RUNS)).toEqual([
      ['always', 'IN_PROGRESS', null, true, '2026-11-23'],
      ['new', 'IN_PROGRESS', null, false, '2026-11-23'],
    ]);
  });

  it('does not let a job go in progress in rollouts that may have been so before', async () => {
    await write({ always: 'PPPPPPPPP', planned: 'SSSSSSSPP', done: 'PPPPPPCCC' }, [0, 1, 2, 3, 4, 5]);
    expect(
      await ask(`SELECT job_id, ${hourAt('first_in_progress_at')}, completed_at IS NULL FROM rollouts ORDER BY job_id`),
    ).toEqual([
      ['done', null, true],
      ['planned', 1, true],
    ]);
  });
});

describe('the newest snapshot without its rows', () => {
  it('has a row with null in the saved query jobs-now: unknown is not none', async () => {
    await write({ always: 'PPP' }, [2]);
    expect(await ask(saved('jobs-now'))).toEqual([['all', '123456789012', 'eu-west-1', null, null]]);
  });

  it('counts as before where it has them, and is not there where there is no job', async () => {
    await write({ always: 'PPC', late: 'PPP' }, [0]);
    expect((await ask(saved('jobs-now'))).map((row) => row.slice(3))).toEqual([
      ['COMPLETED', '1'],
      ['IN_PROGRESS', '1'],
    ]);
    await writeLives({ directory, from: FROM + 3 * HOUR_MS, lives: { none: '.' }, ageHours: 1 });
    expect(await ask(saved('jobs-now'))).toEqual([]);
  });
});

describe("the report's moves by day", () => {
  const [from, to] = ['2026-11-22', '2026-11-23'];
  const sql = statementOf('moved-by-day', {
    ...{ account_id: '123456789012', region: 'eu-west-1', export_name: 'all' },
    ...{ from, to, first: from },
  });
  const started = async () => (await ask(sql)).map(([dt, created, begun]) => [dt, created, begun]);
  // Created two hours before the first snapshot.
  const lives = { early: 'SPPPPPPPP', late: 'SSSSSSSPP' };

  it('are numbers where all rows are there', async () => {
    await write(lives, [], { ageHours: 2 });
    expect(await started()).toEqual([
      [from, '2', '1'],
      [to, '0', '1'],
    ]);
  });

  it('are null, not zero and not fewer, on days with rows that are gone', async () => {
    await write(lives, [1, 2], { ageHours: 2 });
    expect(await started()).toEqual([
      [from, null, null],
      [to, '0', '1'],
    ]);
  });

  it('are null on a day whose first snapshot has none to be compared with', async () => {
    await write(lives, [0, 1, 2, 3, 4, 5], { ageHours: 2 });
    expect(await started()).toEqual([
      [from, null, null],
      [to, null, null],
    ]);
  });
});

it('where the rows of a whole history are gone, nothing moved, nothing vanished, and nothing is said to be none', async () => {
  await write({ always: 'PPPPPPPPP', gone: 'PP.......' }, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
  for (const view of ['vanished_jobs', 'status_changes', 'rollouts', 'job_runs', 'job_timeline', 'stuck_jobs']) {
    expect([view, await ask(`SELECT count(*) FROM ${view}`)]).toEqual([view, [['0']]]);
  }
  expect(await ask(saved('jobs-now'))).toEqual([['all', '123456789012', 'eu-west-1', null, null]]);
  expect((await ask(saved('days-without-rows'))).map((row) => row.slice(3))).toEqual([
    ['2026-11-22', '6', '6'],
    ['2026-11-23', '3', '3'],
  ]);
});
