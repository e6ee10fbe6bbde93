import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildReport } from '../../../local/report/build-report.ts';
import { chooseSnapshots } from '../../../local/report/choose-snapshots.ts';
import { filesOfDirectory } from '../../../local/report/fetch.ts';
import type { Cell, Combination } from '../../../local/report/model.ts';
import { ofNewest, ofRows } from '../../../local/report/page/gone.ts';
import { directoryArchive } from '../../../local/verify/directory-archive.ts';
import { writeLives } from '../../sql/lives.ts';
import { loadHistory } from '../../support/loaded-history.ts';
import { removeRows } from '../../support/remove-rows.ts';

// Hours 0 to 3 are of 21 November, the next 24 of the 22nd, and the last three of the 23rd.
const FROM = Date.parse('2026-11-21T20:00:00Z');
const HOUR_MS = 3_600_000;
const life = (text: string) => text.padEnd(31, text.at(-1));
const LIVES = {
  always: life('P'),
  moves: life('SSPPPPPPPPPPPPPPPPPPPPPPPPPPPC'),
  windowed: life('PPPPPPPPPSSSSSPPPPPPPPPPPPP'),
  vanishes: life('PPPPPPPPPPPPPPPP.'),
  new: life('.....................P'),
};
let directory: string;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'gone-rows-report-'));
  await writeLives({ directory, from: FROM, lives: LIVES, ageHours: 5 });
}, 30_000);
afterEach(() => rmSync(directory, { recursive: true }));

const remove = (...hours: number[]) =>
  removeRows(
    directory,
    hours.map((hour) => FROM + hour * HOUR_MS),
  );
async function build(maxRows?: number): Promise<Combination> {
  const props = { archive: directoryArchive(directory), files: filesOfDirectory(directory), asked: {} };
  const report = await buildReport({ place: directory, ...props, ...(maxRows !== undefined && { maxRows }) });
  return report.combinations[0] as Combination;
}
const text = (cell: unknown) =>
  Array.isArray(cell) ? cell.join(', ') : String(cell ?? '').replace(/(:\d\d)\.\d+$/, '$1');

/** The page's answers are those of the views over the files, rows that are gone and all. */
async function expectAnswersOfViews(combination: Combination) {
  const history = await loadHistory(directory);
  try {
    const { moved, flows, rollouts, inProgress, vanished, vanishedByDay, purgedSoon, health } = combination;
    for (const { sql, answer } of [moved, flows, rollouts, inProgress, vanished, vanishedByDay, purgedSoon, health]) {
      const { columns, rows } = await history.query(sql);
      const isShown = columns.map(({ name }) => answer.columns.includes(name));
      const expected = rows.map((row) => row.filter((_, i) => isShown[i]).map(text));
      expect([sql, answer.rows.map((row) => row.map(text))]).toEqual([sql, expected]);
    }
  } finally {
    history.close();
  }
}

const movedOf = ({ moved }: Combination) => moved.answer.rows.map(([dt, , started]) => [dt, started] as Cell[]);

test('rows of the oldest snapshots that are gone: counts stay, what moved then is unknown, nothing vanishes', async () => {
  remove(0, 1, 2, 3, 4, 5);
  const combination = await build();
  await expectAnswersOfViews(combination);
  expect(combination).toMatchObject({
    snapshotCount: 31,
    readCount: 25,
    goneCount: 6,
    goneDays: ['2026-11-21', '2026-11-22'],
    isNewestGone: false,
  });
  expect(combination.counts.series.find(({ status }) => status === 'IN_PROGRESS')?.values[0]).toBe(3);
  expect(movedOf(combination)).toEqual([
    ['2026-11-21', null],
    ['2026-11-22', null],
    ['2026-11-23', 0],
  ]);
  expect(combination.vanished.answer.rows.map(([jobId, missedAt]) => [jobId, missedAt])).toEqual([
    ['vanishes', '2026-11-22 12:00:00'],
  ]);
  expect(combination.moved.restsOn).toMatch(/; not on those of 6 snapshots, whose rows have expired or are lost/);
}, 30_000);

