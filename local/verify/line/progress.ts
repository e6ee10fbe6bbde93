import type { DescribedJob, DescribedJobs } from '../described-jobs.ts';
import { Problems } from '../problems.ts';

/** What `progress_since` of the details of a snapshot follows from. */
export type ProgressBefore =
  /** The snapshot is LATE: it is null. */
  | { readonly kind: 'late' }
  /** There are no details: it begins with this snapshot. */
  | { readonly kind: 'none' }
  /** The jobs of the snapshot before, by their identities. */
  | { readonly kind: 'jobs'; readonly jobs: ReadonlyMap<string, DescribedJob> }
  /** They cannot be read now, and why: it can be anything. */
  | { readonly kind: 'lost'; readonly reason: string };

/** What was found of `progress_since` of all jobs. */
export interface Progress {
  readonly problems: readonly string[];
  /** Whether it is not known of any job, since the run could not read the details before. */
  readonly isUnknown: boolean;
}

/**
 * Holds `progress_since` to the details before. Where a count is not known it is not either. A run that could not read the
 * details before, for whatever reason then, knows it of no job.
 */
export function checkProgress({ jobs }: DescribedJobs, before: ProgressBefore): Progress {
  if (before.kind === 'lost') return { problems: [], isUnknown: false };
  const counted = [...jobs.values()].filter(({ counts }) => counts !== undefined);
  const isUnknown =
    before.kind === 'jobs' && counted.length > 0 && counted.every(({ progressSince }) => progressSince === null);
  const problems = new Problems();
  for (const [identity, job] of jobs) {
    const [expected, why] = isUnknown ? [null, 'none is known'] : expectedOf(identity, job, before);
    if (job.progressSince === expected) continue;
    problems.add('progress', `row ${job.number} has progress_since ${job.progressSince}, and ${why}`);
  }
  return { problems: problems.all, isUnknown };
}

/** What it must be, and why. */
function expectedOf(identity: string, job: DescribedJob, before: ProgressBefore): readonly [string | null, string] {
  if (before.kind === 'late') return [null, 'its snapshot is LATE'];
  if (job.counts === undefined) return [null, 'not all of its counts are known'];
  const last = before.kind === 'jobs' ? before.jobs.get(identity) : undefined;
  const isStill = last && last.counts === job.counts && isSameJob(last, job);
  const since = isStill ? (last.progressSince ?? last.describedAt) : job.describedAt;
  return [since, `by the details before it is ${since}`];
}

/** An id may be used again. A time of creation that is not known may be any. */
function isSameJob({ createdAt: a }: DescribedJob, { createdAt: b }: DescribedJob): boolean {
  return a === b || a === null || b === null;
}
