import { DEFAULT_DETAILS } from '../../lambda/contract/details.ts';
import { detailsWarnings } from '../../lib/config/details-rules.ts';
import { exportEvent } from '../../lib/config/export-event.ts';
import { checkConfig, type ExportConfig } from '../../lib/config/index.ts';
import { describeQuotaWarning } from '../../lib/config/rules.ts';
import { mistakesOf } from './mistakes-of.ts';

const all = { name: 'all', schedule: 'cron(0 * * * ? *)' } as const;
const ofExport = (change: object, more: object = {}) => mistakesOf({ exports: [{ ...all, ...change }], ...more });
const eventOf = (change: Partial<ExportConfig>) => exportEvent({ ...all, ...change }, '2026-11-23T18:00:00Z');

describe('details', () => {
  test.each([
    [true],
    [{}],
    [{ statuses: ['SCHEDULED', 'IN_PROGRESS'] }],
    [{ maxJobs: 1 }],
    [{ statuses: ['CANCELED'], maxJobs: 4185 }],
  ])('may be %j', (details) => {
    expect(ofExport({ details })).toEqual([]);
  });

  test.each([false, 'all', 500, null, []])('are no %j', (details) => {
    expect(ofExport({ details })).toEqual([
      'exports[0].details must be true or an object such as { maxJobs: 200 }, or be left out for none; got ' +
        JSON.stringify(details),
    ]);
  });

  test.each([
    [{ maxJobs: 0 }, '.maxJobs must be a whole number from 1 to 10000; got 0'],
    [{ maxJobs: 10_001 }, '.maxJobs must be a whole number from 1 to 10000; got 10001'],
    [{ maxJobs: 1.5 }, '.maxJobs must be a whole number from 1 to 10000; got 1.5'],
    [{ maxJobs: '500' }, '.maxJobs must be a whole number from 1 to 10000; got "500"'],
    [{ statuses: [] }, '.statuses must name a status whose jobs are described; got []'],
    [{ statuses: ['IN_PROGRESS', 'IN_PROGRESS'] }, '.statuses must not name anything twice; got ["IN_PROGRESS"]'],
    [
      { statuses: ['DONE'] },
      '.statuses[0] must be one of SCHEDULED, IN_PROGRESS, COMPLETED, CANCELED, DELETION_IN_PROGRESS; got "DONE"',
    ],
    [{ maxJob: 5 }, '.maxJob is not a key: did you mean maxJobs?'],
  ])('refuse %j', (details, mistake) => {
    expect(ofExport({ details })).toEqual([`exports[0].details${mistake}`]);
  });

  test('are of statuses that the export lists', () => {
    const statuses = ['SCHEDULED', 'COMPLETED'];
    expect(ofExport({ statuses, details: { statuses: ['COMPLETED'] } })).toEqual([]);
    expect(ofExport({ statuses, details: { statuses: ['COMPLETED', 'CANCELED'] } })).toEqual([
      'exports[0].details.statuses[1] must be a status that the export lists (SCHEDULED, COMPLETED), or be added to its ' +
        'statuses; got "CANCELED"',
    ]);
    const byDefault =
      'exports[0].details must name statuses that the export lists (SCHEDULED, COMPLETED), or IN_PROGRESS, which it takes ' +
      'by default, be added to those; got ';
    expect(ofExport({ statuses, details: true })).toEqual([`${byDefault}true`]);
    expect(ofExport({ statuses, details: { maxJobs: 5 } })).toEqual([`${byDefault}{"maxJobs":5}`]);
  });

  test('are described within a run', () => {
    const mistake = (maxJobs: number, more: object = {}, options: object = {}) =>
      ofExport({ schedule: 'rate(1 day)', details: { maxJobs }, ...more }, options);
    expect(mistake(4185)).toEqual([]);
    expect(mistake(4186)).toEqual([
      'exports[0].details.maxJobs must be described within 837 of the 900 s of a run, but take 837.2 s at 5 calls/s: lower ' +
        'it to 4185, raise maxRunMinutes (1440 at most), or raise describeCallsPerSecond; got 4186',
    ]);
    expect(mistake(4186, {}, { describeCallsPerSecond: 5.1 })).toEqual([]);
    expect(mistake(10_000, { maxRunMinutes: 35 })).toEqual([]);
    expect(mistake(10_000, { maxRunMinutes: 1440 }, { describeCallsPerSecond: 0.1 })).toEqual([
      expect.stringMatching(
        /within 86337 of the 86400 s .* lower it to 8633, or raise describeCallsPerSecond; got 10000$/,
      ),
    ]);
    expect(ofExport({ details: true }, { describeCallsPerSecond: 0.5 })).toEqual([
      expect.stringMatching(/^exports\[0\]\.details\.maxJobs must be described .* take 1000 s at 0\.5 .*; got 500$/),
    ]);
  });

  test('of a target are checked against its own rate', () => {
    const history = { account: '111111111111', region: 'us-east-1' };
    const target = { account: '222222222222', regions: ['us-east-1'], describeCallsPerSecond: 0.5 };
    expect(mistakesOf({ exports: [{ ...all, details: true }], history, targets: [target] })).toEqual([
      expect.stringMatching(/^targets\[0\]\.exports\[0\]\.details\.maxJobs must be described within 837/),
    ]);
  });

  test('are spelt out in the event, as are thresholds of rollouts that are configured', () => {
    for (const event of [eventOf({}), eventOf({ statuses: ['IN_PROGRESS'] })]) {
      expect(event).not.toHaveProperty('details');
      expect(event).not.toHaveProperty('rollouts');
    }
    expect(eventOf({ details: true }).details).toEqual(DEFAULT_DETAILS);
    expect(eventOf({ details: { maxJobs: 7 } }).details).toEqual({ statuses: ['IN_PROGRESS'], maxJobs: 7 });
    expect(eventOf({ details: { statuses: ['CANCELED'] } }).details).toEqual({ statuses: ['CANCELED'], maxJobs: 500 });
    expect(eventOf({ details: true }).rollouts).toBeUndefined();
    expect(eventOf({ details: true, rollouts: { stalledHours: 48 } }).rollouts).toEqual({ stalledHours: 48 });
  });
});

