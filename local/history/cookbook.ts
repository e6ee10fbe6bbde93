import { athenaType, type Column, PARTITION_COLUMNS } from '../../lambda/contract/columns.ts';
import { readQueries, readViews, type SqlFile } from '../../sql/catalog.ts';
import { PLAIN } from '../cli/screen.ts';
import { type History, openHistory } from './open.ts';
import { renderTable } from './render.ts';
import { TABLES } from './tables.ts';

/** Rows of an answer that are shown. */
const SHOWN = 5;

const INTRODUCTION = `# Questions to the history

Written by \`npm run docs:queries\` from sql/; the answers are of a small simulated history of 30 hours: do not edit.

The same views and queries are in Athena (workgroup and database are outputs of the stack) and on a laptop:

\`\`\`sh
npm run query -- --dir ./demo-history "SELECT status, count(*) AS jobs FROM latest_jobs GROUP BY status"
npm run query -- --dir ./demo-history --saved stuck-jobs --format csv
npm run query -- --dir ./demo-history
\`\`\`

Put a condition on \`dt\`, and on \`export_name\`, \`account_id\` and \`region\` where there are several: these are the partition
columns of every table and view, and what they exclude is not read. What changed from one snapshot to the next is a table,
\`changes\`: the views of it read no rows of jobs, and take any range of days, of exports that run weekly, too.
`;

/**
 * The cookbook of the saved queries and the reference of the views.
 *
 * @param measured what each view reads, as measured
 */
export async function queriesDocument(directory: string, measured: string): Promise<string> {
  const history = await openHistory(directory);
  try {
    const answers = [];
    for (const query of readQueries()) answers.push(await recipe(history, query));
    const views = readViews().map(reference);
    const tables = TABLES.map(({ name, columns }) => tableReference(name, columns));
    const parts = ['## Saved queries\n', ...answers, '## Views\n', ...views, '## Tables\n', ...tables];
    return [INTRODUCTION, ...parts, measured.trimEnd(), ''].join('\n');
  } finally {
    history.close();
  }
}

async function recipe(history: History, query: SqlFile): Promise<string> {
  const result = await history.query(query.sql);
  const rest = result.rows.length - SHOWN;
  const shown = renderTable({ ...result, rows: result.rows.slice(0, SHOWN) }, PLAIN);
  return [
    `### ${query.question}\n`,
    `\`${query.name}\` reads ${query.reads}.${query.notes ? ` ${query.notes}` : ''}\n`,
    `\`\`\`sql\n${query.sql}\n\`\`\`\n`,
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

function tableReference(name: string, columns: readonly Column[]): string {
  const rows = [...columns, ...PARTITION_COLUMNS].map(
    (column) => `| \`${column.name}\` | ${athenaType(column.type)} | ${column.comment} |`,
  );
  return [`### ${name}\n`, '| column | type | |\n|---|---|---|', ...rows, ''].join('\n');
}
