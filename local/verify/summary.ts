import { type SnapshotIdentity, utcDate } from '../../lambda/contract/keys.ts';
import { counted } from '../cli/figures.ts';
import type { QueryResult } from '../history/open.ts';
import { findGaps, type Gap, type Gaps } from './gaps.ts';
import type { Finding, Problem } from './verify.ts';

/** Maximum of shown objects with problems, and of gaps of each kind. */
const MAX_SHOWN = 50;

/** Columns that identify an export: heading and value. */
const EXPORT_COLUMNS = [
  ['account', ({ accountId }: SnapshotIdentity) => accountId],
  ['region', ({ region }: SnapshotIdentity) => region],
  ['export', ({ exportName }: SnapshotIdentity) => exportName],
] as const;

export interface Summary {
  /** Values that all rows of the table share, as `account 123456789012, region eu-west-1`; empty if none. */
  readonly heading: string;
  /** One row per account, Region and export. */
  readonly table: QueryResult;
  /** Problems, gaps, forks, snapshots that were not compared, running exports. */
  readonly lines: readonly string[];
  readonly snapshotCount: number;
  readonly jobCount: number;
  readonly bytes: number;
  readonly problemCount: number;
  /** Snapshots whose rows have expired. */
  readonly expiredCount: number;
  /** Snapshots that were not compared with their predecessor. */
  readonly notComparedCount: number;
}

interface Group {
  readonly identity: SnapshotIdentity;
  readonly findings: readonly Finding[];
  readonly times: readonly number[];
  readonly gaps: Gaps;
}

/** Summarizes findings for the output. */
export function summarize(findings: readonly Finding[]): Summary {
  const groups = groupsOf(findings);
  const isCommon = (valueIn: (identity: SnapshotIdentity) => string) =>
    new Set(groups.map(({ identity }) => valueIn(identity))).size === 1;
  const common = EXPORT_COLUMNS.filter(([, valueIn]) => isCommon(valueIn));
  const distinct = EXPORT_COLUMNS.filter(([, valueIn]) => !isCommon(valueIn));
  const nameOf = ({ identity }: Group) => distinct.map(([, valueIn]) => valueIn(identity)).join(' ');
  const problems = findings.flatMap((finding) => finding.problems);
  const expiredCount = countExpired(findings);
  const hasChanges = findings.some(({ changeCount }) => changeCount !== undefined);
  const hasDetails = findings.some(({ detailCount }) => detailCount !== undefined);
  const optional = { changes: hasChanges, details: hasDetails, 'rows expired': expiredCount > 0 };
  return {
    heading: groups[0]
      ? common.map(([name, valueIn]) => `${name} ${valueIn((groups[0] as Group).identity)}`).join(', ')
      : '',
    table: {
      columns: [
        ...distinct.map(([name]) => ({ name, isNumeric: false })),
        ...['first', 'last'].map((name) => ({ name, isNumeric: false })),
        ...Object.keys(figuresOf(groups[0], optional)).map((name) => ({ name, isNumeric: true })),
      ],
      rows: groups.map((group) => [
        ...distinct.map(([, valueIn]) => valueIn(group.identity)),
        ...[group.times[0], group.times.at(-1)].map((time) => utcDate(time as number)),
        ...Object.values(figuresOf(group, optional)),
      ]),
    },
    lines: [
      ...limited([...problemLines(problems)]),
      ...limited(groups.flatMap((group) => group.gaps.all.map((gap) => gapText(gap, nameOf(group))))),
      ...limited(groups.flatMap((group) => unscheduledText(group, nameOf(group)))),
      ...limited(groups.flatMap((group) => breakLines(group, nameOf(group)))),
      ...limited([...notComparedLines(findings)]),
      ...limited(findings.filter(({ isUnderWay }) => isUnderWay).map(underWayText)),
    ],
    snapshotCount: findings.filter(isSnapshot).length,
    jobCount: sum(findings, ({ jobCount = 0 }) => jobCount),
    bytes: sum(findings, ({ bytes }) => bytes),
    problemCount: problems.length,
    expiredCount,
    notComparedCount: findings.filter(({ notCompared }) => notCompared !== undefined).length,
  };
}

/** Whether a finding is of a snapshot with a record. */
function isSnapshot({ jobCount }: Finding): boolean {
  return jobCount !== undefined;
}