describe('rollouts', () => {
  const ofRollouts = (rollouts: unknown) => ofExport({ details: true, rollouts });

  test.each([
    [{ failedPercent: 0.01 }],
    [{ failedPercent: 99.99, minThings: 1_000_000 }],
    [{ minThings: 1 }],
    [{ stalledHours: 1 }],
    [{ stalledHours: 2160 }],
    [{ failedPercent: 33.33, stalledHours: undefined }],
  ])('may be %j', (rollouts) => {
    expect(ofRollouts(rollouts)).toEqual([]);
  });

  const PERCENT = '.failedPercent must be a number above 0 and below 100, with two decimals at most; got ';
  test.each([
    [{ failedPercent: 0 }, `${PERCENT}0`],
    [{ failedPercent: 100 }, `${PERCENT}100`],
    [{ failedPercent: 2.505 }, `${PERCENT}2.505`],
    [{ failedPercent: '5' }, `${PERCENT}"5"`],
    [{ minThings: 0 }, '.minThings must be a whole number from 1 to 1000000; got 0'],
    [{ stalledHours: 0.5 }, '.stalledHours must be a whole number from 1 to 2160; got 0.5'],
    [{ stalledHours: 2161 }, '.stalledHours must be a whole number from 1 to 2160; got 2161'],
    [{}, ' must name failedPercent, minThings or stalledHours, or be left out; got {}'],
    [{ minThings: undefined }, ' must name failedPercent, minThings or stalledHours, or be left out; got {}'],
    [true, ' must be an object; got true'],
    [{ stalledDays: 2 }, '.stalledDays is not a key: did you mean stalledHours?'],
  ])('refuse %j', (rollouts, mistake) => {
    expect(ofRollouts(rollouts)).toEqual([`exports[0].rollouts${mistake}`]);
  });

  test('are judged by details of jobs in progress', () => {
    const rollouts = { stalledHours: 24 };
    expect(ofExport({ rollouts })).toEqual([
      'exports[0].rollouts must be left out without details, by which rollouts are judged: add details: true; got ' +
        '{"stalledHours":24}',
    ]);
    expect(ofExport({ rollouts, details: { statuses: ['SCHEDULED'] } })).toEqual([
      'exports[0].rollouts must be left out where no jobs in progress are described: add IN_PROGRESS to details.statuses; ' +
        'got {"stalledHours":24}',
    ]);
  });
});

describe('warnings', () => {
  const checked = (changes: readonly object[], options: object = {}) =>
    checkConfig({
      exports: changes.map((change, index) => ({ ...all, name: `e${index}`, ...change })),
      ...options,
    } as never);

  test('of runs that would run into each other', () => {
    const often = { schedule: 'rate(1 minute)' };
    expect(detailsWarnings(checked([{ ...often, details: { maxJobs: 300 } }, often, { details: true }]))).toEqual([]);
    expect(detailsWarnings(checked([{ ...often, details: { maxJobs: 301 } }]))).toEqual([
      {
        exportName: 'e0',
        text:
          'Export e0 describes up to 301 jobs, which at 5 calls of DescribeJob per second take 60.2 s, and the shortest ' +
          'time between two runs is 60 s: its runs would run into each other, and share the quota. Lower details.maxJobs, ' +
          'run it less often, or raise describeCallsPerSecond.',
      },
    ]);
    expect(detailsWarnings(checked([{ schedule: 'cron(0,1 3 * * ? *)', details: true }]))).toHaveLength(1);
  });

  test('of more calls than the account has, by exports that run together or by one alone', () => {
    const describing = { details: true };
    expect(describeQuotaWarning(checked([describing, describing, {}, {}]))).toBeUndefined();
    expect(describeQuotaWarning(checked([describing, {}, describing, describing]))).toBe(
      'Exports that can run together (3: e0, e2, e3) make up to 15 calls of DescribeJob per second, at 5 each; an account ' +
        'has 10 in a Region unless AWS raised its quota. Move their schedules apart (a rate can meet anything, a cron says ' +
        'its minute, and an export with maxRunMinutes can run for so long), or lower describeCallsPerSecond.',
    );
    expect(describeQuotaWarning(checked([describing], { describeCallsPerSecond: 10 }))).toBeUndefined();
    expect(describeQuotaWarning(checked([describing], { describeCallsPerSecond: 10.5 }))).toContain('(1: e0)');
    expect(describeQuotaWarning(checked([{}], { describeCallsPerSecond: 10.5 }))).toBeUndefined();
    const apart = [0, 10, 20].map((minute) => ({ ...describing, schedule: `cron(${minute} * * * ? *)` }));
    expect(describeQuotaWarning(checked(apart))).toBeUndefined();
  });
});
