import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { JobRow, SnapshotRecord } from '../../../lambda/contract/columns.ts';
import { readPreviousRows } from '../../../lambda/core/previous-rows.ts';
import { Random } from '../../support/random.ts';

const ROW: JobRow = {
  snapshot_id: '20261123T180000Z-all',
  snapshot_at: '2026-11-23 18:00:00.000',
  observed_at: '2026-11-23 18:00:02.400',
  thing_group_name: null,
  queried_thing_group_id: null,
  namespace_id: null,
  job_arn: 'arn:aws:iot:eu-west-1:123456789012:job/a',
  job_id: 'a',
  status: 'COMPLETED',
  target_selection: 'SNAPSHOT',
  thing_group_id: null,
  is_concurrent: false,
  created_at: '2026-11-20 18:00:00.000',
  last_updated_at: '2026-11-21 18:00:00.000',
  completed_at: null,
  first_seen_at: '2026-11-20 18:00:02.000',
  status_since: '2026-11-21 18:00:02.000',
};

function rowOf(jobId: string, fields: object = {}): string {
  const job_arn = `arn:aws:iot:eu-west-1:123456789012:job/${jobId}`;
  return `${JSON.stringify({ ...ROW, job_id: jobId, job_arn, ...fields })}\n`;
}

interface Object {
  readonly body: Uint8Array;
  readonly rows: number;
  /** Bytes of the pieces in which it comes. */
  readonly pieces?: () => number;
}

/** Reads an object whose record has its checksum and so many rows. */
async function read({ body, rows, pieces = () => 65_536 }: Object) {
  async function* inPieces() {
    for (let from = 0; from < body.length; ) {
      const end = from + pieces();
      yield body.subarray(from, end);
      from = end;
    }
  }
  const object_sha256 = createHash('sha256').update(body).digest('hex');
  const record = { object_key: 'jobs/rows', object_sha256, job_count: rows } as SnapshotRecord;
  return await readPreviousRows(inPieces(), record);
}

const ofLines = (...lines: string[]): Object => ({ body: gzipSync(lines.join('')), rows: lines.length });

it('has each job by its scope, with all that a later snapshot needs', async () => {
  const eu = { thing_group_name: 'eu', observed_at: '2026-11-23 18:00:03.000' };
  const byScope = await read(ofLines(rowOf('a'), rowOf('a', eu), rowOf('b', { ...eu, queried_thing_group_id: null })));
  expect([...byScope].map(([scope, jobs]) => [scope, jobs.size])).toEqual([
    ['[null,null]', 1],
    ['["eu",null]', 2],
  ]);
  const jobs = byScope.get('["eu",null]');
  expect(jobs?.at(jobs.markSeen('a') as number)).toEqual({
    jobArn: ROW.job_arn,
    jobId: 'a',
    status: 'COMPLETED',
    targetSelection: 'SNAPSHOT',
    createdAt: Date.parse('2026-11-20T18:00:00Z'),
    lastUpdatedAt: Date.parse('2026-11-21T18:00:00Z'),
    completedAt: undefined,
    observedAt: Date.parse('2026-11-23T18:00:03Z'),
    firstSeenAt: Date.parse('2026-11-20T18:00:02Z'),
    statusSince: Date.parse('2026-11-21T18:00:02Z'),
  });
});

it('is the same in whatever pieces the object comes', async () => {
  const random = new Random(5);
  const ids = Array.from({ length: 3000 }, (_, i) => `job-測試-🚗-${i}`);
  const body = gzipSync(
    ids.map((id, i) => rowOf(id, { observed_at: ROW.observed_at.replace('02', `1${i % 7}`) })).join(''),
  );
  for (const most of [1, 7, 1000, 100_000]) {
    const jobs = (await read({ body, rows: ids.length, pieces: () => 1 + random.below(most) })).get('[null,null]');
    expect(ids.filter((id) => jobs?.at(jobs.markSeen(id) as number).jobId !== id)).toEqual([]);
  }
});

it('takes rows that a store has split into members of gzip, and rows with columns that came later', async () => {
  const body = Buffer.concat([gzipSync(rowOf('a', { progress: { done: 1 } })), gzipSync(rowOf('b'))]);
  expect((await read({ body, rows: 2 })).get('[null,null]')?.size).toBe(2);
});

it('passes over rows without identity', async () => {
  const nobody = rowOf('', { job_id: null, job_arn: null });
  expect((await read(ofLines(nobody, nobody, rowOf('a')))).get('[null,null]')?.size).toBe(1);
});

