import { LISTING_FIELDS, SNAPSHOTS_COLUMNS, type SnapshotRecord } from '../../../lambda/contract/columns.ts';
import { changesKey, detailsKey } from '../../../lambda/contract/keys.ts';
import { checkRecord } from '../../../local/verify/check-record.ts';
import { readRecord } from '../../../local/verify/read-record.ts';
import { RECORD_KEY, REQUEST, setUp } from '../../support/export-run.ts';
import { notFound, page } from '../../support/scripted-source.ts';

let record: SnapshotRecord;
beforeEach(async () => {
  const { run, store } = setUp(({ status, thingGroupName }) =>
    thingGroupName === 'gone' ? notFound() : page([`${status}-1`], undefined, status),
  );
  await run({ thingGroups: ['eu', 'gone'], thingGroupIds: ['us'], statuses: ['SCHEDULED', 'COMPLETED'] });
  record = store.record(RECORD_KEY);
});

type Listing = SnapshotRecord['listings'][number];

const lineOf = (value: unknown) => `${JSON.stringify(value)}\n`;
const problemsOf = (value: unknown) => checkRecord(lineOf(value), REQUEST).problems;
const withListing = (at: number, edit: (listing: Listing) => unknown) =>
  problemsOf({ ...record, listings: record.listings.map((one, i) => (i === at ? edit(one) : one)) });

it('finds nothing wrong with a record that the exporter wrote, of groups by name, by id and missing', () => {
  expect(checkRecord(lineOf(record), REQUEST)).toEqual({ record, problems: [] });
});

it('finds nothing wrong with a group of which it is not known whether it exists', () => {
  const listings = record.listings.map((one) => (one.missing ? { ...one, missing: null } : one));
  expect(problemsOf({ ...record, listings })).toEqual([]);
});

it.each([
  ['null', null],
  ['a number', 1],
  ['a list', [1]],
  ['text', 'x'],
])('finds that a record is %s', (_what, value) => {
  const { record: found, problems } = checkRecord(lineOf(value), REQUEST);
  expect([found, problems]).toEqual([undefined, [`is not an object, but ${JSON.stringify(value)}`]]);
});

const ADDED = SNAPSHOTS_COLUMNS.filter((column) => 'mayBeAbsent' in column);
const FIRST_ONES = SNAPSHOTS_COLUMNS.filter((column) => !('mayBeAbsent' in column));

it.each(FIRST_ONES.map(({ name }) => [name]))('finds that %s is absent, null or of another type', (name) => {
  expect(problemsOf({ ...record, [name]: undefined })).toEqual([`has no ${name}`]);
  expect(problemsOf({ ...record, [name]: null })).toEqual([
    expect.stringContaining(`has null for ${name}, which must be`),
  ]);
  expect(problemsOf({ ...record, [name]: true })).toEqual([
    expect.stringContaining(`has true for ${name}, which must be`),
  ]);
});

it.each(ADDED.map(({ name }) => [name]))('finds that %s is absent alone, or of another type', (name) => {
  expect(problemsOf({ ...record, [name]: undefined })).toEqual([`has no ${name}, and columns that came with it`]);
  expect(problemsOf({ ...record, [name]: true })).toEqual([
    expect.stringMatching(`^has true for ${name}, which must be .* or null$`),
  ]);
});

it('finds nothing wrong with a record of an older version, which is without the columns of lines and changes', () => {
  const older = Object.fromEntries(Object.entries(record).filter(([name]) => !ADDED.some((one) => one.name === name)));
  expect(problemsOf(older)).toEqual([]);
});

