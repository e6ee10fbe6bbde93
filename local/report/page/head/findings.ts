import type { Cell, Combination, NotKnown, Report, Section } from '../../model.ts';
import { numberOf, records, textOf } from '../base/answer.ts';
import { count, counted, daysBetween, duration, epochMs, minute, withoutMiddle } from '../base/format.ts';
import type { SectionId } from '../base/section-titles.ts';

/** NEEDS_SOMEBODY: something is wrong; NOT_KNOWN: it cannot be told whether it is; NOTE: so it was asked for. */
export interface Finding {
  readonly kind: 'NEEDS_SOMEBODY' | 'NOT_KNOWN' | 'NOTE';
  /** Where the page tells more. */
  readonly section: SectionId;
  /** `3 rollouts fail` */
  readonly what: string;
  /** What comes after, as `: the worst is …`; may be empty. */
  readonly more: string;
}

type Row = Readonly<Record<string, Cell>>;

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Names that a finding tells at most. */
const NAMED = 3;
const ID_LENGTH = 40;
/** Hours after which a look of a hub's function is old: it looks every hour. */
const LOOK_HOURS = 2;
/** Minutes of a day: where snapshots are rarer, a day without one is no gap. */
const DAY_MINUTES = 1440;

const needs = (section: SectionId, what: string, more = ''): Finding => ({
  kind: 'NEEDS_SOMEBODY',
  section,
  what,
  more,
});
const unknown = (section: SectionId, what: string, more = ''): Finding => ({ kind: 'NOT_KNOWN', section, what, more });
const is = (number: number) => (number === 1 ? 'is' : 'are');
const verb = (number: number, plural: string) => (number === 1 ? `${plural}s` : plural);

/** What is wrong with one export, and what is not known of it. */
export function findingsOf(combination: Combination): Finding[] {
  return [
    ...ofNewestRows(combination),
    ...ofRollouts(combination),
    ...ofOverdue(combination),
    ...ofGroups(combination),
    ...ofSnapshots(combination),
    ...ofStatuses(combination),
  ];
}

function ofNewestRows({ isNewestGone }: Combination): Finding[] {
  if (!isNewestGone) return [];
  const more = ': what is in progress, overdue and may be purged is not known (npm run verify tells more)';
  return [needs('overdue', 'The rows of the newest snapshot have expired or are lost', more)];
}

function ofRollouts(combination: Combination): Finding[] {
  const { rollouts, newestAt } = combination;
  if (!rollouts) return [];
  const { goingOn, failing, stalled, undecided } = rolloutsGoingOn(combination);
  const isOlder = rollouts.snapshotAt !== newestAt;
  const then = isOlder ? `, as of ${minute(rollouts.snapshotAt)} UTC` : '';
  const worst = goingOn.find((row) => row.fails === true);
  const still = goingOn
    .filter((row) => row.stalls === true)
    .toSorted((a, b) => numberOf(b, 'hours_without_progress') - numberOf(a, 'hours_without_progress'))[0];
  const found: Finding[] = [];
  if (failing > 0) {
    const more =
      worst &&
      `: the worst is ${idOf(worst)}, where ${count(numberOf(worst, 'percent_failed'))} % of ${counted(numberOf(worst, 'things_executed'), 'thing')} failed`;
    found.push(needs('rollouts', `${counted(failing, 'rollout')} ${verb(failing, 'fail')}${then}`, more));
  }
  if (stalled > 0) {
    const more =
      still && `: no thing of ${idOf(still)} moved for ${duration(numberOf(still, 'hours_without_progress'))}`;
    found.push(needs('rollouts', `${counted(stalled, 'rollout')} ${verb(stalled, 'stall')}${then}`, more));
  }
  if (rollouts.leftOut > 0) {
    const all = rollouts.described + rollouts.leftOut;
    const what = `How far ${count(rollouts.leftOut)} of ${counted(all, 'job')} ${is(rollouts.leftOut)}`;
    found.push(unknown('rollouts', what, `: they were to be described and were not${then}`));
  }
  if (undecided > 0) {
    const what = `Whether ${counted(undecided, 'rollout')} ${verb(undecided, 'fail')} or ${verb(undecided, 'stall')}`;
    found.push(unknown('rollouts', what, `: their things, or since when they stand still, are not known${then}`));
  }
  const unseen = isOlder || goingOn.length > 0 || rollouts.leftOut > 0 ? 0 : notDescribed(combination);
  if (unseen > 0) {
    const what = `Whether ${counted(unseen, 'job')} in progress ${verb(unseen, 'fail')} or ${verb(unseen, 'stall')}`;
    found.push(unknown('rollouts', what, ': the newest snapshot described no job in progress'));
  }
  if (isOlder) {
    const more = `: it asked for no details, and those of ${minute(rollouts.snapshotAt)} UTC are shown`;
    found.push(unknown('rollouts', 'How far rollouts are at the newest snapshot', more));
  }
  return found;
}

