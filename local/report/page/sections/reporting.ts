import type { Cell, Report } from '../../model.ts';
import { minute, toWords } from '../base/format.ts';
import { section } from '../base/section.ts';
import { type TableColumn, table } from '../tables/table.ts';
import { reportingLede } from './reporting-text.ts';
import { type Severity, stateMark } from './state-mark.ts';

const time = { show: (value: Cell) => minute(String(value)) };

/** Severity of each state, the worst first. */
const SEVERITIES: Readonly<Record<string, Severity>> = {
  NEVER: 'bad',
  LATE: 'bad',
  FAILED: 'bad',
  UNKNOWN: 'doubtful',
  AWAITED: 'quiet',
  LEFT: 'quiet',
  REPORTING: 'good',
};
const STATE: TableColumn = {
  name: 'state',
  isChoice: true,
  label: (state) => toWords(state),
  show: (state) => stateMark(SEVERITIES[String(state)] ?? 'doubtful', toWords(String(state))),
};

/** The hub's newest check of all exports of the history, the worst first. */
export function reportingSection({ reporting, writtenAt }: Pick<Report, 'reporting' | 'writtenAt'>): HTMLElement {
  if ('notKnown' in reporting) {
    return section({
      id: 'reporting',
      lede: `Not known: ${reporting.notKnown}`,
      content: [],
      restsOn: 'what the function of a hub leaves in the history when it looks at the exports',
      statements: [],
    });
  }
  const { columns, rows } = reporting.answer;
  const shown = [
    { column: 'state', ...STATE },
    { column: 'account_id', name: 'account' },
    { column: 'region', name: 'Region', isChoice: true },
    { column: 'export_name', name: 'export', isChoice: true },
    { column: 'reporting_since', name: 'first snapshot, UTC', ...time },
    { column: 'newest_snapshot_at', name: 'newest snapshot, UTC', ...time },
    { column: 'late_since', name: 'late since, UTC', ...time },
    { column: 'hours_late', name: 'hours late', isNumeric: true },
    { column: 'missing_thing_groups', name: 'missing thing groups' },
    { column: 'unlinked_snapshots', name: 'new snapshots compared with none', isNumeric: true },
    { column: 'stack_status_reason', name: 'what CloudFormation says' },
  ];
  const places = shown.map(({ column }) => columns.indexOf(column));
  return section({
    id: 'reporting',
    lede: reportingLede(reporting, writtenAt),
    content: [
      table({
        key: 'reporting',
        isOfAll: true,
        order: 'the worst first',
        caption: 'Exports and whether they report, the worst first',
        noun: 'export',
        hasFilter: rows.length > 10,
        columns: shown.map(({ column: _, ...column }) => column),
        rows: rows.map((row) => places.map((place) => cellOf(row[place] ?? null))),
      }),
    ],
    restsOn: reporting.restsOn,
    statements: [reporting],
  });
}

/** Shows an empty list as `none`: a dash means not known. */
function cellOf(value: Cell): Cell {
  return Array.isArray(value) ? value.join(', ') || 'none' : value;
}
