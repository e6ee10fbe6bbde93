import { Template } from 'aws-cdk-lib/assertions';
import { METRIC_NAMESPACE } from '../../lambda/contract/metrics.ts';
import { ALARMS_ON_CUSTOM_METRICS, DEFAULT_ALARMS, type ExporterConfig } from '../../lib/config/index.ts';
import { mistakesOf } from './mistakes-of.ts';
import { DEFAULT_CONFIG, newStack, propertiesOf } from './synth.ts';

const QUIET: ExporterConfig = {
  ...DEFAULT_CONFIG,
  metrics: false,
  dashboard: false,
  disabledAlarms: [...ALARMS_ON_CUSTOM_METRICS],
};

test('an exporter without custom metrics says so to its function, and costs what its other alarms cost', () => {
  const stack = newStack(QUIET);
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { METRICS: 'NONE' } } });
  expect(JSON.stringify(Template.fromStack(newStack()).findResources('AWS::Lambda::Function'))).not.toContain(
    'METRICS',
  );
  const { metrics, alarms } = stack.exporter.monitoring.monitored;
  expect(metrics).toBe(0);
  expect(alarms).toBeGreaterThan(0);
  template.resourceCountIs('AWS::CloudWatch::Alarm', alarms);
});

test('of its alarms none watches a custom metric, whatever its exports have', () => {
  const exports = [
    { name: 'all', schedule: 'cron(0 0/6 * * ? *)', maxRunMinutes: 180, details: true, thingGroups: ['eu'] } as const,
  ];
  const alarms = propertiesOf<object>(Template.fromStack(newStack({ ...QUIET, exports })), 'AWS::CloudWatch::Alarm');
  expect(alarms.length).toBeGreaterThan(0);
  expect(JSON.stringify(alarms)).not.toContain(METRIC_NAMESPACE);
  // The list has each alarm that does: without one of them an alarm on custom metrics is left.
  const all = propertiesOf<object>(Template.fromStack(newStack({ exports })), 'AWS::CloudWatch::Alarm');
  const custom = all.filter((alarm) => JSON.stringify(alarm).includes(`"${METRIC_NAMESPACE}"`));
  expect(custom.length).toBe(all.length - alarms.length);
});

test('all standing alarms may be disabled: then there is no topic and nothing to pay', () => {
  const template = Template.fromStack(newStack({ ...QUIET, disabledAlarms: [...DEFAULT_ALARMS] }));
  for (const type of ['Alarm', 'CompositeAlarm', 'Dashboard']) template.resourceCountIs(`AWS::CloudWatch::${type}`, 0);
  template.resourceCountIs('AWS::SNS::Topic', 0);
});

test('what would watch or show custom metrics is refused without them, with the mend', () => {
  const exports = [
    {
      ...{ name: 'all', schedule: 'cron(0 * * * ? *)', details: true, rollouts: { failedPercent: 5 } },
      alarms: [{ status: 'IN_PROGRESS', comparison: '>', threshold: 5 }],
      metrics: { changes: true, perThingGroup: false },
    },
  ];
  expect(mistakesOf({ exports, metrics: false })).toEqual([
    `disabledAlarms must have ${ALARMS_ON_CUSTOM_METRICS.join(', ')} ` +
      'with metrics: false, for they watch custom metrics: add them, or set metrics to true; got []',
    'dashboard must be false with metrics: false, for it shows custom metrics: set it, or metrics to true; got true',
    expect.stringMatching(/^exports\[0\]\.alarms must be left out with metrics: false, .*; got \[/),
    expect.stringMatching(/^exports\[0\]\.rollouts must be left out with metrics: false, .*; got \{/),
    expect.stringMatching(/^exports\[0\]\.metrics\.changes must be left out with metrics: false, .*; got true/),
  ]);
  expect(mistakesOf(QUIET)).toEqual([]);
});

test('metrics that are not written are not exposed', () => {
  const { exporter } = newStack(QUIET);
  expect(() => exporter.metrics()).toThrow(
    'IotJobsExporter/Exporter has no metrics, for its option metrics is false: set it to true, or watch it otherwise',
  );
});