describe('the link to the snapshot before', () => {
  const KEY = changesKey(REQUEST);
  const linked = {
    ...{ previous_snapshot_id: '20261123T170000Z-all', unlinked_reason: null },
    ...{ change_count: 2, changes_key: KEY, changes_bytes: 100, changes_sha256: 'abc' },
  };
  const none = { changes_key: null, changes_bytes: null, changes_sha256: null };

  it.each<[string, object]>([
    ['with changes', linked],
    ['without', { ...linked, ...none, change_count: 0 }],
    [
      'of a schedule and with filters',
      { schedule: { expression: 'rate(1 hour)', time_zone: 'UTC' }, target_selection: 'SNAPSHOT' },
    ],
    ['of a late snapshot', { unlinked_reason: 'LATE' }],
  ])('has nothing wrong with it %s', (_what, fields) => {
    expect(problemsOf({ ...record, ...fields })).toEqual([]);
  });

  it.each<[string, object, string | RegExp]>([
    [
      'both a link and a reason for none',
      { ...linked, unlinked_reason: 'FIRST' },
      /^has previous_snapshot_id and unlinked_reason/,
    ],
    ['neither', { unlinked_reason: null }, /^has neither previous_snapshot_id nor unlinked_reason/],
    [
      'an unknown reason',
      { unlinked_reason: 'NONE' },
      'has unlinked_reason NONE, which must be LATE, FIRST, UNREADABLE',
    ],
    [
      'an id that is none',
      { ...linked, previous_snapshot_id: 'x' },
      /^has previous_snapshot_id x, which is no snapshot of its export/,
    ],
    [
      'a snapshot of another export',
      { ...linked, previous_snapshot_id: '20261123T170000Z-al' },
      /which is no snapshot of its export/,
    ],
    ['itself', { ...linked, previous_snapshot_id: '20261123T180000Z-all' }, /which is not before it/],
    [
      'no count of changes',
      { ...linked, ...none, change_count: null },
      /^has change_count null, and previous_snapshot_id 2/,
    ],
    ['a count of changes of nothing', { change_count: 0 }, 'has change_count 0, and no previous_snapshot_id'],
    ['changes that it says are none', { ...linked, change_count: 0 }, `has changes_key ${KEY}, and change_count 0`],
    ['changes without their size', { ...linked, changes_bytes: null }, 'has changes_bytes null, and change_count 2'],
    [
      'the changes of another',
      { ...linked, changes_key: 'changes/x' },
      `has changes_key changes/x, and its own key says ${KEY}`,
    ],
    [
      'a selection that there is not',
      { target_selection: 'ALL' },
      'has target_selection ALL, which ListJobs does not take',
    ],
    ['half a schedule', { schedule: { expression: 'rate(1 hour)' } }, 'schedule has no time_zone'],
    [
      'a schedule that is text',
      { schedule: 'rate(1 hour)' },
      /^has "rate\(1 hour\)" for schedule, which must be an object or null/,
    ],
  ])('has something wrong with %s', (_what, fields, problem) => {
    expect(problemsOf({ ...record, ...fields })).toContainEqual(
      typeof problem === 'string' ? problem : expect.stringMatching(problem),
    );
  });
});

describe('what it says of the details', () => {
  const KEY = detailsKey(REQUEST);
  const described = {
    ...{ detail_count: 2, details_left_out: 1, details_owed: ['a'], details_turn: 'b' },
    ...{ details_key: KEY, details_bytes: 100, details_sha256: 'abc' },
  };
  const none = { details_key: null, details_bytes: null, details_sha256: null };

  it.each<[string, object]>([
    ['some', described],
    ['none described', { ...described, ...none, detail_count: 0 }],
    ['nothing left to the next', { ...described, details_owed: [], details_turn: null }],
    ['none asked for', { ...none, detail_count: null, details_left_out: null, details_owed: null, details_turn: null }],
  ])('has nothing wrong with it: %s', (_what, fields) => {
    expect(problemsOf({ ...record, ...fields })).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['no number of jobs left out', { details_left_out: null }, 'has detail_count 2, and details_left_out null'],
    ['no count', { ...none, detail_count: null }, 'has detail_count null, and details_left_out 1'],
    ['details that it says are none', { detail_count: 0 }, `has details_key ${KEY}, and detail_count 0`],
    [
      'details not asked for',
      { detail_count: null, details_left_out: null },
      'has details_bytes 100, and detail_count null',
    ],
    ['no list of jobs owed', { details_owed: null }, 'has no details_owed, and detail_count 2'],
    ['jobs owed where none were asked for', { detail_count: null }, 'has details_owed, and detail_count null'],
    ['a turn where none were asked for', { detail_count: null }, 'has details_turn b, and detail_count null'],
    ['a job owed twice', { details_left_out: 9, details_owed: ['a', 'a'] }, 'has a job twice in details_owed'],
    [
      'more jobs owed than were left out',
      { details_owed: ['a', 'c'] },
      'has 2 jobs in details_owed, and details_left_out 1',
    ],
    ['an owed job that is no text', { details_owed: [1] }, 'details_owed[1] is 1, which must be text'],
    ['no key', { details_key: null }, 'has details_key null, and detail_count 2'],
    ['no size', { details_bytes: null }, 'has details_bytes null, and detail_count 2'],
    ['no checksum', { details_sha256: null }, 'has details_sha256 null, and detail_count 2'],
    ['the details of another', { details_key: 'details/x' }, `has details_key details/x, and its own key says ${KEY}`],
  ])('has something wrong with %s', (_what, fields, problem) => {
    expect(problemsOf({ ...record, ...described, ...fields })).toContain(problem);
  });
});

