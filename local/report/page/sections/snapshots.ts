import type { EChartsOption } from 'echarts';
import type { Cell, Combination } from '../../model.ts';
import { numberOf, records, textOf } from '../base/answer.ts';
import { h } from '../base/dom.ts';
import { count, counted, daysBetween, minute } from '../base/format.ts';
import { section } from '../base/section.ts';
import { chart } from '../charts/chart.ts';
import { table } from '../tables/table.ts';

const KINDS = ['all arrived', 'some late', 'some failed', 'none arrived'] as const;
const COLOURS = ['HEALTH-GOOD', 'HEALTH-LATE', 'HEALTH-FAILED', 'HEALTH-NONE'] as const;

interface Day {
  readonly day: string;
  readonly expected: number;
  readonly arrived: number;
  readonly failed: number;
  readonly late: number;
  readonly missingGroups: string;
  /** Whether it is known how many were expected. */
  readonly isKnown: boolean;
  /** Index in {@link KINDS}; absent for a day on which none was due and none came. */
  readonly kind?: number;
}

/** A calendar of snapshots expected, arrived, late and failed, and the missing groups. */
export function snapshotsSection(combination: Combination): HTMLElement {
  const { snapshots, missingGroups, from, to } = combination;
  const days = daysOf(records(snapshots.answer), from, to);
  const sum = (of: (day: Day) => number) => days.reduce((total, day) => total + of(day), 0);
  const groups = records(missingGroups.answer);
  const missing = groups.filter((row) => numberOf(row, 'snapshots') > 0).length;
  const unknown = groups.filter((row) => numberOf(row, 'unknown_snapshots') > 0).length;
  const [expected, failed, late] = [sum((day) => day.expected), sum((day) => day.failed), sum((day) => day.late)];
  const groupText =
    (groups.length === 0 ? ' No thing group was missing.' : '') +
    (missing > 0 ? ` ${counted(missing, 'thing group')} did not exist in some snapshot.` : '') +
    (unknown > 0 ? ` In some snapshot it is not known of ${counted(unknown, 'thing group')} whether it exists.` : '');
  const arrived = sum((day) => day.arrived);
  const isNoneKnown = days.every(({ isKnown }) => !isKnown);
  return section({
    id: 'snapshots',
    lede: isNoneKnown
      ? `${counted(arrived, 'snapshot')} arrived. Not known how many were to come: the records have no schedule, and no time ` +
        `between two snapshots is the usual one, as where runs are started by hand.${groupText}`
      : `${counted(expected, 'snapshot')} expected ${expectedBasis(combination)}, ${count(expected - failed)} arrived, ` +
        `${count(failed)} failed to come, ${count(late)} began more than five minutes late.${groupText}`,
    content: [
      calendar(days),
      h(
        'ul',
        { class: 'key' },
        ...KINDS.map((kind, i) => h('li', { class: `key-${COLOURS[i]?.toLowerCase()}` }, kind)),
      ),
      groups.length > 0 &&
        table({
          key: 'missing-groups',
          caption: 'Thing groups that did not exist, or may not have',
          noun: 'thing group',
          hasFilter: groups.length > 10,
          columns: [
            { name: 'thing group' },
            { name: 'snapshots without it', isNumeric: true },
            { name: 'snapshots in which that is not known', isNumeric: true },
            { name: 'first, UTC', ...time },
            { name: 'last, UTC', ...time },
          ],
          rows: missingGroups.answer.rows,
        }),
    ],
    restsOn: snapshots.restsOn,
    numbers: () => ({
      key: 'snapshots-by-day',
      caption: 'Snapshots expected and arrived, by day',
      noun: 'day',
      columns: [
        { name: 'day, UTC' },
        ...['expected', 'arrived', 'failed', 'late'].map((name) => ({ name, isNumeric: true })),
        { name: 'missing groups' },
      ],
      rows: days.map(({ day, isKnown, expected, arrived, failed, late, missingGroups }) => [
        day,
        isKnown ? expected : null,
        arrived,
        isKnown ? failed : null,
        late,
        missingGroups || null,
      ]),
    }),
    statements: [snapshots, missingGroups],
  });
}

/** Text: how the number of expected snapshots was determined. */
function expectedBasis({ schedules, scheduledFrom, from, to }: Combination): string {
  const inferred = 'by the usual period, as the records have no schedule';
  if (scheduledFrom === null || scheduledFrom > to) return inferred;
  const named = schedules.length > 3 ? `${count(schedules.length)} schedules` : schedules.join(', ');
  const before = scheduledFrom > from ? `, before ${scheduledFrom} ${inferred}` : '';
  return `by ${named}${before}`;
}

