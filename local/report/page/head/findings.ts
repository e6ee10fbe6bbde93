import type { Cell, Combination, Commands, NotKnown, Report, Section } from '../../model.ts';
import { numberOf, records, textOf } from '../base/answer.ts';
import { count, counted, daysBetween, duration, epochMs, minute, withoutMiddle } from '../base/format.ts';
import type { SectionId } from '../base/section-titles.ts';

/** NEEDS_SOMEBODY: something is wrong; NOT_KNOWN: it is not known whether something is wrong; NOTE: so configured. */
export interface Finding {
  readonly kind: 'NEEDS_SOMEBODY' | 'NOT_KNOWN' | 'NOTE';
  /** Section with more. */
  readonly section: SectionId;
  /** `3 rollouts fail` */
  readonly what: string;
  /** Continues the sentence: `: the worst is …`; may be empty. */
  readonly more: string;
}

type Row = Readonly<Record<string, Cell>>;

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Maximum of names in a finding. */
const MAX_NAMED = 3;
const ID_LENGTH = 40;
/** Hours after which the hub's check is old: it runs every hour. */
const LOOK_HOURS = 2;
/** Minutes of a day. If snapshots are rarer, a day without one is no gap. */
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

/** What is wrong with one export, and what is not known about it. */
export function findingsOf(combination: Combination, commands: Commands): Finding[] {
  return [
    ...newestRowsFindings(combination, commands),
    ...rolloutFindings(combination),
    ...overdueFindings(combination),
    ...groupFindings(combination),
    ...snapshotFindings(combination),
    ...statusFindings(combination),
  ];
}

function newestRowsFindings({ isNewestGone }: Combination, { verify }: Commands): Finding[] {
  if (!isNewestGone) return [];
  const more = `: what is in progress, overdue and may be purged is not known (${verify} tells more)`;
  return [needs('overdue', 'The rows of the newest snapshot have expired or are lost', more)];
}

function rolloutFindings(combination: Combination): Finding[] {
  const { rollouts, newestAt } = combination;
  if (!rollouts) return [];
  const { current, failing, stalled, undecided } = rolloutsInProgress(combination);
  const isOlder = rollouts.snapshotAt !== newestAt;
  const then = isOlder ? `, as of ${minute(rollouts.snapshotAt)} UTC` : '';
  const worst = current.find((row) => row.fails === true);
  const longestStalled = current
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
      longestStalled &&
      `: no thing of ${idOf(longestStalled)} moved for ${duration(numberOf(longestStalled, 'hours_without_progress'))}`;
    found.push(needs('rollouts', `${counted(stalled, 'rollout')} ${verb(stalled, 'stall')}${then}`, more));
  }
  if (rollouts.leftOut > 0) {
    const all = rollouts.described + rollouts.leftOut;
    const what = `How far ${count(rollouts.leftOut)} of ${counted(all, 'job')} ${is(rollouts.leftOut)}`;
    found.push(unknown('rollouts', what, `: they were to be described and were not${then}`));
  }
  if (undecided > 0) {
    const what = `Whether ${counted(undecided, 'rollout')} ${verb(undecided, 'fail')} or ${verb(undecided, 'stall')}`;
    found.push(
      unknown('rollouts', what, `: their things, or since when they have made no progress, is not known${then}`),
    );
  }
  const undescribed = isOlder || current.length > 0 || rollouts.leftOut > 0 ? 0 : undescribedCount(combination);
  if (undescribed > 0) {
    const what = `Whether ${counted(undescribed, 'job')} in progress ${verb(undescribed, 'fail')} or ${verb(undescribed, 'stall')}`;
    found.push(unknown('rollouts', what, ': the newest snapshot described no job in progress'));
  }
  if (isOlder) {
    const more = `: it did not request details, and those of ${minute(rollouts.snapshotAt)} UTC are shown`;
    found.push(unknown('rollouts', 'How far rollouts are at the newest snapshot', more));
  }
  return found;
}