describe('rows that are not as their record says are refused, by whatever is wrong', () => {
  const half = (body: Uint8Array) => body.subarray(0, body.length / 2);
  const [good, other] = [rowOf('a'), rowOf('b')];
  it.each<[string, Object, RegExp]>([
    ['no gzip', { body: Buffer.from('no gzip at all'), rows: 1 }, /is no gzip: incorrect header check/],
    ['no byte', { body: Buffer.alloc(0), rows: 0 }, /is no gzip/],
    ['cut', { body: half(gzipSync(good)), rows: 1 }, /is no gzip: unexpected end of file/],
    ['more behind it', { body: Buffer.concat([gzipSync(good), Buffer.alloc(2e6, 7)]), rows: 1 }, /is no gzip/],
    ['a row less', { ...ofLines(good), rows: 2 }, /has 1 rows, and its record says 2/],
    ['a row more', { ...ofLines(good, other), rows: 1 }, /has more rows than the 1 of its record/],
    ['a job twice', ofLines(good, good), /has a row 2 of a job that another row has/],
    ['a last line without its end', ofLines(good, other.trimEnd()), /has a last line that does not end/],
    ['an empty line', ofLines(good, '\n'), /has a row 2 that lacks columns/],
    ['a short line', ofLines(good, '{"a":1}\n'), /has a row 2 that lacks columns/],
    ['a line that is no JSON', ofLines(good, other.replace('"status"', 'status')), /has a row 2 that is not as .*JSON/],
    ['a head that is no JSON', ofLines(other.replace('"snapshot_at"', 'x')), /has a row 1 that is not as .*JSON/],
    [
      'columns in another order',
      ofLines(`${JSON.stringify(Object.fromEntries(Object.entries(ROW).reverse()))}\n`),
      /has a row 1 that lacks columns/,
    ],
    ['null', ofLines('null\n'), /has a row 1 that lacks columns/],
    ['a number for an id', ofLines(rowOf('a', { job_id: 5, job_arn: null })), /has a row 1 that is not as/],
    ['a number for an ARN', ofLines(rowOf('a', { job_id: null, job_arn: 5 })), /has a row 1 that is not as/],
    ['a number for a time', ofLines(rowOf('a', { created_at: 5 })), /has a row 1 with a created_at that is no time/],
    [
      'another form of time',
      ofLines(rowOf('a', { status_since: '2026-11-23T18:00:00Z' })),
      /has a row 1 with a status_since that is no time/,
    ],
    ['no observed_at', ofLines(rowOf('a', { observed_at: null })), /has a row 1 without observed_at/],
    [
      'more statuses than there can be',
      ofLines(...Array.from({ length: 300 }, (_, i) => rowOf(`${i}`, { status: `S${i}` }))),
      /has a row 257 that is not as .*more than 256 names/,
    ],
  ])('%s', async (_what, object, fault) => {
    await expect(read(object)).rejects.toMatchObject({
      name: 'DamagedRowsError',
      message: expect.stringMatching(new RegExp(`^jobs/rows ${fault.source}`)),
    });
  });

  it('another checksum', async () => {
    const object_sha256 = createHash('sha256').update('other').digest('hex');
    const record = { object_key: 'jobs/rows', object_sha256, job_count: 1 } as SnapshotRecord;
    async function* body() {
      yield gzipSync(good);
    }
    await expect(readPreviousRows(body(), record)).rejects.toThrow(
      'jobs/rows has another SHA-256 than its record says',
    );
  });
});

describe('an object that unpacks to far more than rows is given up early, and not held', () => {
  it.each<[string, () => Uint8Array, RegExp]>([
    ['a line without end', () => gzipSync(Buffer.alloc(80_000_000, 0x20)), /has a line 1 of more than 1048576 bytes/],
    [
      'a line without end after a row',
      () => gzipSync(Buffer.concat([Buffer.from(rowOf('a')), Buffer.alloc(80_000_000, 0x20)])),
      /has a line 2 of more than/,
    ],
    ['rows without end', () => gzipSync(rowOf('a').repeat(300_000)), /has a row 2 of a job that another row has/],
  ])('%s', async (_what, bomb, fault) => {
    const body = bomb();
    const before = process.memoryUsage().arrayBuffers;
    await expect(read({ body, rows: 10 })).rejects.toThrow(fault);
    expect((process.memoryUsage().arrayBuffers - before) / 1e6).toBeLessThan(100);
  });
});

it('throws what the body throws, and ends it when it gives up', async () => {
  const record = { object_key: 'jobs/rows', object_sha256: '', job_count: 1 } as SnapshotRecord;
  const ends: string[] = [];
  async function* body(pieces: readonly (Uint8Array | Error)[]) {
    try {
      for (const piece of pieces) {
        if (piece instanceof Error) throw piece;
        yield piece;
      }
      ends.push('read to its end');
    } finally {
      ends.push('ended');
    }
  }
  const reset = new Error('ECONNRESET');
  await expect(readPreviousRows(body([gzipSync(rowOf('a')).subarray(0, 30), reset]), record)).rejects.toBe(reset);
  const bad = gzipSync('nonsense\n'.repeat(100_000));
  await expect(readPreviousRows(body([bad, bad, bad, bad]), record)).rejects.toThrow('lacks columns');
  expect(ends.filter((what) => what === 'ended')).toHaveLength(2);
});
