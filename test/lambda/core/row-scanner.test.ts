import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { SnapshotRecord } from '../../../lambda/contract/columns.ts';
import { ACCOUNT_WIDE } from '../../../lambda/contract/scope.ts';
import { viewOf } from '../../../lambda/core/byte-text.ts';
import { readPreviousRows } from '../../../lambda/core/previous-rows.ts';
import { RowScanner } from '../../../lambda/core/row-scanner.ts';
import { jobLines } from '../../../lambda/core/rows.ts';
import { epochMs, timestamp } from '../../../lambda/core/timestamp.ts';

const ARN_START = 'arn:aws:iot:eu-west-1:123456789012:job/';
const UUID = '61626364-6566-4768-a96a-6b6c6d6e6f70';
const IDENTITY = {
  accountId: '123456789012',
  region: 'eu-west-1',
  exportName: 'all',
  scheduledAt: Date.parse('2026-11-23T18:00:00Z'),
};
const AT = Date.parse('2026-11-23T18:00:00.123Z');
const HEAD = {
  snapshot_id: '20261123T180000Z-all',
  snapshot_at: '2026-11-23 18:00:00.000',
  observed_at: '2026-11-23 18:00:02.400',
  thing_group_name: null,
  queried_thing_group_id: null,
  namespace_id: null,
};
const USUAL = {
  job_arn: `${ARN_START}${UUID}`,
  job_id: UUID,
  status: 'COMPLETED' as string | null,
  target_selection: 'SNAPSHOT' as string | null,
  thing_group_id: null as string | null,
  is_concurrent: false as boolean | null,
  created_at: timestamp(AT) as string | null,
  last_updated_at: timestamp(AT + 1) as string | null,
  completed_at: timestamp(AT + 2) as string | null,
  first_seen_at: timestamp(AT + 3) as string | null,
  status_since: timestamp(AT + 4) as string | null,
};
const FIELDS = {
  status: 'COMPLETED',
  targetSelection: 'SNAPSHOT',
  createdAt: AT,
  lastUpdatedAt: AT + 1,
  completedAt: AT + 2,
};
const JOB = {
  ...FIELDS,
  observedAt: 7,
  firstSeenAt: AT + 3,
  statusSince: AT + 4,
};

describe('own columns as the exporter writes them of nearly all jobs', () => {
  const scanner = new RowScanner();
  scanner.learn({ jobArn: USUAL.job_arn, jobId: UUID, ...JOB });
  scanner.learn({ jobArn: `${ARN_START}a`, jobId: 'a', ...JOB, status: null, targetSelection: null });
  const scan = (own: object, end = '\n') => {
    const bytes = Buffer.from(`some bytes before,${JSON.stringify(own).slice(1)}${end}`);
    const row = scanner.scan(bytes, viewOf(bytes), 'some bytes before,'.length, 7);
    return row && { ...row, end: bytes.length - scanner.end };
  };
  const uuid = Uint32Array.of(0x61626364, 0x65664768, 0xa96a6b6c, 0x6d6e6f70);
  const read = { id: uuid, arnStart: ARN_START, ...JOB, end: 0 };

  it.each<[string, object, object]>([
    ['a UUID for an id', {}, {}],
    ['a name for an id', { job_id: 'a-1', job_arn: `${ARN_START}a-1` }, { id: 'a-1' }],
    ['a UUID with capitals', ...withId(UUID.toUpperCase())],
    ['36 characters that are no UUID', ...withId('x'.repeat(36))],
    ['a thing group', { thing_group_id: 'some-group' }, {}],
    ['a job being rolled out', { is_concurrent: true }, {}],
    ['no word of the roll-out', { is_concurrent: null }, {}],
    ['no names', { status: null, target_selection: null }, { status: null, targetSelection: null }],
    ['no completion', { completed_at: null }, { completedAt: undefined }],
    ['no ages', { first_seen_at: null, status_since: null }, { firstSeenAt: 7, statusSince: 7 }],
  ])('are read by their bytes: %s', (_what, columns, differs) => {
    expect(scan({ ...USUAL, ...columns })).toEqual({ ...read, ...differs });
  });

  it.each<[string, object]>([
    ['an escape in the id', { job_id: 'a"', job_arn: `${ARN_START}a"` }],
    ['an id that is not ASCII', { job_id: 'ä', job_arn: `${ARN_START}ä` }],
    ['an ARN of another job', { job_arn: `${ARN_START}a` }],
    ['an empty id', { job_id: '', job_arn: ARN_START }],
    ['no id', { job_id: null }],
    ['no ARN', { job_arn: null }],
    ['a status that no row had', { status: 'ARCHIVED' }],
    ['an escape in the thing group', { thing_group_id: '\\' }],
    ['another form of time', { created_at: '2026-11-23T18:00:00.123' }],
    ['a longer time', { created_at: '2026-11-23 18:00:00.1234' }],
    ['a row of an older version', { first_seen_at: undefined, status_since: undefined }],
    ['a column that came later', { progress: 5 }],
  ])('are left to JSON.parse with anything else: %s', (_what, columns) => {
    expect(scan({ ...USUAL, ...columns })).toBeUndefined();
  });

  it('are left to it where the bytes end in them', () => {
    for (let length = 0; length < JSON.stringify(USUAL).length; length++) {
      const bytes = Buffer.from(JSON.stringify(USUAL).slice(1, length));
      expect(scanner.scan(bytes, viewOf(bytes), 0, 7)).toBeUndefined();
    }
    expect(scan(USUAL, '')).toBeUndefined();
  });

  it('say what JSON.parse says where any byte is another one, or are left to it', () => {
    const text = JSON.stringify({ ...USUAL, thing_group_id: 'g', completed_at: null });
    let readCount = 0;
    for (let at = 0; at < text.length - 1; at++) {
      for (const byte of ' "\\,:{}]0zé\0') {
        const bytes = Buffer.from(`${text.slice(1)}\n`);
        bytes[at] = byte.charCodeAt(0);
        const job = scanner.scan(bytes, viewOf(bytes), 0, 7);
        if (job === undefined) continue;
        readCount += 1;
        const row = JSON.parse(`{${bytes}`);
        expect(job).toEqual({
          id: row.job_id === UUID ? uuid : row.job_id,
          arnStart: row.job_arn.slice(0, -row.job_id.length),
          status: row.status,
          targetSelection: row.target_selection,
          createdAt: epochMs(row.created_at),
          lastUpdatedAt: epochMs(row.last_updated_at),
          completedAt: undefined,
          observedAt: 7,
          firstSeenAt: epochMs(row.first_seen_at),
          statusSince: epochMs(row.status_since),
        });
      }
    }
    // Digits of times, the thing group, and each byte by itself.
    expect(readCount).toBeGreaterThan(100);
  });

  it('are read by their bytes as jobLines writes them, so that a column is not forgotten here', () => {
    const request = { ...IDENTITY, statuses: ['COMPLETED' as const], thingGroups: [], thingGroupIds: [] };
    const job = { jobArn: USUAL.job_arn, jobId: UUID, isConcurrent: true, ...FIELDS };
    const agesOf = () => ({ firstSeenAt: AT + 3, statusSince: AT + 4 });
    const page = { request, scope: ACCOUNT_WIDE, observedAt: 7, agesOf };
    const bytes = Buffer.from([...jobLines([{ job, before: undefined }], page)].join(''));
    const row = scanner.scan(bytes, viewOf(bytes), bytes.indexOf('"job_arn":'), 7);
    expect(row && { ...row, end: bytes.length - scanner.end }).toEqual(read);
  });

  function withId(id: string): [object, object] {
    return [{ job_id: id, job_arn: `${ARN_START}${id}` }, { id }];
  }
});

