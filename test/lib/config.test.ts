import shipped from '../../exporter.config.ts';
import { exportEvent } from '../../lib/config/export-event.ts';
import { ConfigurationError, checkConfig, type ExportConfig, LOG_RETENTION_DAYS } from '../../lib/config/index.ts';
import { mistakesOf } from './mistakes-of.ts';

const all = { name: 'all', schedule: 'cron(0 * * * ? *)' } as const;
const least = { exports: [all] };
const groups = (count: number, length = 10) =>
  Array.from({ length: count }, (_, index) => String(index).padStart(length, 'g'));

/** The mistakes of a configuration with one export, which is `all` but for what is given. */
const ofExport = (change: object) => mistakesOf({ exports: [{ ...all, ...change }] });
const ofConfig = (change: object) => mistakesOf({ ...least, ...change });

test('the least configuration is an export, and everything else has a default', () => {
  expect(checkConfig(least)).toEqual({
    exports: [all],
    alarmEmails: [],
    analystAccounts: [],
    dashboard: true,
    databaseName: 'iot_jobs',
    retiredKeys: [],
    terminationProtection: false,
    callsPerSecond: 5,
    describeCallsPerSecond: 5,
    disabledAlarms: [],
    alarmAfterMissedPeriods: 2,
    logLevel: 'INFO',
    logRetentionDays: 90,
    memorySize: 512,
    metrics: true,
    historyStart: '2026-01-01',
    retiredExports: [],
    bytesScannedLimit: 10_000_000_000,
  });
});

test('the configuration that comes with the project takes every job of the account every hour', () => {
  expect(shipped).toEqual(least);
});

test('a configuration that uses every key is taken as it is', () => {
  const config = {
    exports: [
      {
        name: 'fleet-eu',
        schedule: 'cron(0/5 6-22 ? * MON-FRI *)',
        timeZone: 'Europe/Berlin',
        statuses: ['SCHEDULED', 'IN_PROGRESS'],
        thingGroups: ['fleet-eu'],
        thingGroupIds: ['0b2b6d1c-8a5e-4b52-9f2f-8a8c3f1f7c11'],
        targetSelection: 'SNAPSHOT',
        namespaceId: 'my_namespace',
        maxRunMinutes: 15,
        details: { statuses: ['IN_PROGRESS', 'SCHEDULED'], maxJobs: 200 },
        rollouts: { failedPercent: 2.5, minThings: 20, stalledHours: 48 },
      },
    ],
    callsPerSecond: 2.5,
    describeCallsPerSecond: 7.5,
    logLevel: 'DEBUG',
    logRetentionDays: 30,
    memorySize: 1024,
    reservedConcurrency: 2,
    historyStart: '2026-06-01',
    retiredExports: ['daily'],
    bytesScannedLimit: 50_000_000,
    alarmTopicArn: 'arn:aws:sns:eu-west-1:123456789012:on-call',
    disabledAlarms: ['slow'],
    alarmAfterMissedPeriods: 3,
  };
  expect(checkConfig(config)).toMatchObject(config);
});

