import type { EChartsOption } from 'echarts';
import type { Cell, Combination, RolloutSeries, RolloutsOverTime } from '../../model.ts';
import { textOf } from '../base/answer.ts';
import { jobLink } from '../base/console.ts';
import { copyable } from '../base/copyable.ts';
import { h, lazyDetails } from '../base/dom.ts';
import { count, counted, epochMs, minute, toWords } from '../base/format.ts';
import { timeAxis, valueAxis } from '../charts/axes.ts';
import { chart } from '../charts/chart.ts';
import { describeRollout } from './rollout-text.ts';
import { stateMark } from './state-mark.ts';
import { type Fills, KINDS, type Things, thingsBar } from './things.ts';

export type Rollout = Readonly<Record<string, Cell>>;

export interface RolloutContext {
  readonly combination: Pick<Combination, 'region' | 'partition'>;
  readonly overTime: RolloutsOverTime;
  readonly fills: Fills;
}

/** The length at which sql/report/rollouts.sql cuts comments. */
const COMMENT_LENGTH = 300;

/** A rollout in a list: its bar and its numbers, and on demand its progress over time. */
export function rolloutItem(row: Rollout, { combination, overTime, fills }: RolloutContext): HTMLElement {
  const jobId = textOf(row, 'job_id');
  const things = thingsOf(row);
  const isKnown = [...things.values()].every((value) => value !== null);
  const isEmpty = isKnown && [...things.values()].every((value) => value === 0);
  return h(
    'li',
    {},
    h('div', { class: 'rollout-name' }, jobLink(combination)(jobId)),
    h(
      'div',
      { class: 'rollout-numbers' },
      isKnown && !isEmpty && thingsBar(things, fills),
      h(
        'ul',
        { class: 'rollout-facts' },
        ...statesOf(row).map((state) => h('li', {}, state)),
        ...describeRollout(row).map((text) => h('li', {}, text)),
      ),
    ),
    lazyDetails(detailsName(row, jobId), () => rolloutHistory(row, overTime)),
  );
}

/** Marks of a rollout: its status unless it is in progress, fails, stalls. */
function statesOf(row: Rollout): HTMLElement[] {
  const { status } = row;
  const ended = status === 'COMPLETED' ? 'good' : 'quiet';
  return [
    ...(status === 'IN_PROGRESS' ? [] : [stateMark(ended, toWords(textOf(row, 'status')))]),
    ...(row.fails === true ? [stateMark('bad', 'fails')] : []),
    ...(row.stalls === true ? [stateMark('doubtful', 'stalls')] : []),
  ];
}

function detailsName(row: Rollout, jobId: string): HTMLElement {
  const hidden = h('span', { class: 'visually-hidden' }, ` of ${jobId}`);
  return h('span', {}, `Over time${row.comment === null ? '' : ', and the comment'}`, hidden);
}

function thingsOf(row: Rollout): Things {
  return new Map(
    KINDS.map(({ name, columns }) => [
      name,
      columns.reduce<number | null>((sum, column) => {
        const value = row[column];
        return sum === null || typeof value !== 'number' ? null : sum + value;
      }, 0),
    ]),
  );
}

function rolloutHistory(row: Rollout, overTime: RolloutsOverTime): HTMLElement {
  const jobId = textOf(row, 'job_id');
  const series = overTime.series.find((one) => one.jobId === jobId && one.createdAt === row.created_at);
  const comment = textOf(row, 'comment');
  return h(
    'div',
    {},
    copyable({ noun: 'id', label: `Id: ${jobId}`, text: jobId }),
    row.reason_code !== null && h('p', {}, `Reason code: ${textOf(row, 'reason_code')}`),
    comment !== '' && h('p', {}, `Comment: ${comment}${comment.length >= COMMENT_LENGTH ? '…' : ''}`),
    !series
      ? h('p', { class: 'nothing' }, 'The page has the course of the 500 worst alone: the SQL below asks for others.')
      : series.places.length === 1
        ? h('p', { class: 'nothing' }, 'It was described once: there is nothing yet to draw.')
        : historyChart(jobId, series, overTime.at),
  );
}

function historyChart(jobId: string, { places, done, failed }: RolloutSeries, times: readonly string[]): HTMLElement {
  const at = places.map((place) => times[place] ?? '');
  const numberText = (value: number | null | undefined) =>
    value === null || value === undefined ? 'not known' : count(value);
  const points = (values: readonly (number | null)[]) => at.map((time, i) => [epochMs(time), values[i] ?? null]);
  return chart({
    label: `Things of ${jobId} over time, ${counted(at.length, 'point')}: at the newest ${numberText(done.at(-1))} done and ${numberText(failed.at(-1))} failed`,
    height: 190,
    pointCount: at.length,
    tip: (index) =>
      at[index] === undefined
        ? undefined
        : {
            heading: `${minute(at[index])} UTC`,
            lines: [
              ['done', numberText(done[index])],
              ['failed', numberText(failed[index])],
            ],
          },
    option: (colours, width): EChartsOption => ({
      grid: { left: 4, right: 12, top: 34, bottom: 2, containLabel: true },
      legend: { top: 0, left: 0, textStyle: { color: colours.text }, selectedMode: false },
      tooltip: { trigger: 'axis', axisPointer: { type: 'line', lineStyle: { color: colours.muted } } },
      xAxis: timeAxis(colours, at, width),
      yAxis: valueAxis(colours, { min: 0 }),
      series: [
        { name: 'done', values: done, colour: colours.of('IN_PROGRESS'), type: 'solid' as const },
        { name: 'failed', values: failed, colour: colours.of('CANCELED'), type: 'dashed' as const },
      ].map(({ name, values, colour, type }) => ({
        type: 'line' as const,
        name,
        data: points(values),
        showSymbol: at.length <= 30,
        symbol: 'circle',
        symbolSize: 5,
        lineStyle: { color: colour, width: 1.8, type },
        itemStyle: { color: colour },
      })),
    }),
  });
}
