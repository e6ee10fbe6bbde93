import type { Cell, Combination, Commands } from '../../model.ts';
import { records } from '../base/answer.ts';
import { jobLink } from '../base/console.ts';
import { minute } from '../base/format.ts';
import { ledeOfNewest } from '../base/not-known.ts';
import { section } from '../base/section.ts';
import { table } from '../tables/table.ts';
import { purgedLede } from './purged-text.ts';

const time = { show: (value: Cell) => minute(String(value)) };

/** Jobs that AWS may purge soon. */
export function purgedSection(combination: Combination, commands: Commands): HTMLElement {
  const { purgedSoon } = combination;
  const rows = records(purgedSoon.answer);
  return section({
    id: 'purged',
    lede: ledeOfNewest(combination, purgedLede(combination), commands),
    content: [
      rows.length > 0 &&
        table({
          key: 'purged',
          caption: 'Jobs that AWS may purge',
          noun: 'job',
          hasFilter: true,
          columns: [
            { name: 'job', show: jobLink(combination) },
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