test.each([
  [
    'a name of other letters',
    { name: 'All jobs' },
    /^exports\[0\]\.name must be an export name: 1 to 63 of a-z, 0-9 and "-".*; got "All jobs"$/,
  ],
  ['an empty name', { name: '' }, /^exports\[0\]\.name must be an export name.*; got ""$/],
  ['a name that is no text', { name: 5 }, /^exports\[0\]\.name must be an export name.*; got 5$/],
  [
    'no schedule',
    { schedule: undefined },
    /^exports\[0\]\.schedule must be a schedule such as cron\(0 \* \* \* \? \*\).*; got nothing$/,
  ],
  [
    'a time zone that is none',
    { timeZone: 'Europe/Berlim' },
    /^exports\[0\]\.timeZone must be an IANA time zone \(did you mean Europe\/Berlin\?\); got "Europe\/Berlim"$/,
  ],
  ['an offset for a time zone', { timeZone: '+01:00' }, /^exports\[0\]\.timeZone must be an IANA time zone/],
  [
    'a time zone with a rate',
    { schedule: 'rate(1 hour)', timeZone: 'UTC' },
    /^exports\[0\]\.timeZone must be left out with a rate/,
  ],
  [
    'an unknown status',
    { statuses: ['SCHEDULED', 'DONE'] },
    /^exports\[0\]\.statuses\[1\] must be one of SCHEDULED, IN_PROGRESS, .*; got "DONE"$/,
  ],
  [
    'no status',
    { statuses: [] },
    /^exports\[0\]\.statuses must name a status, or be left out for all of them; got \[\]$/,
  ],
  [
    'a status twice',
    { statuses: ['CANCELED', 'CANCELED'] },
    /^exports\[0\]\.statuses must not name anything twice; got \["CANCELED"\]$/,
  ],
  [
    'no thing group',
    { thingGroups: [] },
    /^exports\[0\]\.thingGroups must name a thing group, or be left out for the account as a whole; got \[\]$/,
  ],
  [
    'a thing group that AWS does not take',
    { thingGroups: ['a b'] },
    /^exports\[0\]\.thingGroups\[0\] must be a thing group name: 1 to 128 .*; got "a b"$/,
  ],
  [
    'an empty thing group',
    { thingGroups: [''] },
    /^exports\[0\]\.thingGroups\[0\] must be a thing group name.*; got ""$/,
  ],
  [
    'a thing group twice',
    { thingGroups: ['g', 'h', 'g'] },
    /^exports\[0\]\.thingGroups must not name anything twice; got \["g"\]$/,
  ],
  ['a thing group without a list', { thingGroups: 'g' }, /^exports\[0\]\.thingGroups must be a list; got "g"$/],
  [
    'a thing group id that AWS does not take',
    { thingGroupIds: ['a_b'] },
    /^exports\[0\]\.thingGroupIds\[0\] must be a thing group id.*; got "a_b"$/,
  ],
  [
    'an unknown target selection',
    { targetSelection: 'ALL' },
    /^exports\[0\]\.targetSelection must be one of SNAPSHOT, CONTINUOUS; got "ALL"$/,
  ],
  ['an empty namespace', { namespaceId: '' }, /^exports\[0\]\.namespaceId must be a namespace id.*; got ""$/],
  [
    'a key of another spelling',
    { thingGroup: ['g'] },
    /^exports\[0\]\.thingGroup is not a key: did you mean thingGroups\?$/,
  ],
  [
    'a key like no other',
    { bananas: 1 },
    /^exports\[0\]\.bananas is not a key: the keys are name, schedule, timeZone, /,
  ],
])('refuses %s of an export', (_, change, message) => {
  expect(ofExport(change)).toEqual([expect.stringMatching(message)]);
});

test.each([
  ['no list of exports', { exports: {} }, /^exports must be a list of exports; got \{\}$/],
  ['an empty list of exports', { exports: [] }, /^exports must hold one export at least; got \[\]$/],
  ['a rate of zero', { callsPerSecond: 0 }, /^callsPerSecond must be a number from 0\.1 to 1000; got 0$/],
  ['a rate in words', { callsPerSecond: '5' }, /^callsPerSecond must be a number from 0\.1 to 1000; got "5"$/],
  ['an unknown log level', { logLevel: 'TRACE' }, /^logLevel must be one of DEBUG, INFO, WARN, ERROR; got "TRACE"$/],
  [
    'a retention that CloudWatch lacks',
    { logRetentionDays: 31 },
    /^logRetentionDays must be one of 1, 3, 5, .*; got 31$/,
  ],
  ['too little memory', { memorySize: 64 }, /^memorySize must be a whole number from 128 to 10240; got 64$/],
  [
    'a fraction of concurrency',
    { reservedConcurrency: 0.5 },
    /^reservedConcurrency must be a whole number from 1 to 1000; got 0\.5$/,
  ],
  [
    'a date that does not exist',
    { historyStart: '2026-02-30' },
    /^historyStart must be a date such as 2026-01-01; got "2026-02-30"$/,
  ],
  ['a date to come', { historyStart: '2999-01-01' }, /^historyStart must not lie in the future, .*; got "2999-01-01"$/],
  [
    'a retired export that is not one',
    { retiredExports: ['Old'] },
    /^retiredExports\[0\] must be an export name.*; got "Old"$/,
  ],
  [
    'a retired export that still runs',
    { retiredExports: ['all'] },
    /^retiredExports\[0\] must not be the name of an export: remove it from one of the two; got "all"$/,
  ],
  ['an unknown key', { callPerSecond: 5 }, /^callPerSecond is not a key: did you mean callsPerSecond\?$/],
])('refuses %s', (_, change, message) => {
  expect(ofConfig(change)).toEqual([expect.stringMatching(message)]);
});

test('refuses something that is no configuration at all', () => {
  expect(mistakesOf('all')).toEqual(['must be an object; got "all"']);
  expect(mistakesOf(undefined)).toEqual(['must be an object; got nothing']);
});