function ofOverdue({ inProgress, overdueBound, isNewestGone, listedStatuses }: Combination): Finding[] {
  if (isNewestGone || !listedStatuses.includes('IN_PROGRESS')) return [];
  const rows = records(inProgress.answer);
  const [jobs, overdue, maybe, continuous] = ['jobs', 'overdue_jobs', 'may_be_overdue_jobs', 'continuous_jobs'].map(
    (name) => numberOf(rows[0], name),
  ) as [number, number, number, number];
  const { hours } = overdueBound;
  if (hours === null) {
    const undecided = jobs - continuous;
    if (undecided === 0) return [];
    const what =
      undecided === 1
        ? 'Whether the job in progress is overdue'
        : `Whether any of ${count(undecided)} jobs in progress is overdue`;
    return [unknown('overdue', what, `: ${noBoundWords({ overdueBound, listedStatuses })}`)];
  }
  const bound = `${duration(hours)}, within which 99 of 100 were completed`;
  const longest = rows.find((row) => row.state === 'OVERDUE');
  const found: Finding[] = [];
  if (overdue > 0) {
    const named =
      longest && `; the longest, ${idOf(longest)}, for ${count(numberOf(longest, 'days_in_progress'))} days`;
    const what = `${counted(overdue, 'job')} ${is(overdue)} overdue`;
    found.push(needs('overdue', what, `: in progress for longer than ${bound}${named ?? ''}`));
  }
  if (maybe > 0) {
    const more = `: created longer ago than ${bound}, and in progress since an unknown time`;
    found.push(unknown('overdue', `Whether ${counted(maybe, 'job')} ${is(maybe)} overdue`, more));
  }
  return found;
}

/** Jobs in progress that the newest details say nothing of; one may have ended by the time that it was described. */
function notDescribed({ rollouts, inProgress }: Combination): number {
  const described = new Set(rollouts ? records(rollouts.answer).map((row) => textOf(row, 'job_id')) : []);
  return records(inProgress.answer).filter((row) => !described.has(textOf(row, 'job_id'))).length;
}

interface GoingOn {
  /** Those that the page has. */
  readonly goingOn: readonly Row[];
  /** Of all. */
  readonly failing: number;
  readonly stalled: number;
  readonly undecided: number;
}

/** The rollouts in progress: where their details are of an earlier snapshot, those that still are. */
export function rolloutsGoingOn(combination: Combination): GoingOn {
  const { rollouts, newestAt } = combination;
  const rows = rollouts ? records(rollouts.answer) : [];
  const goingOn = rows.filter(({ status }) => status === 'IN_PROGRESS');
  const still = rollouts?.snapshotAt === newestAt ? undefined : jobsInProgress(combination);
  const of = (name: string) => numberOf(rows[0], name);
  if (still === undefined || of('jobs') > goingOn.length) {
    return { goingOn, failing: of('failing_jobs'), stalled: of('stalled_jobs'), undecided: of('unknown_jobs') };
  }
  const left = goingOn.filter((row) => still.has(textOf(row, 'job_id')));
  const count = (is: (row: Row) => boolean) => left.filter(is).length;
  return {
    goingOn: left,
    failing: count((row) => row.fails === true),
    stalled: count((row) => row.stalls === true),
    undecided: count((row) => row.things_total === null || row.hours_without_progress === null),
  };
}

