/** What a stack has for exports that ask for details of jobs, and what it has not without one. */
import { Annotations, Match, type Template } from 'aws-cdk-lib/assertions';
import { THING_STATUSES } from '../../lambda/contract/details.ts';
import { parseEvent } from '../../lambda/event.ts';
import type { ExporterConfig } from '../../lib/config/index.ts';
import { alarmsOf, type MetricAlarm, sectionOf } from '../support/alarms-of.ts';
import { allowedStatements, DEFAULT_CONFIG, DETAILS_CONFIG, newStack, propertiesOf, synth } from './synth.ts';

const template = synth(DETAILS_CONFIG);
const without = synth();

const SECTIONS = ['details-failing', 'rollout-failing', 'rollout-stalled'];

/** The alarms on details, by their logical ids. */
function alarmsOn(config: ExporterConfig): ReadonlyMap<string, MetricAlarm> {
  const all = [...alarmsOf(synth(config)).metric];
  return new Map(all.filter(([, alarm]) => SECTIONS.includes(sectionOf(alarm))));
}

const alarmOn = (config: ExporterConfig, section: string) =>
  [...alarmsOn(config).values()].find((alarm) => sectionOf(alarm) === section);

describe('the function', () => {
  const variables = (made: Template) =>
    propertiesOf<{ Environment: { Variables: Record<string, string> } }>(made, 'AWS::Lambda::Function').map(
      ({ Environment }) => Environment.Variables.DESCRIBE_JOB_PER_SECOND,
    );

  test('gets the number of calls that it may make, where an export describes jobs', () => {
    expect(variables(template)).toEqual(['5']);
    expect(variables(synth({ ...DETAILS_CONFIG, describeCallsPerSecond: 7.5 }))).toEqual(['7.5']);
    expect(variables(without)).toEqual([undefined]);
    expect(variables(synth({ ...DEFAULT_CONFIG, describeCallsPerSecond: 7.5 }))).toEqual([undefined]);
  });

  test('may describe the jobs of its account and Region alone, and write and read details, and not without', () => {
    const [describing, ...others] = allowedStatements(template).filter(({ Action }) => Action === 'iot:DescribeJob');
    expect(others).toEqual([]);
    expect(describing?.Sid).toBe('DescribeJobs');
    expect(describing?.Resource).toEqual({
      'Fn::Join': [
        '',
        ['arn:', { Ref: 'AWS::Partition' }, ':iot:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':job/*'],
      ],
    });
    const ownOf = (made: Template) =>
      allowedStatements(made)
        .filter(({ Sid }) => Sid === 'WriteAndReadOwnPartition' || Sid === 'ListOwnPartition')
        .map((statement) => JSON.stringify(statement).includes('details/account_id='));
    expect(ownOf(template)).toEqual([true, true]);
    expect(ownOf(without)).toEqual([false, false]);
    expect(allowedStatements(without).filter(({ Action }) => Action === 'iot:DescribeJob')).toEqual([]);
  });

  test('may lock details where the history is locked', () => {
    const locked = synth({ ...DETAILS_CONFIG, objectLock: { mode: 'GOVERNANCE', days: 30 } });
    const lock = allowedStatements(locked).find(({ Sid }) => Sid === 'LockOwnPartition');
    expect(JSON.stringify(lock?.Resource)).toContain('/details/account_id=');
  });

  test('gets what is configured, with defaults spelt out, and accepts it', () => {
    const [schedule] = propertiesOf<{ Target: { Input: string } }>(template, 'AWS::Scheduler::Schedule');
    const requested = {
      details: { statuses: ['IN_PROGRESS'], maxJobs: 500 },
      rollouts: { failedPercent: 5, stalledHours: 48 },
    };
    const input = JSON.parse(schedule?.Target.Input ?? '');
    expect(input).toMatchObject(requested);
    const event = { ...input, scheduledTime: '2026-11-23T18:00:00Z' };
    const where = { accountId: '111111111111', region: 'eu-west-1' };
    expect(parseEvent(event, Date.parse('2026-11-23T18:00:01Z'), where)).toMatchObject(requested);
  });
});

describe('the alarms', () => {
  test('watch the metrics of the snapshot, by its window, and keep their state while there are none', () => {
    const found = [...alarmsOn(DETAILS_CONFIG).values()].map((alarm) => ({
      ...{ section: sectionOf(alarm), metric: alarm.MetricName, is: alarm.ComparisonOperator },
      threshold: alarm.Threshold,
    }));
    expect(found).toEqual([
      {
        ...{ section: 'details-failing', metric: 'DetailsFailed', is: 'GreaterThanOrEqualToThreshold' },
        threshold: 1,
      },
      { section: 'rollout-failing', metric: 'WorstFailedPercent', is: 'GreaterThanThreshold', threshold: 5 },
      { section: 'rollout-stalled', metric: 'StalledRollouts', is: 'GreaterThanThreshold', threshold: 0 },
    ]);
    for (const alarm of alarmsOn(DETAILS_CONFIG).values()) {
      expect(alarm).toMatchObject({
        ...{ Dimensions: [{ Name: 'Export', Value: 'all' }], Statistic: 'Maximum', TreatMissingData: 'ignore' },
        ...{ Period: 300, EvaluationPeriods: 1, DatapointsToAlarm: 1 },
      });
      expect(alarm.AlarmActions).toHaveLength(1);
      expect(alarm.OKActions).toEqual(alarm.AlarmActions);
    }
  });

  test('describe what is wrong, with a link to what to do', () => {
    expect(alarmOn(DETAILS_CONFIG, 'rollout-failing')?.AlarmDescription).toBe(
      'In export all, more than 5 % of the things that executed a job failed, rejected it or timed out (of 10 things at ' +
        'least). What to do: docs/runbook.md#rollout-failing',
    );
    expect(alarmOn(DETAILS_CONFIG, 'rollout-stalled')?.AlarmDescription).toBe(
      'In export all, a job in progress still awaits things, and no number of its things has changed for 48 h. What to do: ' +
        'docs/runbook.md#rollout-stalled',
    );
  });

  test('are those that are configured', () => {
    const sections = (change: object, more: Partial<ExporterConfig> = {}) =>
      [...alarmsOn({ exports: [{ name: 'all', schedule: 'rate(1 hour)', ...change }], ...more }).values()].map(
        sectionOf,
      );
    expect(sections({})).toEqual([]);
    expect(sections({ details: true })).toEqual(['details-failing']);
    expect(sections({ details: true, rollouts: { minThings: 5 } })).toEqual(['details-failing']);
    expect(sections({ details: true, rollouts: { stalledHours: 5 } })).toEqual(['details-failing', 'rollout-stalled']);
    expect(sections({ details: true }, { disabledAlarms: ['details-failing'] })).toEqual([]);
  });

  test('keep their ids with other thresholds', () => {
    const changed = (rollouts: object) => ({
      exports: DETAILS_CONFIG.exports.map((config) => ({ ...config, rollouts })),
    });
    const ids = [...alarmsOn(DETAILS_CONFIG).keys()];
    expect([...alarmsOn(changed({ failedPercent: 50, minThings: 99, stalledHours: 1 })).keys()]).toEqual(ids);
  });
});

test('an app reaches every metric of details', () => {
  const metrics = newStack(DETAILS_CONFIG).exporter.metrics();
  const made = [
    metrics.metricDescribeJobCalls(),
    metrics.metricDetailsLeftOut(),
    metrics.metricDetailsFailed(),
    metrics.metricWorstFailedPercent(),
    metrics.metricStalledRollouts(),
    ...THING_STATUSES.map((thingStatus) => metrics.metricThingsInStatus({ thingStatus })),
  ];
  expect(made.map(({ metricName, statistic, dimensions }) => [metricName, statistic, dimensions])).toEqual([
    ['DescribeJobCalls', 'Sum', { Export: 'all' }],
    ['DetailsLeftOut', 'Maximum', { Export: 'all' }],
    ['DetailsFailed', 'Maximum', { Export: 'all' }],
    ['WorstFailedPercent', 'Maximum', { Export: 'all' }],
    ['StalledRollouts', 'Maximum', { Export: 'all' }],
    ...THING_STATUSES.map((ThingStatus) => ['ThingsInStatus', 'Maximum', { Export: 'all', ThingStatus }]),
  ]);
});

test('warnings are given at synthesis, each with an id by which it can be acknowledged', () => {
  // CDK prints the warnings that it finds.
  jest.spyOn(console, 'error').mockImplementation();
  const warnings = (config: ExporterConfig) => {
    const stack = newStack(config);
    return Annotations.fromStack(stack)
      .findWarning('*', Match.stringLikeRegexp('DescribeJob'))
      .map(({ entry }) => /\[ack: (\S+)\]$/.exec(String(entry.data))?.[1]);
  };
  expect(warnings(DETAILS_CONFIG)).toEqual([]);
  const exports = DETAILS_CONFIG.exports.map((config) => ({ ...config, schedule: 'rate(1 minute)' as const }));
  expect(warnings({ exports })).toEqual(['iot-jobs-exporter:details-take-too-long-all']);
  expect(warnings({ ...DETAILS_CONFIG, describeCallsPerSecond: 12 })).toEqual(['iot-jobs-exporter:describe-job-quota']);
  jest.restoreAllMocks();
});