const time = { show: (value: Cell) => minute(String(value)) };

/** All days of the page. For days without a row it is not known how many snapshots were expected. */
function daysOf(rows: readonly Record<string, Cell>[], from: string, to: string): Day[] {
  const byDay = new Map(rows.map((row) => [textOf(row, 'dt'), row]));
  // If it is not known for any day how many were due, a day without snapshots is no failure.
  const isNothingExpected = rows.every((row) => row.expected === null);
  return daysBetween(from, to).map((day) => {
    const row = byDay.get(day);
    const [expected, arrived, failed, late] = ['expected', 'arrived', 'failed', 'late'].map((name) =>
      numberOf(row, name),
    ) as [number, number, number, number];
    const isKnown = row !== undefined && row.expected !== null;
    const kind = arrived === 0 ? 3 : failed > 0 ? 2 : late > 0 ? 1 : 0;
    const isNotDue = (isKnown ? expected === 0 : isNothingExpected) && arrived === 0;
    const missingGroups = textOf(row, 'missing_groups');
    return { day, expected, arrived, failed, late, missingGroups, isKnown, ...(!isNotDue && { kind }) };
  });
}

function calendar(days: readonly Day[]): HTMLElement {
  const [first, last] = [days[0]?.day ?? '', days.at(-1)?.day ?? ''];
  const weeks = Math.ceil(days.length / 7) + 1;
  const isUpright = (width: number) => weeks * 13 + 40 > width;
  const cell = (width: number) => (isUpright(width) ? 24 : Math.min(26, Math.floor((width - 50) / weeks)));
  const isBad = ({ kind = 0 }: Day) => kind > 0;
  // Days on which none was due have no colour.
  const shown = days.filter(({ kind }) => kind !== undefined);
  return chart({
    label: `Calendar of snapshots: ${counted(days.filter((day) => !isBad(day)).length, 'day')} on which all arrived in time, ${counted(days.filter(isBad).length, 'day')} with something amiss`,
    height: (width) => (isUpright(width) ? weeks * cell(width) + 40 : 7 * cell(width) + 34),
    pointCount: shown.length,
    tip: (index) => {
      const day = shown[index];
      if (!day) return undefined;
      return {
        heading: `${day.day}: ${KINDS[day.kind ?? 0]}`,
        lines: [
          ['expected', day.isKnown ? count(day.expected) : 'not known'],
          ['arrived', count(day.arrived)],
          ['failed', day.isKnown ? count(day.failed) : 'not known'],
          ['late', count(day.late)],
          ...(day.missingGroups ? [['missing groups', day.missingGroups] as const] : []),
        ],
      };
    },
    option: (colours, width): EChartsOption => ({
      tooltip: { trigger: 'item' },
      calendar: {
        orient: isUpright(width) ? 'vertical' : 'horizontal',
        range: [first, last],
        cellSize: [cell(width), cell(width)],
        left: 38,
        top: 24,
        splitLine: { show: weeks > 6, lineStyle: { color: colours.muted, width: 1 } },
        itemStyle: { color: 'transparent', borderColor: colours.surface, borderWidth: 2 },
        yearLabel: { show: false },
        monthLabel: { color: colours.muted, fontSize: 11, nameMap: 'en' },
        dayLabel: { color: colours.muted, fontSize: 10, firstDay: 1, nameMap: 'en' },
      },
      visualMap: {
        show: false,
        type: 'piecewise',
        dimension: 1,
        pieces: KINDS.map((_, value) => ({ value, color: colours.of(COLOURS[value] ?? '') })),
      },
      series: [
        {
          type: 'heatmap',
          coordinateSystem: 'calendar',
          data: shown.map(({ day, kind }) => [day, kind ?? 0]),
          label: {
            show: cell(width) >= 14,
            fontSize: cell(width) >= 20 ? 11 : 9,
            color: colours.of('HEALTH-LABEL'),
            formatter: ({ dataIndex }) => {
              const day = shown[dataIndex];
              if (!day || day.kind === 0) return '';
              return day.kind === 3 ? '×' : day.failed > 0 ? `−${day.failed}` : 'l';
            },
          },
        },
      ],
    }),
  });
}
