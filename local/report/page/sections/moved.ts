import type { Combination } from '../../model.ts';
import { numberOf, records, textOf } from '../base/answer.ts';
import { ofChanges, withoutDays } from '../base/not-known.ts';
import { section } from '../base/section.ts';
import { barPanel, panels } from '../charts/panels.ts';

const MOVES = [
  ['created', 'SCHEDULED'],
  ['started', 'IN_PROGRESS'],
  ['finished', 'COMPLETED'],
  ['canceled', 'CANCELED'],
  ['being deleted', 'DELETION_IN_PROGRESS'],
] as const;

/** Jobs created, started, finished and canceled per day. */
export function movedSection(combination: Combination): HTMLElement {
  const { moved, from, to, snapshots } = combination;
  const rows = records(moved.answer);
  const total = rows.reduce((sum, row) => sum + MOVES.reduce((a, [move]) => a + columnOf(row, move), 0), 0);
  const unknown = new Set(rows.filter((row) => row.created === null).map((row) => textOf(row, 'dt')));
  // A day with snapshots on which nothing moved is a day of none; one without snapshots is not known.
  const known = records(snapshots.answer).filter((row) => numberOf(row, 'arrived') > 0);
  const items = MOVES.map(([move, status]) => {
    const values = new Map(known.map((row) => [textOf(row, 'dt'), 0]));
    for (const row of rows) values.set(textOf(row, 'dt'), columnOf(row, move));
    for (const day of unknown) values.delete(day);
    return barPanel({ name: move, colourOf: status, from, to, values, unknown });
  });
  return section({
    id: 'moved',
    lede: withoutDays(
      { unknownDays: unknown.size, days: known.length },
      ofChanges(
        combination,
        total === 0
          ? 'No job was created, and none was seen to change its status.'
          : `The number beside each name is the sum of its days. Created is by the time that AWS gives; the others are by the snapshot that saw the job so first; a job with maintenance windows starts with each of them.`,
      ),
    ),
    content: [total > 0 && panels(items)],
    restsOn: moved.restsOn,
    ...(total > 0 && {
      numbers: () => ({
        caption: 'Jobs that moved, by day',
        noun: 'day',
        columns: [{ name: 'day, UTC' }, ...MOVES.map(([name]) => ({ name, isNumeric: true }))],
        rows: moved.answer.rows,
      }),
    }),
    statements: [moved],
  });
}

function columnOf(row: Parameters<typeof numberOf>[0], move: string): number {
  return numberOf(row, move.replace(' ', '_'));
}