function groupsOf(findings: readonly Finding[]): Group[] {
  const keyOf = ({ identity }: Finding) => EXPORT_COLUMNS.map(([, valueIn]) => identity && valueIn(identity)).join(' ');
  return [...Map.groupBy(findings, keyOf).values()].flatMap((ofExport) => {
    const snapshots = ofExport.flatMap(({ identity, schedule }) =>
      identity ? [{ scheduledAt: identity.scheduledAt, schedule }] : [],
    );
    const times = snapshots.map(({ scheduledAt }) => scheduledAt).sort((a, b) => a - b);
    const identity = ofExport[0]?.identity;
    return identity ? [{ identity, findings: ofExport, times, gaps: findGaps(snapshots) }] : [];
  });
}

/** The figures of a group, by column name. */
function figuresOf(group: Group | undefined, shown: Readonly<Record<string, boolean>>): Record<string, number> {
  const { findings = [], gaps } = group ?? {};
  const figures = {
    snapshots: findings.filter(isSnapshot).length,
    jobs: sum(findings, ({ jobCount = 0 }) => jobCount),
    changes: sum(findings, ({ changeCount = 0 }) => changeCount),
    details: sum(findings, ({ detailCount = 0 }) => detailCount),
    'rows expired': countExpired(findings),
    gaps: sum(gaps?.all ?? [], ({ missing }) => missing),
    problems: sum(findings, ({ problems }) => problems.length),
  };
  return Object.fromEntries(Object.entries(figures).filter(([name]) => shown[name] ?? true));
}

function countExpired(findings: readonly Finding[]): number {
  return findings.filter(({ haveRowsExpired }) => haveRowsExpired).length;
}

/** The key on its own line, for copying, and the problems below it. */
function* problemLines(problems: readonly Problem[]): Iterable<string> {
  for (const [key, keyProblems] of Map.groupBy(problems, (problem) => problem.key)) {
    yield [key, ...keyProblems.map(({ text }) => `  ${text}`)].join('\n');
  }
}

function gapText({ after, before, missing, schedule, hasNewSchedule }: Gap, name: string): string {
  const [from, to] = [after, before].map(minuteOf);
  const zone = schedule?.expression.startsWith('cron') && schedule.time_zone !== 'UTC' ? ` ${schedule.time_zone}` : '';
  const by = schedule ? `, by ${schedule.expression}${zone}` : '';
  const changed = hasNewSchedule ? ', if its schedule was not changed before the later one' : '';
  return `${name && `${name}: `}a gap of ${counted(missing, 'snapshot')} between ${from} and ${to}${by}${changed}`;
}

function unscheduledText({ gaps: { withoutSchedule } }: Group, name: string): string[] {
  // Fewer than three snapshots have no usual period.
  if (withoutSchedule < 3) return [];
  const of = counted(withoutSchedule, 'snapshot');
  return [`${name && `${name}: `}no schedule is known of ${of}: gaps between them are by their usual period`];
}

/** Snapshot ids contain the export's name, but neither account nor Region. */
function breakLines({ findings }: Group, name: string): string[] {
  return findings.flatMap(({ breaks = [] }) =>
    breaks.map(({ kind, text }) => `${name && `${name}: `}a ${kind} in the line: ${text}`),
  );
}

function* notComparedLines(findings: readonly Finding[]): Iterable<string> {
  const reasons = findings.flatMap(({ notCompared }) => notCompared ?? []);
  for (const [reason, { length }] of Map.groupBy(reasons, (one) => one)) {
    yield `${counted(length, 'snapshot')} not compared: ${reason}`;
  }
  const detailsReasons = findings.flatMap(({ detailsNotCompared }) => detailsNotCompared ?? []);
  for (const [reason, { length }] of Map.groupBy(detailsReasons, (one) => one)) {
    yield `details of ${counted(length, 'snapshot')} not compared: ${reason}`;
  }
}

function underWayText({ key, identity }: Finding): string {
  const at = identity ? ` of ${minuteOf(identity.scheduledAt)}` : '';
  return `${key}\n  has no record yet: the run${at} may be under way; verify again in an hour`;
}

/** `2026-11-23 18:00Z`. */
function minuteOf(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')}Z`;
}

function limited(lines: readonly string[]): string[] {
  const rest = lines.length - MAX_SHOWN;
  return rest > 0 ? [...lines.slice(0, MAX_SHOWN), `… and ${rest} more like these`] : [...lines];
}

function sum<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((total, value) => total + of(value), 0);
}
