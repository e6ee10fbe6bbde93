import { athenaType } from '../../lambda/contract/columns.ts';
import { readQueries, readViews, type SqlFile } from '../../sql/catalog.ts';
import { PLAIN } from '../cli/screen.ts';
import { type History, openHistory } from './open.ts';
import { renderTable } from './render.ts';
import { TABLES, type Table } from './tables.ts';

/** Maximum of shown rows per result. */
const SHOWN = 5;

const INTRODUCTION = `# Questions to the history

Written by \`npm run docs:queries\` from sql/; the answers are of a small simulated history of 30 hours, that of
\`reporting\` of three exports of a hub: do not edit.

The same views and queries are in Athena (workgroup and database are outputs of the stack) and on a laptop:

\`\`\`sh
npm run query -- --dir ./demo-history --saved jobs-now
npm run query -- --dir ./demo-history --saved stuck-jobs --format csv
npm run query -- --dir ./demo-history
\`\`\`

\`\`\`sql
SELECT job_id, from_status, to_status, by_observed_at
FROM iot_jobs.status_changes
WHERE dt = '2026-11-21' AND export_name = 'all'
\`\`\`

Put a condition on \`dt\`, and on \`export_name\`, \`account_id\` and \`region\` if there are several. These are the partition columns
of every table and view, and what they exclude is not read. The changes from one snapshot to the next are a table,
\`changes\`. The views of changes read no rows of jobs, and accept any range of days, also for exports that run weekly. Only
\`job_timeline\` reads more: its stays that have not ended come from \`latest_jobs\`, so it also reads the rows of yesterday
and today. For an export that runs weekly these stays are there only on the day of a snapshot and the day after.

The amounts that a query reads are for hourly snapshots of 100,000 jobs in one account and Region
([sizes of objects](#sizes-of-objects)). With ten times the jobs, rows and changes are ten times as large, and records have
the same size. Athena bills at least 10 MB a query. Most queries read only records and changes. Those about jobs that ended
in the last year read the rows of one snapshot, because AWS keeps such jobs for 730 days. No condition that Athena knows
before it reads selects only the newest snapshot, so they read all rows of today. For an export that runs daily or weekly,
put the day of its newest snapshot in place of \`current_date\`: each of these queries has a row that says which day that
is. With several exports, a condition on \`export_name\` leaves the others unread.

To read the tables with pandas, polars, pyarrow, Spark or awswrangler: [reading.md](reading.md).
`;

/** The saved queries by what they are about. */
const GROUPS = {
  Now: ['jobs-now', 'stuck-jobs', 'purged-soon', 'accounts-compared'],
  'Over time': ['counts-over-time', 'counts-by-snapshot', 'counts-at', 'in-progress-at'],
  Changes: [
    'changes-yesterday',
    'changes-last-week',
    'changes-by-status',
    'job-life',
    'time-in-status',
    'vanished-jobs',
    'snapshot-difference',
  ],
  Rollouts: [
    'rollouts-now',
    'failing-rollouts',
    'stalled-rollouts',
    'rollout-compared',
    'job-updates',
    'rollouts',
    'completed-by-day',
    'durations-by-week',
    'durations-by-group',
    'outcomes-by-week',
  ],
  Health: [
    'reporting',
    'snapshot-health',
    'days-without-snapshot',
    'unlinked-snapshots',
    'left-out-jobs',
    'days-without-rows',
  ],
};

/**
 * The document with the cookbook of the saved queries and the reference of views and tables.
 *
 * @param measured section with measurements of what each view reads
 */
export async function queriesDocument(directory: string, measured: string): Promise<string> {
  const history = await openHistory(directory);
  try {
    const answers = [];
    for (const [title, queries] of grouped()) {
      answers.push(`### ${title}\n`);
      for (const query of queries) answers.push(await recipe(history, query));
    }
    const views = readViews().map(reference);
    const tables = TABLES.map(tableReference);
    const parts = ['## Saved queries\n', overview(), ...answers, '## Views\n', ...views, '## Tables\n', ...tables];
    return [INTRODUCTION, ...parts, measured.trimEnd(), ''].join('\n');
  } finally {
    history.close();
  }
}

function grouped(): [title: string, SqlFile[]][] {
  const files = new Map(readQueries().map((query) => [query.name, query]));
  const names = Object.values(GROUPS).flat();
  const stray = [...files.keys()].find((name) => !names.includes(name));
  if (stray)
    throw new Error(
      `sql/queries/${stray}.sql must be in a group of the cookbook: add it to GROUPS in local/history/cookbook.ts`,
    );
  return Object.entries(GROUPS).map(([title, group]) => [title, group.map((name) => named(name, files))]);
}

function named(name: string, files: ReadonlyMap<string, SqlFile>): SqlFile {
  const file = files.get(name);
  if (!file) throw new Error(`The cookbook names ${name}, and sql/queries has no such file`);
  return file;
}

function overview(): string {
  const rows = grouped().flatMap(([title, queries]) =>
    queries.map(({ name, question, reads }, i) => `| ${i ? '' : title} | ${question} | \`${name}\` | ${reads} |`),
  );
  return ['| | question | name | reads |\n|---|---|---|---|', ...rows, ''].join('\n');
}

async function recipe(history: History, query: SqlFile): Promise<string> {
  const result = await history.query(query.sql);
  const rest = result.rows.length - SHOWN;
  const shown = renderTable({ ...result, rows: result.rows.slice(0, SHOWN) }, PLAIN);
  return [
    `#### ${query.question}\n`,
    `[${query.name}](../sql/queries/${query.name}.sql) reads ${query.reads}.${query.notes ? ` ${query.notes}` : ''}\n`,
    `\`\`\`\n${shown}\n${rest > 0 ? `and ${rest} more rows\n` : ''}\`\`\`\n`,
  ].join('\n');
}

function reference({ name, question, reads, notes, columns }: SqlFile): string {
  const rows = columns.map((column) => `| \`${column.name}\` | ${column.type} | ${column.comment} |`);
  return [
    `### ${name}\n`,
    `${question} Reads ${reads}.\n`,
    ...(notes ? [`${notes}\n`] : []),
    '| column | type | |\n|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function tableReference({ name, columns, partitions }: Table): string {
  const rows = [...columns, ...partitions].map(
    (column) => `| \`${column.name}\` | ${athenaType(column.type)} | ${column.comment} |`,
  );
  return [`### ${name}\n`, '| column | type | |\n|---|---|---|', ...rows, ''].join('\n');
}
