import type { Combination } from '../../model.ts';
import { numberOf, records } from '../base/answer.ts';
import { count, counted, unbroken } from '../base/format.ts';

const RULE = 'AWS keeps a job that is not in progress for 730 days, and does not say from when.';

/** Number of jobs that AWS may purge soon; for statuses that are not listed it is not known. */
export function purgedLede({ purgedSoon, newestAt, listedStatuses }: Combination): string {
  const rows = records(purgedSoon.answer);
  const [jobs, byEnd] = [numberOf(rows[0], 'jobs'), numberOf(rows[0], 'jobs_by_end')];
  const left = ['COMPLETED', 'CANCELED'].filter((status) => !listedStatuses.includes(status));
  if (left.length === 2) return `${RULE} Not known which: this export lists neither COMPLETED nor CANCELED.`;
  const unknown = left.length > 0 ? ` Of ${left[0]}, which this export does not list, it is not known.` : '';
  if (jobs === 0) {
    const kind = left.length > 0 ? 'listed job' : 'job';
    return `${RULE} No ${kind} that has ended was created 700 days or more before ${unbroken(newestAt)} UTC.${unknown}`;
  }
  const [has, was] = jobs === 1 ? ['has', 'was'] : ['have', 'were'];
  const ended = byEnd === 0 ? 'none' : count(byEnd);
  const first = jobs > rows.length ? ` The first ${count(rows.length)}:` : '';
  return `${RULE} ${counted(jobs, 'job')} that ${has} ended ${was} created 700 days ago or more; ${ended} of them also ended so long ago.${unknown} This history keeps what it has seen of them.${first}`;
}
