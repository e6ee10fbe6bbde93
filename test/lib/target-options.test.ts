import { checkConfig, type ExporterConfig } from '../../lib/config/index.ts';
import { placementsOf } from '../../lib/config/targets.ts';
import { mistakesOf } from './mistakes-of.ts';

const history = { account: '111111111111', region: 'us-east-1' };
const groups = Array.from({ length: 50 }, (_, index) => `group-${index}`);
const minutely = { name: 'minutely', schedule: 'rate(1 minute)', thingGroups: groups } as const;
const hourly = { name: 'hourly', schedule: 'cron(0 * * * ? *)' } as const;
const target = (own: object = {}) => ({ account: '222222222222', regions: ['us-east-1'], ...own });

test('a target may have any option of an exporter, and has the common ones where it leaves them out', () => {
  const own = {
    exports: [hourly],
    callsPerSecond: 2,
    describeCallsPerSecond: 8,
    logLevel: 'DEBUG',
    logRetentionDays: 30,
    memorySize: 1024,
    reservedConcurrency: 3,
    alarmTopicArn: 'arn:aws:sns:{region}:{account}:on-call',
    disabledAlarms: ['slow'],
    alarmAfterMissedPeriods: 5,
    dashboard: false,
  } as const;
  const config = {
    exports: [minutely],
    memorySize: 256,
    history,
    targets: [target(own), { account: '333333333333', regions: ['eu-west-1'], memorySize: 1536 }],
  };
  const [first, second] = placementsOf(checkConfig(config));
  expect(first?.options).toMatchObject(own);
  expect(second?.options).toMatchObject({ exports: [minutely], memorySize: 1536, callsPerSecond: 5, logLevel: 'INFO' });
});

test('a target may have runs that outlast an invocation, held to its own schedule and rate', () => {
  const long = (maxRunMinutes: number) => ({ ...hourly, maxRunMinutes });
  const config = (own: object) => ({ exports: [hourly], history, targets: [target(own)] });
  const [placed] = placementsOf(checkConfig(config({ exports: [long(60)] })));
  expect(placed?.options.exports).toEqual([long(60)]);
  expect(mistakesOf(config({ exports: [long(61)] }))).toEqual([
    expect.stringMatching(/^targets\[0\]\.exports\[0\]\.maxRunMinutes must be no more than .* 60 minutes.*; got 61$/),
  ]);
});

test('an option of a target that is there but undefined is the common one', () => {
  const config = { exports: [hourly], history, targets: [target({ callsPerSecond: undefined, exports: undefined })] };
  const [placed] = placementsOf(checkConfig(config as unknown as ExporterConfig));
  expect(placed?.options).toMatchObject({ exports: [hourly], callsPerSecond: 5 });
});

test('the rules of several keys are of the options that the target ends up with', () => {
  expect(mistakesOf({ exports: [minutely], history, targets: [target({ callsPerSecond: 4 })] })).toEqual([
    expect.stringMatching(/^targets\[0\]\.exports\[0\]\.schedule must leave a run the time .* 4 calls\/s take 75 s/),
  ]);
  // Its own exports at the common rate, and its own exports at its own.
  const own = { exports: [hourly, minutely] };
  expect(mistakesOf({ exports: [hourly], callsPerSecond: 4, history, targets: [target(own)] })).toEqual([
    expect.stringMatching(/^targets\[0\]\.exports\[1\]\.schedule must leave a run the time .* 4 calls\/s/),
  ]);
  expect(
    mistakesOf({ exports: [hourly], callsPerSecond: 4, history, targets: [target({ ...own, callsPerSecond: 5 })] }),
  ).toEqual([]);
});

test('a mistake of the common options is said once, however many targets there are', () => {
  const exports = [{ ...minutely, thingGroups: [...groups, 'one-more'] }];
  const targets = [target(), { ...target({ memorySize: 1024 }), regions: ['eu-west-1'] }];
  expect(mistakesOf({ exports, history, targets })).toEqual([
    expect.stringMatching(/^exports\[0\]\.schedule must leave a run the time that it takes/),
  ]);
});

test('each key of a target is checked against its rule, with its path', () => {
  const own = {
    callsPerSecond: 0,
    describeCallsPerSecond: 0,
    logLevel: 'TRACE',
    memorySize: 1,
    disabledAlarms: ['slo'],
    dashboard: 'no',
    alarmAfterMissedPeriods: 0,
    historyStart: '2026-01-01',
    exports: [{ ...hourly, alarms: [{ status: 'CANCELED', comparison: '>', threshold: 5, thingGroup: 'eu' }] }],
  };
  const paths = mistakesOf({ exports: [hourly], history, targets: [target(own)] }).map((line) => line.split(' ')[0]);
  expect(paths.sort()).toEqual(
    [
      'targets[0].alarmAfterMissedPeriods',
      'targets[0].callsPerSecond',
      'targets[0].dashboard',
      'targets[0].describeCallsPerSecond',
      'targets[0].disabledAlarms[0]',
      'targets[0].historyStart',
      'targets[0].logLevel',
      'targets[0].memorySize',
    ].sort(),
  );
  expect(mistakesOf({ exports: [hourly], history, targets: [target({ exports: own.exports })] })).toEqual([
    expect.stringMatching(/^targets\[0\]\.exports\[0\]\.alarms\[0\]\.thingGroup must be left out/),
  ]);
});
