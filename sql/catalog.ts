import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A column of a view, from the head comment of its file. The type has Trino's name. */
interface ViewColumn {
  readonly name: string;
  readonly type: string;
  readonly comment: string;
}

/** A view or a saved query: head comment and statement of its file. */
export interface SqlFile {
  /** The file's name without its ending. */
  readonly name: string;
  readonly question: string;
  readonly reads: string;
  /** Further notes, or an empty text. */
  readonly notes: string;
  /** Columns of a view; empty for a saved query. */
  readonly columns: readonly ViewColumn[];
  /** The statement, without the head comment. */
  readonly sql: string;
}

/** Names of the views, each after those that it reads. */
const VIEW_NAMES = [
  'complete_jobs',
  'snapshot_jobs',
  'latest_jobs',
  'job_counts',
  'snapshot_rows',
  'complete_changes',
  'job_changes',
  'status_changes',
  'rollouts',
  'vanished_jobs',
  'job_timeline',
  'stuck_jobs',
  'snapshot_health',
  'unlinked_snapshots',
  'complete_details',
  'rollout_progress',
  'latest_rollouts',
  'reporting',
];

const VIEWS = join(import.meta.dirname, 'views');
const QUERIES = join(import.meta.dirname, 'queries');
const REPORT = join(import.meta.dirname, 'report');

/** The views, each after those that it reads. */
export function readViews(): SqlFile[] {
  return VIEW_NAMES.map((name) => readSqlFile(VIEWS, name));
}

/** The saved queries, by name. */
export function readQueries(): SqlFile[] {
  return sqlFileNames(QUERIES).map((name) => readSqlFile(QUERIES, name));
}

/** The queries of the report, by name. Words with a colon, such as `:from`, are placeholders for literals. */
export function readReportQueries(): SqlFile[] {
  return sqlFileNames(REPORT).map((name) => readSqlFile(REPORT, name));
}

/** Names of all view files in the folder, including any that {@link readViews} does not know. */
export function viewFileNames(): string[] {
  return sqlFileNames(VIEWS);
}

function sqlFileNames(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .map((file) => file.slice(0, -'.sql'.length))
    .sort();
}

function readSqlFile(folder: string, name: string): SqlFile {
  return parseSqlFile(name, readFileSync(join(folder, `${name}.sql`), 'utf8'));
}

/**
 * Parses a file whose head has `-- question: …`, `-- reads: …`, lines `-- column NAME TYPE: …` and, after a line `--`,
 * notes.
 *
 * @throws Error that names the missing part of the head
 */
function parseSqlFile(name: string, text: string): SqlFile {
  const lines = text.split('\n');
  const headLength = lines.findIndex((line) => !line.startsWith('--'));
  const head = lines.slice(0, headLength).map((line) => line.slice('-- '.length));
  const field = (key: string) => {
    const found = head.find((line) => line.startsWith(`${key}: `));
    if (!found) throw new Error(`${name}.sql must have a line "-- ${key}: …" in its head comment`);
    return found.slice(key.length + 2);
  };
  const separator = head.indexOf('');
  return {
    name,
    question: field('question'),
    reads: field('reads'),
    notes: separator < 0 ? '' : head.slice(separator + 1).join(' '),
    columns: head.flatMap((line) => {
      const column = /^column (?<name>\w+) (?<type>[^:]+): (?<comment>.+)$/.exec(line)?.groups;
      return column ? [column as unknown as ViewColumn] : [];
    }),
    sql: lines.slice(headLength).join('\n').trim(),
  };
}
