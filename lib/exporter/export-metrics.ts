import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Change } from '../../lambda/contract/columns.ts';
import type { ThingStatus } from '../../lambda/contract/details.ts';
import type { JobStatus } from '../../lambda/contract/jobs.ts';
import { DIMENSIONS, METRIC_NAMESPACE, METRICS } from '../../lambda/contract/metrics.ts';
import { usualPeriodSeconds } from '../../schedule/alarm-windows.ts';
import type { ExportConfig } from '../config/config.ts';

/** The longest period that a metric has here: a day. */
const MAX_PERIOD_SECONDS = 86_400;

/** What tells a count apart. */
export interface JobCountOptions extends cloudwatch.MetricOptions {
  /** Status whose jobs are counted. */
  readonly status: JobStatus;
  /**
   * Thing group by name or id, as the export lists it.
   *
   * @default - the account as a whole
   */
  readonly thingGroup?: string;
}

/** What tells a number of changes apart. */
export interface JobChangesOptions extends cloudwatch.MetricOptions {
  /** Kind of change. */
  readonly change: Change;
}

/** What tells a number of things apart. */
export interface ThingsInStatusOptions extends cloudwatch.MetricOptions {
  /** Status of the execution of a job on a thing. */
  readonly thingStatus: ThingStatus;
}

/** What tells an alarm's count of snapshots apart. */
export interface SnapshotsInBreachOptions extends cloudwatch.MetricOptions {
  /** Name of the alarm: its `name`, or the one that is made of status, group and direction. */
  readonly alarmName: string;
}

/**
 * The metrics of one export, for alarms and dashboards of one's own. Their period is the schedule's longest while no clock
 * changes, at most a day, unless the options say otherwise.
 */
export class ExportMetrics {
  readonly #config: ExportConfig;

  constructor(config: ExportConfig) {
    this.#config = config;
  }

  /** Jobs of a status in the snapshot. */
  metricJobCount({ status, thingGroup, ...options }: JobCountOptions): cloudwatch.Metric {
    return this.#metric(METRICS.jobCount, cloudwatch.Stats.MAXIMUM, options, {
      ...(thingGroup !== undefined && { [DIMENSIONS.thingGroup]: thingGroup }),
      [DIMENSIONS.status]: status,
    });
  }

  /**
   * Jobs that appeared, moved to another status or vanished since the snapshot before. It is there with `metrics.changes`.
   */
  metricJobChanges({ change, ...options }: JobChangesOptions): cloudwatch.Metric {
    return this.#metric(METRICS.jobChanges, cloudwatch.Stats.MAXIMUM, options, { [DIMENSIONS.change]: change });
  }

  /**
   * Snapshots on end, the newest included, in which an alarm's count breaches its threshold: 0 to its `forSnapshots`. There
   * is one for each alarm with `forSnapshots` above 1, and for each with `movedTo`.
   */
  metricSnapshotsInBreach({ alarmName, ...options }: SnapshotsInBreachOptions): cloudwatch.Metric {
    const dimensions = { [DIMENSIONS.alarm]: alarmName };
    return this.#metric(METRICS.snapshotsInBreach, cloudwatch.Stats.MAXIMUM, options, dimensions);
  }

  /** 1 for every complete snapshot, 0 for every run that failed. */
  metricSnapshotCompleted(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.#metric(METRICS.snapshotCompleted, cloudwatch.Stats.MAXIMUM, options);
  }

  /** Milliseconds that a run listed. */
  metricSnapshotDuration(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.#metric(METRICS.snapshotDuration, cloudwatch.Stats.MAXIMUM, options);
  }

  /** Seconds from the scheduled time to the end of the last listing. */
  metricSnapshotDelay(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.#metric(METRICS.snapshotDelay, cloudwatch.Stats.MAXIMUM, options);
  }

  /** Calls of ListJobs, retries too. */
  metricListJobsCalls(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.#metric(METRICS.listJobsCalls, cloudwatch.Stats.SUM, options);
  }

  /** Calls that were throttled. */
  metricThrottledCalls(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.#metric(METRICS.throttledCalls, cloudwatch.Stats.SUM, options);
  }

  /** Share of the calls that were throttled, 0 to 100. */
  metricThrottledPercent(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.#metric(METRICS.throttledPercent, cloudwatch.Stats.MAXIMUM, options);
  }

  /** Thing groups that do not exist. One of which that is not known does not count. */
  metricMissingThingGroups(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.#metric(METRICS.missingThingGroups, cloudwatch.Stats.MAXIMUM, options);
  }

  /** 1 for a snapshot whose predecessor could not be read, so that all ages began anew, else 0. */
  metricPreviousUnreadable(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.#metric(METRICS.previousUnreadable, cloudwatch.Stats.MAXIMUM, options);
  }

  /**
   * Seconds since the least recently changed job in progress was last updated: no sign that devices are stuck, since AWS
   * does not say that their work changes a job.
   */
  metricOldestInProgressAge(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.#metric(METRICS.oldestInProgressAge, cloudwatch.Stats.MAXIMUM, options);
  }

  /** Calls of DescribeJob, retries too. This and the five that follow are there with `details`. */
  metricDescribeJobCalls(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.#metric(METRICS.describeJobCalls, cloudwatch.Stats.SUM, options);
  }

  /** Jobs that were to be described and are not. */
  metricDetailsLeftOut(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.#metric(METRICS.detailsLeftOut, cloudwatch.Stats.MAXIMUM, options);
  }

  /** 1 for a snapshot in which jobs that are there could not be described, else 0. More than `maxJobs` are no failure. */
  metricDetailsFailed(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.#metric(METRICS.detailsFailed, cloudwatch.Stats.MAXIMUM, options);
  }

  /**
   * Things of the jobs in progress by the status of their executions. It has no point where a job was left out or a
   * thing group is missing, and is there where jobs in progress are described.
   */
  metricThingsInStatus({ thingStatus, ...options }: ThingsInStatusOptions): cloudwatch.Metric {
    const dimensions = { [DIMENSIONS.thingStatus]: thingStatus };
    return this.#metric(METRICS.thingsInStatus, cloudwatch.Stats.MAXIMUM, options, dimensions);
  }

  /** Highest percentage of things that executed a job that failed, rejected it or timed out, over the rollouts described. */
  metricWorstFailedPercent(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.#metric(METRICS.worstFailedPercent, cloudwatch.Stats.MAXIMUM, options);
  }

  /** Rollouts of which things are still to come and no number has changed for `stalledHours`. */
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
