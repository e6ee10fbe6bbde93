import type { Cell, Combination } from '../../model.ts';
import { numberOf, records, textOf } from '../base/answer.ts';
import { h } from '../base/dom.ts';
import { daysBetween } from '../base/format.ts';
import { ledeOfChanges, ledeOfDays } from '../base/not-known.ts';
import { section } from '../base/section.ts';
import { barPanel } from '../charts/bar-panel.ts';
import { chooseScale, scaleChoiceOf } from '../charts/choices.ts';
import { crosshairs } from '../charts/crosshairs.ts';
import { panels, textPanel } from '../charts/panels.ts';
import { partOfDay } from '../charts/periods.ts';
import { scaleSwitches } from '../charts/scale-switches.ts';
import { labelRoom, scalesOf } from '../charts/scales.ts';
import { isListed, MOVES, type Move, movedLede, nothingMovedText, notListedText } from './moved-text.ts';
import { hollowLegend, withKnownPart } from './parts.ts';

/** Jobs created, started, completed and canceled per day. */
export function movedSection(combination: Combination): HTMLElement {
  const { moved, from, to, snapshots } = combination;
  const rows = new Map(records(moved.answer).map((row) => [textOf(row, 'dt'), row]));
  const days = daysBetween(from, to);
  const withSnapshots = new Set(
    records(snapshots.answer).flatMap((row) => (numberOf(row, 'arrived') > 0 ? [textOf(row, 'dt')] : [])),
  );
  const lines = MOVES.map((move) => ({
    move,
    values: days.map((day) => numberOrNull(rows.get(day)?.[move.column])),
  }));
  const hasMoves = lines.some(({ values }) => values.some((value) => (value ?? 0) > 0));
  const unknownDays = [...withSnapshots].filter((day) => rows.get(day)?.is_compared !== true).length;
  return section({
    id: 'moved',
    lede: ledeOfDays(
      { unknownDays, days: withSnapshots.size },
      ledeOfChanges(combination, hasMoves ? movedLede(lines, days, combination) : nothingMovedText(combination)),
    ),
    content: hasMoves
      ? [movedPanels(lines, days, combination, { rows, withSnapshots }), hollowLegend(days, combination)]
      : [],
    restsOn: moved.restsOn,
    ...(hasMoves && {
      numbers: () => ({
        key: 'moved-by-day',
        caption: 'Jobs that moved, by day',
        noun: 'day',
        columns: [
          { name: 'day, UTC', show: withKnownPart((day) => partOfDay(day, combination)) },
          ...MOVES.map(({ name }) => ({ name, isNumeric: true })),
        ],
        rows: moved.answer.rows.map((row) => row.slice(0, 1 + MOVES.length)),
      }),
    }),
    statements: [moved],
  });
}

interface Days {
  readonly rows: ReadonlyMap<string, Readonly<Record<string, Cell>>>;
  readonly withSnapshots: ReadonlySet<string>;
}

type Line = { readonly move: Move; readonly values: readonly (number | null)[] };

function movedPanels(
  lines: readonly Line[],
  days: readonly string[],
  combination: Combination,
  { rows, withSnapshots }: Days,
): HTMLElement {
  const place = h('div');
  const show = () => {
    const choice = scaleChoiceOf('moved');
    const scales = scalesOf(
      lines.map(({ values }) => values),
      { ...choice, isFromZero: true },
    );
    const [room, linked] = [labelRoom(scales), crosshairs()];
    place.replaceChildren(
      panels(
        lines.map(({ move, values }, i) =>
          values.every((value) => value === null)
            ? textPanel(move.name, isListed(move, combination) ? 'Not known on any day.' : `${notListedText(move)}.`)
            : barPanel({
                name: move.name,
                colourOf: move.colourOf,
                days,
                values,
                missingText(day) {
                  if (!withSnapshots.has(day)) return 'no snapshot';
                  const isCompared = rows.get(day)?.is_compared === true;
                  return isCompared ? notListedText(move) : 'not known: a snapshot was compared with none';
                },
                partOf: (day) => partOfDay(day, combination),
                scale: scales[i] as (typeof scales)[number],
                room,
                crosshairs: linked,
              }),
        ),
      ),
    );
  };
  const switches = scaleSwitches({
    of: 'all',
    hasZero: false,
    chosen: scaleChoiceOf('moved'),
    onChange(choice) {
      chooseScale('moved', choice);
      show();
    },
  });
  show();
  return h('div', {}, h('div', { class: 'filters' }, ...switches), place);
}

function numberOrNull(value: Cell | undefined): number | null {
  return typeof value === 'number' ? value : null;
}