/** Ids of all jobs in progress at the newest snapshot; `undefined` where the page does not know all. */
function jobsInProgress({ inProgress, isNewestGone, listedStatuses }: Combination): ReadonlySet<string> | undefined {
  const rows = records(inProgress.answer);
  const isWhole = !isNewestGone && listedStatuses.includes('IN_PROGRESS') && numberOf(rows[0], 'jobs') <= rows.length;
  return isWhole ? new Set(rows.map((row) => textOf(row, 'job_id'))) : undefined;
}

/** Why there is no bound. */
function noBoundWords({ overdueBound, listedStatuses }: Pick<Combination, 'overdueBound' | 'listedStatuses'>): string {
  if (!listedStatuses.includes('COMPLETED'))
    return 'this export does not list COMPLETED, so it is not known how long jobs take';
  const { jobs, from } = overdueBound;
  const seen = jobs === 0 ? 'no job was' : `${counted(jobs, 'job')} ${jobs === 1 ? 'was' : 'were'}`;
  return `${seen} seen to complete since ${from}, and the bound takes 100`;
}

function ofGroups({ groups }: Combination): Finding[] {
  if (!groups) return [];
  const rows = records(groups.answer);
  const of = (missing: Cell) => rows.filter((row) => row.missing === missing).map((row) => textOf(row, 'scope'));
  const [gone, unsure] = [of(true), of(null)];
  const all = counted(rows.length, 'thing group');
  const found: Finding[] = [];
  if (gone.length > 0) {
    const what = `${count(gone.length)} of ${all} ${gone.length === 1 ? 'does' : 'do'} not exist`;
    found.push(needs('counts', what, `: ${named(gone)}`));
  }
  if (unsure.length > 0) {
    const what = `Whether ${count(unsure.length)} of ${all} ${unsure.length === 1 ? 'exists' : 'exist'}`;
    found.push(unknown('counts', what, `: ${named(unsure)}`));
  }
  return found;
}

/** First of the seven days until the newest snapshot. */
function weekFrom({ from, to }: Pick<Combination, 'from' | 'to'>): string {
  return [from, new Date(Date.parse(to) - 6 * DAY_MS).toISOString().slice(0, 10)].sort()[1] as string;
}

export interface Week {
  /** Seven, or fewer where the page begins later. */
  readonly days: number;
  /** Snapshots; null where nobody can say how many were due. */
  readonly expected: number | null;
  readonly failed: number | null;
  /** Days on which none came although snapshots come every day; schedules say it in {@link failed}. */
  readonly emptyDays: number;
}

/** What came in the seven days until one, the first days of a history left out. */
export function weekOf({ snapshots, scheduledFrom, freshness, from }: Combination, lastDay: string): Week {
  const first = weekFrom({ from, to: lastDay });
  const days = daysBetween(first, lastDay);
  const byDay = new Map(records(snapshots.answer).map((row) => [textOf(row, 'dt'), row]));
  const rows = days.map((day) => byDay.get(day)).filter((row) => row !== undefined);
  const isDaily = (freshness.usualMinutes ?? Number.POSITIVE_INFINITY) <= DAY_MINUTES;
  const emptyDays = days.filter((day) => !byDay.has(day) && isDaily && (scheduledFrom === null || day < scheduledFrom));
  const known = rows.filter((row) => row.expected !== null && row.failed !== null);
  const sum = (name: string) =>
    known.length === 0 ? null : known.reduce((total, row) => total + numberOf(row, name), 0);
  return { days: days.length, expected: sum('expected'), failed: sum('failed'), emptyDays: emptyDays.length };
}

