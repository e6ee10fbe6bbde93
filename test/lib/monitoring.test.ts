import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as errors from '../../lambda/errors.ts';
import { type ConfigurationError, checkConfig, type ExporterConfig, STANDING_ALARMS } from '../../lib/config/index.ts';
import { LOG_QUERIES } from '../../lib/exporter/log-queries.ts';
import { type AlarmProperties, changes, type Point } from '../support/cloudwatch-model.ts';
import { newStack, propertiesOf, synth } from './synth.ts';

const RUNBOOK = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8');
const HOUR = 3600;
const DAY = 24 * HOUR;

interface Alarm extends AlarmProperties {
  readonly AlarmDescription: string;
  readonly AlarmActions: unknown[];
  readonly OKActions: unknown[];
  readonly Metrics?: unknown;
}

const GROUPS: ExporterConfig = {
  exports: [
    {
      name: 'fleet',
      schedule: 'cron(0 * * * ? *)',
      thingGroups: ['eu'],
      alarms: [
        { status: 'IN_PROGRESS', thingGroup: 'eu', comparison: '>', threshold: 500, forSnapshots: 3 },
        {
          status: 'IN_PROGRESS',
          thingGroup: 'eu',
          comparison: '<=',
          threshold: 0,
          forSnapshots: 24,
          topicArn: 'arn:aws:sns:eu-west-1:123456789012:fleet',
        },
      ],
    },
  ],
};
const template = synth(GROUPS);
const alarms = propertiesOf<Alarm>(template, 'AWS::CloudWatch::Alarm');

function alarmOf(section: string, config: ExporterConfig = GROUPS, index = 0): Alarm {
  const all = config === GROUPS ? alarms : propertiesOf<Alarm>(synth(config), 'AWS::CloudWatch::Alarm');
  return all.filter(({ AlarmDescription }) => AlarmDescription.endsWith(`#${section}`))[index] as Alarm;
}

const headings = RUNBOOK.split('\n')
  .filter((line) => line.startsWith('### '))
  .map((line) => line.slice(4));
const every = (period: number, values: readonly number[], late: Readonly<Record<number, number>> = {}): Point[] =>
  values.map((value, index) => ({ at: 60 + index * period + (late[index] ?? 0), value }));

describe('every alarm', () => {
  it('is of a plain metric, tells someone of both ways, and names a section of the runbook that is there', () => {
    expect(alarms.length).toBe(STANDING_ALARMS.length + 2);
    for (const { AlarmDescription, AlarmActions, OKActions, Metrics } of alarms) {
      expect(Metrics).toBeUndefined();
      expect(AlarmActions).toHaveLength(1);
      expect(OKActions).toEqual(AlarmActions);
      expect(headings).toContain(/docs\/runbook\.md#(\S+)$/.exec(AlarmDescription)?.[1]);
    }
  });

  it('treats missing data, so that none waits in INSUFFICIENT_DATA, and looks back no further than CloudWatch does', () => {
    for (const schedule of [
      'rate(1 minute)',
      'rate(5 minutes)',
      'cron(0 6 * * ? *)',
      'rate(3 days)',
      'rate(6 days)',
    ] as const) {
      for (const alarm of propertiesOf<Alarm>(
        synth({ exports: [{ name: 'all', schedule }] }),
        'AWS::CloudWatch::Alarm',
      )) {
        expect(['breaching', 'notBreaching']).toContain(alarm.TreatMissingData);
        expect(alarm.Period % 60).toBe(0);
        expect(alarm.Period * alarm.EvaluationPeriods).toBeLessThanOrEqual(alarm.Period < HOUR ? DAY : 7 * DAY);
      }
    }
  });

  it('tells the topic that is named for it, else that of all', () => {
    expect(alarmOf('count', GROUPS, 1).AlarmActions).toEqual(['arn:aws:sns:eu-west-1:123456789012:fleet']);
    const alarmTopicArn = 'arn:aws:sns:eu-west-1:123456789012:on-call';
    const own = synth({ exports: [{ name: 'all', schedule: 'rate(1 hour)' }], alarmTopicArn });
    own.resourceCountIs('AWS::SNS::Topic', 0);
    own.resourceCountIs('AWS::KMS::Key', 0);
    own.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: [alarmTopicArn] });
  });

  it('that is always there is gone when it is turned off by name', () => {
    const none = synth({ ...GROUPS, disabledAlarms: [...STANDING_ALARMS] });
    none.resourceCountIs('AWS::CloudWatch::Alarm', 2);
  });
});

