import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { checkConfig, type ExporterConfig } from '../../lib/config/index.ts';
import { costLine, customMetricCount, monitored, monthlyCost, sumOf } from '../../lib/exporter/metrics-cost.ts';
import { DEFAULT_CONFIG, newStack } from './synth.ts';

const DOCS = readFileSync(join(import.meta.dirname, '../../docs/costs.md'), 'utf8');
const COUNTED = { metrics: 13, alarms: 6, anomalyAlarms: 0, composites: 0, dashboards: 1 };

function infoOf(config: ExporterConfig): unknown[] {
  const { monitoring } = newStack(config).exporter;
  return monitoring.node.metadata.filter(({ type }) => type === 'aws:cdk:info').map(({ data }) => data);
}

test('synthesis says what is monitored, what it costs, and the dashboard besides', () => {
  const line =
    /^\d+ custom metrics( and|,) \d+ alarms.* cost about \$\d+\.\d\d a month at .*; the dashboard costs \$3 more after its account's first three/;
  expect(infoOf(DEFAULT_CONFIG)).toEqual([expect.stringMatching(line)]);
  expect(infoOf({ ...DEFAULT_CONFIG, dashboard: false })).toEqual([expect.not.stringContaining('costs $3')]);
});

test('docs/costs.md has the figures of the default configuration', () => {
  const { dollars, items } = monthlyCost(newStack().exporter.monitoring.monitored);
  const row = DOCS.split('\n').find((line) => line.startsWith('| CloudWatch |'));
  expect(row).toBe(
    `| CloudWatch | ${dollars} | ${items}; said at each synth for the configuration at hand. The dashboard is $3 more ` +
      "after the account's first three |",
  );
});

test('an alarm on anomalies is charged as three, a composite alarm as five', () => {
  expect(monthlyCost(COUNTED)).toEqual({ dollars: '$4.50', items: '13 custom metrics and 6 alarms' });
  expect(monthlyCost({ ...COUNTED, anomalyAlarms: 1, composites: 2 })).toEqual({
    dollars: '$5.80',
    items: '13 custom metrics, 6 alarms, 1 alarm on anomalies and 2 composite alarms',
  });
});

test('a count that is watched over several snapshots is one custom metric more', () => {
  const alarm = { status: 'IN_PROGRESS', comparison: '>', threshold: 5 } as const;
  const metricsOf = (forSnapshots: number) => {
    const [config] = checkConfig({
      exports: [{ name: 'all', schedule: 'rate(1 hour)', alarms: [{ ...alarm, forSnapshots }] }],
    }).exports;
    return config ? customMetricCount(config) : Number.NaN;
  };
  expect(metricsOf(3) - metricsOf(1)).toBe(1);
});

test('an alarm on jobs that moved is a custom metric more, and the numbers of changes are three', () => {
  const metricsOf = (more: object) => {
    const [config] = checkConfig({ exports: [{ name: 'all', schedule: 'rate(1 hour)', ...more }] }).exports;
    return config ? customMetricCount(config) : Number.NaN;
  };
  const alarms = [{ movedTo: 'CANCELED', comparison: '>', threshold: 5 }];
  expect(metricsOf({ alarms }) - metricsOf({})).toBe(1);
  expect(metricsOf({ metrics: { changes: true } }) - metricsOf({})).toBe(3);
  expect(metricsOf({ metrics: { changes: false } }) - metricsOf({})).toBe(0);
});

test('an export with details has 13 custom metrics more, or five where no jobs in progress are described', () => {
  const metricsOf = (more: object) => {
    const [config] = checkConfig({ exports: [{ name: 'all', schedule: 'rate(1 hour)', ...more }] }).exports;
    return config ? customMetricCount(config) : Number.NaN;
  };
  expect(metricsOf({ details: true }) - metricsOf({})).toBe(13);
  expect(metricsOf({ details: { statuses: ['SCHEDULED'] } }) - metricsOf({})).toBe(5);
});

test('what is built is counted, whatever made it', () => {
  const stack = new Stack(new App(), 'Stack');
  const metric = new cloudwatch.Metric({ namespace: 'n', metricName: 'm' });
  const common = { metric, evaluationPeriods: 1 };
  const alarm = new cloudwatch.Alarm(stack, 'Alarm', { ...common, threshold: 1 });
  new cloudwatch.AnomalyDetectionAlarm(stack, 'Anomaly', common);
  new cloudwatch.CompositeAlarm(stack, 'Composite', { alarmRule: alarm });
  new cloudwatch.Dashboard(stack, 'Dashboard');
  const counted = monitored(stack, []);
  expect(counted).toEqual({ metrics: 0, alarms: 1, anomalyAlarms: 1, composites: 1, dashboards: 1 });
  expect(sumOf([counted, COUNTED])).toEqual({ metrics: 13, alarms: 7, anomalyAlarms: 1, composites: 1, dashboards: 2 });
  expect(costLine(sumOf([counted, COUNTED]))).toContain(
    "each of the 2 dashboards costs $3 more after its account's first",
  );
});
