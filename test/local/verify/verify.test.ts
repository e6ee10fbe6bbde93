import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { JOB_STATUSES } from '../../../lambda/contract/jobs.ts';
import { jobsKey, recordKey } from '../../../lambda/contract/keys.ts';
import { exportSnapshot } from '../../../lambda/core/export-snapshot.ts';
import { openDirectoryStore } from '../../../local/directory-store.ts';
import { directoryArchive } from '../../../local/verify/directory-archive.ts';
import { findGaps } from '../../../local/verify/gaps.ts';
import { summarize } from '../../../local/verify/report.ts';
import { type Finding, type Selection, verify } from '../../../local/verify/verify.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { notFound, page, ScriptedSource } from '../../support/scripted-source.ts';

const HOUR = 3_600_000;
const FIRST = Date.parse('2026-11-23T18:00:00Z');
const request = (scheduledAt = FIRST, exportName = 'all') => ({
  accountId: '123456789012',
  region: 'eu-west-1',
  exportName,
  scheduledAt,
  statuses: JOB_STATUSES,
  thingGroups: ['eu', 'gone'],
  thingGroupIds: [],
});

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'verify-'));
});
afterEach(() => rmSync(root, { recursive: true }));

async function write(scheduledAt = FIRST, exportName = 'all') {
  const clock = new FakeClock(scheduledAt + 2000);
  const source = new ScriptedSource(({ thingGroupName, status }) =>
    thingGroupName === 'gone' ? notFound() : page([`${status}-1`, `${status}-2`], undefined, status),
  );
  const store = await openDirectoryStore(root);
  await exportSnapshot(request(scheduledAt, exportName), { clock, source, store }, Number.POSITIVE_INFINITY);
}

const findings = async (selection: Selection = {}): Promise<Finding[]> =>
  await Array.fromAsync(verify(directoryArchive(root), selection));
const problems = async () => (await findings()).flatMap((finding) => finding.problems);

const rowsPath = () => join(root, jobsKey(request()));
const recordPath = () => join(root, recordKey(request()));

/** Changes the rows, and the record with them, so that only the rows' content is wrong. */
function editRows(edit: (rows: string) => string) {
  writeFileSync(rowsPath(), gzipSync(edit(gunzipSync(readFileSync(rowsPath())).toString())));
}
function editRecord(edit: (record: Record<string, unknown>) => object) {
  writeFileSync(recordPath(), `${JSON.stringify(edit(JSON.parse(readFileSync(recordPath(), 'utf8'))))}\n`);
}

it('finds nothing wrong with what the exporter wrote', async () => {
  for (let i = 0; i < 3; i++) await write(FIRST + i * HOUR);
  await write(FIRST, 'groups');
  const found = await findings();
  expect(found.map(({ jobCount, problems }) => [jobCount, problems])).toEqual(Array(4).fill([10, []]));
  expect(summarize(found)).toMatchObject({ lines: [], problemCount: 0 });
  expect(summarize(found).table.rows.map((row) => row.slice(2, 7))).toEqual([
    ['all', '20261123T180000Z', '20261123T200000Z', 3, 30],
    ['groups', '20261123T180000Z', '20261123T180000Z', 1, 10],
  ]);
});

it('finds nothing in an empty directory, and says when there is none', async () => {
  expect(await findings()).toEqual([]);
  await expect(Array.fromAsync(verify(directoryArchive(join(root, 'nowhere')), {}))).rejects.toThrow('no directory');
});

it('looks only at the days and the export asked for', async () => {
  await write(FIRST);
  await write(FIRST + 24 * HOUR);
  await write(FIRST, 'groups');
  expect(await findings({ from: '2026-11-24' })).toHaveLength(1);
  expect(await findings({ to: '2026-11-23' })).toHaveLength(2);
  expect(await findings({ exportName: 'groups' })).toHaveLength(1);
});

