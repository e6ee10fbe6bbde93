import type { Combination } from '../../model.ts';
import { numberOf, records } from '../base/answer.ts';
import { count, counted, duration, unbroken } from '../base/format.ts';

type Seen = Pick<Combination, 'inProgress' | 'overdueBound' | 'newestAt' | 'listedStatuses'>;

/** Labels of the states of a job in progress, the worst first. */
export const STATES: Readonly<Record<string, string>> = {
  OVERDUE: 'overdue',
  MAY_BE_OVERDUE: 'may be overdue',
  NOT_KNOWN: 'not known',
  IN_TIME: 'in time',
  CONTINUOUS: 'continuous',
};

export interface InProgress {
  readonly jobs: number;
  readonly overdue: number;
  readonly mayBe: number;
  readonly continuous: number;
  readonly unknown: number;
}

/** Number of jobs in progress, by state. */
export function inProgressTotals({ inProgress }: Pick<Combination, 'inProgress'>): InProgress {
  const [first] = records(inProgress.answer);
  return {
    jobs: numberOf(first, 'jobs'),
    overdue: numberOf(first, 'overdue_jobs'),
    mayBe: numberOf(first, 'may_be_overdue_jobs'),
    continuous: numberOf(first, 'continuous_jobs'),
    unknown: numberOf(first, 'unknown_jobs'),
  };
}

/** Number of overdue jobs, by which bound, and number of those for which it is not known; without continuous jobs. */
export function overdueLede(combination: Seen): string {
  const { overdueBound, newestAt } = combination;
  if (!isListed(combination, 'IN_PROGRESS'))
    return 'Not known: this export does not list IN_PROGRESS, so no job in progress is in it.';
  const at = `at ${unbroken(newestAt)}\u00a0UTC`;
  const { jobs, overdue, mayBe, continuous, unknown } = inProgressTotals(combination);
  const judged = jobs - continuous;
  if (jobs === 0) return `No job is in progress ${at}.`;
  if (judged === 0)
    return jobs === 1
      ? `No job is overdue: the one in progress ${at} is continuous, and stays so.`
      : `No job is overdue: all ${count(jobs)} jobs in progress ${at} are continuous, and stay so.`;
  const others =
    (unknown > 0
      ? ` Of ${counted(unknown, 'job')} it is not known since when ${unknown === 1 ? 'it is' : 'they are'} in progress.`
      : '') + (continuous > 0 ? ' Continuous jobs stay in progress and are not counted.' : '');
  if (overdueBound.hours === null)
    return `Not known ${judged === 1 ? `whether the job in progress ${at} is` : `which of the ${count(judged)} jobs in progress ${at} are`} overdue: ${noBoundText(combination)}.${others}`;
  const some = judged === 1 ? `The job` : `${overdue === 0 ? 'None' : count(overdue)} of the ${count(judged)} jobs`;
  const maybe =
    mayBe === 0
      ? ''
      : ` ${count(mayBe)} may be: created longer ago than that, and in progress since before ${mayBe === 1 ? 'it was' : 'they were'} first seen.`;
  return (
    `${some} in progress ${at} ${overdue > 1 ? 'are' : judged === 1 && overdue === 0 ? (mayBe > 0 ? 'is not known to be' : 'is not') : 'is'} overdue: in progress for longer than ` +
    `99 of 100 of the ${counted(overdueBound.jobs, 'job')} completed since ${unbroken(overdueBound.from)} took, ${duration(overdueBound.hours)}.${maybe}${others}`
  );
}

/** Why there is no bound. */
function noBoundText(combination: Seen): string {
  if (!isListed(combination, 'COMPLETED'))
    return 'this export does not list COMPLETED, so it is not known how long jobs usually take';
  const { jobs, from } = combination.overdueBound;
  const seen = jobs === 0 ? 'none was' : `${count(jobs)} ${jobs === 1 ? 'was' : 'were'}`;
  return `how long jobs usually take is reckoned from 100 completed ones or more, and ${seen} seen completed since ${unbroken(from)}`;
}

function isListed({ listedStatuses }: Pick<Combination, 'listedStatuses'>, status: string): boolean {
  // Every snapshot lists at least one status: an empty list means that the statuses are not known.
  return listedStatuses.length === 0 || listedStatuses.includes(status);
}
