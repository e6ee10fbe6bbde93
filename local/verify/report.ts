import { snapshotId } from '../../lambda/contract/keys.ts';
import { counted } from '../cli/figures.ts';
import type { QueryResult } from '../history/open.ts';
import { findGaps, type Gap } from './gaps.ts';
import type { Finding } from './verify.ts';

/** Lines of problems and of gaps that are shown at most. */
const MAX_LINES = 50;

const COLUMNS = [
  'account_id',
  'region',
  'export_name',
  'first',
  'last',
  'snapshots',
  'jobs',
  'bytes',
  'gaps',
  'problems',
];
const TEXT_COLUMNS = 5;

interface Summary {
  readonly table: QueryResult;
  /** Problems and gaps, a line each. */
  readonly lines: readonly string[];
  readonly problemCount: number;
}

/** A row per account, Region and export, and a line per problem and gap. */
export function summarize(findings: readonly Finding[]): Summary {
  const lines: string[] = [];
  let problemCount = 0;
  for (const { key, problems } of findings) {
    problemCount += problems.length;
    for (const problem of problems) lines.push(`${key}: ${problem}`);
  }
  const rows: QueryResult['rows'][number][] = [];
  for (const [, ofExport] of Map.groupBy(findings, groupOf)) {
    const identities = ofExport.flatMap(({ identity }) => identity ?? []);
    const [one] = identities;
    if (!one) continue;
    identities.sort((a, b) => a.scheduledAt - b.scheduledAt);
    const gaps = findGaps(identities.map((identity) => identity.scheduledAt));
    for (const gap of gaps) lines.push(`${one.exportName} in ${one.accountId} ${one.region}: ${gapText(gap)}`);
    const sum = (of: (finding: Finding) => number) => ofExport.reduce((total, finding) => total + of(finding), 0);
    rows.push([
      one.accountId,
      one.region,
      one.exportName,
      snapshotId(one).slice(0, 16),
      snapshotId(identities.at(-1) ?? one).slice(0, 16),
      ofExport.filter((finding) => finding.jobCount !== undefined).length,
      sum((finding) => finding.jobCount ?? 0),
      sum((finding) => finding.bytes),
      gaps.reduce((total, gap) => total + gap.missing, 0),
      sum((finding) => finding.problems.length),
    ]);
  }
  const shown = lines.slice(0, MAX_LINES);
  if (lines.length > MAX_LINES) shown.push(`… and ${counted(lines.length - MAX_LINES, 'line')} more`);
  const columns = COLUMNS.map((name, i) => ({ name, isNumeric: i >= TEXT_COLUMNS }));
  return { table: { columns, rows }, lines: shown, problemCount };
}

function groupOf({ identity }: Finding): string {
  return identity ? `${identity.accountId} ${identity.region} ${identity.exportName}` : '';
}

function gapText({ after, before, missing }: Gap): string {
  const [from, to] = [after, before].map((time) => new Date(time).toISOString().slice(0, 19));
  return `a gap of ${counted(missing, 'snapshot')} between ${from}Z and ${to}Z`;
}
