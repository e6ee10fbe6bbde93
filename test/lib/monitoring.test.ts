import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEvent } from '../../lambda/event.ts';
import { DEFAULT_ALARMS, type ExporterConfig } from '../../lib/config/index.ts';
import { alarmsOf, type MetricAlarm, sectionOf } from '../support/alarms-of.ts';
import { type AlarmState, changes, type Point } from '../support/cloudwatch-model.ts';
import { headingsOf } from '../support/runbook.ts';
import { newStack, propertiesOf, synth } from './synth.ts';

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400];
/** How many additional periods CloudWatch looks at is not documented. */
const EXTRA_PERIODS = [0, 1, 2, 3, 5];

const GROUPS: ExporterConfig = {
  exports: [
    {
      name: 'fleet',
      schedule: 'cron(0 * * * ? *)',
      thingGroups: ['eu'],
      details: true,
      rollouts: { failedPercent: 5, stalledHours: 24 },
      alarms: [
        { status: 'IN_PROGRESS', thingGroup: 'eu', comparison: '>', threshold: 500, forSnapshots: 3 },
        {
          status: 'IN_PROGRESS',
          thingGroup: 'eu',
          comparison: '<=',
          threshold: 0,
          topicArn: 'arn:aws:sns:eu-west-1:123456789012:fleet',
        },
      ],
    },
  ],
};
const template = synth(GROUPS);
const { metric: alarms, composite: composites } = alarmsOf(template);

function alarmOf(section: string, config: ExporterConfig = GROUPS, index = 0): MetricAlarm {
  const all = config === GROUPS ? alarms : alarmsOf(synth(config)).metric;
  return [...all.values()].filter((alarm) => sectionOf(alarm) === section)[index] as MetricAlarm;
}

/** Sections whose alarms do not notify by themselves, for a composite does. */
const GROUPED = ['snapshot-failed', 'no-snapshot', 'function-failed', 'dead-letters'];

