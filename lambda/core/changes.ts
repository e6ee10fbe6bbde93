import type { Change, ChangeReason, ChangeRow } from '../contract/columns.ts';
import { snapshotId } from '../contract/keys.ts';
import { parseScopeKey, type Scope, scopeKey } from '../contract/scope.ts';
import type { JobSummary } from '../ports.ts';
import { ChangeReasons, type Filters } from './change-reasons.ts';
import { jobsBefore, type Linked } from './predecessor.ts';
import type { SnapshotRequest } from './request.ts';
import type { JobBefore } from './scope-jobs.ts';
import type { FreshJob } from './seen-jobs.ts';
import { timestamp, timestampOrNull } from './timestamp.ts';

/** A change of a job: `from` is the job in the predecessor snapshot, `to` the job in this one. */
export interface ChangeOfJob {
  readonly change: Change;
  readonly reason: ChangeReason | null;
  readonly scope: Scope;
  readonly from?: JobBefore;
  readonly to?: { readonly job: JobSummary; readonly seenAt: string };
}

/** The differences between a run and its predecessor snapshot. */
export class Changes {
  readonly #before: Linked;
  readonly #common: ReturnType<typeof snapshotColumns>;
  /** Reasons of appearances. Created once, because there may be thousands of listings and pages. */
  #appeared: ChangeReasons | undefined;

  constructor(request: SnapshotRequest, before: Linked) {
    this.#before = before;
    this.#common = snapshotColumns(request, before);
  }

  /**
   * Changes of a page's jobs: those that appeared or moved to another status.
   *
   * @param filters the filters of the run
   */
  *ofPage(fresh: readonly FreshJob[], scope: Scope, observedAt: number, filters: Filters): Iterable<ChangeOfJob> {
    const jobs = jobsBefore(this.#before, scope);
    for (const { job, before } of fresh) {
      if (before === undefined) continue;
      const status = job.status ?? null;
      if (jobs === undefined || before < 0) {
        this.#appeared ??= new ChangeReasons(this.#before.record, filters);
        const reason = this.#appeared.appeared(scopeKey(scope), status, job.createdAt);
        yield { change: 'APPEARED', reason, scope, to: { job, seenAt: timestamp(observedAt) } };
      } else if (jobs.status(before) !== status) {
        const to = { job, seenAt: timestamp(observedAt) };
        yield { change: 'MOVED', reason: null, scope, from: jobs.at(before), to };
      }
    }
  }

  /**
   * Changes of jobs that were not listed again. Called after all listings.
   *
   * @param filters the filters of the run, with the thing groups that are missing
   */
  *vanished(filters: Filters): Iterable<ChangeOfJob> {
    const reasons = new ChangeReasons(this.#before.record, filters);
    for (const [key, jobs] of this.#before.jobs) {
      const scope = parseScopeKey(key);
      for (const from of jobs.notKept()) {
        yield { change: 'VANISHED', reason: reasons.vanished(key, from.status), scope, from };
      }
    }
  }

  /** One line per change, with its newline. */
  *lines(changes: Iterable<ChangeOfJob>): Iterable<string> {
    for (const change of changes) yield this.#line(change);
  }

  #line({ change, reason, scope, from, to }: ChangeOfJob): string {
    const row = {
      ...this.#common,
      thing_group_name: scope.thing_group_name,
      queried_thing_group_id: scope.queried_thing_group_id,
      job_arn: to ? (to.job.jobArn ?? null) : (from?.jobArn ?? null),
      job_id: to ? (to.job.jobId ?? null) : (from?.jobId ?? null),
      change,
      reason,
      from_status: from?.status ?? null,
      from_since: timestampOrNull(from?.statusSince),
      from_seen_at: timestampOrNull(from?.observedAt),
      to_status: to?.job.status ?? null,
      to_seen_at: to?.seenAt ?? null,
      target_selection: to ? (to.job.targetSelection ?? null) : (from?.targetSelection ?? null),
      created_at: timestampOrNull(to ? to.job.createdAt : from?.createdAt),
      last_updated_at: timestampOrNull(to ? to.job.lastUpdatedAt : from?.lastUpdatedAt),
      completed_at: timestampOrNull(to ? to.job.completedAt : from?.completedAt),
    } satisfies ChangeRow;
    return `${JSON.stringify(row)}\n`;
  }
}

function snapshotColumns(request: SnapshotRequest, { snapshot }: Linked) {
  return {
    snapshot_id: snapshotId(request),
    snapshot_at: timestamp(request.scheduledAt),
    previous_snapshot_id: snapshotId(snapshot),
    previous_snapshot_at: timestamp(snapshot.scheduledAt),
  } satisfies Partial<ChangeRow>;
}
