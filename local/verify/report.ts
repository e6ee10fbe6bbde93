import { type SnapshotIdentity, utcDate } from '../../lambda/contract/keys.ts';
import { counted } from '../cli/figures.ts';
import type { QueryResult } from '../history/open.ts';
import { findGaps, type Gap, type Gaps } from './gaps.ts';
import type { Finding, Problem } from './verify.ts';

/** Objects with problems, and gaps of each kind, that are shown at most. */
const MAX_SHOWN = 50;

/** What tells exports from each other, and the heading of each. */
const PLACE = [
  ['account', ({ accountId }: SnapshotIdentity) => accountId],
  ['region', ({ region }: SnapshotIdentity) => region],
  ['export', ({ exportName }: SnapshotIdentity) => exportName],
] as const;

export interface Summary {
  /** What all rows of the table have in common, as `account 123456789012, region eu-west-1`; empty for nothing. */
  readonly heading: string;
  /** A row per account, Region and export. */
  readonly table: QueryResult;
  /** Problems, gaps, forks, what was not compared and runs under way. */
  readonly lines: readonly string[];
  readonly snapshotCount: number;
  readonly jobCount: number;
  readonly bytes: number;
  readonly problemCount: number;
  /** Snapshots whose rows have expired. */
  readonly expiredCount: number;
  /** Snapshots that name one before them, with which they were not compared. */
  readonly notComparedCount: number;
}

interface Group {
  readonly place: SnapshotIdentity;
  readonly findings: readonly Finding[];
  readonly times: readonly number[];
  readonly gaps: Gaps;
}

/** What is shown of the findings. */
export function summarize(findings: readonly Finding[]): Summary {
  const groups = groupsOf(findings);
  const isCommon = (of: (place: SnapshotIdentity) => string) =>
    new Set(groups.map(({ place }) => of(place))).size === 1;
  const common = PLACE.filter(([, of]) => isCommon(of));
  const distinct = PLACE.filter(([, of]) => !isCommon(of));
  const nameOf = ({ place }: Group) => distinct.map(([, of]) => of(place)).join(' ');
  const problems = findings.flatMap((finding) => finding.problems);
  const expiredCount = countExpired(findings);
  const hasChanges = findings.some(({ changeCount }) => changeCount !== undefined);
  const hasDetails = findings.some(({ detailCount }) => detailCount !== undefined);
  const optional = { changes: hasChanges, details: hasDetails, 'rows expired': expiredCount > 0 };
  return {
    heading: groups[0] ? common.map(([name, of]) => `${name} ${of((groups[0] as Group).place)}`).join(', ') : '',
    table: {
      columns: [
        ...distinct.map(([name]) => ({ name, isNumeric: false })),
        ...['first', 'last'].map((name) => ({ name, isNumeric: false })),
        ...Object.keys(figuresOf(groups[0], optional)).map((name) => ({ name, isNumeric: true })),
      ],
      rows: groups.map((group) => [
        ...distinct.map(([, of]) => of(group.place)),
        ...[group.times[0], group.times.at(-1)].map((time) => utcDate(time as number)),
        ...Object.values(figuresOf(group, optional)),
      ]),
    },
    lines: [
      ...firstOf([...problemLines(problems)]),
      ...firstOf(groups.flatMap((group) => group.gaps.all.map((gap) => gapText(gap, nameOf(group))))),
      ...firstOf(groups.flatMap((group) => unscheduledText(group, nameOf(group)))),
      ...firstOf(groups.flatMap((group) => breakLines(group, nameOf(group)))),
      ...firstOf([...notComparedLines(findings)]),
      ...firstOf(findings.filter(({ isUnderWay }) => isUnderWay).map(underWayText)),
    ],
    snapshotCount: findings.filter(isSnapshot).length,
    jobCount: sum(findings, ({ jobCount = 0 }) => jobCount),
    bytes: sum(findings, ({ bytes }) => bytes),
    problemCount: problems.length,
    expiredCount,
    notComparedCount: findings.filter(({ notCompared }) => notCompared !== undefined).length,
  };
}

/** Whether a finding is of a snapshot that has a record. */
function isSnapshot({ jobCount }: Finding): boolean {
  return jobCount !== undefined;
}

function groupsOf(findings: readonly Finding[]): Group[] {
  const keyOf = ({ identity }: Finding) => PLACE.map(([, of]) => identity && of(identity)).join(' ');
  return [...Map.groupBy(findings, keyOf).values()].flatMap((ofPlace) => {
    const snapshots = ofPlace.flatMap(({ identity, schedule }) =>
      identity ? [{ scheduledAt: identity.scheduledAt, schedule }] : [],
    );
    const times = snapshots.map(({ scheduledAt }) => scheduledAt).sort((a, b) => a - b);
    const place = ofPlace[0]?.identity;
    return place ? [{ place, findings: ofPlace, times, gaps: findGaps(snapshots) }] : [];
  });
}

/** The figures of a group by the names of their columns. */
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

/** The key in a line of its own, so that it can be copied, and what is wrong below it. */
function* problemLines(problems: readonly Problem[]): Iterable<string> {
  for (const [key, ofKey] of Map.groupBy(problems, (problem) => problem.key)) {
    yield [key, ...ofKey.map(({ text }) => `  ${text}`)].join('\n');
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
  // Of two there is no usual period.
  if (withoutSchedule < 3) return [];
  const of = counted(withoutSchedule, 'snapshot');
  return [`${name && `${name}: `}no schedule is known of ${of}: gaps between them are by their usual period`];
}

/** Ids have the export's name, and not those of account and Region. */
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
  const ofDetails = findings.flatMap(({ detailsNotCompared }) => detailsNotCompared ?? []);
  for (const [reason, { length }] of Map.groupBy(ofDetails, (one) => one)) {
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

function firstOf(lines: readonly string[]): string[] {
  const rest = lines.length - MAX_SHOWN;
  return rest > 0 ? [...lines.slice(0, MAX_SHOWN), `… and ${rest} more like these`] : [...lines];
}

function sum<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((total, value) => total + of(value), 0);
}
