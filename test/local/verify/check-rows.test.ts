import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { JOBS_COLUMNS, type JobRow, SNAPSHOTS_COLUMNS, type SnapshotRecord } from '../../../lambda/contract/columns.ts';
import { checkRows } from '../../../local/verify/check-rows.ts';
import { MAX_LINE_BYTES } from '../../../local/verify/line-splitter.ts';
import { JOBS_KEY, RECORD_KEY, REQUEST, setUp } from '../../support/export-run.ts';
import { page } from '../../support/scripted-source.ts';

let body: Buffer;
let record: SnapshotRecord;
beforeEach(async () => {
  const { run, store } = setUp(({ status, thingGroupName }) =>
    page([`${thingGroupName}-${status}`], undefined, status),
  );
  await run({ thingGroups: ['eu', 'us'] });
  body = Buffer.from(store.objects.get(JOBS_KEY) as Uint8Array);
  record = store.record(RECORD_KEY);
});

/** Gives an object in chunks of some size: boundaries must not matter. */
async function* chunks(bytes: Uint8Array, size: number) {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

/** Problems of an object whose record has its size and checksum, so that only its content is wrong. */
async function problemsOf(bytes: Uint8Array, changed: Partial<SnapshotRecord> = {}): Promise<string[]> {
  const object_sha256 = createHash('sha256').update(bytes).digest('hex');
  const fitting = { ...record, object_bytes: bytes.length, object_sha256, ...changed };
  const found = await checkRows(chunks(bytes, 1 << 16), REQUEST, fitting);
  for (const size of [1, 7]) {
    if (bytes.length < 10_000) expect(await checkRows(chunks(bytes, size), REQUEST, fitting)).toEqual(found);
  }
  return found;
}

const text = () => gunzipSync(body).toString();
const edited = (edit: (rows: string) => string | Buffer) => gzipSync(edit(text()));
const withFirstRow = (edit: (row: JobRow) => unknown) =>
  edited((rows) => {
    const [first = '', ...rest] = rows.split('\n');
    return [JSON.stringify(edit(JSON.parse(first))), ...rest].join('\n');
  });

it('finds nothing wrong with rows as the exporter wrote them, in chunks of any size', async () => {
  for (const size of [1, 2, 3, 9, 10, 11, 100, body.length - 8, body.length - 7, body.length]) {
    expect(await checkRows(chunks(body, size), REQUEST, record)).toEqual([]);
  }
  expect(await checkRows(chunks(body, 100), REQUEST, undefined)).toEqual([]);
});

it('finds nothing wrong with a snapshot without a job', async () => {
  const { run, store } = setUp(() => page([]));
  await run();
  const empty = store.objects.get(JOBS_KEY) as Uint8Array;
  expect(await checkRows(chunks(empty, 5), REQUEST, store.record(RECORD_KEY))).toEqual([]);
});

it('finds nothing wrong where jobs of IN_PROGRESS are met in the second listing of SCHEDULED', async () => {
  let scheduled = 0;
  const { run, store } = setUp(({ status = '' }) => {
    if (status === 'SCHEDULED') scheduled += 1;
    return page(scheduled === 2 && status === 'SCHEDULED' ? ['back'] : [`${status}-1`], undefined, status);
  });
  await run();
  const rows = store.objects.get(JOBS_KEY) as Uint8Array;
  expect(store.rows(JOBS_KEY).map(({ status }) => status)).toEqual([
    ...['SCHEDULED', 'IN_PROGRESS', 'SCHEDULED', 'COMPLETED', 'CANCELED', 'DELETION_IN_PROGRESS'],
  ]);
  expect(await checkRows(chunks(rows, 100), REQUEST, store.record(RECORD_KEY))).toEqual([]);
});

it('finds nothing wrong with a job that the service lists by one status and shows with another', async () => {
  const { run, store } = setUp(({ status = '' }) =>
    page([status], undefined, status === 'IN_PROGRESS' ? 'COMPLETED' : status),
  );
  await run();
  const rows = store.objects.get(JOBS_KEY) as Uint8Array;
  expect(await checkRows(chunks(rows, 100), REQUEST, store.record(RECORD_KEY))).toEqual([]);
});

describe('finds as gzip', () => {
  it.each<[string, () => Uint8Array, string | RegExp]>([
    ['an object of zero bytes', () => Buffer.alloc(0), /is cut off/],
    ['a header that is cut', () => body.subarray(0, 7), /is cut off/],
    ['data that are cut', () => body.subarray(0, 100), /is cut off/],
    ['a trailer that is cut', () => body.subarray(0, -3), /is cut off/],
    ['a trailer that is gone', () => body.subarray(0, -8), /is cut off/],
    ['bytes at the end', () => Buffer.concat([body, Buffer.from('garbage')]), /has 7 bytes after its one gzip member/],
    ['zeros at the end', () => Buffer.concat([body, Buffer.alloc(4)]), /has 4 bytes after its one gzip member/],
    ['a second member', () => Buffer.concat([body, gzipSync('')]), /has 20 bytes after its one gzip member/],
    ['another checksum', () => body.with(-8, 255 - (body.at(-8) as number)), /another CRC-32 in its gzip trailer/],
    ['another length', () => body.with(-1, 1), /another length in its gzip trailer/],
    ['data that are damaged', () => body.with(10, 255), /is not valid gzip/],
    ['text that is not compressed', () => Buffer.from(text()), /^is not gzip/],
    ['an optional field in the header', () => body.with(3, 8), /optional fields in its gzip header/],
  ])('%s', async (_what, damaged, message) => {
    const found = await problemsOf(damaged());
    expect(found.at(-1)).toMatch(message);
    // Rows before the damage may be wrong; unreadable rows have no counts.
    expect(found.join('\n')).not.toMatch(/record says/);
  });
});

describe('finds as text', () => {
  it.each<[string, () => Uint8Array, RegExp]>([
    ['a row that is not JSON', () => edited((rows) => rows.replace('{', '[')), /^row 1 is not JSON$/],
    ['an empty line', () => edited((rows) => rows.replace('\n', '\n\n')), /^row 2 is not JSON$/],
    ['a byte order mark', () => edited((rows) => `\uFEFF${rows}`), /^row 1 is not JSON$/],
    [
      'bytes that are not UTF-8',
      () => edited((r) => Buffer.from(r.replace('eu', '\xff'), 'latin1')),
      /^row 1 is not UTF-8$/,
    ],
    ['a last line without newline', () => edited((rows) => rows.slice(0, -1)), /^row 10 does not end in a newline$/],
    [
      'a very long line',
      () => edited((rows) => Buffer.concat([Buffer.alloc(2 * MAX_LINE_BYTES, 'x'), Buffer.from(`\n${rows}`)])),
      /^row 1 is longer than 1048576 bytes$/,
    ],
  ])('%s', async (_what, damaged, message) => {
    expect((await problemsOf(damaged()))[0]).toMatch(message);
  });

  it('every line that is not UTF-8, by its number', async () => {
    const lines = text().split('\n');
    const damaged = lines.map((line, i) =>
      i === 1 || i === 3 ? line.replace('us', '\xff').replace('eu', '\xfe') : line,
    );
    const found = await problemsOf(gzipSync(Buffer.from(damaged.join('\n'), 'latin1')));
    expect(found).toEqual(['row 2 is not UTF-8', 'row 4 is not UTF-8']);
  });
});

describe('finds in a row', () => {
  it.each<[string, unknown, RegExp]>([
    ['null', null, /^row 1 is not an object, but null$/],
    ['a number', 7, /^row 1 is not an object, but 7$/],
    ['a list', [], /^row 1 is not an object, but \[\]$/],
  ])('%s', async (_what, value, message) => {
    expect((await problemsOf(withFirstRow(() => value)))[0]).toMatch(message);
  });

  const always = JOBS_COLUMNS.filter((column) => !('mayBeAbsent' in column)).map(({ name }) => name);

  // The record has unlinked_reason, so its rows have ages.
  it.each([...always, 'first_seen_at', 'status_since'])('that it has no %s', async (name) => {
    const found = await problemsOf(withFirstRow((row) => ({ ...row, [name]: undefined })));
    expect(found).toEqual([`row 1 has no ${name}`]);
  });

  it.each(JOBS_COLUMNS.map(({ name }) => [name]))('a wrong type of %s', async (name) => {
    const found = await problemsOf(withFirstRow((row) => ({ ...row, [name]: { at: 1 } })));
    expect(found).toEqual([expect.stringMatching(`^row 1 has {"at":1} for ${name}, which must be `)]);
  });

  it('null in a column that has a value always', async () => {
    const found = await problemsOf(withFirstRow((row) => ({ ...row, observed_at: null })));
    expect(found).toEqual(['row 1 has null for observed_at, which must be a time as 2026-11-23 18:00:00.000']);
  });

  it('a column that the contract does not have', async () => {
    const found = await problemsOf(withFirstRow((row) => ({ ...row, jobId: 'x' })));
    expect(found).toEqual(['row 1 has "jobId", which is no column that this version knows']);
  });

  it.each([
    '2026-02-30 00:00:00.000',
    '2026-13-01 00:00:00.000',
    '2026-00-01 00:00:00.000',
    '2026-11-00 00:00:00.000',
    '2026-11-23 24:00:00.000',
    '2026-11-23 18:60:00.000',
    '2026-11-23 18:00:60.000',
    '2025-02-29 00:00:00.000',
    '1900-02-29 00:00:00.000',
    '2026-11-23T18:00:00.000',
    '2026-11-23 18:00:00',
    '2026-11-23 18:00:00.0000',
    '2026-11-23 18:00:00.0x0',
    '+026-11-23 18:00:00.000',
    '',
  ])('the time "%s", which does not exist', async (created_at) => {
    const found = await problemsOf(withFirstRow((row) => ({ ...row, created_at })));
    expect(found).toEqual([
      expect.stringMatching(/^row 1 has ".*" for created_at, which must be a time as .* or null$/),
    ]);
  });

  it.each(['2024-02-29 23:59:59.999', '2000-02-29 00:00:00.000', '0000-01-01 00:00:00.000', '9999-12-31 00:00:00.000'])(
    'no fault with the time "%s"',
    async (created_at) => {
      expect(await problemsOf(withFirstRow((row) => ({ ...row, created_at })))).toEqual([]);
    },
  );

  it('a thing group by name and by id at once', async () => {
    const found = await problemsOf(withFirstRow((row) => ({ ...row, queried_thing_group_id: 'x' })));
    expect(found.join('\n')).toMatch(/row 1 has a thing group by name and one by id/);
  });
});

describe('scope by scope', () => {
  it('finds rows of a scope that come again after those of another one', async () => {
    const found = await problemsOf(
      edited((rows) => {
        const lines = rows.split('\n');
        [lines[0], lines[9]] = [lines[9] as string, lines[0] as string];
        return lines.join('\n');
      }),
    );
    expect(found).toEqual(
      ['us', 'eu'].map((group, i) => `row ${[6, 10][i]} is of ${group} again, after those of another scope`),
    );
  });

  it('finds a job twice in a scope, and none where two scopes have it', async () => {
    const { run, store } = setUp(({ status }) => page([`of-both-${status}`], undefined, status));
    await run({ thingGroups: ['eu', 'us'] });
    const rows = Buffer.from(store.objects.get(JOBS_KEY) as Uint8Array);
    expect(await checkRows(chunks(rows, 100), REQUEST, store.record(RECORD_KEY))).toEqual([]);
  });

  it('takes a job by the end of its ARN where it has no id, and no two jobs without identity for one', async () => {
    const twice = edited((rows) =>
      rows.replaceAll('"eu-SCHEDULED"', 'null').replace('"eu-IN_PROGRESS"', '"eu-SCHEDULED"'),
    );
    expect(await problemsOf(twice)).toEqual(['row 2 has job eu-SCHEDULED a second time in eu']);
    const nobody = edited((rows) =>
      rows
        .replaceAll(/"job_arn":"[^"]*","job_id":"[^"]*"/g, '"job_arn":null,"job_id":null')
        .replaceAll(/"(first_seen_at|status_since)":"[^"]*"/g, '"$1":null'),
    );
    expect(await problemsOf(nobody)).toEqual([]);
  });

  it('says the first few of a kind, and counts the rest', async () => {
    const found = await problemsOf(edited((rows) => rows.replaceAll('"is_concurrent":null', '"is_concurrent":1')));
    expect(found).toHaveLength(6);
    expect(found.at(-1)).toBe('… and 5 more like this');
  });
});

describe('holds the ages of rows', () => {
  const [OBSERVED, BEFORE, AFTER] = ['2026-11-23 18:00:02.100', '2026-11-23 17:00:00.000', '2026-11-23 19:00:00.000'];
  const ages = (first_seen_at: unknown, status_since: unknown) =>
    withFirstRow((row) => ({ ...row, first_seen_at, status_since }));
  const linked = { previous_snapshot_id: '20261123T170000Z-all', unlinked_reason: null, change_count: 0 };
  const withoutAges = () => edited((rows) => rows.replaceAll(/,"first_seen_at":"[^"]*","status_since":"[^"]*"/g, ''));
  const nullAges = () => edited((rows) => rows.replaceAll(/"(first_seen_at|status_since)":"[^"]*"/g, '"$1":null'));

  it('to the row itself, where its snapshot follows none', async () => {
    const found = await problemsOf(ages(BEFORE, OBSERVED));
    expect(found).toEqual([
      `row 1 has first_seen_at ${BEFORE}, and its snapshot follows none, so that it begins at observed_at ${OBSERVED}`,
    ]);
  });

  it('to their order, where it follows one', async () => {
    expect(await problemsOf(ages(BEFORE, OBSERVED), linked)).toEqual([]);
    expect(await problemsOf(ages(BEFORE, AFTER), linked)).toEqual([
      `row 1 has status_since ${AFTER}, and observed_at ${OBSERVED}`,
    ]);
    expect(await problemsOf(ages(OBSERVED, BEFORE), linked)).toEqual([
      `row 1 has first_seen_at ${OBSERVED}, and status_since ${BEFORE}`,
    ]);
    expect(await problemsOf(ages(null, OBSERVED), linked)).toEqual([
      'row 1 has first_seen_at null, and its job has an identity',
    ]);
    expect(await problemsOf(ages(undefined, OBSERVED), linked)).toEqual(['row 1 has no first_seen_at']);
  });

  it('to nothing, where its snapshot is late, or its job has no identity', async () => {
    expect(await problemsOf(nullAges(), { unlinked_reason: 'LATE' })).toEqual([]);
    expect((await problemsOf(body, { unlinked_reason: 'LATE' }))[0]).toBe(
      `row 1 has first_seen_at ${OBSERVED}, and its snapshot is LATE`,
    );
    const nobody = withFirstRow((row) => ({ ...row, job_id: null, job_arn: null }));
    expect(await problemsOf(nobody)).toEqual([
      `row 1 has first_seen_at ${OBSERVED}, and its job has no identity`,
      `row 1 has status_since ${OBSERVED}, and its job has no identity`,
    ]);
  });

  it('to be absent in the rows of an older version, and there in all others', async () => {
    const added = SNAPSHOTS_COLUMNS.filter((column) => 'mayBeAbsent' in column).map(({ name }) => [name, undefined]);
    const older = JSON.parse(JSON.stringify({ ...record, ...Object.fromEntries(added) }));
    const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
    const check = (bytes: Uint8Array) =>
      checkRows(chunks(bytes, 100), REQUEST, { ...older, object_bytes: bytes.length, object_sha256: sha(bytes) });
    expect(await check(withoutAges())).toEqual([]);
    expect((await check(body))[0]).toBe(`row 1 has first_seen_at ${OBSERVED}, and its record is of an older version`);
    expect((await problemsOf(withoutAges()))[0]).toBe('row 1 has no first_seen_at');
    // Without a record it may be either.
    expect(await checkRows(chunks(withoutAges(), 100), REQUEST, undefined)).toEqual([]);
    expect(await checkRows(chunks(nullAges(), 100), REQUEST, undefined)).toEqual([]);
    expect((await checkRows(chunks(ages(undefined, OBSERVED), 100), REQUEST, undefined))[0]).toBe(
      'row 1 has no first_seen_at',
    );
  });
});

it('finds a namespace other than that which was requested', async () => {
  const found = await problemsOf(withFirstRow((row) => ({ ...row, namespace_id: 'ns' })));
  expect(found).toEqual(['row 1 has namespace_id ns, and its record says null']);
});

it('passes on what the store throws while the rows are read', async () => {
  async function* broken() {
    yield body.subarray(0, 50);
    throw new Error('reset');
  }
  await expect(checkRows(broken(), REQUEST, record)).rejects.toThrow('reset');
});
