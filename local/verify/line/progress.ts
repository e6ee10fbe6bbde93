import type { DescribedJob, DescribedJobs } from '../described-jobs.ts';
import { Problems } from '../problems.ts';

/** What the details of a snapshot say of the one before follows from it. */
export type ProgressBefore =
  /** The snapshot is LATE: all is null. */
  | { readonly kind: 'late' }
  /** There are no details: `progress_since` begins with this snapshot. */
  | { readonly kind: 'none' }
  /** The jobs of the snapshot before, by their identities. */
  | { readonly kind: 'jobs'; readonly jobs: ReadonlyMap<string, DescribedJob> }
  /** They cannot be read now, and why: it can be anything. */
  | { readonly kind: 'lost'; readonly reason: string };

/** What was found of all jobs. */
export interface Progress {
  readonly problems: readonly string[];
  /** Whether nothing is known of any job, since the run could not read the details before. */
  readonly isUnknown: boolean;
}

/** What a row says of the snapshot before. */
type SaidOfBefore = Pick<DescribedJob, 'progressSince' | 'previousDescribedAt' | 'previousThingsDone'>;

const COLUMNS = [
  ['progress_since', 'progressSince'],
  ['previous_described_at', 'previousDescribedAt'],
  ['previous_things_done', 'previousThingsDone'],
] as const;
const NOTHING: SaidOfBefore = { progressSince: null, previousDescribedAt: null, previousThingsDone: null };

/**
 * Holds `progress_since`, `previous_described_at` and `previous_things_done` to the details before. A run that could not read
 * the details before, for whatever reason then, knows them of no job.
 */
export function checkProgress({ jobs }: DescribedJobs, before: ProgressBefore): Progress {
  if (before.kind === 'lost') return { problems: [], isUnknown: false };
  const all = [...jobs].map(([identity, job]) => ({ job, expected: expectedOf(identity, job, before) }));
  const isUnknown =
    before.kind === 'jobs' &&
    all.some(({ expected }) => !saysNothing(expected)) &&
    all.every(({ job }) => saysNothing(job));
  const problems = new Problems();
  for (const { job, expected: byTheLine } of all) {
    const expected = isUnknown ? NOTHING : byTheLine;
    for (const [column, name] of COLUMNS) {
      if (job[name] === expected[name]) continue;
      const why = isUnknown ? 'none is known' : whyOf(column, job, before, expected[name]);
      problems.add(column, `row ${job.number} has ${column} ${job[name]}, and ${why}`);
    }
  }
  return { problems: problems.all, isUnknown };
}

function saysNothing(said: SaidOfBefore): boolean {
  return COLUMNS.every(([, name]) => said[name] === null);
}

function expectedOf(identity: string, job: DescribedJob, before: ProgressBefore): SaidOfBefore {
  if (before.kind === 'late') return NOTHING;
  const last = before.kind === 'jobs' ? before.jobs.get(identity) : undefined;
  const same = last && isSameJob(last, job) ? last : undefined;
  const isStill = same && same.counts === job.counts;
  const since = isStill ? (same.progressSince ?? same.describedAt) : job.describedAt;
  return {
    // Where a count is not known it is not either.
    progressSince: job.counts === undefined ? null : since,
    previousDescribedAt: same?.describedAt ?? null,
    previousThingsDone: same?.thingsDone ?? null,
  };
}

function whyOf(
  column: string,
  { counts }: DescribedJob,
  { kind }: ProgressBefore,
  expected: string | number | null,
): string {
  if (kind === 'late') return 'its snapshot is LATE';
  if (column === 'progress_since' && counts === undefined) return 'not all of its counts are known';
  return `by the details before it is ${expected}`;
}

/** An id may be used again. A time of creation that is not known may be any. */
function isSameJob({ createdAt: a }: DescribedJob, { createdAt: b }: DescribedJob): boolean {
  return a === b || a === null || b === null;
}
