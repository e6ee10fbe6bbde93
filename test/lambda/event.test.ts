import fc from 'fast-check';
import { JOB_STATUSES } from '../../lambda/contract/jobs.ts';
import { snapshotId } from '../../lambda/contract/keys.ts';
import { BadEventError } from '../../lambda/errors.ts';
import { parseEvent } from '../../lambda/event.ts';

const NOW = Date.parse('2026-11-23T18:00:03Z');
const WHERE = { accountId: '123456789012', region: 'eu-west-1' };
const VALID = { export: 'all', scheduledTime: '2026-11-23T18:00:00Z' };

const parse = (event: unknown) => parseEvent(event, NOW, WHERE);

describe('a valid event', () => {
  it('asks for all statuses, account-wide, where it does not say otherwise', () => {
    expect(parse(VALID)).toEqual({
      ...WHERE,
      exportName: 'all',
      scheduledAt: Date.parse('2026-11-23T18:00:00Z'),
      statuses: JOB_STATUSES,
      thingGroups: [],
      thingGroupIds: [],
    });
  });

  it('carries every filter, and the schedule', () => {
    const filters = {
      statuses: ['IN_PROGRESS'],
      thingGroups: ['fleet:eu_1-a'],
      thingGroupIds: ['0f7c-1'],
      targetSelection: 'SNAPSHOT',
      namespaceId: 'ns_1',
      schedule: { expression: 'cron(0 3 * * ? *)', timeZone: 'Europe/Berlin' },
    };
    expect(parse({ ...VALID, ...filters })).toMatchObject(filters);
  });

  it.each([['2026-11-23T19:00:00+01:00'], ['2026-11-23T18:00:00.000Z'], ['2026-11-23T12:30:00-05:30']])(
    'names the same snapshot in any zone: %s',
    (scheduledTime) => {
      expect(snapshotId(parse({ ...VALID, scheduledTime }))).toBe('20261123T180000Z-all');
    },
  );

  it('may be of the past, as a replay is', () => {
    expect(snapshotId(parse({ ...VALID, scheduledTime: '2024-02-29T00:00:00Z' }))).toBe('20240229T000000Z-all');
  });
});

