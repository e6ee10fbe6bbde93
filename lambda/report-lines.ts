import type { ExportAnswer } from './contract/event.ts';
import type { Scope } from './contract/scope.ts';
import { epochMs } from './core/timestamp.ts';
import type { RecordedSnapshot, RunProgress } from './ports.ts';

/** The answer without the event, which may have thousands of thing groups. */
export function shortened(answer: ExportAnswer) {
  if (answer.outcome !== 'continued') return answer;
  const { event: _, ...next } = answer.next;
  return { ...answer, next };
}

/** Progress of a run, with an estimate of its total time: for as many jobs as the previous snapshot has, at the rate so far. */
export function progressLine({ counts, elapsedMs, remainingMs, ...progress }: RunProgress) {
  const { jobs, expectedJobs } = progress;
  // No estimate when the run already has more jobs than the previous snapshot.
  const isExpected = expectedJobs !== undefined && jobs > 0 && expectedJobs > jobs;
  const expectedMs = isExpected ? (elapsedMs * (expectedJobs - jobs)) / jobs : undefined;
  return {
    ...progress,
    listJobsCalls: counts.calls,
    throttledCalls: counts.throttled,
    elapsedMinutes: minutes(elapsedMs),
    remainingMinutes: minutes(remainingMs),
    ...(expectedMs !== undefined && { expectedMinutes: minutes(expectedMs) }),
  };
}

export function durationMsOf({ started_at, finished_at }: RecordedSnapshot['record']): number {
  return epochMs(finished_at) - epochMs(started_at);
}

export function minutes(ms: number): number {
  return Math.round(ms / 6000) / 10;
}

export function thingGroup({ thing_group_name, queried_thing_group_id }: Scope) {
  return { thingGroupName: thing_group_name, thingGroupId: queried_thing_group_id };
}

/** Number of changes, or why it is unknown. The logger omits null, so unknown is distinguishable from 0. */
export function changesOf({ change_count, unlinked_reason }: RecordedSnapshot['record']) {
  return change_count === null ? { unlinkedReason: unlinked_reason } : { changes: change_count };
}

/** Rows by status over all scopes. A job in several groups counts once per group, as in the snapshot. */
export function countsByStatus(listings: RecordedSnapshot['record']['listings']): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, job_count, missing } of listings) {
    if (missing === false) counts[status] = (counts[status] ?? 0) + job_count;
  }
  return counts;
}
