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

  test.each([
    [{ forSnapshots: 1440 }, 'rate(1 hour)'],
    [{ forSnapshots: 3 }, 'cron(0 6 1 * ? *)'],
    [{ threshold: undefined, anomaly: true }, 'rate(1 hour)'],
  ])('but %j of %s is not', (alarm, schedule) => expect(mistakesOf(alarm, schedule)).toEqual([]));
});
