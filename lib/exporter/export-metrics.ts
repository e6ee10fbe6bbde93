import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Change } from '../../lambda/contract/columns.ts';
import type { ThingStatus } from '../../lambda/contract/details.ts';
import type { JobStatus } from '../../lambda/contract/jobs.ts';
import { DIMENSIONS, METRIC_NAMESPACE, METRICS } from '../../lambda/contract/metrics.ts';
import { usualPeriodSeconds } from '../../schedule/alarm-windows.ts';
import type { ExportConfig } from '../config/config.ts';

/** Maximum default period of a metric: a day. */
const MAX_PERIOD_SECONDS = 86_400;

/** Options for a metric of the count of jobs. */
export interface JobCountOptions extends cloudwatch.MetricOptions {
  /** Status whose jobs are counted. */
  readonly status: JobStatus;
  /**
   * Thing group, by the same name or id as in the export.
   *
   * @default - the account as a whole
   */
  readonly thingGroup?: string;
}

/** Options for a metric of the number of changes. */
export interface JobChangesOptions extends cloudwatch.MetricOptions {
  /** Kind of change. */
  readonly change: Change;
}

/** Options for a metric of the number of things. */
export interface ThingsInStatusOptions extends cloudwatch.MetricOptions {
  /** Status of the job's execution on the things. */
  readonly thingStatus: ThingStatus;
}

/** Options for a metric of the number of snapshots in breach of an alarm. */
export interface SnapshotsInBreachOptions extends cloudwatch.MetricOptions {
  /** Name of the alarm: its `name`, or the default, made of status, group and direction. */
  readonly alarmName: string;
}

/**
 * The metrics of one export, for your own alarms and dashboards. By default their period is the longest time between two
 * runs of the schedule, clock changes aside, and at most a day.
 */
export class ExportMetrics {
  readonly #config: ExportConfig;

  constructor(config: ExportConfig) {
    this.#config = config;
  }

  /** Number of jobs in a status in the snapshot. */
  metricJobCount({ status, thingGroup, ...options }: JobCountOptions): cloudwatch.Metric {
    return this.#metric(METRICS.jobCount, cloudwatch.Stats.MAXIMUM, options, {
      ...(thingGroup !== undefined && { [DIMENSIONS.thingGroup]: thingGroup }),
      [DIMENSIONS.status]: status,
    });
  }

  /**
   * Number of jobs that appeared, moved to another status or vanished since the previous snapshot. It needs `metrics.changes`.
   */
  metricJobChanges({ change, ...options }: JobChangesOptions): cloudwatch.Metric {
    return this.#metric(METRICS.jobChanges, cloudwatch.Stats.MAXIMUM, options, { [DIMENSIONS.change]: change });
  }

  /**
   * Number of consecutive snapshots, up to and including the newest, in which an alarm's count breaches its threshold: 0 to
   * its `forSnapshots`. It exists for each alarm with `forSnapshots` above 1 or with `movedTo`.
   */
  metricSnapshotsInBreach({ alarmName, ...options }: SnapshotsInBreachOptions): cloudwatch.Metric {
    const dimensions = { [DIMENSIONS.alarm]: alarmName };
    return this.#metric(METRICS.snapshotsInBreach, cloudwatch.Stats.MAXIMUM, options, dimensions);
  }

  /** 1 for every complete snapshot, 0 for every run that failed. */
  metricSnapshotCompleted(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.#metric(METRICS.snapshotCompleted, cloudwatch.Stats.MAXIMUM, options);
  }

  /** Duration of the listing of a run, in milliseconds. */
  metricSnapshotDuration(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.#metric(METRICS.snapshotDuration, cloudwatch.Stats.MAXIMUM, options);
  }

  /** Delay from the scheduled time to the end of the last listing, in seconds. */
  metricSnapshotDelay(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.#metric(METRICS.snapshotDelay, cloudwatch.Stats.MAXIMUM, options);
  }

  /** Number of calls of ListJobs, including retries. */
  metricListJobsCalls(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.#metric(METRICS.listJobsCalls, cloudwatch.Stats.SUM, options);
  }

  /** Number of throttled calls of ListJobs. */
  metricThrottledCalls(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.#metric(METRICS.throttledCalls, cloudwatch.Stats.SUM, options);
  }

  /** Percentage of the calls of ListJobs that were throttled, 0 to 100. */
  metricThrottledPercent(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.#metric(METRICS.throttledPercent, cloudwatch.Stats.MAXIMUM, options);
  }

  /** Number of thing groups that do not exist. Groups whose existence is unknown do not count. */
  metricMissingThingGroups(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.#metric(METRICS.missingThingGroups, cloudwatch.Stats.MAXIMUM, options);
  }

  /** 1 for a snapshot whose predecessor could not be read, so that all ages start again, else 0. */
  metricPreviousUnreadable(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.#metric(METRICS.previousUnreadable, cloudwatch.Stats.MAXIMUM, options);
  }

  /**
   * Seconds since the last update of the job in progress that was updated least recently. It does not show that devices are
   * stuck, since AWS does not document that their progress updates a job.
   */
  metricOldestInProgressAge(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.#metric(METRICS.oldestInProgressAge, cloudwatch.Stats.MAXIMUM, options);
  }

  /** Number of calls of DescribeJob, including retries. This metric and the five that follow need `details`. */
  metricDescribeJobCalls(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.#metric(METRICS.describeJobCalls, cloudwatch.Stats.SUM, options);
  }

  /** Number of jobs that should have been described and were not. */
  metricDetailsLeftOut(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.#metric(METRICS.detailsLeftOut, cloudwatch.Stats.MAXIMUM, options);
  }

  /** 1 for a snapshot in which existing jobs could not be described, else 0. Jobs beyond `maxJobs` are not a failure. */
  metricDetailsFailed(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.#metric(METRICS.detailsFailed, cloudwatch.Stats.MAXIMUM, options);
  }

  /**
   * Number of things of the jobs in progress, by the status of their executions. It has no data point for a snapshot in which
   * a job was not described or a thing group is missing. It needs details of jobs in progress.
   */
  metricThingsInStatus({ thingStatus, ...options }: ThingsInStatusOptions): cloudwatch.Metric {
    const dimensions = { [DIMENSIONS.thingStatus]: thingStatus };
    return this.#metric(METRICS.thingsInStatus, cloudwatch.Stats.MAXIMUM, options, dimensions);
  }

  /**
   * Highest percentage of failed things of the described rollouts: of the things that executed a job, those that failed it,
   * rejected it or timed out.
   */
  metricWorstFailedPercent(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.#metric(METRICS.worstFailedPercent, cloudwatch.Stats.MAXIMUM, options);
  }

  /** Number of rollouts in which things have still to finish and no number of things has changed for `stalledHours`. */
  metricStalledRollouts(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.#metric(METRICS.stalledRollouts, cloudwatch.Stats.MAXIMUM, options);
  }

  #metric(
    metricName: string,
    statistic: string,
    options: cloudwatch.MetricOptions = {},
    dimensions: Record<string, string> = {},
  ): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: METRIC_NAMESPACE,
      metricName,
      statistic,
      period: Duration.seconds(Math.min(usualPeriodSeconds(this.#config), MAX_PERIOD_SECONDS)),
      ...options,
      dimensionsMap: { [DIMENSIONS.export]: this.#config.name, ...dimensions },
    });
  }
}
