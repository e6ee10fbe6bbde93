import type { ExportAnswer } from './contract/event.ts';
import type { Scope } from './contract/scope.ts';
import { epochMs } from './core/timestamp.ts';
import type { RecordedSnapshot, RunProgress } from './ports.ts';

/** The event may have thousands of thing groups. */
export function shortened(answer: ExportAnswer) {
  if (answer.outcome !== 'continued') return answer;
  const { event: _, ...next } = answer.next;
  return { ...answer, next };
}

/** How far a run is, and what it expects: as many jobs as the snapshot before, at the pace so far. */
export function progressLine({ counts, elapsedMs, remainingMs, ...progress }: RunProgress) {
  const { jobs, expectedJobs } = progress;
  // Of a fleet that has grown nobody knows.
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

export function lengthOf({ started_at, finished_at }: RecordedSnapshot['record']): number {
  return epochMs(finished_at) - epochMs(started_at);
}

export function minutes(ms: number): number {
  return Math.round(ms / 6000) / 10;
}

export function thingGroup({ thing_group_name, queried_thing_group_id }: Scope) {
  return { thingGroupName: thing_group_name, thingGroupId: queried_thing_group_id };
}

/** Not known is another matter than 0, and the logger leaves out what is null. */
export function changesOf({ change_count, unlinked_reason }: RecordedSnapshot['record']) {
  return change_count === null ? { unlinkedReason: unlinked_reason } : { changes: change_count };
}

/** Rows by status over all scopes: a job in several groups counts in each, as it does in the snapshot. */
export function countsByStatus(listings: RecordedSnapshot['record']['listings']): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, job_count, missing } of listings) {
    if (missing === false) counts[status] = (counts[status] ?? 0) + job_count;
  }
  return counts;
}
