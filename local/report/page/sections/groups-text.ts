import type { Cell, Combination, CountSeries } from '../../model.ts';
import { records, textOf } from '../base/answer.ts';
import { counted, epochMs } from '../base/format.ts';

const DAY_MS = 86_400_000;
/** The scope of an export without thing groups. */
const ACCOUNT = 'account-wide';

/** A thing group at the newest snapshot. Null: not known. */
export interface Group {
  readonly scope: string;
  /** Whether the newest snapshot listed it; if not, earlier ones did. */
  readonly isListed: boolean;
  /** Null if it is not known whether it exists. */
  readonly isMissing: boolean | null;
  /** Jobs in the chosen status. */
  readonly jobs: number | null;
  /** Compared with seven days before. */
  readonly change: number | null;
  readonly overdue: number | null;
}

type Existing = Pick<Combination, 'groups'>;

/** By name: whether groups are missing; null if that is not known. */
function missingOf({ groups }: Existing): ReadonlyMap<string, boolean | null> {
  const rows = groups ? records(groups.answer) : [];
  return new Map(rows.map((row) => [textOf(row, 'scope'), typeof row.missing === 'boolean' ? row.missing : null]));
}

/** The thing groups of an export, the worst first: missing, then overdue jobs, then increase. */
export function groupsOf(combination: Pick<Combination, 'groups' | 'counts'>, status: string): Group[] {
  const { counts, groups } = combination;
  const missing = missingOf(combination);
  const rows = new Map((groups ? records(groups.answer) : []).map((row) => [textOf(row, 'scope'), row]));
  const lines = new Map(
    counts.series.flatMap((one): [string, CountSeries][] => (one.status === status ? [[one.scope, one]] : [])),
  );
  const scopes = new Set([...counts.series.map(({ scope }) => scope), ...rows.keys()]);
  const before = placeBefore(counts.at, 7);
  return [...scopes]
    .map((scope): Group => {
      const values = lines.get(scope)?.values ?? [];
      const jobs = values[counts.at.length - 1] ?? null;
      const then = before === undefined ? null : (values[before] ?? null);
      return {
        scope,
        // The answer has all groups that the newest snapshot listed; account-wide exports have no answer.
        isListed: rows.has(scope) || (groups === null && jobs !== null),
        isMissing: rows.has(scope) ? (missing.get(scope) ?? null) : jobs === null ? null : false,
        jobs,
        change: jobs === null || then === null ? null : jobs - then,
        overdue: numberOrNull(rows.get(scope)?.overdue),
      };
    })
    .sort(worstFirst);
}

function worstFirst(a: Group, b: Group): number {
  const badness = ({ isListed, isMissing }: Group) =>
    !isListed ? -1 : isMissing === true ? 2 : isMissing === null ? 1 : 0;
  return (
    badness(b) - badness(a) ||
    (b.overdue ?? 0) - (a.overdue ?? 0) ||
    (b.change ?? Number.NEGATIVE_INFINITY) - (a.change ?? Number.NEGATIVE_INFINITY) ||
    (a.scope < b.scope ? -1 : 1)
  );
}

function numberOrNull(value: Cell | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

/** Index of the last snapshot at or before `days` days before the newest, if it is less than a day before that. */
export function placeBefore(at: readonly string[], days: number): number | undefined {
  const wanted = epochMs(at.at(-1) ?? '') - days * DAY_MS;
  const place = at.findLastIndex((time) => epochMs(time) <= wanted);
  return place >= 0 && wanted - epochMs(at[place] ?? '') < DAY_MS ? place : undefined;
}

/** `3 thing groups, 1 missing, 1 no longer listed` */
export function groupsText(groups: readonly Group[]): string {
  const listed = groups.filter(({ isListed }) => isListed);
  const missing = listed.filter(({ isMissing }) => isMissing === true).length;
  const unknown = listed.filter(({ isMissing }) => isMissing === null).length;
  const existing = listed.filter(({ isMissing, scope }) => isMissing === false && scope !== ACCOUNT).length;
  const dropped = groups.filter(({ isListed, scope }) => !isListed && scope !== ACCOUNT).length;
  return [
    listed.some(({ scope }) => scope === ACCOUNT) ? ACCOUNT : counted(existing, 'thing group'),
    missing > 0 && `${missing} missing`,
    unknown > 0 && `${unknown} of which it is not known whether ${unknown === 1 ? 'it exists' : 'they exist'}`,
    dropped > 0 && `${dropped} no longer listed`,
  ]
    .filter(Boolean)
    .join(', ');
}

/** Why a group has no numbers at the newest snapshot. */
export function missingText({ isListed, isMissing }: Pick<Group, 'isListed' | 'isMissing'>): string {
  if (!isListed) return 'no longer listed by this export';
  if (isMissing === true) return 'missing: the thing group does not exist';
  return isMissing === null ? 'not known whether it exists' : 'not known';
}

/** `+3`, `−2`, `0`. */
export function signed(change: number, shown: (value: number) => string): string {
  return change > 0 ? `+${shown(change)}` : change < 0 ? `−${shown(-change)}` : '0';
}