describe('the alarms of an event', () => {
  const ALARM = { name: 'x', status: 'SCHEDULED', comparison: '>', threshold: 500, forSnapshots: 3 };
  const MOVES = { name: 'x', movedTo: 'CANCELED', comparison: '>', threshold: 50, forSnapshots: 1 };

  it.each([
    ['of the account', {}, {}],
    ['of a thing group by name', { thingGroups: ['eu'] }, { thingGroup: 'eu' }],
    ['of a thing group by id', { thingGroupIds: ['id-1'] }, { thingGroup: 'id-1' }],
    ['of the least and the longest', {}, { threshold: 0, forSnapshots: 1440, name: `x ${'~'.repeat(253)}` }],
    ['of the most and the shortest', {}, { threshold: 1e9, forSnapshots: 2, comparison: '<=' }],
    ['on jobs that came to a status', {}, { status: undefined, movedTo: 'CANCELED', forSnapshots: 1 }],
    ['on those of a group', { thingGroups: ['eu'] }, { status: undefined, movedTo: 'CANCELED', thingGroup: 'eu' }],
  ])('are taken as they are: %s', (_what, filters, fields) => {
    const alarms = [JSON.parse(JSON.stringify({ ...ALARM, ...fields }))];
    expect(parse({ ...VALID, ...filters, alarms })).toMatchObject({ alarms });
  });

  it.each([
    ['no list', ALARM, /alarms must be a list; got \{/],
    ['an empty list', [], /alarms must hold an alarm, or be left out; got \[\]/],
    ['no object', ['x'], /alarms\.0 must be an object; got "x"/],
    ['no name', [{ ...ALARM, name: undefined }], /alarms\.0\.name must be an alarm's name: 1 to 255/],
    ['a field left out', [{ name: 'x' }], /alarms\.0\.comparison must be there; got nothing/],
    ['no status', [{ ...MOVES, movedTo: undefined }], /alarms\.0\.movedTo must be one of SCHEDULED.*; got nothing/],
    [
      'neither of the statuses',
      [{ ...ALARM, status: undefined }],
      /alarms\.0\.status must be one of SCHEDULED, .*; got nothing/,
    ],
    [
      'neither of the statuses by name',
      [{ name: 'x', comparison: '>', threshold: 5, forSnapshots: 3 }],
      /alarms\.0\.status must be there, or movedTo in its place; got nothing/,
    ],
    [
      'both of the statuses',
      [{ ...ALARM, ...MOVES }],
      /alarms\.0\.status must be left out with movedTo: an alarm is on one of the two/,
    ],
    ['no snapshot', [{ ...MOVES, forSnapshots: 0 }], /forSnapshots must be a whole number from 1 to 1440; got 0/],
    [
      'anomalies of moves',
      [{ ...MOVES, anomaly: true }],
      /alarms\.0\.anomaly is not a field of an alarm; the fields are name, thingGroup, comparison, .*status.*movedTo/,
    ],
    [
      'a field too many',
      [{ ...ALARM, topicArn: 'x' }],
      /alarms\.0\.topicArn is not a field of an alarm; the fields are name/,
    ],
    ['an empty name', [{ ...ALARM, name: '' }], /alarms\.0\.name must be an alarm's name.* got ""/],
    ['a name of spaces', [{ ...ALARM, name: '  ' }], /alarms\.0\.name must be an alarm's name/],
    ['a long name', [{ ...ALARM, name: 'x'.repeat(256) }], /alarms\.0\.name must be an alarm's name/],
    ['a name that is not ASCII', [{ ...ALARM, name: 'ä' }], /alarms\.0\.name must be an alarm's name/],
    ['a name twice', [ALARM, { ...ALARM, threshold: 1 }], /alarms\.1\.name must be of one alarm alone; got "x"/],
    ['an unknown status', [{ ...ALARM, status: 'RUNNING' }], /alarms\.0\.status must be one of SCHEDULED/],
    [
      'an unknown comparison',
      [{ ...ALARM, comparison: '=' }],
      /alarms\.0\.comparison must be one of >, >=, <, <=; got "="/,
    ],
    ['half a job', [{ ...ALARM, threshold: 0.5 }], /threshold must be a whole number from 0 to 1000000000; got 0.5/],
    ['fewer than no job', [{ ...ALARM, threshold: -1 }], /threshold must be a whole number/],
    ['text for a number', [{ ...ALARM, threshold: '500' }], /threshold must be a whole number from .* got "500"/],
    ['one snapshot', [{ ...ALARM, forSnapshots: 1 }], /forSnapshots must be a whole number from 2 to 1440; got 1/],
    ['too many snapshots', [{ ...ALARM, forSnapshots: 1441 }], /forSnapshots must be a whole number/],
    [
      'a group that is not listed',
      [{ ...ALARM, thingGroup: 'eu' }],
      /alarms\.0\.thingGroup must be a thing group that the/,
    ],
  ])('are refused with the field, the value and the mend: %s', (_what, alarms, message) => {
    expect(() => parse({ ...VALID, alarms })).toThrow(BadEventError);
    expect(() => parse({ ...VALID, alarms })).toThrow(message);
  });

  it.each([
    [
      'of a status that is not asked for',
      { statuses: ['COMPLETED'] },
      /alarms\.0\.status must be one that the event asks for; got "SCHEDULED"/,
    ],
    [
      'of the account where groups are listed',
      { thingGroups: ['eu'] },
      /alarms\.0\.thingGroup must be there, because .*; got nothing/,
    ],
  ])('are refused %s', (_what, fields, message) => {
    expect(() => parse({ ...VALID, ...fields, alarms: [ALARM] })).toThrow(message);
  });

  it('are refused of jobs that came to a status that is not requested', () => {
    expect(() => parse({ ...VALID, statuses: ['IN_PROGRESS'], alarms: [MOVES] })).toThrow(
      /alarms\.0\.movedTo must be one that the event asks for; got "CANCELED"/,
    );
  });
});

describe('the details of an event', () => {
  const DETAILS = { statuses: ['IN_PROGRESS'], maxJobs: 500 };

  it.each([
    ['the default', DETAILS],
    ['the least', { statuses: ['SCHEDULED'], maxJobs: 1 }],
    ['the most', { statuses: [...JOB_STATUSES], maxJobs: 10_000 }],
  ])('are taken as they are: %s', (_what, details) => {
    expect(parse({ ...VALID, details })).toMatchObject({ details });
  });

  it.each([[{}], [{ failedPercent: 100, minThings: 1_000_000, stalledHours: 2160 }], [{ failedPercent: 0.5 }]])(
    'may come with rollouts: %j',
    (rollouts) => {
      expect(parse({ ...VALID, details: DETAILS, rollouts })).toMatchObject({ details: DETAILS, rollouts });
    },
  );

  it.each([
    ['true', true, /details must be an object; got true/],
    ['a list', [DETAILS], /details\.statuses must be there; got nothing/],
    ['no statuses', { maxJobs: 5 }, /details\.statuses must be there; got nothing/],
    ['no limit', { statuses: ['IN_PROGRESS'] }, /details\.maxJobs must be there; got nothing/],
    [
      'a field too many',
      { ...DETAILS, jobs: 5 },
      /details\.jobs is not a field of details; the fields are statuses, maxJobs/,
    ],
    [
      'no status',
      { ...DETAILS, statuses: [] },
      /details\.statuses must name a status whose jobs are described; got \[\]/,
    ],
    ['an unknown status', { ...DETAILS, statuses: ['RUNNING'] }, /details\.statuses\.0 must be one of SCHEDULED/],
    [
      'a status twice',
      { ...DETAILS, statuses: ['CANCELED', 'CANCELED'] },
      /details\.statuses must not name anything twice; got \["CANCELED"\]/,
    ],
    ['no job', { ...DETAILS, maxJobs: 0 }, /details\.maxJobs must be a whole number from 1 to 10000; got 0/],
    ['too many jobs', { ...DETAILS, maxJobs: 10_001 }, /details\.maxJobs must be a whole number from 1 to 10000/],
    ['half a job', { ...DETAILS, maxJobs: 1.5 }, /details\.maxJobs must be a whole number/],
    ['text for a number', { ...DETAILS, maxJobs: '5' }, /details\.maxJobs must be a whole number .* got "5"/],
  ])('are refused with the field, the value and the mend: %s', (_what, details, message) => {
    expect(() => parse({ ...VALID, details })).toThrow(BadEventError);
    expect(() => parse({ ...VALID, details })).toThrow(message);
  });

  it('are refused of a status that is not requested', () => {
    const details = { statuses: ['IN_PROGRESS', 'CANCELED'], maxJobs: 5 };
    expect(() => parse({ ...VALID, statuses: ['IN_PROGRESS'], details })).toThrow(
      /details\.statuses\.1 must be one that the event asks for; got "CANCELED"/,
    );
  });

  it.each([
    ['no object', 5, /rollouts must be an object; got 5/],
    [
      'a field too many',
      { percent: 5 },
      /rollouts\.percent is not a field of rollouts; the fields are failedPercent, minThings, stalledHours/,
    ],
    ['no percent', { failedPercent: 0 }, /failedPercent must be a number above 0 up to 100; got 0/],
    ['more than all', { failedPercent: 100.1 }, /failedPercent must be a number above 0 up to 100; got 100.1/],
    ['text for a number', { failedPercent: '5' }, /failedPercent must be a number above 0 up to 100; got "5"/],
    ['no thing', { minThings: 0 }, /minThings must be a whole number from 1 to 1000000; got 0/],
    ['no hour', { stalledHours: 0 }, /stalledHours must be a whole number from 1 to 2160; got 0/],
    ['too long', { stalledHours: 2161 }, /stalledHours must be a whole number from 1 to 2160; got 2161/],
  ])('are refused with rollouts that are wrong: %s', (_what, rollouts, message) => {
    expect(() => parse({ ...VALID, details: DETAILS, rollouts })).toThrow(BadEventError);
    expect(() => parse({ ...VALID, details: DETAILS, rollouts })).toThrow(message);
  });

  it('must be there where rollouts are', () => {
    expect(() => parse({ ...VALID, rollouts: { failedPercent: 5 } })).toThrow(
      /rollouts must come with details, .*, or be left out; got {"failedPercent":5}/,
    );
  });
});

describe('a bad event is refused with the field, the value and the mend', () => {
  it.each([
    ['no object', 'hello', /must be an object; got "hello"/],
    ['null', null, /must be an object; got null/],
    ['a list', [VALID], /must be an object; got \[/],
    ['no export', { scheduledTime: VALID.scheduledTime }, /export must be there; got nothing/],
    ['no time', { export: 'all' }, /scheduledTime must be there; got nothing/],
    [
      'an unknown field',
      { ...VALID, status: ['IN_PROGRESS'] },
      /status is not a field of the event; the fields are export, scheduledTime, statuses/,
    ],
    ['an export in capitals', { ...VALID, export: 'All' }, /export must be an export name: .* got "All"/],
    ['an empty export', { ...VALID, export: '' }, /export must be an export name.* got ""/],
    ['a slash in the export', { ...VALID, export: 'a/b' }, /export must be/],
    [
      'a time without a zone',
      { ...VALID, scheduledTime: '2026-11-23T18:00:00' },
      /scheduledTime must be a time to the second with a zone, such as 2026-11-23T18:00:00Z; got "2026-11-23T18:00:00"/,
    ],
    ['a date alone', { ...VALID, scheduledTime: '2026-11-23' }, /scheduledTime must be a time/],
    [
      'a fraction of a second',
      { ...VALID, scheduledTime: '2026-11-23T18:00:00.5Z' },
      /scheduledTime must be a time to the second/,
    ],
    [
      '30 February',
      { ...VALID, scheduledTime: '2026-02-30T00:00:00Z' },
      /scheduledTime must be a date and time that exist; got "2026-02-30/,
    ],
    ['a year without jobs', { ...VALID, scheduledTime: '0000-01-01T00:00:00+05:00' }, /must not lie before 1970/],
    ['29 February of no leap year', { ...VALID, scheduledTime: '2026-02-29T00:00:00Z' }, /that exist/],
    ['hour 24', { ...VALID, scheduledTime: '2026-11-22T24:00:00Z' }, /that exist/],
    ['a zone of 25 hours', { ...VALID, scheduledTime: '2026-11-22T20:00:00+25:00' }, /scheduledTime must be a time/],
    ['the placeholder itself', { ...VALID, scheduledTime: '<aws.scheduler.scheduled-time>' }, /got "<aws.scheduler/],
    ['a number for a time', { ...VALID, scheduledTime: 1763920800 }, /scheduledTime must be a time .* got 1763920800/],
    [
      'a time of tomorrow',
      { ...VALID, scheduledTime: '2026-11-24T18:00:00Z' },
      /scheduledTime must not lie in the future; got "2026-11-24T18:00:00Z": it is 2026-11-23T18:00:03.000Z now/,
    ],
    ['no status', { ...VALID, statuses: [] }, /statuses must name a status, or be left out for all of them; got \[\]/],
    [
      'an unknown status',
      { ...VALID, statuses: ['RUNNING'] },
      /statuses\.0 must be one of SCHEDULED, IN_PROGRESS, .*; got "RUNNING"/,
    ],
    ['a status twice', { ...VALID, statuses: ['CANCELED', 'CANCELED'] }, /statuses must not name anything twice/],
    ['a status that is no list', { ...VALID, statuses: 'CANCELED' }, /statuses must be a list; got "CANCELED"/],
    ['null statuses', { ...VALID, statuses: null }, /statuses must be a list; got null/],
    ['an empty group', { ...VALID, thingGroups: [''] }, /thingGroups\.0 must be a thing group name: .* got ""/],
    ['a group with a space', { ...VALID, thingGroups: ['ok', 'a b'] }, /thingGroups\.1 must be a thing group name/],
    ['a group twice', { ...VALID, thingGroups: ['a', 'a'] }, /thingGroups must not name anything twice/],
    [
      'a group id with an underscore',
      { ...VALID, thingGroupIds: ['a_b'] },
      /thingGroupIds\.0 must be a thing group id/,
    ],
    [
      'a bad target selection',
      { ...VALID, targetSelection: 'BOTH' },
      /targetSelection must be one of SNAPSHOT, CONTINUOUS; got "BOTH"/,
    ],
    [
      'a schedule that is text',
      { ...VALID, schedule: 'rate(1 hour)' },
      /schedule must be an object; got "rate\(1 hour\)"/,
    ],
    [
      'a schedule without a time zone',
      { ...VALID, schedule: { expression: 'rate(1 hour)' } },
      /schedule\.timeZone must be there; got nothing/,
    ],
    [
      'a schedule for once',
      { ...VALID, schedule: { expression: 'at(2026-11-23T18:00:00)', timeZone: 'UTC' } },
      /schedule\.expression must be rate\(…\) or cron\(…\), .* got "at\(2026/,
    ],
    ['an empty namespace', { ...VALID, namespaceId: '' }, /namespaceId must be a namespace id.* got ""/],
  ])('%s', (_what, event, message) => {
    expect(() => parse(event)).toThrow(BadEventError);
    expect(() => parse(event)).toThrow(message);
  });

  it('names every mistake at once, and shows no more than the beginning of a long value', () => {
    const message = messageOf({ ...VALID, export: 'X'.repeat(5000), statuses: [], namespaceId: ' ' });
    expect(message).toMatch(/export .*; statuses .*; namespaceId /);
    expect(message.length).toBeLessThan(700);
  });

  it.each([
    ['thing group', { thingGroups: [] }],
    ['thing group by id', { thingGroupIds: [] }],
  ])('refuses an empty list of each %s, which would list the whole account under the name of the export', (_, list) => {
    expect(messageOf({ ...VALID, ...list })).toMatch(
      /must name a thing group, or be left out for the account as a whole; got \[\]/,
    );
  });

  it.each(['soon', '', '2026-02-30T00:00:00Z', 5])('names a scheduled time that is wrong once: %p', (scheduledTime) => {
    expect(messageOf({ ...VALID, scheduledTime }).match(/scheduledTime/g)).toHaveLength(1);
  });

  it('has its message for a stack: without the place in the code', () => {
    expect.assertions(1);
    try {
      parse({});
    } catch (error) {
      const { name, message, stack } = error as Error;
      expect(stack).toBe(`${name}: ${message}`);
    }
  });

  it('refuses or understands anything, and never fails in another way', () => {
    const field = fc.oneof(fc.anything(), fc.constantFrom('all', VALID.scheduledTime, ['SCHEDULED'], []));
    const anything = fc.oneof(
      fc.anything(),
      fc.record({ export: field, scheduledTime: field, statuses: field, thingGroups: field }, { requiredKeys: [] }),
    );
    fc.assert(
      fc.property(anything, (event) => {
        try {
          expect(snapshotId(parse(event))).toMatch(/^\d{8}T\d{6}Z-[a-z0-9-]+$/);
        } catch (error) {
          expect(error).toBeInstanceOf(BadEventError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

function messageOf(event: unknown): string {
  try {
    parse(event);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('The event was not refused');
}
