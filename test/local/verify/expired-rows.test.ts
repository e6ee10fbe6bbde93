import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordKey } from '../../../lambda/contract/keys.ts';
import { directoryArchive } from '../../../local/verify/directory-archive.ts';
import { expiresAt } from '../../../local/verify/expiry.ts';
import { summarize } from '../../../local/verify/summary.ts';
import { UnselectedSnapshots, verdict } from '../../../local/verify/verdict.ts';
import { type Finding, verify } from '../../../local/verify/verify.ts';
import { writeHourlyStatuses } from '../../sql/hourly-statuses.ts';
import { removeRows } from '../../support/remove-rows.ts';

const FROM = Date.parse('2026-11-23T18:00:00Z');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Hours 6 and later are of the next day. */
const MIDNIGHT = Date.parse('2026-11-24T00:00:00Z');
let directory: string;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'expiry-'));
  await writeHourlyStatuses({ directory, from: FROM, lives: { always: 'PPPPPPPP' }, ageHours: 1 });
});
afterEach(() => rmSync(directory, { recursive: true }));

const at = (hour: number) => FROM + hour * HOUR_MS;
async function found(now: number, rowsExpireAfterDays?: number): Promise<Finding[]> {
  const selection = rowsExpireAfterDays === undefined ? {} : { rowsExpireAfterDays };
  return await Array.fromAsync(verify(directoryArchive(directory), selection, { now: () => now }));
}
const textsOf = (findings: readonly Finding[]) => findings.flatMap(({ problems }) => problems.map(({ text }) => text));

it.each([
  // The example of the document.
  ['2014-01-15T10:30:00Z', 3, '2014-01-19T00:00:00Z'],
  ['2026-11-23T00:00:00.001Z', 1, '2026-11-25T00:00:00Z'],
  ['2026-11-23T23:59:59.999Z', 1, '2026-11-25T00:00:00Z'],
  ['2028-02-27T12:00:00Z', 2, '2028-03-01T00:00:00Z'],
])('an object of %s and %d days expires at %s', (createdAt, days, expected) => {
  expect(new Date(expiresAt(Date.parse(createdAt), days)).toISOString()).toBe(new Date(expected).toISOString());
});

it('rows that are gone are a problem without the option, however old, and the message names it', async () => {
  removeRows(directory, [at(0)]);
  expect(textsOf(await found(FROM + 1000 * DAY_MS))).toEqual([
    expect.stringMatching(/^is not there, and its record is: lost, or expired: .* --rows-expire-after-days$/),
  ]);
});

it('rows that are gone and old enough have expired: they are counted, and are no problem', async () => {
  removeRows(directory, [at(0), at(1), at(3)]);
  const findings = await found(MIDNIGHT + 30 * DAY_MS, 30);
  const summary = summarize(findings);
  expect(summary).toMatchObject({ problemCount: 0, expiredCount: 3, snapshotCount: 8, notComparedCount: 4 });
  expect(summary.lines.slice(1)).toEqual([
    '3 snapshots not compared: the rows of the one before have expired',
    '1 snapshot not compared: its own rows have expired',
  ]);
  expect(summary.table.columns.map(({ name }) => name)).toEqual([
    ...['first', 'last', 'snapshots', 'jobs', 'changes', 'rows expired', 'gaps', 'problems'],
  ]);
  expect(summary.table.rows).toEqual([['2026-11-23', '2026-11-24', 8, 8, 0, 3, 0, 0]]);
  expect(verdict(summary, './history', new UnselectedSnapshots())).toEqual({
    text: '8 snapshots, 8 jobs in ./history: all is well; the rows of 3 snapshots have expired; 4 snapshots not compared',
    exitCode: 0,
  });
});

it('rows that are gone before their midnight are lost, also where others have expired', async () => {
  removeRows(directory, [at(0), at(7)]);
  expect(textsOf(await found(MIDNIGHT + 30 * DAY_MS - 1, 30))).toEqual([
    'is not there, and its record is: lost, for it would not expire before 2026-12-24',
    'is not there, and its record is: lost, for it would not expire before 2026-12-25',
  ]);
  const findings = await found(MIDNIGHT + 30 * DAY_MS, 30);
  expect(textsOf(findings)).toEqual([
    'is not there, and its record is: lost, for it would not expire before 2026-12-25',
  ]);
  expect(verdict(summarize(findings), './history', new UnselectedSnapshots())).toEqual({
    text: '8 snapshots, 8 jobs in ./history: 1 problem; the rows of 1 snapshot have expired; 2 snapshots not compared',
    exitCode: 1,
  });
});

it('rows that are old enough and still there are checked as all others', async () => {
  expect(summarize(await found(FROM + 1000 * DAY_MS, 30))).toMatchObject({ problemCount: 0, expiredCount: 0 });
});

it('rows that expire while they are verified have expired', async () => {
  const archive = directoryArchive(directory);
  const during = {
    ...archive,
    async *list(prefix: string) {
      yield* await Array.fromAsync(archive.list(prefix));
      if (prefix === 'jobs') removeRows(directory, [at(0)]);
    },
  };
  const findings = await Array.fromAsync(
    verify(during, { rowsExpireAfterDays: 30 }, { now: () => MIDNIGHT + 30 * DAY_MS }),
  );
  expect(summarize(findings)).toMatchObject({ problemCount: 0, expiredCount: 1 });
});

it('a record that is damaged does not say when its rows expire: both are problems', async () => {
  removeRows(directory, [at(0)]);
  const where = { accountId: '123456789012', region: 'eu-west-1', exportName: 'all', scheduledAt: at(0) };
  writeFileSync(join(directory, recordKey(where)), 'no record\n');
  expect(textsOf(await found(FROM + 1000 * DAY_MS, 30))).toEqual([
    'is not JSON',
    'is not there, and its record cannot be read',
  ]);
});
