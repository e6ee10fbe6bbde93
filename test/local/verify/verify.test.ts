import { mkdtempSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { JOB_STATUSES } from '../../../lambda/contract/jobs.ts';
import { jobsKey, recordKey } from '../../../lambda/contract/keys.ts';
import { exportSnapshot } from '../../../lambda/core/export-snapshot.ts';
import { openDirectoryHistory } from '../../../local/directory-history.ts';
import type { Archive } from '../../../local/verify/archive.ts';
import { directoryArchive } from '../../../local/verify/directory-archive.ts';
import { summarize } from '../../../local/verify/summary.ts';
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
  const history = await openDirectoryHistory(root);
  await exportSnapshot(request(scheduledAt, exportName), { clock, source, ...history }, Number.POSITIVE_INFINITY);
}

const findings = async (selection: Selection = {}): Promise<Finding[]> =>
  await Array.fromAsync(verify(directoryArchive(root), selection));
const problems = async (selection?: Selection) =>
  (await findings(selection)).flatMap((finding) => finding.problems.map(({ key, text }) => `${key} ${text}`));

const rowsPath = () => join(root, jobsKey(request()));
const recordPath = () => join(root, recordKey(request()));

/** Changes the rows, and the record with them, so that only the rows' content is wrong. */
function editRows(edit: (rows: string) => string) {
  writeFileSync(rowsPath(), gzipSync(edit(gunzipSync(readFileSync(rowsPath())).toString())));
}
function editFile(path: string, edit: (body: Buffer) => Uint8Array) {
  writeFileSync(path, edit(readFileSync(path)));
}
/** Sets a file's modification time to that of its snapshot. */
function age(path: string) {
  utimesSync(path, FIRST / 1000, FIRST / 1000);
}
function editRecord(edit: (record: Record<string, unknown>) => object) {
  writeFileSync(recordPath(), `${JSON.stringify(edit(JSON.parse(readFileSync(recordPath(), 'utf8'))))}\n`);
}

it('finds nothing wrong with what the exporter wrote', async () => {
  for (let i = 0; i < 3; i++) await write(FIRST + i * HOUR);
  await write(FIRST, 'groups');
  const found = await findings();
  expect(found.map(({ jobCount, problems }) => [jobCount, problems])).toEqual(Array(4).fill([10, []]));
  expect(summarize(found)).toMatchObject({
    heading: 'account 123456789012, region eu-west-1',
    lines: ['all: no schedule is known of 3 snapshots: gaps between them are by their usual period'],
    problemCount: 0,
    snapshotCount: 4,
    jobCount: 40,
  });
  expect(summarize(found).table.rows).toEqual([
    ['all', '2026-11-23', '2026-11-23', 3, 30, 0, 0, 0],
    ['groups', '2026-11-23', '2026-11-23', 1, 10, 0, 0, 0],
  ]);
});

it('finds nothing in an empty directory, and says when there is none', async () => {
  expect(await findings()).toEqual([]);
  await expect(Array.fromAsync(verify(directoryArchive(join(root, 'nowhere')), {}))).rejects.toThrow('no directory');
});

it('looks only at the days and the export requested', async () => {
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
      () => editFile(rowsPath(), (body) => body.with(40, 255 - (body[40] as number))),
      /gz has the SHA-256 [0-9a-f]{12}…, and its record says [0-9a-f]{12}…/,
    ],
    ['rows that are cut', () => editFile(rowsPath(), (body) => body.subarray(0, 100)), /gz is cut off/],
    ['rows that are gone', () => rmSync(rowsPath()), /gz is not there, and its record is/],
    [
      'a record that is gone',
      () => {
        age(rowsPath());
        rmSync(recordPath());
      },
      /gz has no record/,
    ],
    ['a record that is cut', () => editFile(recordPath(), (body) => body.subarray(0, 50)), /is not one line/],
    ['a record that lacks a field', () => editRecord(({ finished_at, ...rest }) => rest), /has no finished_at/],
    [
      'a job that is there twice',
      () => editRows((rows) => rows + rows.slice(0, rows.indexOf('\n') + 1)),
      /row 11 has job SCHEDULED-1 a second time in eu/,
    ],
    ['a row too few', () => editRows((rows) => rows.slice(rows.indexOf('\n') + 1)), /9 rows, and its record says 10/],
    [
      'a status too few',
      () => editRows((rows) => rows.slice(rows.indexOf('\n') + 1)),
      /has 1 rows of eu SCHEDULED, and its record says 2/,
    ],
    [
      'another status',
      () => editRows((rows) => rows.replace('"CANCELED"', '"COMPLETED"')),
      /has the SHA-256 .*, and its record says/,
    ],
    [
      'a scope that was not listed',
      () => editRows((rows) => rows.replace('"eu"', '"us"')),
      /row 1 is of us, which the record does not list/,
    ],
    [
      'a row of another snapshot',
      () => editRows((rows) => rows.replace('180000Z-all', '190000Z-all')),
      /row 1 is of snapshot 20261123T190000Z-all/,
    ],
    [
      'a row from outside of the run',
      () => editRows((rows) => rows.replace('"observed_at":"2026', '"observed_at":"2025')),
      /outside of the run/,
    ],
    [
      'counts that do not add up',
      () => editRecord((record) => ({ ...record, job_count: 11 })),
      /has listings of 10 jobs in all, and job_count 11/,
    ],
    [
      'an end before the beginning',
      () => editRecord((record) => ({ ...record, finished_at: '2020-01-01 00:00:00.000' })),
      /has finished_at 2020-01-01 00:00:00.000 before started_at/,
    ],
    [
      'a record under the name of another',
      () => renameSync(recordPath(), recordPath().replace('180000Z', '190000Z')),
      /has snapshot_id 20261123T180000Z-all, and its own key says 20261123T190000Z-all/,
    ],
    [
      'a record that was written anew',
      () => editFile(recordPath(), (body) => Buffer.from(body.toString().replace(',', ', '))),
      /is not as the exporter writes it/,
    ],
  ])('%s', async (_what, spoil, message) => {
    spoil();
    expect((await problems()).join('\n')).toMatch(message);
  });
});

