import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from './account.ts';
import { logLines } from './log-lines.ts';

const RUNBOOK = join(import.meta.dirname, '../../../docs/runbook.md');
const QUERY = /^fields (?<fields>.*)\n\| filter message = "(?<message>[^"]+)"(?: and (?<above>\w+) > 0)?$/m;

/** The text of a section of docs/runbook.md. */
function sectionOf(name: string): string {
  const [, text] = new RegExp(`^### ${name}\\n(.*?)(?=^##)`, 'ms').exec(readFileSync(RUNBOOK, 'utf8')) ?? [];
  if (!text) throw new Error(`docs/runbook.md has no section ${name}`);
  return text;
}

/** Statements of SQL of a section, for the export `all` of an account. */
export function sqlOfSection(name: string, { id, region }: Account): string[] {
  return [...sectionOf(name).matchAll(/^```sql\n(.*?)^```/gms)].map(([, sql = '']) =>
    sql.replaceAll('123456789012', id).replaceAll('eu-west-1', region),
  );
}

/**
 * What the query of logs of a section finds, by its filter and its fields alone: the local AWS takes no comparison by name
 * in queries of logs.
 */
export function foundBySection(name: string, account: Account): Record<string, unknown>[] {
  const { fields, message = '', above } = QUERY.exec(sectionOf(name))?.groups ?? {};
  if (!fields) throw new Error(`The query of the section ${name} is none of fields and a message`);
  const names = fields.split(', ').filter((field) => field !== '@timestamp');
  return logLines(account, message)
    .map((line) => JSON.parse(line.slice(line.indexOf('{'))))
    .filter((line) => line.message === message && (above === undefined || line[above] > 0))
    .map((line) => Object.fromEntries(names.map((field) => [field, line[field]])));
}
