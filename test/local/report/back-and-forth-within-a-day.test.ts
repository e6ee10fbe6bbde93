import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHistory } from '../../../local/history/open.ts';
import { buildReport } from '../../../local/report/build-report.ts';
import { filesOfDirectory } from '../../../local/report/fetch.ts';
import type { Combination } from '../../../local/report/model.ts';
import { directoryArchive } from '../../../local/verify/directory-archive.ts';
import { writeHourlyStatuses } from '../../sql/hourly-statuses.ts';

const FROM = Date.parse('2026-11-22T20:00:00Z');
let directory: string;

const text = (cell: unknown) =>
  Array.isArray(cell) ? cell.join(', ') : String(cell ?? '').replace(/(:\d\d)\.\d+$/, '$1');

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'turns-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('a job that is in progress and scheduled in turns, all within a day, counts each time, as in the views', async () => {
  const lives = { windowed: 'PSPPPSPSSSPSC', twice: 'SSPPSSPPPPPXD', slow: 'PPPPPPPPPPPPP', gone: 'PPPPPSPPP....' };
  await writeHourlyStatuses({ directory, from: FROM, lives, ageHours: 1 });
  const files = filesOfDirectory(directory);
  const report = await buildReport({ place: directory, archive: directoryArchive(directory), files, selection: {} });
  const { flows, moved, vanished, vanishedByDay, inProgress } = report.combinations[0] as Combination;

  expect(flows.answer.rows).toEqual([
    ['CANCELED', 'DELETION_IN_PROGRESS', 1],
    ['IN_PROGRESS', 'CANCELED', 1],
    ['IN_PROGRESS', 'SCHEDULED', 6],
    ['SCHEDULED', 'COMPLETED', 1],
    ['SCHEDULED', 'IN_PROGRESS', 6],
  ]);
  const history = await openHistory(directory);
  try {
    for (const { sql, answer } of [flows, moved, vanished, vanishedByDay, inProgress]) {
      const { columns, rows } = await history.query(sql);
      const expected = rows.map((row) =>
        row.filter((_, i) => answer.columns.includes(columns[i]?.name ?? '')).map(text),
      );
      expect(answer.rows.map((row) => row.map(text))).toEqual(expected);
    }
  } finally {
    history.close();
  }
}, 30_000);
