import type { JobStatus } from '../../lambda/contract/jobs.ts';
import { alarmWarnings } from '../../lib/config/alarm-rules.ts';
import { type ConfigurationError, checkConfig } from '../../lib/config/index.ts';

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
    [{ forSnapshots: 1441 }, 'rate(1 hour)', {}, /forSnapshots must be a whole number from 1 to 1440; got 1441/],
    [{ threshold: undefined }, 'rate(1 hour)', {}, /threshold must be there, or anomaly must be true; got nothing/],
    [{ threshold: undefined, anomaly: false }, 'rate(1 hour)', {}, /threshold must be there/],
    [{ anomaly: true }, 'rate(1 hour)', {}, /threshold must be left out with anomaly: .*; got 5/],
    [
      { threshold: undefined, anomaly: true, forSnapshots: 2 },
      'rate(1 hour)',
      {},
      /forSnapshots must be left out with anomaly: .*; got 2/,
    ],
    [
      { threshold: undefined, anomaly: true, comparison: '>=' },
      'rate(1 hour)',
      {},
      /comparison must be > \(above what is expected\) or < \(below it\) with anomaly; got ">="/,
    ],
    [{ comparison: '<', threshold: 0 }, 'rate(1 hour)', {}, /can never go off/],
    [{ comparison: '>=', threshold: 0 }, 'rate(1 hour)', {}, /would always be on/],
    [{ comparison: '=' }, 'rate(1 hour)', {}, /comparison must be one of >, >=, <, <=; got "="/],
    [{ topicArn: 'on-call' }, 'rate(1 hour)', {}, /topicArn must be the ARN of a standard SNS topic/],
  ])('%j with %s and %j', (alarm, schedule, more, mistake) => {
    expect(mistakesOf(alarm, schedule, more)).toEqual([expect.stringMatching(mistake)]);
  });

  const moves = (alarm: object, more: object = {}) =>
    mistakesOf({ status: undefined, movedTo: 'CANCELED', ...alarm }, 'rate(1 hour)', more);

  test.each([
    [{ status: undefined, movedTo: undefined }, {}, /alarms\[0\]\.status must be one of SCHEDULED.*; got nothing/],
    [{ status: 'CANCELED' }, {}, /status must be left out with movedTo: an alarm is on one of the two/],
    [{ movedTo: 'RUNNING' }, {}, /movedTo must be one of SCHEDULED, .*; got "RUNNING"/],
    [{ threshold: undefined }, {}, /threshold must be a number|threshold must be a whole number.*; got nothing/],
    [{ anomaly: true }, {}, /anomaly must be left out with movedTo: CloudWatch learns/],
    [{ forSnapshots: 0 }, {}, /forSnapshots must be a whole number from 1 to 1440; got 0/],
    [{ comparison: '<', threshold: 0 }, {}, /can never go off: no count is below 0/],
    [{ thingGroup: 'eu' }, {}, /thingGroup must be left out: the export is account-wide/],
    [{}, { thingGroups: ['eu'] }, /thingGroup must be there/],
    [
      {},
      { statuses: ['SCHEDULED', 'IN_PROGRESS'] },
      /movedTo must be a status that the export lists \(SCHEDULED, IN_PROGRESS\), or be added to its statuses; got "CANCELED"/,
    ],
    [
      {},
      { statuses: ['CANCELED', 'COMPLETED'] },
      /movedTo must be a status whose jobs the export sees before: add one of SCHEDULED, IN_PROGRESS to its statuses; got "CANCELED"/,
    ],
    [
      { movedTo: 'DELETION_IN_PROGRESS' },
      { statuses: ['DELETION_IN_PROGRESS'] },
      /add one of SCHEDULED, IN_PROGRESS, COMPLETED, CANCELED to its statuses/,
    ],
  ])('of jobs that moved: %j with %j', (alarm, more, mistake) => {
    expect(moves(alarm, more)).toEqual([expect.stringMatching(mistake)]);
  });

  test('of neither jobs in a status nor jobs that moved', () => {
    const alarms = [{ comparison: '>', threshold: 5 }];
    expect(() => checkConfig({ exports: [{ name: 'all', schedule: 'rate(1 hour)', alarms }] })).toThrow(
      /alarms\[0\]\.status must be there, or movedTo in its place; got nothing/,
    );
  });

  test.each([
    [{}, {}],
    [{ comparison: '<', threshold: 1, forSnapshots: 24 }, {}],
    [{}, { statuses: ['IN_PROGRESS', 'CANCELED'] }],
    [{ movedTo: 'SCHEDULED' }, { statuses: ['SCHEDULED'] }],
    [{ thingGroup: 'eu' }, { thingGroups: ['eu'], metrics: { perThingGroup: false } }],
  ])('but %j of jobs that moved with %j is not', (alarm, more) => expect(moves(alarm, more)).toEqual([]));

  test('and what an alarm on jobs that moved does not see is documented', () => {
    const warningsOf = (movedTo: JobStatus, ...statuses: JobStatus[]) =>
      alarmWarnings({
        name: 'all',
        schedule: 'rate(1 hour)',
        ...(statuses.length > 0 && { statuses }),
        alarms: [{ movedTo, comparison: '>', threshold: 5 }],
      });
    expect(warningsOf('CANCELED')).toEqual([]);
    expect(warningsOf('CANCELED', 'SCHEDULED', 'IN_PROGRESS', 'CANCELED')).toEqual([]);
    expect(warningsOf('CANCELED', 'IN_PROGRESS', 'CANCELED')).toEqual([
      {
        alarm: 'moved-to-canceled-above',
        text:
          'The alarm moved-to-canceled-above of export all does not count jobs that come to CANCELED from SCHEDULED, which ' +
          'the export does not list. Add it to its statuses, unless this is what you mean.',
      },
    ]);
    expect(warningsOf('SCHEDULED', 'SCHEDULED')).toEqual([
      expect.objectContaining({ text: expect.stringContaining('from IN_PROGRESS, which') }),
    ]);
  });

  test.each([
    [{ forSnapshots: 1440 }, 'rate(1 hour)'],
    [{ forSnapshots: 3 }, 'cron(0 6 1 * ? *)'],
    [{ threshold: undefined, anomaly: true }, 'rate(1 hour)'],
  ])('but %j of %s is not', (alarm, schedule) => expect(mistakesOf(alarm, schedule)).toEqual([]));
});