describe('by a model of CloudWatch', () => {
  it('"more than 500 for 3 snapshots" goes off with the third, not the second, and returns with the first good one', () => {
    const alarm = alarmOf('count');
    expect(changes(alarm, every(HOUR, [501, 501, 500, 501, 501, 501, 501, 3, 3]), 8 * HOUR)).toEqual([
      [0, 'OK'],
      [60 + 5 * HOUR, 'ALARM'],
      [60 + 7 * HOUR, 'OK'],
    ]);
  });

  it('a run that is ten minutes late does not make it flap', () => {
    const points = every(HOUR, [9, 501, 501, 501, 501, 501, 501, 501], { 4: 600, 6: 300 });
    expect(changes(alarmOf('count'), points, 7 * HOUR + 120)).toEqual([
      [0, 'OK'],
      [60 + 3 * HOUR, 'ALARM'],
    ]);
  });

  it('"none for a day" goes off after 24 snapshots with none', () => {
    const points = every(HOUR, [1, ...Array.from({ length: 26 }, () => 0), 2]);
    expect(changes(alarmOf('count', GROUPS, 1), points, 28 * HOUR)).toEqual([
      [0, 'OK'],
      [60 + 24 * HOUR, 'ALARM'],
      [60 + 27 * HOUR, 'OK'],
    ]);
  });

  it.each([
    ['rate(1 minute)', 60],
    ['rate(5 minutes)', 300],
    ['cron(0 * * * ? *)', HOUR],
    ['cron(0 6 * * ? *)', DAY],
    ['rate(3 days)', 3 * DAY],
  ] as const)(
    'no-snapshot of %s is quiet while runs are late, goes off when two are missing, and returns',
    (schedule, period) => {
      const alarm = alarmOf('no-snapshot', { exports: [{ name: 'all', schedule }] });
      const points = every(
        period,
        Array.from({ length: 6 }, () => 1),
        { 2: Math.min(600, period / 2) },
      );
      const last = 60 + 5 * period;
      const back = last + 4 * period + HOUR;
      const found = changes(alarm, [...points, { at: back, value: 1 }], back + period);
      expect(found.map(([, state]) => state)).toEqual(['ALARM', 'OK', 'ALARM', 'OK']);
      const off = found[2]?.[0] ?? 0;
      expect(off).toBeGreaterThanOrEqual(last + 2 * period);
      expect(off).toBeLessThanOrEqual(last + 2 * period + 15 * 60 + 3 * alarm.Period);
      expect((found[3]?.[0] ?? 0) - back).toBeLessThanOrEqual(60);
    },
  );

  it.each([
    ['function-failed', 1, 0],
    ['dead-letters', 1, 0],
    ['missing-thing-group', 1, 0],
    ['throttled', 5.1, 5],
    ['slow', 720_001, 720_000],
  ])('%s goes off at %d, not at %d, and returns', (section, bad, good) => {
    const alarm = alarmOf(section);
    const points = every(alarm.Period, [good, bad, good]);
    expect(changes(alarm, points, 4 * alarm.Period).map(([, state]) => state)).toEqual(['OK', 'ALARM', 'OK']);
  });
});