test('rows in the middle that are gone: no job vanishes there, or is seen to start anew after', async () => {
  remove(12, 16, 17);
  const combination = await build();
  await expectAnswersOfViews(combination);
  expect(combination.vanished.answer.rows.map(([jobId, missedAt]) => [jobId, missedAt])).toEqual([
    ['vanishes', '2026-11-22 14:00:00'],
  ]);
  expect(movedOf(combination)).toEqual([
    ['2026-11-21', 4],
    ['2026-11-22', null],
    ['2026-11-23', 0],
  ]);
}, 30_000);

test('a snapshot of which nothing changed is not taken for one whose rows are gone', async () => {
  const combination = await build();
  await expectAnswersOfViews(combination);
  expect(combination).toMatchObject({ readCount: 31, goneCount: 0, goneDays: [] });
  expect(movedOf(combination).map(([, started]) => started)).not.toContain(null);
}, 30_000);

test('of the newest snapshot without its rows it is said that nothing is known', async () => {
  remove(30);
  const combination = await build();
  expect(combination).toMatchObject({ isNewestGone: true, goneCount: 1 });
  expect(combination.inProgress.restsOn).toBe('the newest snapshot, 20261123T020000Z-all, whose rows are gone');
  expect(ofNewest(combination, 'No job is in progress.')).toMatch(/^Not known: the rows of the newest snapshot/);
}, 30_000);

test('a history whose rows are all gone is a page of counts, and says of the rest that it is not known', async () => {
  remove(...Array.from({ length: 31 }, (_, hour) => hour));
  const combination = await build();
  await expectAnswersOfViews(combination);
  expect(combination).toMatchObject({ readCount: 0, goneCount: 31, isNewestGone: true });
  expect(combination.counts.series.some(({ values }) => values.some((value) => value !== null && value > 0))).toBe(
    true,
  );
  expect(movedOf(combination).map(([, started]) => started)).toEqual([null, null, null]);
  expect(ofRows(combination, 'No job vanished.')).toMatch(/^Not known: the rows of all snapshots have expired or are/);
}, 30_000);

test('the command says of how many snapshots the rows are gone, and ends with 0', async () => {
  remove(0, 1);
  const command = join(import.meta.dirname, '../../../local/report.ts');
  const stdout = execFileSync(process.execPath, [command, directory, '--out', join(directory, 'page.html')]).toString();
  expect(stdout).toMatch(
    /^all in 123456789012 eu-west-1: 31 snapshots, the rows of 29 snapshots read, those of 2 snapshots expired or lost$/m,
  );
}, 30_000);

test('a lede says nothing of rows that are gone where all are there', () => {
  const all = { snapshotCount: 3, goneCount: 0, isNewestGone: false };
  expect([ofRows(all, 'None.'), ofNewest(all, 'None.')]).toEqual(['None.', 'None.']);
  expect(ofRows({ ...all, goneCount: 1 }, 'None.')).toBe(
    'None. This is without 1 snapshot of 3, whose rows have expired or are lost (npm run verify tells): what they saw is not known.',
  );
});

describe('the snapshots chosen of a long history', () => {
  const recorded = (hour: number, areRowsGone: boolean, dt: string) => ({
    ...{ snapshotId: `${dt}T${hour}`, dt, jobCount: 10, objectKey: `${dt}T${hour}`, areRowsGone },
  });
  const day = (dt: string, ...gone: boolean[]) => gone.map((isGone, hour) => recorded(hour, isGone, dt));

  test('are the last of each day that has its rows, or the last of all where none has', () => {
    const all = [
      ...day('2026-11-20', true, true, true),
      ...day('2026-11-21', false, false, true),
      ...day('2026-11-22', false, false, false),
    ];
    const { recorded: chosen, gone, everySince } = chooseSnapshots(all, 40);
    expect(chosen.map(({ snapshotId }) => snapshotId)).toEqual([
      '2026-11-20T2',
      '2026-11-21T1',
      '2026-11-22T0',
      '2026-11-22T1',
      '2026-11-22T2',
    ]);
    expect([gone.length, everySince]).toEqual([4, '2026-11-22']);
  });

  test('rows that are gone take no room', () => {
    const all = [...day('2026-11-21', true, true, true), ...day('2026-11-22', true, false, false)];
    expect(chooseSnapshots(all, 20)).toMatchObject({ isThinned: false, recorded: all });
  });
});