function overdueFindings({ inProgress, overdueBound, isNewestGone, listedStatuses }: Combination): Finding[] {
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
    return [unknown('overdue', what, `: ${noBoundText({ overdueBound, listedStatuses })}`)];
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

/** Number of jobs in progress that are not in the newest details. */
function undescribedCount({ rollouts, inProgress }: Combination): number {
  const described = new Set(rollouts ? records(rollouts.answer).map((row) => textOf(row, 'job_id')) : []);
  return records(inProgress.answer).filter((row) => !described.has(textOf(row, 'job_id'))).length;
}

interface RolloutsInProgress {
  /** Those on the page. */
  readonly current: readonly Row[];
  /** Counts of all. */
  readonly failing: number;
  readonly stalled: number;
  readonly undecided: number;
}

/** The rollouts in progress; if their details are of an earlier snapshot, those that are still in progress. */
export function rolloutsInProgress(combination: Combination): RolloutsInProgress {
  const { rollouts, newestAt } = combination;
  const rows = rollouts ? records(rollouts.answer) : [];
  const current = rows.filter(({ status }) => status === 'IN_PROGRESS');
  const stillInProgress = rollouts?.snapshotAt === newestAt ? undefined : jobsInProgress(combination);
  const of = (name: string) => numberOf(rows[0], name);
  if (stillInProgress === undefined || of('jobs') > current.length) {
    return { current, failing: of('failing_jobs'), stalled: of('stalled_jobs'), undecided: of('unknown_jobs') };
  }
  const remaining = current.filter((row) => stillInProgress.has(textOf(row, 'job_id')));
  const count = (is: (row: Row) => boolean) => remaining.filter(is).length;
  return {
    current: remaining,
    failing: count((row) => row.fails === true),
    stalled: count((row) => row.stalls === true),
    undecided: count((row) => row.things_total === null || row.hours_without_progress === null),
  };
}

/** Ids of all jobs in progress at the newest snapshot; `undefined` if the page does not have all. */
function jobsInProgress({ inProgress, isNewestGone, listedStatuses }: Combination): ReadonlySet<string> | undefined {
  const rows = records(inProgress.answer);
  const isWhole = !isNewestGone && listedStatuses.includes('IN_PROGRESS') && numberOf(rows[0], 'jobs') <= rows.length;
  return isWhole ? new Set(rows.map((row) => textOf(row, 'job_id'))) : undefined;
}

/** Why there is no bound. */
function noBoundText({ overdueBound, listedStatuses }: Pick<Combination, 'overdueBound' | 'listedStatuses'>): string {
  if (!listedStatuses.includes('COMPLETED'))
    return 'this export does not list COMPLETED, so it is not known how long jobs take';
  const { jobs, from } = overdueBound;
  const seen = jobs === 0 ? 'no job was' : `${counted(jobs, 'job')} ${jobs === 1 ? 'was' : 'were'}`;
  return `${seen} seen to complete since ${from}, and the bound takes 100`;
}

function groupFindings({ groups }: Combination): Finding[] {
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
  /** Seven, or fewer if the page begins later. */
  readonly days: number;
  /** Number of snapshots; null if it is not known how many were due. */
  readonly expected: number | null;
  readonly failed: number | null;
  /** Days without snapshots although they usually come every day; with a schedule, {@link failed} counts them. */
  readonly emptyDays: number;
}

/** Expected and missing snapshots of the seven days until a day, not before the page begins. */
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

function snapshotFindings(combination: Combination): Finding[] {
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

function statusFindings({ listedStatuses }: Combination): Finding[] {
  const isNotListed = (status: string) => !listedStatuses.includes(status);
  const finding = (statuses: readonly string[]) =>
    ({
      section: 'counts',
      what: `${statuses.join(' and ')} ${is(statuses.length)} not listed`,
      more: ' by this export',
    }) as const;
  const ended = ['COMPLETED', 'CANCELED'].filter(isNotListed);
  const found: Finding[] = [];
  // Without IN_PROGRESS it is not known whether jobs are stuck. Not to list the others is a choice.
  if (isNotListed('IN_PROGRESS')) found.push({ kind: 'NOT_KNOWN', ...finding(['IN_PROGRESS']) });
  if (ended.length > 0) found.push({ kind: 'NOTE', ...finding(ended) });
  return found;
}

/** Findings of the hub's check of all exports of the history. */
export function findingsOfReporting({ reporting, writtenAt }: Pick<Report, 'reporting' | 'writtenAt'>): Finding[] {
  if (isNotKnown(reporting)) {
    return reporting.isNormal
      ? []
      : [unknown('reporting', 'Which exports are silent', `: ${withoutFullStop(reporting.notKnown)}`)];
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
  const more = names.length - MAX_NAMED;
  return `${names.slice(0, MAX_NAMED).join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}`;
}

function idOf(row: Row): string {
  return withoutMiddle(textOf(row, 'job_id'), ID_LENGTH);
}

function withoutFullStop(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
