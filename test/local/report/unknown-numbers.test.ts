import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildReport } from '../../../local/report/build-report.ts';
import { filesOfDirectory } from '../../../local/report/fetch.ts';
import type { Cell, Combination } from '../../../local/report/model.ts';
import { ledeOfChanges, ledeOfDays, ledeOfNewest } from '../../../local/report/page/base/not-known.ts';
import { directoryArchive } from '../../../local/verify/directory-archive.ts';
import { writeHourlyStatuses } from '../../sql/hourly-statuses.ts';
import { loadHistory } from '../../support/loaded-history.ts';
import { removeRows } from '../../support/remove-rows.ts';
import { COMMANDS, sectionWith } from '../../support/report-model.ts';

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
  directory = mkdtempSync(join(tmpdir(), 'unknown-'));
  await writeHourlyStatuses({ directory, from: FROM, lives: LIVES, ageHours: 5 });
}, 30_000);
afterEach(() => rmSync(directory, { recursive: true }));

const remove = (...hours: number[]) =>
  removeRows(
    directory,
    hours.map((hour) => FROM + hour * HOUR_MS),
  );
async function build(): Promise<Combination> {
  const props = { archive: directoryArchive(directory), files: filesOfDirectory(directory), selection: {} };
  const report = await buildReport({ place: directory, ...props });
  return report.combinations[0] as Combination;
}
const text = (cell: unknown) =>
  Array.isArray(cell) ? cell.join(', ') : String(cell ?? '').replace(/(:\d\d)\.\d+$/, '$1');

/** The page's answers equal those of the views over the files, whatever files are gone. */
async function expectAnswersOfViews(combination: Combination) {
  const history = await loadHistory(directory);
  try {
    const { moved, flows, durations, inProgress, vanished, vanishedByDay, purgedSoon, snapshots } = combination;
    for (const { sql, answer } of [
      moved,
      flows,
      durations,
      inProgress,
      vanished,
      vanishedByDay,
      purgedSoon,
      snapshots,
    ]) {
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

test('rows that are gone affect only the numbers of the newest snapshot', async () => {
  const whole = await build();
  remove(...Array.from({ length: 30 }, (_, hour) => hour));
  const combination = await build();
  await expectAnswersOfViews(combination);
  expect(combination).toEqual(whole);
  expect(combination).toMatchObject({ snapshotCount: 31, unlinkedCount: 0, unlinkedDays: [], isNewestGone: false });
  expect(movedOf(combination)).toEqual([
    // On the day on which the history begins it is not known what moved before it.
    ['2026-11-21', null],
    ['2026-11-22', 1],
    ['2026-11-23', 0],
  ]);
  expect(combination.vanished.answer.rows.map(([jobId, missedAt]) => [jobId, missedAt])).toEqual([
    ['vanishes', '2026-11-22 12:00:00'],
  ]);
}, 30_000);

test('a snapshot that was compared with none: what moved on its day is not known, and the page says so', async () => {
  remove(30);
  await writeHourlyStatuses({
    directory,
    from: FROM + 31 * HOUR_MS,
    lives: { always: 'PP', moves: 'XX' },
    ageHours: 36,
  });
  const combination = await build();
  await expectAnswersOfViews(combination);
  expect(combination).toMatchObject({ snapshotCount: 33, unlinkedCount: 1, unlinkedDays: ['2026-11-23'] });
  expect(movedOf(combination).at(-1)).toEqual(['2026-11-23', null]);
  expect(combination.moved.restsOn).toMatch(/; without 1 snapshot, compared with none \(/);
}, 30_000);

test('the newest snapshot without its rows is shown as unknown', async () => {
  remove(30);
  const combination = await build();
  await expectAnswersOfViews(combination);
  expect(combination).toMatchObject({ isNewestGone: true });
  expect(combination.inProgress.restsOn).toBe('the newest snapshot, 20261123T020000Z-all, whose rows are gone');
  expect(ledeOfNewest(combination, 'No job is in progress.', COMMANDS)).toMatch(
    /^Not known: the rows of the newest snapshot/,
  );
}, 30_000);

test('the command says how many snapshots were compared with none, and ends with 0', async () => {
  remove(30);
  await writeHourlyStatuses({ directory, from: FROM + 31 * HOUR_MS, lives: { always: 'P' }, ageHours: 36 });
  const command = join(import.meta.dirname, '../../../local/report.ts');
  const stdout = execFileSync(process.execPath, [command, directory, '--out', join(directory, 'page.html')]).toString();
  expect(stdout).toMatch(/^all in 123456789012 eu-west-1: 32 snapshots, 1 of them compared with none$/m);
}, 30_000);

test('a lede says nothing of snapshots that were compared with none where there are none, and nothing else where all are', () => {
  const all = { snapshotCount: 3, unlinkedCount: 0, isNewestGone: false };
  expect([ledeOfChanges(all, 'None.'), ledeOfNewest(all, 'None.', COMMANDS)]).toEqual(['None.', 'None.']);
  const movedOf = (is_compared: boolean) => ({ ...all, snapshotCount: 1, moved: sectionWith({ is_compared }) });
  expect(ledeOfChanges(movedOf(false), 'None.')).toBe('Not known: this takes two snapshots, and there is one.');
  // A snapshot of a requested day, compared with one of the day before.
  expect(ledeOfChanges(movedOf(true), 'None.')).toBe('None.');
  expect(ledeOfChanges({ ...all, unlinkedCount: 1 }, 'None.')).toMatch(
    /^None\. This is without 1 snapshot of 3 that was not/,
  );
  expect(ledeOfChanges({ ...all, unlinkedCount: 3 }, 'None.')).toMatch(/^Not known: /);
});

test('a lede of days says how many have no number, and claims nothing where none has one', () => {
  expect(ledeOfDays({ unknownDays: 0, days: 3 }, 'None.')).toBe('None.');
  expect(ledeOfDays({ unknownDays: 1, days: 3 }, 'None.')).toMatch(/^None\. Without 1 day of 3 with a snapshot that/);
  expect(ledeOfDays({ unknownDays: 1, days: 1 }, 'None.')).toMatch(/^Not known: every day has a snapshot that was/);
});