describe('an alarm on counts that could never do its work is refused', () => {
  const mistakesOf = (alarm: object, schedule = 'rate(1 hour)', more: object = {}) => {
    try {
      checkConfig({
        exports: [
          {
            name: 'all',
            schedule,
            alarms: [{ status: 'COMPLETED', comparison: '>', threshold: 5, ...alarm }],
            ...more,
          },
        ],
      });
      return [];
    } catch (error) {
      return (error as ConfigurationError).mistakes;
    }
  };

  test.each([
    [{}, 'rate(1 hour)', { statuses: ['SCHEDULED'] }, /status must be a status that the export lists \(SCHEDULED\)/],
    [{ thingGroup: 'eu' }, 'rate(1 hour)', {}, /thingGroup must be left out: the export is account-wide/],
    [
      { thingGroup: 'eu' },
      'rate(1 hour)',
      { thingGroups: ['us'] },
      /thingGroup must be a thing group that the export lists/,
    ],
    [{}, 'rate(1 hour)', { thingGroups: ['us'] }, /thingGroup must be there/],
    [
      { thingGroup: 'us' },
      'rate(1 hour)',
      { thingGroups: ['us'], metrics: { perThingGroup: false } },
      /set metrics.perThingGroup/,
    ],
    [{ forSnapshots: 169 }, 'rate(1 hour)', {}, /forSnapshots must be at most 168 with this schedule/],
    [{ forSnapshots: 289 }, 'rate(5 minutes)', {}, /forSnapshots must be at most 288/],
    [{}, 'cron(0 6 1 * ? *)', {}, /forSnapshots cannot be held: up to 31 days pass/],
    [{ comparison: '<', threshold: 0 }, 'rate(1 hour)', {}, /can never go off/],
    [{ comparison: '>=', threshold: 0 }, 'rate(1 hour)', {}, /would always be on/],
    [{ comparison: '=' }, 'rate(1 hour)', {}, /comparison must be one of >, >=, <, <=; got "="/],
    [{ topicArn: 'on-call' }, 'rate(1 hour)', {}, /topicArn must be the ARN of a standard SNS topic/],
  ])('%j with %s and %j', (alarm, schedule, more, mistake) => {
    expect(mistakesOf(alarm, schedule, more)).toEqual([expect.stringMatching(mistake)]);
  });

  test('but one that fits is not', () => expect(mistakesOf({ forSnapshots: 168 })).toEqual([]));
});

describe('the runbook', () => {
  it('has a heading for every alarm and for every error, and no other', () => {
    const names = Object.keys(errors).filter((name) => name !== 'ExporterError');
    expect([...headings].sort()).toEqual(['count', ...STANDING_ALARMS, ...names, 'UnexpectedError'].sort());
  });

  it('has the saved queries to paste', () => {
    for (const lines of Object.values(LOG_QUERIES)) expect(RUNBOOK).toContain(lines.join('\n| '));
    template.resourceCountIs('AWS::Logs::QueryDefinition', 3);
  });
});

test('the dashboard is no larger with 50 thing groups than with 2', () => {
  const widgets = (count: number) => {
    const thingGroups = Array.from({ length: count }, (_, index) => `g${index}`);
    const body = synth({ exports: [{ name: 'all', schedule: 'rate(1 hour)', thingGroups }] });
    return JSON.stringify(propertiesOf(body, 'AWS::CloudWatch::Dashboard'));
  };
  expect(widgets(50)).toBe(widgets(2));
});

test('the constructs hand out metrics for alarms of one’s own', () => {
  const { exporter } = newStack(GROUPS);
  expect(exporter.metricJobCount({ status: 'IN_PROGRESS', thingGroup: 'eu' })).toMatchObject({
    namespace: 'IotJobsExporter',
    metricName: 'JobCount',
    dimensions: { Export: 'fleet', Status: 'IN_PROGRESS', ThingGroup: 'eu' },
  });
  expect(() => exporter.metrics('other')).toThrow(/one of its exports \(fleet\); got "other"/);
});

test('a schedule of which CloudWatch cannot tell that it stopped has no such alarm, and is warned of', () => {
  const stack = newStack({ exports: [{ name: 'all', schedule: 'cron(0 6 1 * ? *)' }] });
  const warnings = stack.exporter.monitoring.alarms.node.metadata.filter(({ type }) => type === 'aws:cdk:warning');
  expect(warnings.map(({ data }) => data)).toEqual([expect.stringMatching(/^Export all has no alarm no-snapshot/)]);
});
