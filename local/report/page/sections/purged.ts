import type { Cell, Combination } from '../../model.ts';
import { numberOf, records } from '../base/answer.ts';
import { linked } from '../base/console.ts';
import { count, counted, minute, unbroken } from '../base/format.ts';
import { ofNewest } from '../base/not-known.ts';
import { section } from '../base/section.ts';
import { table } from '../tables/table.ts';

const time = { show: (value: Cell) => minute(String(value)) };

/** What AWS may delete by itself before long. */
export function purgedSection(combination: Combination): HTMLElement {
  const { purgedSoon, newestAt } = combination;
  const rows = records(purgedSoon.answer);
  const [jobs, byEnd] = [numberOf(rows[0], 'jobs'), numberOf(rows[0], 'jobs_by_end')];
  const rule = 'AWS keeps a job that is not in progress for 730 days, and does not say from when.';
  const lede =
    jobs === 0
      ? `${rule} No job that has ended was created 700 days or more before ${unbroken(newestAt)} UTC.`
      : `${rule} ${counted(jobs, 'job')} that ${jobs === 1 ? 'has' : 'have'} ended ${jobs === 1 ? 'was' : 'were'} created 700 days ago or more; ${byEnd === 0 ? 'none' : count(byEnd)} of them also ended so long ago. ` +
        `This history keeps what it has seen of them.${jobs > rows.length ? ` The first ${count(rows.length)}:` : ''}`;
  return section({
    id: 'purged',
    lede: ofNewest(combination, lede),
    content: [
      jobs > 0 &&
        table({
          key: 'purged',
          caption: 'Jobs that AWS may purge',
          noun: 'job',
          hasFilter: true,
          columns: [
            { name: 'job', show: linked(combination) },
            { name: 'status', isChoice: true },
            { name: 'days since its end', isNumeric: true, isAtLeast: true },
            { name: 'days since its creation', isNumeric: true, isAtLeast: true },
            { name: 'ended, UTC', ...time },
            { name: 'created, UTC', ...time },
          ],
          rows: rows.map((row) =>
            ['job_id', 'status', 'days_since_end', 'days_since_creation', 'ended_at', 'created_at'].map(
              (name) => row[name] ?? null,
            ),
          ),
        }),
    ],
    restsOn: purgedSoon.restsOn,
    statements: [purgedSoon],
  });
}
