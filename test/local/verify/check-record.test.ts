import { LISTING_FIELDS, SNAPSHOTS_COLUMNS, type SnapshotRecord } from '../../../lambda/contract/columns.ts';
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

it.each(SNAPSHOTS_COLUMNS.map(({ name }) => [name]))('finds that %s is absent, null or of another type', (name) => {
  expect(problemsOf({ ...record, [name]: undefined })).toEqual([`has no ${name}`]);
  expect(problemsOf({ ...record, [name]: null })).toEqual([
    expect.stringContaining(`has null for ${name}, which must be`),
  ]);
  expect(problemsOf({ ...record, [name]: true })).toEqual([
    expect.stringContaining(`has true for ${name}, which must be`),
  ]);
});

it.each([-1, 1.5, 2 ** 60, '3'])('finds that a count is %p', (job_count) => {
  expect(problemsOf({ ...record, job_count })).toEqual([
    expect.stringContaining('for job_count, which must be a whole number'),
  ]);
});

it.each([null, 3, 'x', []])('finds that a listing is %p', (listing) => {
  expect(withListing(1, () => listing)).toEqual([`listing 2 is not an object, but ${JSON.stringify(listing)}`]);
});

it.each(LISTING_FIELDS.map(({ name }) => [name]))('finds that %s of a listing is absent or of another type', (name) => {
  expect(withListing(2, (one) => ({ ...one, [name]: undefined }))).toEqual([`listing 3 has no ${name}`]);
  expect(withListing(2, (one) => ({ ...one, [name]: [] }))).toEqual([
    expect.stringContaining(`listing 3 has [] for ${name}, which must be`),
  ]);
});

it('finds columns and fields that the contract does not have', () => {
  expect(problemsOf({ ...record, jobs: 1 })).toEqual(['has "jobs", which is no column that this version knows']);
  expect(withListing(0, (one) => ({ ...one, pages: 1 }))).toEqual([
    'listing 1 has "pages", which is no column that this version knows',
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
