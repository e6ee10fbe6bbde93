import type { Cell, Combination, Rollouts } from '../../model.ts';
import { numberOf, records, textOf } from '../base/answer.ts';
import { count, counted, duration, rough, unbroken, withoutMiddle } from '../base/format.ts';

type Row = Readonly<Record<string, Cell>>;
type Seen = Pick<Combination, 'counts' | 'newestAt'>;

/** Summary of the newest details, and what is not known about them. */
export function rolloutsLede({ counts, newestAt }: Seen, rollouts: Rollouts): string {
  const { snapshotAt, described, leftOut, answer } = rollouts;
  const rows = records(answer);
  const at = `at ${unbroken(snapshotAt)} UTC`;
  return [
    snapshotAt !== newestAt &&
      `The newest snapshot did not request details; this is as of ${unbroken(snapshotAt)} UTC.`,
    described === 0 && leftOut > 0
      ? `Not known: ${counted(leftOut, 'job')} ${leftOut === 1 ? 'was' : 'were'} to be described ${at}, and none was.`
      : numberOf(rows[0], 'jobs') === 0
        ? noneText({ counts, snapshotAt, leftOut }, at)
        : inProgressText(rows, leftOut, at),
    described > 0 &&
      leftOut > 0 &&
      `${count(described)} of ${counted(described + leftOut, 'job')} that were to be described were: of the others it is not known how far they are.`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** Text if no row is in progress: no job is in progress only if the snapshot listed the status and counted 0. */
function noneText(
  { counts, snapshotAt, leftOut }: Pick<Rollouts, 'snapshotAt' | 'leftOut'> & Pick<Combination, 'counts'>,
  at: string,
) {
  const place = counts.at.indexOf(snapshotAt);
  const listed = counts.series
    .filter(({ status }) => status === 'IN_PROGRESS')
    .map(({ values }) => values[place] ?? null);
  const isNone = listed.length > 0 && listed.every((value) => value === 0);
  if (isNone && leftOut === 0) return `No job is in progress ${at}.`;
  return `No job in progress was described ${at}${isNone ? '' : ', which does not say that none is'}.`;
}

function inProgressText(rows: readonly Row[], leftOut: number, at: string): string {
  const [worst] = rows;
  const of = (name: string) => numberOf(worst, name);
  const [jobs, failing, stalled, unknown] = [of('jobs'), of('failing_jobs'), of('stalled_jobs'), of('unknown_jobs')];
  const verb = (number: number, one: string) => `${count(number)} ${number === 1 ? `${one}s` : one}`;
  const bad = [failing > 0 && verb(failing, 'fail'), stalled > 0 && verb(stalled, 'stall')].filter(Boolean);
  const none = leftOut > 0 ? ': of these none fails or stalls.' : ', none of which fails or stalls.';
  const what = bad.length > 0 ? `: ${bad.join(', ')}.` : unknown === 0 ? none : '.';
  return [
    `${counted(jobs, leftOut > 0 ? 'described job' : 'job')} in progress ${at}${what}`,
    worst && worstText(worst),
    unknown > 0 &&
      `Of ${counted(unknown, 'job')} it is not known whether ${unknown === 1 ? 'it fails or stalls' : 'they fail or stall'}.`,
  ]
    .filter(Boolean)
    .join(' ');
}

function worstText(worst: Row): string | undefined {
  const name = `The worst is ${withoutMiddle(textOf(worst, 'job_id'), 48)}: `;
  const failed = numberOf(worst, 'percent_failed');
  if (worst.fails !== true && worst.stalls === true)
    return `${name}no thing moved for ${duration(numberOf(worst, 'hours_without_progress'))}.`;
  return failed > 0 ? `${name}of the things that executed it ${rough(failed)} % failed.` : undefined;
}

/** Texts about a rollout: things done, failures and abort criteria, pace, end, standstill. */
export function describeRollout(row: Row): string[] {
  const known = (name: string) => (row[name] === null || row[name] === undefined ? undefined : numberOf(row, name));
  const [total, done, failed] = [known('things_total'), known('things_done'), known('things_failed')];
  const isOver = row.status !== 'IN_PROGRESS';
  return [
    done === undefined
      ? 'not known how many are done'
      : `${count(done)} of ${total === undefined ? 'an unknown number' : count(total)} done`,
    failed === undefined ? 'not known how many failed' : `${count(failed)} failed${failedShareText(row)}`,
    ...(isOver
      ? [canceledText(known('canceled_things'), known('removed_things'))]
      : [abortText(row), paceText(row), endText(row), standstillText(row)]),
  ];
}

function canceledText(canceled: number | undefined, removed: number | undefined): string {
  return canceled === undefined || removed === undefined
    ? 'not known how many were canceled or removed'
    : `${count(canceled + removed)} canceled or removed`;
}

function failedShareText(row: Row): string {
  return numberOf(row, 'percent_failed') > 0 ? ` (${rough(numberOf(row, 'percent_failed'))} %)` : '';
}

/** Distance of the share of failures to the nearest abort criterion. */
function abortText(row: Row): string {
  const { percent_to_abort: points } = row;
  if (typeof points === 'number') {
    return points > 0 ? `${rough(points)} percentage points below an abort criterion` : 'an abort criterion is reached';
  }
  if (numberOf(row, 'abort_criteria_count') === 0) return 'no abort criterion';
  return row.things_done === null
    ? 'not known how near to an abort criterion'
    : 'an abort criterion that does not count yet';
}

function paceText({ things_per_hour: pace }: Row): string {
  return typeof pace === 'number' ? `${rough(pace)} things an hour` : 'pace not known';
}

function endText(row: Row): string {
  if (row.target_selection === 'CONTINUOUS') return 'continuous, without an end';
  if (row.is_concurrent === true) return 'still being rolled out: there may be more things, the end is not known';
  return row.expected_end === null ? 'end not known' : `end expected ${unbroken(textOf(row, 'expected_end'))}`;
}

function standstillText({ hours_without_progress: hours }: Row): string {
  if (typeof hours !== 'number') return 'not known since when no thing moved';
  return hours === 0 ? 'no standstill seen' : `no thing moved for ${duration(hours)}`;
}

/** Whether a rollout is in a list of the page: in progress or just ended. Others are only in the table of the numbers. */
export function isInList(row: Readonly<Record<string, Cell>>): boolean {
  return row.status === 'IN_PROGRESS' || row.is_just_ended === true;
}