describe('finds', () => {
  beforeEach(() => write());

  it.each<[string, () => void, RegExp]>([
    [
      'a byte that flipped',
      () => writeFileSync(rowsPath(), Buffer.concat([readFileSync(rowsPath()), Buffer.from('x')])),
      /its SHA-256 is/,
    ],
    ['rows that are cut', () => writeFileSync(rowsPath(), readFileSync(rowsPath()).subarray(0, 100)), /cannot be read/],
    ['rows that are gone', () => rmSync(rowsPath()), /is not there: jobs\//],
    ['a record that is gone', () => rmSync(recordPath()), /rows without a record/],
    [
      'a record that is cut',
      () => writeFileSync(recordPath(), readFileSync(recordPath()).subarray(0, 50)),
      /not one line/,
    ],
    ['a record that lacks a field', () => editRecord(({ finished_at, ...rest }) => rest), /has no finished_at/],
    [
      'a job that is there twice',
      () => editRows((rows) => rows + rows.slice(0, rows.indexOf('\n') + 1)),
      /twice in one scope/,
    ],
    ['a row too few', () => editRows((rows) => rows.slice(rows.indexOf('\n') + 1)), /9 rows, and the record says 10/],
    [
      'a status with other counts',
      () => editRows((rows) => rows.replace('"CANCELED"', '"COMPLETED"')),
      /3 rows of thing group eu COMPLETED, and its listing says 2/,
    ],
    [
      'a scope that was not listed',
      () => editRows((rows) => rows.replace('"eu"', '"us"')),
      /thing group us, which was not listed/,
    ],
    [
      'a row of another snapshot',
      () => editRows((rows) => rows.replace('180000Z-all', '190000Z-all')),
      /of the snapshot 20261123T190000Z-all/,
    ],
    [
      'a row from outside of the run',
      () => editRows((rows) => rows.replace('"observed_at":"2026', '"observed_at":"2025')),
      /outside of the run/,
    ],
    ['a row that lacks a column', () => editRows((rows) => rows.replace('"job_arn"', '"arn"')), /row 1 has no job_arn/],
    ['a row that is no JSON', () => editRows((rows) => rows.replace('{', '[')), /row 1 is not JSON/],
    [
      'counts that do not add up',
      () => editRecord((record) => ({ ...record, job_count: 11 })),
      /add up to 10 jobs, and job_count is 11/,
    ],
    [
      'an end before the beginning',
      () => editRecord((record) => ({ ...record, finished_at: '2020-01-01 00:00:00.000' })),
      /before it started/,
    ],
    [
      'a record under the name of another',
      () => renameSync(recordPath(), recordPath().replace('180000Z', '190000Z')),
      /snapshot_id is 20261123T180000Z-all, and the key says 20261123T190000Z-all/,
    ],
    [
      'a file in the wrong day',
      () => renameSync(rowsPath(), rowsPath().replace('180000Z', '180000')),
      /not a key of the data contract/,
    ],
  ])('%s', async (_what, spoil, message) => {
    spoil();
    expect((await problems()).join('\n')).toMatch(message);
  });
});

it('believes the store of its checksum when it is asked to be quick, and reads the rows where there is none', async () => {
  await write();
  editRows((rows) => rows.replace('"eu"', '"us"'));
  const kept = JSON.parse(readFileSync(recordPath(), 'utf8')).object_sha256;
  const bytes = JSON.parse(readFileSync(recordPath(), 'utf8')).object_bytes;
  const archive = directoryArchive(root);
  const sizes = {
    ...archive,
    async *list(prefix: string) {
      for await (const { key } of archive.list(prefix)) yield { key, bytes };
    },
  };
  const quick = async (sha256: string | undefined) =>
    (await Array.fromAsync(verify({ ...sizes, keptSha256: async () => sha256 }, { isQuick: true }))).flatMap(
      (f) => f.problems,
    );
  expect(await quick(kept)).toEqual([]);
  expect(await quick('0000')).toEqual([expect.stringContaining("the store's own SHA-256 is 0000")]);
  expect((await quick(undefined)).join()).toContain('which was not listed');
});

describe('gaps', () => {
  const at = (...hours: number[]) => hours.map((hour) => FIRST + hour * HOUR);

  it('are where more than one and a half periods are between two snapshots', () => {
    expect(findGaps(at(0, 1, 2, 5, 6))).toEqual([{ after: at(2)[0], before: at(5)[0], missing: 2 }]);
    expect(findGaps(at(0, 1, 2, 3))).toEqual([]);
  });

  it('are not known from one distance alone', () => {
    expect(findGaps(at(0, 7))).toEqual([]);
  });

  it('are said in the report', async () => {
    for (const hour of [0, 1, 2, 4]) await write(FIRST + hour * HOUR);
    const { lines, table, problemCount } = summarize(await findings());
    expect(lines).toEqual([
      'all in 123456789012 eu-west-1: a gap of 1 snapshot between 2026-11-23T20:00:00Z and 2026-11-23T22:00:00Z',
    ]);
    expect([table.rows[0]?.[8], problemCount]).toEqual([1, 0]);
  });
});
