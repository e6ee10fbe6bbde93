import type { Account } from './account.ts';

/** The maximum of all points of a metric of the exporter so far, with just these dimensions; `undefined` where it has none. */
export function maximumOf(account: Account, metric: string, dimensions: Record<string, string>): number | undefined {
  const named = Object.entries(dimensions).map(([name, value]) => `Name=${name},Value=${value}`);
  const { Datapoints: points } = account.aws(
    ...['cloudwatch', 'get-metric-statistics', '--namespace', 'IotJobsExporter', '--metric-name', metric],
    ...['--dimensions', ...named, '--start-time', '2026-01-01T00:00:00Z', '--end-time', '2100-01-01T00:00:00Z'],
    ...['--period', '3155673600', '--statistics', 'Maximum'],
  );
  return points[0]?.Maximum;
}