describe('while an exporter is at work', () => {
  /** An archive whose listings show what there was before `meanwhile`, which runs once the rows have been listed. */
  function archiveDuring(meanwhile: () => void | Promise<void>): Archive {
    const archive = directoryArchive(root);
    return {
      ...archive,
      async *list(prefix) {
        yield* await Array.fromAsync(archive.list(prefix));
        if (prefix === 'jobs') await meanwhile();
      },
    };
  }
  const during = async (meanwhile: () => void | Promise<void>, now?: number) =>
    await Array.fromAsync(verify(archiveDuring(meanwhile), {}, now === undefined ? {} : { now: () => now }));

  it('says nothing of a snapshot whose rows came after the rows had been listed', async () => {
    await write();
    const found = await during(() => write(FIRST + HOUR));
    expect(found.map(({ jobCount, problems: ofOne }) => [jobCount, ofOne])).toEqual(Array(2).fill([10, []]));
  });

  it('looks again for the record of rows, and checks the snapshot when it is there by then', async () => {
    await write();
    const record = readFileSync(recordPath());
    rmSync(recordPath());
    const archive = directoryArchive(root);
    const find = async (key: string) => {
      writeFileSync(recordPath(), record);
      return await archive.find(key);
    };
    const late = { ...archive, find };
    expect(await Array.fromAsync(verify(late, {}))).toMatchObject([{ jobCount: 10, problems: [] }]);
  });

  it('takes rows without a record for those of a run that is under way, until they are an hour old', async () => {
    await write();
    rmSync(recordPath());
    const found = await during(() => {}, FIRST + 60_000);
    expect(found).toMatchObject([{ isUnderWay: true, problems: [] }]);
    expect(summarize(found).lines.join()).toMatch(/has no record yet: the run of 2026-11-23 18:00Z may be under way/);
    const [later] = await during(() => {}, Date.now() + HOUR + 1000);
    expect(later?.problems).toEqual([{ key: jobsKey(request()), text: 'has no record: no query reads these rows' }]);
  });

  it('does not take the rows of an old snapshot for those of a run, though a copy has made the file young', async () => {
    await write();
    rmSync(recordPath());
    const [copied] = await during(() => {}, FIRST + 25 * HOUR);
    expect(copied?.problems).toEqual([{ key: jobsKey(request()), text: 'has no record: no query reads these rows' }]);
  });

  it('does not take rows for young where the store does not say when they were written', async () => {
    await write();
    rmSync(recordPath());
    const archive = directoryArchive(root);
    const ageless = {
      ...archive,
      async *list(prefix: string) {
        for await (const { key, bytes } of archive.list(prefix)) yield { key, bytes };
      },
    };
    const [found] = await Array.fromAsync(verify(ageless, {}));
    expect(found?.problems).toMatchObject([{ text: 'has no record: no query reads these rows' }]);
  });

  it('names an object that was deleted after it had been listed, and reports no rows that were removed since', async () => {
    await write();
    expect(await during(() => rmSync(rowsPath()))).toMatchObject([
      { problems: [{ text: expect.stringContaining('was deleted') }] },
    ]);
    rmSync(recordPath());
    await write(FIRST + HOUR);
    rmSync(join(root, recordKey(request(FIRST + HOUR))));
    expect(await during(() => rmSync(join(root, jobsKey(request(FIRST + HOUR)))))).toEqual([]);
  });
});

it('uses the checksum of the store in quick mode, and reads the rows where there is none', async () => {
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
    (await Array.fromAsync(verify({ ...sizes, storedSha256: async () => sha256 }, { isQuick: true }))).flatMap((f) =>
      f.problems.map(({ text }) => text),
    );
  expect(await quick(kept)).toEqual([]);
  expect(await quick('0000')).toEqual([
    expect.stringMatching(/has the SHA-256 0000 in the store, and its record says/),
  ]);
  expect((await quick(undefined)).join()).toContain('which the record does not list');
});

it('says the gaps in its report', async () => {
  for (const hour of [0, 1, 2, 4]) await write(FIRST + hour * HOUR);
  const { lines, table, problemCount } = summarize(await findings());
  expect(lines[0]).toBe('a gap of 1 snapshot between 2026-11-23 20:00Z and 2026-11-23 22:00Z');
  expect(lines.slice(1)).toEqual(['no schedule is known of 4 snapshots: gaps between them are by their usual period']);
  expect(table.columns.map(({ name }, i) => [name, table.rows[0]?.[i]])).toContainEqual(['gaps', 1]);
  expect(problemCount).toBe(0);
  await write(FIRST, 'groups');
  expect(summarize(await findings()).lines[0]).toBe(`all: ${lines[0]}`);
});