/** All jobs of an object of rows, or why they cannot be read. */
async function jobsOf(lines: readonly Uint8Array[]): Promise<unknown> {
  const body = gzipSync(Buffer.concat(lines));
  const object_sha256 = createHash('sha256').update(body).digest('hex');
  async function* pieces() {
    yield body;
  }
  try {
    const record = { object_key: 'rows', object_sha256, job_count: lines.length } as SnapshotRecord;
    return [...(await readPreviousRows(pieces(), record))].map(([scope, jobs]) => [scope, ...jobs.notKept()]);
  } catch (error) {
    return error;
  }
}

const time = fc.option(
  fc.oneof(fc.integer({ min: AT - 1e12, max: AT + 1e12 }), fc.constant(AT)).map((at) => timestamp(at)),
  { freq: 5 },
);
const oddText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.constant('a\ud800'));
const id = fc.oneof(
  { weight: 4, arbitrary: fc.uuid() },
  { weight: 2, arbitrary: fc.stringMatching(/^[a-zA-Z0-9_-]{1,64}$/) },
  oddText,
  fc.uuid().map((text) => text.toUpperCase()),
);
const name = (...usual: string[]) => fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...usual, null) }, oddText);
const seldom = <T>(arbitrary: fc.Arbitrary<T>) => fc.oneof({ weight: 15, arbitrary: fc.constant(null) }, arbitrary);
/** The own columns of a row, usual in most things. */
const own = fc
  .record({
    id: fc.option(id, { freq: 12 }),
    arnStart: fc.option(fc.oneof({ weight: 8, arbitrary: fc.constant(ARN_START) }, oddText), { freq: 12 }),
    otherId: seldom(id),
    columns: fc.record({
      status: name('COMPLETED', 'IN_PROGRESS'),
      target_selection: name('SNAPSHOT', 'CONTINUOUS'),
      thing_group_id: name('group'),
      is_concurrent: fc.constantFrom(true, false, null),
      created_at: time,
      last_updated_at: time,
      completed_at: time,
    }),
    ages: fc.option(fc.record({ first_seen_at: time, status_since: time }), { freq: 12 }),
    later: seldom(fc.record({ progress: fc.jsonValue() })),
  })
  .map(({ id: job_id, arnStart, otherId, columns, ages, later }) => {
    const job_arn = arnStart === null ? null : `${arnStart}${otherId ?? job_id ?? 'b'}`;
    return { job_arn, job_id, ...columns, ...ages, ...later };
  });
const damage = fc.record({ at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }).filter((byte) => byte !== 0x0a) });
/** A line of such a row, seldom with a changed byte. */
const line = fc.tuple(own, seldom(damage)).map(([columns, damaged]) => {
  const bytes = Buffer.from(`${JSON.stringify({ ...HEAD, ...columns })}\n`);
  if (damaged) bytes[damaged.at % (bytes.length - 1)] = damaged.byte;
  return bytes;
});

it('rows say the same by their bytes and by JSON.parse alone, whatever is in them', async () => {
  const usual = Buffer.from(`${JSON.stringify({ ...HEAD, ...USUAL })}\n`);
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 12 }), async (lines) => {
      const byBytes = await jobsOf([usual, ...lines]);
      const scan = jest.spyOn(RowScanner.prototype, 'scan').mockReturnValue(undefined);
      try {
        expect(byBytes).toEqual(await jobsOf([usual, ...lines]));
      } finally {
        scan.mockRestore();
      }
    }),
    { numRuns: 300 },
  );
});
