import { type SnapshotIdentity, utcDate } from '../../lambda/contract/keys.ts';
import { counted } from '../cli/figures.ts';
import type { QueryResult } from '../history/open.ts';
import { findGaps, type Gap } from './gaps.ts';
import type { Finding, Problem } from './verify.ts';

/** Objects with problems, and gaps, that are shown at most. */
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
  /** Problems, gaps and runs under way. */
  readonly lines: readonly string[];
  readonly snapshotCount: number;
  readonly jobCount: number;
  readonly bytes: number;
  readonly problemCount: number;
  /** Snapshots whose rows have expired. */
  readonly expiredCount: number;
}

interface Group {
  readonly place: SnapshotIdentity;
  readonly findings: readonly Finding[];
  readonly times: readonly number[];
  readonly gaps: readonly Gap[];
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
  return {
    heading: groups[0] ? common.map(([name, of]) => `${name} ${of((groups[0] as Group).place)}`).join(', ') : '',
    table: {
      columns: [
        ...distinct.map(([name]) => ({ name, isNumeric: false })),
        ...['first', 'last'].map((name) => ({ name, isNumeric: false })),
        ...['snapshots', 'jobs', ...(expiredCount > 0 ? ['rows expired'] : []), 'gaps', 'problems'].map((name) => ({
          name,
          isNumeric: true,
        })),
      ],
      rows: groups.map((group) => [
        ...distinct.map(([, of]) => of(group.place)),
        ...figuresOf(group, expiredCount > 0),
      ]),
    },
    lines: [
      ...firstOf([...problemLines(problems)]),
      ...firstOf(groups.flatMap((group) => group.gaps.map((gap) => gapText(gap, nameOf(group))))),
      ...firstOf(findings.filter(({ isUnderWay }) => isUnderWay).map(underWayText)),
    ],
    snapshotCount: findings.filter(isSnapshot).length,
    jobCount: sum(findings, ({ jobCount = 0 }) => jobCount),
    bytes: sum(findings, ({ bytes }) => bytes),
    problemCount: problems.length,
    expiredCount,
  };
}

/** Whether a finding is of a snapshot that has a record. */
export function isSnapshot({ jobCount }: Finding): boolean {
  return jobCount !== undefined;
}

function groupsOf(findings: readonly Finding[]): Group[] {
  const keyOf = ({ identity }: Finding) => PLACE.map(([, of]) => identity && of(identity)).join(' ');
  return [...Map.groupBy(findings, keyOf).values()].flatMap((ofPlace) => {
    const times = ofPlace.flatMap(({ identity }) => identity?.scheduledAt ?? []).sort((a, b) => a - b);
    const place = ofPlace[0]?.identity;
    return place ? [{ place, findings: ofPlace, times, gaps: findGaps(times) }] : [];
  });
}

function figuresOf({ findings, times, gaps }: Group, showsExpired: boolean) {
  return [
    utcDate(times[0] as number),
    utcDate(times.at(-1) as number),
    findings.filter(isSnapshot).length,
    sum(findings, ({ jobCount = 0 }) => jobCount),
    ...(showsExpired ? [countExpired(findings)] : []),
    sum(gaps, ({ missing }) => missing),
    sum(findings, ({ problems }) => problems.length),
  ];
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

function gapText({ after, before, missing }: Gap, name: string): string {
  const [from, to] = [after, before].map(minuteOf);
  return `${name && `${name}: `}a gap of ${counted(missing, 'snapshot')} between ${from} and ${to}`;
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