it.each([-1, 1.5, 2 ** 60, '3'])('finds that a count is %p', (job_count) => {
  expect(problemsOf({ ...record, job_count })).toEqual([
    expect.stringContaining('for job_count, which must be a whole number'),
  ]);
});

it.each([null, 3, 'x', []])('finds that a listing is %p', (listing) => {
  expect(withListing(1, () => listing)).toEqual([`listings[2] is not an object, but ${JSON.stringify(listing)}`]);
});

it.each(LISTING_FIELDS.map(({ name }) => [name]))('finds that %s of a listing is absent or of another type', (name) => {
  expect(withListing(2, (one) => ({ ...one, [name]: undefined }))).toEqual([`listings[3] has no ${name}`]);
  expect(withListing(2, (one) => ({ ...one, [name]: [] }))).toEqual([
    expect.stringContaining(`listings[3] has [] for ${name}, which must be`),
  ]);
});

it('finds columns and fields that the contract does not have', () => {
  expect(problemsOf({ ...record, jobs: 1 })).toEqual(['has "jobs", which is no column that this version knows']);
  expect(withListing(0, (one) => ({ ...one, pages: 1 }))).toEqual([
    'listings[1] has "pages", which is no column that this version knows',
  ]);
});

it('finds listings that no run has', () => {
  expect(problemsOf({ ...record, listings: [], job_count: 0 })).toEqual(['has no listing']);
  expect(withListing(2, (one) => ({ ...one, status: 'COMPLETE' }))).toContain(
    'has a listing of status COMPLETE, which ListJobs does not take',
  );
  expect(withListing(2, (one) => ({ ...one, thing_group_name: 'went' }))).toContain(
    'has no listing of gone for some status',
  );
  expect(withListing(1, (one) => ({ ...one, status: 'SCHEDULED' }))).toContain(
    'has two listings of eu with one status',
  );
  expect(withListing(0, (one) => ({ ...one, queried_thing_group_id: 'eu' }))).toContain(
    'has a listing of a thing group by name and by id, eu',
  );
  expect(withListing(2, (one) => ({ ...one, missing: false }))).toContain(
    'has listings of gone that differ in missing',
  );
  expect(withListing(0, (one) => ({ ...one, missing: true }))).toContain(
    'has jobs of eu, and says that it is missing or may be',
  );
  const account = { ...record.listings[2], thing_group_name: null };
  expect(problemsOf({ ...record, listings: [account], job_count: 0 })).toContain(
    'has an account-wide listing that is missing',
  );
});

it.each([
  ['a key twice', (text: string) => text.replace('{', '{"job_count":1,')],
  ['spaces', (text: string) => text.replaceAll(',', ', ')],
  ['a number in another form', (text: string) => text.replace('"job_count":4,', '"job_count":4e0,')],
  ['a carriage return', (text: string) => text.replace('\n', '\r\n')],
])('finds %s, which the exporter does not write', (_what, edit) => {
  const text = edit(lineOf(record));
  expect(text).not.toBe(lineOf(record));
  expect(checkRecord(text, REQUEST).problems).toEqual([expect.stringContaining('is not as the exporter writes it')]);
});

it.each(['', '\n', '{}', '{}\n{}\n', 'x\n'])('finds that the text %p is no record', (text) => {
  expect(checkRecord(text, REQUEST)).toEqual({ problems: [expect.any(String)] });
});

it('finds bytes that are not UTF-8, and does not keep an object without end', async () => {
  async function* endless() {
    for (;;) yield Buffer.alloc(2 ** 20, 'x');
  }
  expect(await readRecord(endless(), REQUEST)).toEqual({
    problems: ['is longer than 67108864 bytes, which no record is'],
  });
  async function* latin1() {
    yield Buffer.from('{"snapshot_id":"\xff"}\n', 'latin1');
  }
  expect(await readRecord(latin1(), REQUEST)).toEqual({ problems: ['is not UTF-8'] });
});
