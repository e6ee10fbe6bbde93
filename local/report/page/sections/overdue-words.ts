import type { Combination } from '../../model.ts';
import { numberOf, records } from '../base/answer.ts';
import { count, counted, unbroken } from '../base/format.ts';

type Seen = Pick<Combination, 'inProgress' | 'newestAt'>;

/** How many jobs are in progress, for long, and since an unknown time. */
export function inProgressLede({ inProgress, newestAt }: Seen): string {
  const rows = records(inProgress.answer);
  const [jobs, long, unknown] = ['jobs', 'long_jobs', 'unknown_jobs'].map((name) => numberOf(rows[0], name));
  const at = `at ${unbroken(newestAt)} UTC`;
  if (!jobs) return `No job is in progress ${at}.`;
  return [
    `${counted(jobs, 'job')} in progress ${at}${isOf(jobs, long ?? 0, unknown ?? 0)}.`,
    unknown !== jobs && 'It counts from the first sight of a job in progress, so a job may be so for longer.',
    'The last update is no sign of life: AWS does not say that the work of devices changes a job.',
    jobs > rows.length && `The ${count(rows.length)} that are so for longest:`,
  ]
    .filter(Boolean)
    .join(' ');
}

function isOf(jobs: number, long: number, unknown: number): string {
  if (unknown === jobs) return `; it is not known since when`;
  const known = `; ${long === 0 ? 'none' : count(long)} of them for a day or more`;
  return unknown === 0 ? known : `${known}, and of ${count(unknown)} it is not known since when`;
}

/** Jobs that are in progress for a day or more; null where there is none but some may be. */
export function longInProgress({ inProgress }: Pick<Combination, 'inProgress'>): number | null {
  const [first] = records(inProgress.answer);
  return numberOf(first, 'long_jobs') || (numberOf(first, 'unknown_jobs') > 0 ? null : 0);
}
