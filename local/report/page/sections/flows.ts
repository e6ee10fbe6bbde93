import type { EChartsOption } from 'echarts';
import type { Combination } from '../../model.ts';
import { numberOf, records, textOf } from '../base/answer.ts';
import { byLifecycle, count, counted } from '../base/format.ts';
import { ledeOfChanges } from '../base/not-known.ts';
import { section } from '../base/section.ts';
import { chart } from '../charts/chart.ts';

interface Flow {
  readonly source: string;
  readonly target: string;
  readonly value: number;
}

/** How many jobs went from which status to which. */
export function flowsSection(combination: Combination): HTMLElement {
  const { flows } = combination;
  const all = records(flows.answer).map(
    (row): Flow => ({
      source: textOf(row, 'from_status'),
      target: textOf(row, 'to_status'),
      value: numberOf(row, 'jobs'),
    }),
  );
  // A Sankey chart cannot show cycles: backward moves and unknown statuses are in the table only.
  const forward = all.filter(({ source, target }) => byLifecycle(source, target) < 0);
  const total = all.reduce((sum, { value }) => sum + value, 0);
  const backward = total - forward.reduce((sum, { value }) => sum + value, 0);
  return section({
    id: 'flows',
    lede: ledeOfChanges(
      combination,
      total === 0
        ? 'No job was seen in one status and later in another.'
        : `${counted(total, 'change')} of status between two snapshots that both saw the job.` +
            (backward > 0
              ? ` ${count(backward)} went back, as from IN_PROGRESS to SCHEDULED at the end of a maintenance window, and are in the table only.`
              : ''),
    ),
    content: [forward.length > 0 && sankey(forward)],
    restsOn: flows.restsOn,
    ...(total > 0 && {
      numbers: () => ({
        caption: 'Changes of status',
        noun: 'row',
        columns: [{ name: 'from' }, { name: 'to' }, { name: 'jobs', isNumeric: true }],
        rows: flows.answer.rows,
      }),
    }),
    statements: [flows],
  });
}

function sankey(flows: readonly Flow[]): HTMLElement {
  const names = [...new Set(flows.flatMap(({ source, target }) => [source, target]))].sort(byLifecycle);
  const sumOf = (name: string, side: 'source' | 'target') =>
    flows.filter((flow) => flow[side] === name).reduce((sum, { value }) => sum + value, 0);
  return chart({
    label: `Flows of jobs: ${flows.map(({ source, target, value }) => `${source} to ${target} ${count(value)}`).join(', ')}`,
    height: (width) => (width < 560 ? 420 : 280),
    pointCount: names.length,
    tip: (index, kind) => {
      const flow = flows[index];
      if (kind === 'edge' && flow) {
        return { heading: `${flow.source} → ${flow.target}`, lines: [['jobs', count(flow.value)]] };
      }
      const name = names[index];
      if (name === undefined) return undefined;
      const sums: [string, string][] = [
        ['came', count(sumOf(name, 'target'))],
        ['left', count(sumOf(name, 'source'))],
      ];
      return { heading: name, lines: sums };
    },
    option: (colours, width): EChartsOption => ({
      tooltip: { trigger: 'item' },
      series: [
        {
          type: 'sankey',
          orient: width < 560 ? 'vertical' : 'horizontal',
          left: width < 560 ? 34 : 2,
          right: width < 560 ? 34 : 170,
          top: 8,
          bottom: width < 560 ? 30 : 8,
          draggable: false,
          nodeGap: 18,
          data: names.map((name) => ({ name, itemStyle: { color: colours.of(name), borderWidth: 0 } })),
          links: flows.map((flow) => ({ ...flow })),
          lineStyle: { color: 'source', opacity: 0.35, curveness: 0.5 },
          emphasis: { focus: 'adjacency' },
          label: {
            color: colours.text,
            fontSize: width < 560 ? 10 : 12,
            position: width < 560 ? 'bottom' : 'right',
          },
        },
      ],
    }),
  });
}
