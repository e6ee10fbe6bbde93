import { type DescribedJob, type DescribedJobs, isSameCreation } from '../described-jobs.ts';
import { Problems } from '../problems.ts';

/** What `progress_since` of the details of a snapshot follows from. */
export type DetailsBefore =
  /** The snapshot is LATE: it is null. */
  | { readonly kind: 'late' }
  /** There are none: it begins with this snapshot. */
  | { readonly kind: 'none' }
  /** The snapshot is UNREADABLE: it begins anew, or is not known. */
  | { readonly kind: 'unreadable' }
  /** The jobs of the snapshot before, by their identities, and its id. */
  | { readonly kind: 'jobs'; readonly jobs: ReadonlyMap<string, DescribedJob>; readonly id: string }
  /** They cannot be read now, and why: it can be anything. */
  | { readonly kind: 'lost'; readonly reason: string };

/** What was found of `progress_since` of all jobs. */
export interface Progress {
  readonly problems: readonly string[];
  /** Whether none is known, since the run could not read the details before. */
  readonly isUnknown: boolean;
}

const FINE: Progress = { problems: [], isUnknown: false };

/** Holds `progress_since` to the details before. A run that could not read them, for whatever reason then, knows none of all. */
export function checkProgress({ areRead, jobs }: DescribedJobs, before: DetailsBefore): Progress {
  if (!areRead || jobs.size === 0 || before.kind === 'lost') return FINE;
  const all = [...jobs];
  const mayBeUnknown = before.kind === 'jobs' || before.kind === 'unreadable';
  if (mayBeUnknown && all.every(([, { progressSince }]) => progressSince === null)) {
    return { problems: [], isUnknown: before.kind === 'jobs' };
  }
  const problems = new Problems();
  for (const [identity, job] of all) {
    const expected = expectedOf(identity, job, before);
    if (job.progressSince === expected) continue;
    const why =
      before.kind === 'late' ? 'its snapshot is LATE' : `by the details before it is ${expected ?? 'not known'}`;
    problems.add('progress', `row ${job.number} has progress_since ${job.progressSince}, and ${why}`);
  }
  return { problems: problems.all, isUnknown: false };
}

function expectedOf(identity: string, job: DescribedJob, before: DetailsBefore): string | null {
  if (before.kind === 'late') return null;
  const last = before.kind === 'jobs' ? before.jobs.get(identity) : undefined;
  const isStill = last && isSameCreation(last.createdAt, job.createdAt) && last.counts === job.counts;
  return isStill ? (last.progressSince ?? last.describedAt) : job.describedAt;
}
