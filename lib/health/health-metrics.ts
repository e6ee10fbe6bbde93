import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { HEALTH_DIMENSION, HEALTH_METRICS } from '../../lambda/contract/health.ts';
import { METRIC_NAMESPACE } from '../../lambda/contract/metrics.ts';

/** Key of a metric of the looks at a history's exports. */
export type HealthMetric = keyof typeof HEALTH_METRICS;

/**
 * The metrics of the looks at a history's exports, for your own alarms and dashboards. By default they are the maximum over
 * the time between two looks.
 */
export class HealthMetrics {
  readonly #bucketName: string;
  readonly #everyMinutes: number;

  constructor(bucketName: string, everyMinutes: number) {
    this.#bucketName = bucketName;
    this.#everyMinutes = everyMinutes;
  }

  /** Gives a metric, such as `silent`. */
  metric(name: HealthMetric, options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: METRIC_NAMESPACE,
      metricName: HEALTH_METRICS[name],
      dimensionsMap: { [HEALTH_DIMENSION]: this.#bucketName },
      statistic: cloudwatch.Stats.MAXIMUM,
      period: Duration.minutes(this.#everyMinutes),
      ...options,
    });
  }
}