test('refuses two exports of the same name', () => {
  expect(mistakesOf({ exports: [all, { ...all, name: 'other' }, all] })).toEqual([
    'exports[2].name must not be that of exports[0]: give it a name of its own; got "all"',
  ]);
});

test('says every mistake, a line each, and where the configuration came from', () => {
  const broken = { exports: [{ name: 'A', schedule: 'rate(1 hours)' }], memorySize: 1, historyStart: 'then' };
  expect(() => checkConfig(broken, 'exporter.config.ts')).toThrow(
    new ConfigurationError('exporter.config.ts', [
      'exports[0].name must be an export name: 1 to 63 of a-z, 0-9 and "-", beginning with a letter or a digit; got "A"',
      'exports[0].schedule must be rate(1 hour): AWS takes the singular with 1, else the plural; got "rate(1 hours)"',
      'memorySize must be a whole number from 128 to 10240; got 1',
      'historyStart must be a date such as 2026-01-01; got "then"',
    ]),
  );
});

describe('a run has to fit between two of its kind', () => {
  const often = (change: Partial<ExportConfig>) => ofExport({ schedule: 'rate(1 minute)', ...change });

  test('300 listings, of SCHEDULED two, at 5 calls/s take a minute, which is as often as a schedule can be', () => {
    expect(often({ thingGroups: groups(50) })).toEqual([]);
  });

  test('more are refused with the figures', () => {
    expect(often({ thingGroups: groups(51) })).toEqual([
      'exports[0].schedule must leave a run the time that it takes: 51 scopes x 6 listings at 5 calls/s take 61.2 s at ' +
        'least, and the shortest time between two runs is 60 s: run it less often, list fewer thing groups or ' +
        'statuses, or raise callsPerSecond; got "rate(1 minute)"',
    ]);
  });

  test('groups by name and by id both count, and statuses that are left out do not', () => {
    expect(often({ thingGroups: groups(26), thingGroupIds: groups(25) })).toHaveLength(1);
    expect(often({ thingGroups: groups(61), statuses: ['SCHEDULED'] })).toEqual([]);
  });

  test('a faster rate helps', () => {
    const exports = [{ ...all, schedule: 'rate(1 minute)', thingGroups: groups(51) }];
    expect(mistakesOf({ exports, callsPerSecond: 6 })).toEqual([]);
  });

  test('the shortest time between two runs of a cron counts, however rare they are', () => {
    const cron = (schedule: string) => ofExport({ schedule, thingGroups: groups(100) });
    expect(cron('cron(0 0 ? * SUN *)')).toEqual([]);
    expect(cron('cron(0,1 0 ? * SUN *)')).toEqual([
      expect.stringMatching(/the shortest time between two runs is 60 s/),
    ]);
    expect(cron('cron(59 0 ? * SUN *)')).toEqual([]);
    expect(cron('cron(0,59 * * * ? *)')).toEqual([expect.stringMatching(/the shortest time between two runs is 60 s/)]);
  });

  test('what takes longer than a function lives is refused on any schedule', () => {
    expect(ofExport({ schedule: 'rate(1 day)', thingGroups: groups(697) })).toEqual([]);
    expect(ofExport({ schedule: 'rate(1 day)', thingGroups: groups(698) })).toEqual([
      'exports[0] must be listed within 837 of the 900 s of a run, but 698 scopes x 6 listings at 5 calls/s take 837.6 s at ' +
        'least: raise maxRunMinutes (1440 at most), share its thing groups among several exports, or raise callsPerSecond',
    ]);
  });

  test('what takes longer than a run may is refused, by the minutes that it has', () => {
    const daily = (maxRunMinutes: number, count: number) =>
      ofExport({ schedule: 'rate(1 day)', maxRunMinutes, thingGroups: groups(count) });
    expect(daily(16, 747)).toEqual([]);
    expect(daily(16, 748)).toEqual([
      expect.stringMatching(
        /^exports\[0\] must be listed within 897 of the 960 s of a run, but 748 scopes x 6 listings/,
      ),
    ]);
    const most = mistakesOf({
      exports: [{ ...all, schedule: 'rate(1 day)', maxRunMinutes: 1440, thingGroups: groups(1500) }],
      callsPerSecond: 0.1,
    });
    expect(most).toEqual([
      expect.stringMatching(/within 86337 of the 86400 s of a run.*least: share its thing groups/),
    ]);
  });
});