const headings = headingsOf(readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8'));

describe('every alarm', () => {
  it('is of a plain metric, and names a section of the runbook that is there', () => {
    // Of count and of rollouts there are two, of undelivered as well; run-failed is there with long runs.
    expect(alarms.size).toBe(DEFAULT_ALARMS.length - 1 + 2 + 2 + 1);
    for (const alarm of [...alarms.values(), ...composites.values()]) {
      expect(alarm).not.toHaveProperty('Metrics');
      expect(headings).toContain(sectionOf(alarm));
    }
  });

  it('notifies by itself of both ways, but for those that follow from one failure: of these the composites do', () => {
    for (const alarm of alarms.values()) {
      const count = GROUPED.includes(sectionOf(alarm)) ? 0 : 1;
      expect([sectionOf(alarm), alarm.AlarmActions?.length ?? 0]).toEqual([sectionOf(alarm), count]);
      expect(alarm.OKActions).toEqual(alarm.AlarmActions);
    }
    expect([...composites.values()].map(sectionOf)).toEqual(['failing', 'function-failing']);
    for (const alarm of composites.values()) {
      expect(alarm.AlarmActions).toHaveLength(1);
      expect(alarm.OKActions).toEqual(alarm.AlarmActions);
    }
  });

  it.each(['rate(1 minute)', 'rate(5 minutes)', 'cron(0 6 * * ? *)', 'rate(3 days)', 'rate(6 days)'] as const)(
    'treats missing data, and looks back no further than CloudWatch does: %s',
    (schedule) => {
      for (const alarm of alarmsOf(synth({ exports: [{ name: 'all', schedule }] })).metric.values()) {
        expect(['breaching', 'notBreaching', 'ignore', 'missing']).toContain(alarm.TreatMissingData);
        expect(alarm.Period % MINUTE).toBe(0);
        expect(alarm.Period * alarm.EvaluationPeriods).toBeLessThanOrEqual(alarm.Period < HOUR ? DAY : 7 * DAY);
      }
    },
  );

  it('notifies the topic that is named for it, else the topic of all', () => {
    expect(alarmOf('count', GROUPS, 1).AlarmActions).toEqual(['arn:aws:sns:eu-west-1:123456789012:fleet']);
    const alarmTopicArn = 'arn:aws:sns:eu-west-1:123456789012:on-call';
    const own = synth({ exports: [{ name: 'all', schedule: 'rate(1 hour)' }], alarmTopicArn });
    own.resourceCountIs('AWS::SNS::Topic', 0);
    own.resourceCountIs('AWS::KMS::Key', 0);
    own.allResourcesProperties('AWS::CloudWatch::CompositeAlarm', { AlarmActions: [alarmTopicArn] });
  });

  it('that is always there is gone when it is turned off by name', () => {
    const none = synth({ ...GROUPS, disabledAlarms: [...DEFAULT_ALARMS] });
    none.resourceCountIs('AWS::CloudWatch::Alarm', 4);
    none.resourceCountIs('AWS::CloudWatch::CompositeAlarm', 0);
    synth({
      ...GROUPS,
      exports: [{ name: 'all', schedule: 'rate(1 hour)' }],
      disabledAlarms: [...DEFAULT_ALARMS],
    }).resourceCountIs('AWS::SNS::Topic', 0);
  });

  it('has an id by what it watches: another threshold updates it, and keeps its history', () => {
    const idsOf = (threshold: number) =>
      [
        ...alarmsOf(
          synth({
            exports: [
              {
                name: 'all',
                schedule: 'rate(1 hour)',
                alarms: [
                  { status: 'IN_PROGRESS', comparison: '>', threshold },
                  { status: 'COMPLETED', comparison: '>', threshold, forSnapshots: 3 },
                ],
              },
            ],
          }),
        ).metric.keys(),
      ].sort();
    expect(idsOf(600)).toEqual(idsOf(500));
  });

  it('is told from those of other exports, whatever their names are made of', () => {
    const alarm = { status: 'IN_PROGRESS', comparison: '>', threshold: 1 } as const;
    const names = [
      { name: 'a', alarm: 'b-c' },
      { name: 'a-b', alarm: 'c' },
      { name: 'a-b-c', alarm: 'no-snapshot' },
      { name: 'function', alarm: 'slow' },
      { name: 'any1', alarm: 'failing' },
    ];
    const exports = names.map(({ name, alarm: own }) => ({
      name,
      schedule: 'rate(1 hour)' as const,
      alarms: [{ ...alarm, name: own }],
    }));
    const counts = [...alarmsOf(synth({ exports })).metric.values()].filter((found) => sectionOf(found) === 'count');
    expect(counts.map(({ AlarmDescription: text }) => /export (\S+),/.exec(text)?.[1])).toEqual(
      names.map(({ name }) => name),
    );
  });
});

describe('by a model of CloudWatch, however many more periods it looks at', () => {
  const stateAt = (alarm: MetricAlarm, points: readonly Point[], now: number, extra: number): AlarmState | undefined =>
    changes(alarm, points, now, extra).at(-1)?.[1];

  it.each(EXTRA_PERIODS)(
    '"> 500" of a schedule of working hours is told minutes after the snapshot of Monday, 10:00 (%d)',
    (extra) => {
      const alarm = alarmOf('count', {
        exports: [
          {
            name: 'all',
            schedule: 'cron(0 9-17 ? * MON-FRI *)',
            alarms: [{ status: 'IN_PROGRESS', comparison: '>', threshold: 500 }],
          },
        ],
      });
      // Friday from 09:00 on, then Monday from 09:00 on: at 10:00 it breaches, and so it does over the next night.
      const monday = 3 * DAY + HOUR;
      const points = [...Array.from({ length: 9 }, (_, hour) => hour * HOUR), 3 * DAY, monday].map((at) => ({
        at: at + 90,
        value: at === monday ? 501 : 3,
      }));
      const found = changes(alarm, points, monday + DAY, extra);
      expect(found.map(([, state]) => state)).toEqual(['INSUFFICIENT_DATA', 'OK', 'ALARM']);
      expect((found[2]?.[0] ?? 0) - (monday + 90)).toBeLessThanOrEqual(6 * MINUTE);
    },
  );

  it('several snapshots in a row are counted by the function, whose count is watched', () => {
    expect(alarmOf('count')).toMatchObject({
      MetricName: 'SnapshotsInBreach',
      Dimensions: [
        { Name: 'Alarm', Value: 'in-progress-eu-above' },
        { Name: 'Export', Value: 'fleet' },
      ],
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 3,
      Period: 300,
    });
    const [schedule] = propertiesOf<{ Target: { Input: string } }>(template, 'AWS::Scheduler::Schedule');
    expect(JSON.parse(schedule?.Target.Input ?? '').alarms).toEqual([
      {
        name: 'in-progress-eu-above',
        status: 'IN_PROGRESS',
        thingGroup: 'eu',
        comparison: '>',
        threshold: 500,
        forSnapshots: 3,
      },
    ]);
  });

  it.each(['cron(0/5 * * * ? *)', 'cron(0 * * * ? *)'] as const)(
    '%s in Berlin watches minutes, not the hours of a night in autumn',
    (schedule) => {
      const alarm = alarmOf('count', {
        exports: [
          {
            name: 'all',
            schedule,
            timeZone: 'Europe/Berlin',
            alarms: [{ status: 'IN_PROGRESS', comparison: '>', threshold: 5, forSnapshots: 3 }],
          },
        ],
      });
      expect(alarm.Period * alarm.EvaluationPeriods).toBeLessThanOrEqual(300);
    },
  );

  it.each([
    ['function-failed', 1, 0],
    ['dead-letters', 1, 0],
    ['undelivered', 1, 0],
    ['invocations-throttled', 1, 0],
    ['old-events', 3 * 3_600_000 + 1, 3 * 3_600_000],
  ])('%s goes on at %d, not at %d, although Lambda writes it 17 minutes late, and returns', (section, bad, good) => {
    for (const extra of EXTRA_PERIODS) {
      const alarm = alarmOf(section);
      const late = (value: number): Point[] => [{ at: HOUR, value, visibleAt: HOUR + 17 * MINUTE }];
      expect(stateAt(alarm, late(bad), HOUR + 18 * MINUTE, extra)).toBe('ALARM');
      expect(stateAt(alarm, late(good), HOUR + 18 * MINUTE, extra)).toBe('OK');
      expect(stateAt(alarm, late(bad), HOUR + (31 + extra) * MINUTE, extra)).toBe('OK');
    }
  });

  it.each([
    ['missing-thing-group', 1, 0],
    ['previous-unreadable', 1, 0],
    ['throttled', 5.1, 5],
    ['slow', 720_001, 720_000],
    ['snapshot-failed', 0, 1],
  ])('%s goes on at %d, stays so without snapshots, and returns at %d', (section, bad, good) => {
    for (const extra of EXTRA_PERIODS) {
      const points = [good, bad, good].map((value, index) => ({ at: 60 + index * 3 * DAY, value }));
      const found = changes(alarmOf(section), points, 7 * DAY, extra);
      expect(found).toEqual([
        [0, 'INSUFFICIENT_DATA'],
        [120, 'OK'],
        [3 * DAY + 120, 'ALARM'],
        [6 * DAY + 120, 'OK'],
      ]);
    }
  });
});

describe('with the minutes that a run may take', () => {
  const long = (maxRunMinutes: number, schedule: 'rate(6 hours)' | 'rate(3 hours)' = 'rate(6 hours)') => ({
    exports: [{ name: 'all', schedule, maxRunMinutes }],
  });

  it('slow is on above 80 % of them', () => {
    expect(alarmOf('slow', long(180))).toMatchObject({
      MetricName: 'SnapshotDuration',
      Threshold: 0.8 * 180 * 60_000,
      AlarmDescription: expect.stringMatching(/^The last snapshot of export all took more than 144 of the 180 minutes/),
    });
  });

  it('no-snapshot waits for a run to be as late as it may be', () => {
    const minutesOf = (config: ExporterConfig) => {
      const { Period: period, EvaluationPeriods: count } = alarmOf('no-snapshot', config);
      return (period * count) / MINUTE;
    };
    expect(minutesOf(long(15))).toBe(2 * 360 + 20);
    expect(minutesOf(long(180))).toBe(2 * 360 + 185);
    expect(minutesOf(long(360))).toBe(2 * 360 + 365);
  });

  it('an alarm on what the function writes has a period that no two snapshots share', () => {
    expect(alarmOf('snapshot-failed', long(355)).Period).toBe(300);
    expect(alarmOf('snapshot-failed', long(356)).Period).toBe(60);
  });
});

describe('no-snapshot', () => {
  const hoursOf = (schedule: 'rate(2 days)' | 'rate(6 days)', missed: number) => {
    const config = { exports: [{ name: 'all', schedule }], alarmAfterMissedPeriods: missed };
    const { Period: period, EvaluationPeriods: count } = alarmOf('no-snapshot', config);
    return (period * count) / HOUR;
  };

  it('never waits shorter for more missed periods, and says where CloudWatch cannot look back as far as requested', () => {
    expect([1, 2, 3, 4, 9].map((missed) => hoursOf('rate(2 days)', missed))).toEqual([49, 97, 145, 168, 168]);
    expect([1, 2].map((missed) => hoursOf('rate(6 days)', missed))).toEqual([145, 168]);
    const warningsOf = (missed: number) => {
      const stack = newStack({ exports: [{ name: 'all', schedule: 'rate(2 days)' }], alarmAfterMissedPeriods: missed });
      return warningsBelow(stack);
    };
    expect(warningsOf(3)).toEqual([]);
    expect(warningsOf(4)).toEqual([expect.stringMatching(/^The alarm no-snapshot of export all goes off after 168 h/)]);
  });

  it('waits for the run after a skipped one, where a clock is put forward', () => {
    const alarm = alarmOf('no-snapshot', {
      exports: [{ name: 'all', schedule: 'cron(30 2 * * ? *)', timeZone: 'Europe/Berlin' }],
      alarmAfterMissedPeriods: 1,
    });
    expect((alarm.Period * alarm.EvaluationPeriods) / HOUR).toBe(48);
  });

  it('is not there for a schedule of which CloudWatch cannot tell that it stopped, and that is warned of', () => {
    const stack = newStack({ exports: [{ name: 'all', schedule: 'cron(0 6 1 * ? *)' }] });
    expect(warningsBelow(stack)).toEqual([expect.stringMatching(/^Export all has no alarm no-snapshot/)]);
  });
});

function warningsBelow({ exporter }: ReturnType<typeof newStack>): unknown[] {
  const nodes = exporter.monitoring.alarms.node.findAll();
  return nodes
    .flatMap(({ node }) => node.metadata)
    .flatMap(({ type, data }) => (type === 'aws:cdk:warning' ? [data] : []));
}

test('an alarm with anomaly watches the band of CloudWatch', () => {
  const alarm = { status: 'IN_PROGRESS', comparison: '>', anomaly: true } as const;
  const config: ExporterConfig = { exports: [{ name: 'all', schedule: 'rate(1 hour)', alarms: [alarm] }] };
  const found = alarmOf('count', config);
  expect(found).toMatchObject({
    AlarmDescription: expect.stringMatching(/^In export all, more jobs are IN_PROGRESS than CloudWatch expects/),
    ComparisonOperator: 'GreaterThanUpperThreshold',
    ThresholdMetricId: 'band',
    EvaluationPeriods: 1,
    TreatMissingData: 'ignore',
    Metrics: [
      {
        Id: 'count',
        MetricStat: {
          Metric: {
            MetricName: 'JobCount',
            Dimensions: expect.arrayContaining([{ Name: 'Status', Value: 'IN_PROGRESS' }]),
          },
          Period: 300,
          Stat: 'Maximum',
        },
      },
      { Id: 'band', Expression: 'ANOMALY_DETECTION_BAND(count, 2)' },
    ],
  });
  expect(found.AlarmActions).toHaveLength(1);
  const below = { ...alarm, comparison: '<' } as const;
  const other = alarmOf('count', { exports: [{ name: 'all', schedule: 'rate(1 hour)', alarms: [below] }] });
  expect(other).toMatchObject({
    ComparisonOperator: 'LessThanLowerThreshold',
    Metrics: [{ MetricStat: { Stat: 'Minimum' } }, {}],
  });
});

describe('an alarm on jobs that moved', () => {
  const config = (alarm: object, more: object = {}): ExporterConfig => ({
    exports: [
      {
        name: 'all',
        schedule: 'cron(0 * * * ? *)',
        alarms: [{ movedTo: 'CANCELED', comparison: '>', threshold: 50, ...alarm }],
        ...more,
      },
    ],
  });

  it('watches what the function counts, for one snapshot too, and says so in words', () => {
    expect(alarmOf('count', config({}))).toMatchObject({
      AlarmDescription:
        'In export all, more than 50 jobs became CANCELED between two snapshots. What to do: docs/runbook.md#count',
      MetricName: 'SnapshotsInBreach',
      Dimensions: [
        { Name: 'Alarm', Value: 'moved-to-canceled-above' },
        { Name: 'Export', Value: 'all' },
      ],
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 1,
      EvaluationPeriods: 1,
      Statistic: 'Maximum',
      TreatMissingData: 'ignore',
      AlarmActions: [expect.anything()],
      OKActions: [expect.anything()],
    });
    const none = config(
      { movedTo: 'COMPLETED', thingGroup: 'eu', comparison: '<', threshold: 1, forSnapshots: 24 },
      { thingGroups: ['eu'] },
    );
    expect(alarmOf('count', none)).toMatchObject({
      AlarmDescription: expect.stringMatching(
        /^In export all, fewer than 1 job became COMPLETED in thing group eu from one snapshot to the next, for 24 snapshots on end\./,
      ),
      Dimensions: expect.arrayContaining([{ Name: 'Alarm', Value: 'moved-to-completed-eu-below' }]),
      Threshold: 24,
    });
  });

  it('is told to the function, which takes it', () => {
    const inputOf = (alarm: object) => {
      const [schedule] = propertiesOf<{ Target: { Input: string } }>(synth(config(alarm)), 'AWS::Scheduler::Schedule');
      return JSON.parse(schedule?.Target.Input ?? '');
    };
    const input = inputOf({});
    expect(input.alarms).toEqual([
      { name: 'moved-to-canceled-above', movedTo: 'CANCELED', comparison: '>', threshold: 50, forSnapshots: 1 },
    ]);
    expect(input).not.toHaveProperty('changeMetrics');
    const event = { ...input, scheduledTime: '2026-11-23T18:00:00Z' };
    const where = { accountId: '111111111111', region: 'eu-west-1' };
    expect(parseEvent(event, Date.parse('2026-11-23T18:00:01Z'), where).alarms).toEqual(input.alarms);
  });

  it('keeps its id with another threshold, and is another one than that on the jobs in the status', () => {
    const idsOf = (threshold: number) => [
      ...alarmsOf(
        synth(
          config(
            {},
            {
              alarms: [
                { movedTo: 'CANCELED', comparison: '>', threshold },
                { movedTo: 'CANCELED', comparison: '<', threshold },
                { status: 'CANCELED', comparison: '>', threshold },
              ],
            },
          ),
        ),
      ).metric.keys(),
    ];
    expect(idsOf(50).sort()).toEqual(idsOf(60).sort());
  });

  it('is warned of where the export does not list what the jobs come from', () => {
    const warningsOf = (more: object) => warningsBelow(newStack(config({}, more)));
    expect(warningsOf({})).toEqual([]);
    expect(warningsOf({ statuses: ['IN_PROGRESS', 'CANCELED'] })).toEqual([
      expect.stringMatching(
        /^The alarm moved-to-canceled-above of export all does not count jobs that come to CANCELED/,
      ),
    ]);
  });
});

test('the numbers of changes are metrics where that is requested', () => {
  const config = { name: 'all', schedule: 'cron(0 * * * ? *)', metrics: { changes: true } } as const;
  const [schedule] = propertiesOf<{ Target: { Input: string } }>(
    synth({ exports: [config] }),
    'AWS::Scheduler::Schedule',
  );
  expect(JSON.parse(schedule?.Target.Input ?? '')).toMatchObject({ changeMetrics: true });
  expect(
    newStack({ exports: [config] })
      .exporter.metrics()
      .metricJobChanges({ change: 'MOVED' }),
  ).toMatchObject({
    metricName: 'JobChanges',
    statistic: 'Maximum',
    dimensions: { Export: 'all', Change: 'MOVED' },
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