function ofSnapshots(combination: Combination): Finding[] {
  const { to, unlinkedDays } = combination;
  const { expected, failed, emptyDays } = weekOf(combination, to);
  const first = weekFrom(combination);
  const days = counted(daysBetween(first, to).length, 'day');
  const span = `in the ${days} until ${to}`;
  const unlinked = unlinkedDays.filter((day) => day >= first).length;
  const found: Finding[] = [];
  if ((failed ?? 0) > 0) {
    const of = `${count(failed ?? 0)} of ${counted(expected ?? 0, 'snapshot')} did not come`;
    found.push(needs('snapshots', of, ` ${span}`));
  }
  if (emptyDays > 0) found.push(needs('snapshots', `No snapshot came on ${counted(emptyDays, 'day')}`, ` ${span}`));
  if (unlinked > 0) {
    const more = `: snapshots were compared with none, as an older exporter took them or the rows before could not be read`;
    found.push(unknown('moved', `What had changed on ${count(unlinked)} of the ${days} until ${to}`, more));
  }
  return found;
}

function ofStatuses({ listedStatuses }: Combination): Finding[] {
  const isLeft = (status: string) => !listedStatuses.includes(status);
  const said = (statuses: readonly string[]) =>
    ({
      section: 'counts',
      what: `${statuses.join(' and ')} ${is(statuses.length)} not listed`,
      more: ' by this export',
    }) as const;
  const ended = ['COMPLETED', 'CANCELED'].filter(isLeft);
  const found: Finding[] = [];
  // Without what is in progress nobody can say that nothing is stuck. The others are a choice.
  if (isLeft('IN_PROGRESS')) found.push({ kind: 'NOT_KNOWN', ...said(['IN_PROGRESS']) });
  if (ended.length > 0) found.push({ kind: 'NOTE', ...said(ended) });
  return found;
}

/** What the look of a hub's function found of all exports of the history. */
export function findingsOfReporting({ reporting, writtenAt }: Pick<Report, 'reporting' | 'writtenAt'>): Finding[] {
  if (isNotKnown(reporting)) {
    return reporting.isNone
      ? []
      : [unknown('reporting', 'Which exports are silent', `: ${withoutEnd(reporting.notKnown)}`)];
  }
  const rows = records(reporting.answer);
  const lookedAt = textOf(rows[0], 'looked_at');
  const then = `, as of the look at ${minute(lookedAt)} UTC`;
  const of = (...states: readonly string[]) => rows.filter(({ state }) => states.includes(String(state)));
  const [silent, failed, undecided] = [of('LATE', 'NEVER'), of('FAILED'), of('UNKNOWN')];
  const hours = (epochMs(writtenAt) - epochMs(lookedAt)) / HOUR_MS;
  const found: Finding[] = [];
  if (silent.length > 0) {
    found.push(
      needs(
        'reporting',
        `${counted(silent.length, 'export')} ${is(silent.length)} silent`,
        `${then}: ${placesOf(silent)}`,
      ),
    );
  }
  if (failed.length > 0) {
    const what = `CloudFormation could not deploy ${counted(failed.length, 'export')}`;
    found.push(needs('reporting', what, `${then}: ${placesOf(failed)}`));
  }
  if (undecided.length > 0) {
    const what = `Whether ${counted(undecided.length, 'export')} ${is(undecided.length)} silent`;
    found.push(unknown('reporting', what, `${then}: ${placesOf(undecided)}`));
  }
  if (hours > LOOK_HOURS) {
    const more = `: the newest look was ${duration(hours)} before this page was made`;
    found.push(unknown('reporting', 'Which exports are silent since', more));
  }
  return found;
}

function isNotKnown(reporting: Section | NotKnown): reporting is NotKnown {
  return 'notKnown' in reporting;
}

function placesOf(rows: readonly Row[]): string {
  return named(
    rows.map((row) => `${textOf(row, 'export_name')} in ${textOf(row, 'account_id')} ${textOf(row, 'region')}`),
  );
}

function named(names: readonly string[]): string {
  const more = names.length - NAMED;
  return `${names.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}`;
}

function idOf(row: Row): string {
  return withoutMiddle(textOf(row, 'job_id'), ID_LENGTH);
}

function withoutEnd(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
