import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { HEALTH_DIMENSION, HEALTH_METRICS } from '../lambda/contract/health.ts';
import { METRIC_NAMESPACE } from '../lambda/contract/metrics.ts';
import { figuresOf } from './figures.ts';
import type { Look } from './ports.ts';

const metrics = new Metrics({ namespace: METRIC_NAMESPACE });
// Powertools adds the dimension `service` by default; every alarm would have to name it.
metrics.clearDefaultDimensions();

/** Writes the metrics of a look, as a line of CloudWatch's embedded metric format. */
export function publishLook(look: Look, bucketName: string): void {
  publish(figuresOf(look), bucketName);
}

/** Writes the metric of a failed look. */
export function publishFailedLook(bucketName: string): void {
  publish({ looked: 0 }, bucketName);
}

function publish(figures: ReturnType<typeof figuresOf>, bucketName: string): void {
  metrics.addDimension(HEALTH_DIMENSION, bucketName);
  for (const [key, name] of Object.entries(HEALTH_METRICS)) {
    const value = figures[key as keyof typeof HEALTH_METRICS];
    if (value !== undefined) metrics.addMetric(name, MetricUnit.Count, value);
  }
  metrics.publishStoredMetrics();
}
