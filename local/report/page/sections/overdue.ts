import type { Cell, Combination } from '../../model.ts';
import { records, textOf } from '../base/answer.ts';
import { linked } from '../base/console.ts';
import { minute } from '../base/format.ts';
import { ofNewest } from '../base/not-known.ts';
import { section } from '../base/section.ts';
import { table } from '../tables/table.ts';
import { inProgressLede } from './overdue-words.ts';

const time = { show: (value: Cell) => minute(String(value)) };

/** Jobs in progress, those first that are so for longest. */
export function inProgressSection(combination: Combination): HTMLElement {
  const { inProgress } = combination;
  const rows = records(inProgress.answer);
  return section({
    id: 'overdue',
    lede: ofNewest(combination, inProgressLede(combination)),
    content: [
      rows.length > 0 &&
        table({
          caption: 'Jobs in progress',
          noun: 'job',
          hasFilter: true,
          columns: [
            { name: 'job', show: linked(combination) },
            { name: 'days in progress', isNumeric: true, isAtLeast: true },
            { name: 'in progress since, UTC', ...time },
            { name: 'last updated, UTC', ...time },
            { name: 'created, UTC', ...time },
            { name: 'target selection', isChoice: true },
            { name: 'scopes' },
          ],
          rows: rows.map((row) => [
            textOf(row, 'job_id') || null,
            ...['days_in_progress', 'in_progress_since', 'last_updated_at', 'created_at', 'target_selection'].map(
              (name) => row[name] ?? null,
            ),
            textOf(row, 'scopes'),
          ]),
        }),
    ],
    restsOn: inProgress.restsOn,
    statements: [inProgress],
  });
}