describe('the minutes that a run may take', () => {
  const long = (maxRunMinutes: unknown, schedule = 'rate(1 day)', timeZone?: string) =>
    ofExport({ maxRunMinutes, schedule, ...(timeZone && { timeZone }) });

  test.each([14, 1441, 0, 15.5, '60', null])('are a whole number from 15 to 1440, not %p', (minutes) => {
    expect(long(minutes)).toEqual([
      `exports[0].maxRunMinutes must be a whole number from 15 to 1440; got ${JSON.stringify(minutes)}`,
    ]);
  });

  test.each([15, 16, 1440])('may be %d', (minutes) => {
    expect(long(minutes)).toEqual([]);
  });

  test('are no more than the shortest time between two runs, but for the 15 that every run has', () => {
    expect(long(60, 'rate(1 hour)')).toEqual([]);
    expect(long(61, 'rate(1 hour)')).toEqual([
      'exports[0].maxRunMinutes must be no more than the shortest time between two runs of its schedule, 60 minutes, ' +
        'changes of the clock included: lower it to 60, or run the export less often; got 61',
    ]);
    expect(long(15, 'rate(5 minutes)')).toEqual([]);
    expect(long(16, 'rate(5 minutes)')).toEqual([
      expect.stringMatching(/, 5 minutes, changes of the clock included: run the export less often; got 16$/),
    ]);
    expect(long(180, 'cron(0 0,2 ? * SUN *)')).toEqual([expect.stringContaining('lower it to 120')]);
  });

  test('are checked against the changes of the clock of the time zone', () => {
    expect(long(180, 'cron(0 0/3 * * ? *)')).toEqual([]);
    expect(long(180, 'cron(0 0/3 * * ? *)', 'Europe/Berlin')).toEqual([expect.stringContaining('lower it to 120')]);
    expect(long(120, 'cron(0 0/3 * * ? *)', 'Europe/Berlin')).toEqual([]);
  });

  test('are not checked against a schedule that is a mistake itself', () => {
    expect(long(180, 'cron(x)')).toHaveLength(1);
    expect(long(180, 'cron(0 0/3 * * ? *)', 'Mars/Olympus')).toHaveLength(1);
  });

  test('need room for two invocations', () => {
    const reserved = (reservedConcurrency: number, maxRunMinutes: number) =>
      mistakesOf({ exports: [{ ...all, maxRunMinutes }], reservedConcurrency });
    expect(reserved(2, 60)).toEqual([]);
    expect(reserved(1, 15)).toEqual([]);
    expect(reserved(1, 60)).toEqual([
      'reservedConcurrency must be 2 at least where an export has maxRunMinutes above 15: the invocation that hands a run on ' +
        'still runs when the next one begins; got 1',
    ]);
    const history = { account: '111111111111', region: 'us-east-1' };
    const target = { account: '222222222222', regions: ['us-east-1'], reservedConcurrency: 1 };
    const targets = [target, { ...target, account: '333333333333', exports: [all] }];
    expect(mistakesOf({ exports: [{ ...all, maxRunMinutes: 60 }], history, targets })).toEqual([
      expect.stringMatching(/^targets\[0\]\.reservedConcurrency must be 2 at least/),
    ]);
  });

  test('are in the event where they are more than 15', () => {
    const eventOf = (maxRunMinutes?: number) =>
      exportEvent({ ...all, ...(maxRunMinutes && { maxRunMinutes }) }, '2026-11-23T18:00:00Z');
    expect(eventOf(60)).toMatchObject({ maxRunMinutes: 60 });
    for (const event of [eventOf(15), eventOf()]) expect(event).not.toHaveProperty('maxRunMinutes');
  });
});

test('refuses an event of more than 256 kB, and takes one of just that', () => {
  const config = (count: number) => ({ ...all, statuses: ['SCHEDULED'], thingGroups: groups(count, 128) });
  const base = Buffer.byteLength(
    '{"export":"all","scheduledTime":"2026-11-23T18:00:00Z","statuses":["SCHEDULED"],"thingGroups":[],' +
      `"schedule":{"expression":"${all.schedule}","timeZone":"UTC"}}`,
  );
  const most = Math.floor((256 * 1024 - base + 1) / 131);
  expect(mistakesOf({ exports: [config(most)], callsPerSecond: 10 })).toEqual([]);
  expect(mistakesOf({ exports: [config(most + 1)], callsPerSecond: 10 })).toEqual([
    `exports[0] must fit into the schedule's input of 262144 bytes (256 kB); got ${base - 1 + 131 * (most + 1)} ` +
      `with ${most + 1} thing groups: share them among several exports`,
  ]);
});

test('takes every retention that CloudWatch Logs has', () => {
  for (const logRetentionDays of LOG_RETENTION_DAYS) expect(ofConfig({ logRetentionDays })).toEqual([]);
});
