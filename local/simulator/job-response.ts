import { THING_STATUSES, type ThingStatus } from '../../lambda/contract/details.ts';
import type { JobDescription } from '../../lambda/ports.ts';
import type { SimulatedJob } from './job.ts';
import { seconds } from './seconds.ts';

const MINUTE_MS = 60_000;

/** Fields of JobProcessDetails. */
const NUMBER_OF: Readonly<Record<ThingStatus, string>> = {
  QUEUED: 'numberOfQueuedThings',
  IN_PROGRESS: 'numberOfInProgressThings',
  SUCCEEDED: 'numberOfSucceededThings',
  FAILED: 'numberOfFailedThings',
  REJECTED: 'numberOfRejectedThings',
  TIMED_OUT: 'numberOfTimedOutThings',
  REMOVED: 'numberOfRemovedThings',
  CANCELED: 'numberOfCanceledThings',
};

/**
 * Response body of DescribeJob: times are numbers of seconds; those of a schedule are text with a resolution of minutes.
 * `documentSource` is omitted: there is no document.
 *
 * Source: AWS IoT API Reference, DescribeJob, Response Syntax; SchedulingConfig, startTime.
 */
export function jobResponse(job: SimulatedJob, description: JobDescription) {
  const {
    things = {},
    maximumPerMinute,
    abortCriteria,
    inProgressTimeoutMinutes,
    scheduledStartAt,
    scheduledEndAt,
    endBehavior,
    ...same
  } = description;
  const schedule = { startTime: toTheMinute(scheduledStartAt), endTime: toTheMinute(scheduledEndAt), endBehavior };
  return {
    job: {
      ...same,
      createdAt: seconds(description.createdAt),
      lastUpdatedAt: seconds(description.lastUpdatedAt),
      completedAt: seconds(description.completedAt),
      namespaceId: job.namespaceId,
      jobProcessDetails: {
        // Absent once the rollout is complete.
        ...(description.isConcurrent && { processingTargets: description.targets }),
        ...Object.fromEntries(THING_STATUSES.map((status) => [NUMBER_OF[status], things[status]])),
      },
      jobExecutionsRolloutConfig: maximumPerMinute === undefined ? undefined : { maximumPerMinute },
      abortConfig: abortCriteria && { criteriaList: abortCriteria },
      timeoutConfig:
        inProgressTimeoutMinutes === undefined ? undefined : { inProgressTimeoutInMinutes: inProgressTimeoutMinutes },
      schedulingConfig:
        schedule.startTime === undefined && schedule.endTime === undefined
          ? undefined
          : { ...schedule, maintenanceWindows: maintenanceWindows(job) },
    },
  };
}

function maintenanceWindows({ lifecycle: { startedAt, windows } }: SimulatedJob) {
  if (!windows) return undefined;
  const first = new Date(startedAt);
  return [
    {
      startTime: `cron(${first.getUTCMinutes()} ${first.getUTCHours()} * * ? *)`,
      durationInMinutes: Math.round(windows.lengthMs / MINUTE_MS),
    },
  ];
}

/** `2026-12-01 03:15`, in UTC. */
function toTheMinute(epochMs: number | undefined): string | undefined {
  return epochMs === undefined ? undefined : new Date(epochMs).toISOString().slice(0, 16).replace('T', ' ');
}
