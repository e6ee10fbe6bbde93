import type { JobStatus } from '../../lambda/contract/jobs.ts';

/** Windows in which a job may send executions. The first begins at {@link Lifecycle.startedAt}. */
export interface MaintenanceWindows {
  /** Period, milliseconds. */
  readonly everyMs: number;
  /** Length of a window, milliseconds: 1 to 1,430 minutes. */
  readonly lengthMs: number;
}

/**
 * When a job changes its status, epoch milliseconds; `Infinity` means never.
 *
 * A job without a schedule is IN_PROGRESS from its creation. One with a SchedulingConfig is SCHEDULED until its start.
 * One with maintenance windows is IN_PROGRESS in a window and SCHEDULED between two of them, until it ends. A
 * continuous job stays IN_PROGRESS until it is canceled; with an end time it becomes COMPLETED.
 * Source: AWS IoT Developer Guide, "Jobs and job execution states"; AWS IoT API Reference, SchedulingConfig and
 * MaintenanceWindow.
 *
 * If instants conflict, the later stage wins, so a job that is canceled before it starts has `startedAt: Infinity`.
 */
export interface Lifecycle {
  readonly createdAt: number;
  /** Equal to `createdAt` for a job without a schedule. */
  readonly startedAt: number;
  /** End of the rollout of executions, which begins at `startedAt`. */
  readonly rolledOutAt: number;
  readonly windows?: MaintenanceWindows;
  readonly endedAt: number;
  readonly endsAs: 'COMPLETED' | 'CANCELED';
  /** End of the cancellation of executions; equal to `endedAt` if the job is not canceled. */
  readonly settledAt: number;
  readonly deletedAt: number;
  readonly goneAt: number;
}

/** A status and the instant from which the job had it; `undefined` after the end of the deletion. */
export interface StatusChange {
  readonly at: number;
  readonly status: JobStatus | undefined;
}

/** The status at an instant; `undefined` before creation and after the end of deletion. */
export function statusOf(life: Lifecycle, instant: number): JobStatus | undefined {
  if (instant < life.createdAt || instant >= life.goneAt) return undefined;
  if (instant >= life.deletedAt) return 'DELETION_IN_PROGRESS';
  if (instant >= life.endedAt) return life.endsAs;
  if (instant < life.startedAt) return 'SCHEDULED';
  return isBetweenWindows(life, instant) ? 'SCHEDULED' : 'IN_PROGRESS';
}

/** Time of the last status change before an instant, of a job that exists. */
export function statusSince(life: Lifecycle, instant: number): number {
  if (instant >= life.endedAt) return instant >= life.deletedAt ? life.deletedAt : life.endedAt;
  if (instant < life.startedAt) return life.createdAt;
  if (!life.windows) return life.startedAt;
  const { everyMs, lengthMs } = life.windows;
  const openedAt = instant - ((instant - life.startedAt) % everyMs);
  return isBetweenWindows(life, instant) ? openedAt + lengthMs : openedAt;
}

/** Time in progress until an instant, milliseconds, without the time between maintenance windows. */
export function activeMs({ startedAt, endedAt, windows }: Lifecycle, instant: number): number {
  const sinceStart = Math.min(instant, endedAt) - startedAt;
  if (!(sinceStart > 0)) return 0;
  if (!windows) return sinceStart;
  const { everyMs, lengthMs } = windows;
  return Math.floor(sinceStart / everyMs) * lengthMs + Math.min(sinceStart % everyMs, lengthMs);
}

/** All status changes of a job, ordered by time. For tests. */
export function statusChanges(life: Lifecycle): StatusChange[] {
  const { createdAt, startedAt, windows, endedAt, deletedAt, goneAt } = life;
  const instants = [createdAt, startedAt, endedAt, deletedAt, goneAt];
  if (windows) {
    for (let openedAt = startedAt; openedAt < endedAt; openedAt += windows.everyMs) {
      instants.push(openedAt, openedAt + windows.lengthMs);
    }
  }
  const changes: StatusChange[] = [];
  for (const at of instants.filter(Number.isFinite).sort((a, b) => a - b)) {
    const status = statusOf(life, at);
    if (changes.length === 0 || changes.at(-1)?.status !== status) changes.push({ at, status });
  }
  return changes;
}

function isBetweenWindows({ startedAt, windows }: Lifecycle, instant: number): boolean {
  return windows !== undefined && (instant - startedAt) % windows.everyMs >= windows.lengthMs;
}
