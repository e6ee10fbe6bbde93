import { gunzipSync, gzipSync } from 'node:zlib';
import type { JobDetailsRow, SnapshotRecord } from '../../../lambda/contract/columns.ts';
import { THING_STATUSES, thingsColumn } from '../../../lambda/contract/details.ts';
import { detailsKey, jobsKey, recordKey } from '../../../lambda/contract/keys.ts';
import { summarize } from '../../../local/verify/summary.ts';
import { type Finding, type Selection, verify } from '../../../local/verify/verify.ts';
import { at, identityOf, idOf, type ManualSnapshot, manualSnapshot } from '../../support/manual-history.ts';
import { type MemoryObject, memoryArchive } from '../../support/memory-archive.ts';

const MUCH_LATER = Date.parse('2026-12-01T00:00:00Z');

type Objects = Map<string, MemoryObject>;

function historyOf(...snapshots: readonly ManualSnapshot[]): Objects {
  return new Map(snapshots.flatMap((snapshot) => [...manualSnapshot(snapshot)]));
}

const findingsOf = async (objects: Objects, selection: Selection = {}, now = MUCH_LATER): Promise<Finding[]> =>
  await Array.fromAsync(verify(memoryArchive({ objects }), selection, { now: () => now }));
const textsOf = (findings: readonly Finding[]) =>
  findings.flatMap(({ problems }) => problems.map(({ key, text }) => `${key.split('/')[0]} ${text}`));
const problemsOf = async (...snapshots: readonly ManualSnapshot[]) =>
  textsOf(await findingsOf(historyOf(...snapshots)));
const linesOf = (findings: readonly Finding[]) =>
  summarize(findings).lines.filter((line) => !line.startsWith('no schedule is known'));

const since = (hour: number) => ({ first_seen_at: at(hour, 2), status_since: at(hour, 2) });
const asDescribed = (hour: number) => ({ progress_since: at(hour, 3) });
const notBefore = { previous_described_at: null, previous_things_done: null };
const nothing = { progress_since: null, ...notBefore };

const first: ManualSnapshot = { hour: 1, rows: [{}], details: [{}] };
const second: ManualSnapshot = { hour: 2, previous: 1, rows: [since(1)], details: [asDescribed(1)] };
const third: ManualSnapshot = { hour: 3, previous: 2, rows: [since(1)], details: [asDescribed(1)] };

it('finds nothing wrong with details that are as they must be, and counts them', async () => {
  const abort = { action: 'CANCEL', failure_type: 'ALL', threshold_percentage: 12.5, min_number_of_executed_things: 3 };
  const full = { abort_criteria: [abort], destination_package_versions: ['arn:x'], ...asDescribed(1) };
  const found = await findingsOf(historyOf(first, second, { ...third, details: [full] }));
  expect(textsOf(found)).toEqual([]);
  const { columns, rows } = summarize(found).table;
  expect(columns.map(({ name }, i) => [name, rows[0]?.[i]])).toContainEqual(['details', 3]);
});

it('shows no count of details where none were requested', async () => {
  const found = await findingsOf(historyOf({ hour: 1, rows: [{}] }));
  expect(summarize(found).table.columns.map(({ name }) => name)).not.toContain('details');
  expect(textsOf(found)).toEqual([]);
});

it('finds nothing wrong where no job was described, or jobs were left out', async () => {
  const leftOut = { ...first, record: { details_left_out: 7 } };
  expect(
    await problemsOf({ ...first, details: [] }, { ...second, details: [], record: { details_left_out: 3 } }),
  ).toEqual([]);
  expect(await problemsOf(leftOut, second)).toEqual([]);
});

describe('the details by themselves', () => {
  it.each<[string, Partial<JobDetailsRow>, string | RegExp]>([
    ['of another snapshot', { snapshot_id: idOf(2) }, `row 1 is of snapshot ${idOf(2)} at ${at(1)}`],
    ['of another time', { snapshot_at: at(2) }, `row 1 is of snapshot ${idOf(1)} at ${at(2)}`],
    [
      'described before the run began',
      { described_at: at(1) },
      `row 1 has described_at ${at(1)}, before the run began at ${at(1, 1)}`,
    ],
    [
      'of a progress after the description',
      { progress_since: at(1, 4) },
      `row 1 has progress_since ${at(1, 4)} after described_at ${at(1, 3)}`,
    ],
    [
      'of things done at no time',
      { previous_things_done: 7 },
      'row 1 has previous_things_done 7, and no previous_described_at',
    ],
    ['without identity', { job_id: '' }, 'row 1 is of a job without identity'],
    ['a count that is none', { failed_things: -1 }, /^row 1 has -1 for failed_things, which must be a whole number/],
    ['targets that are no text', { targets: [1] as never }, /^row 1 targets\[1\] is 1, which must be text/],
    ['criteria of other fields', { abort_criteria: [{}] as never }, /^row 1 abort_criteria\[1\] has no action/],
    ['without an id', { job_id: null as never }, /^row 1 has null for job_id, which must be text/],
  ])('may not be %s', async (_what, row, text) => {
    const problems = await problemsOf({ ...first, details: [row] });
    expect(problems[0]).toMatch(typeof text === 'string' ? `details ${text}` : /^details/);
    expect(problems.map((problem) => problem.replace('details ', '')).join('\n')).toMatch(text);
  });

  it('may be described long after the last listing', async () => {
    expect(await problemsOf({ ...first, details: [{ described_at: at(9) }] })).toEqual([]);
  });

  it('may not have a job twice', async () => {
    expect(await problemsOf({ ...first, details: [{}, {}] })).toEqual(['details row 2 has job job a second time']);
    const byArn = { job_id: '', job_arn: 'arn:aws:iot:eu-west-1:123456789012:job/job' };
    expect(await problemsOf({ ...first, details: [{}, byArn] })).toEqual(['details row 2 has job job a second time']);
  });
});

describe('checked against the rows', () => {
  it('each is there, in some scope', async () => {
    const rows = [{ thing_group_name: 'eu' }, { thing_group_name: 'us', job_id: 'b' }];
    const groups = ['eu', 'us'];
    expect(await problemsOf({ ...first, groups, rows, details: [{}, { job_id: 'b' }] })).toEqual([]);
    expect(await problemsOf({ ...first, groups, rows, details: [{}, { job_id: 'c' }] })).toEqual([
      'details row 2 is of job c, which is not in the rows of the snapshot',
    ]);
  });

  it('by the identity of a job, which may be the end of its ARN', async () => {
    const rows = [{ job_id: null, job_arn: 'arn:aws:iot:eu-west-1:123456789012:job/job' }];
    expect(await problemsOf({ ...first, rows })).toEqual([]);
  });

  it('and is not another job of the same id, as far as it is known when both were created', async () => {
    const created_at = '2026-02-01 00:00:00.000';
    expect(await problemsOf({ ...first, details: [{ created_at }] })).toEqual([
      `details row 1 has created_at ${created_at}, and in the rows it is 2026-01-01 00:00:00.000`,
    ]);
    expect(await problemsOf({ ...first, details: [{ created_at: null }] })).toEqual([]);
    expect(await problemsOf({ ...first, rows: [{ created_at: null }], details: [{ created_at }] })).toEqual([]);
    const soon = '2026-01-01 00:00:00.999';
    expect(await problemsOf({ ...first, details: [{ created_at: soon }] })).toEqual([]);
    const rows = [{ thing_group_name: 'eu' }, { thing_group_name: 'us', created_at }];
    expect(await problemsOf({ ...first, groups: ['eu', 'us'], rows, details: [{ created_at }] })).toEqual([]);
  });

  it('but not to rows that are damaged or have expired', async () => {
    const objects = historyOf({ ...first, details: [{ job_id: 'elsewhere' }] });
    const key = jobsKey(identityOf(1));
    const { body } = objects.get(key) as MemoryObject;
    objects.set(key, { body: body.subarray(0, -3), modifiedAt: 0 });
    expect(textsOf(await findingsOf(objects)).filter((text) => text.startsWith('details'))).toEqual([]);
    objects.delete(key);
    expect(textsOf(await findingsOf(objects, { rowsExpireAfterDays: 2 }))).toEqual([]);
  });
});

describe('progress_since', () => {
  const wrong = (value: string | null, right: string) =>
    `details row 1 has progress_since ${value}, and by the details before it is ${right}`;
  const begun = { progress_since: at(2, 3) };
  const anew = { ...begun, ...notBefore };

  it.each<[string, ManualSnapshot, ManualSnapshot]>([
    ['goes on while the counts are the same', first, second],
    [
      'goes on where it is not known when the job was created',
      first,
      { ...second, details: [{ ...asDescribed(1), created_at: null }] },
    ],
    [
      'goes on from the description before, where it was not known then',
      {
        hour: 1,
        unlinked: 'LATE',
        rows: [{ first_seen_at: null, status_since: null }],
        details: [{ progress_since: null }],
      },
      { ...second, rows: [since(1)] },
    ],
  ])('%s', async (_what, before, now) => {
    expect(await problemsOf(before, now)).toEqual([]);
    expect(await problemsOf(before, { ...now, details: [{ ...now.details?.[0], ...begun }] })).toEqual([
      wrong(at(2, 3), at(1, 3)),
    ]);
  });

  const appeared = {
    change: 'APPEARED',
    reason: 'UNEXPLAINED',
    to_status: 'IN_PROGRESS',
    to_seen_at: at(2, 2),
  } as const;
  const vanished = {
    ...{ change: 'VANISHED', reason: 'GONE' },
    ...{ from_status: 'IN_PROGRESS', from_since: at(1, 2), from_seen_at: at(1, 2) },
  } as const;
  const created_at = '2026-01-02 00:00:00.000';

  it.each<[string, ManualSnapshot, ManualSnapshot]>([
    ...THING_STATUSES.map((status): [string, ManualSnapshot, ManualSnapshot] => [
      `begins anew with another number of things ${status}`,
      first,
      { ...second, details: [{ [thingsColumn(status)]: 9, ...begun }] },
    ]),
    [
      'begins anew where a count was not known before',
      { ...first, details: [{ failed_things: null, progress_since: null }] },
      { ...second, details: [{ ...begun, previous_things_done: null }] },
    ],
    ['begins anew where the job was not described before', { ...first, details: [] }, { ...second, details: [anew] }],
    ['begins anew where no details were asked for before', { hour: 1, rows: [{}] }, { ...second, details: [anew] }],
    [
      'begins anew where an older version wrote the snapshot before',
      { hour: 1, isOlder: true, rows: [{}] },
      { ...second, details: [anew] },
    ],
    [
      'begins anew with a job whose id was used again',
      first,
      {
        ...{ hour: 2, previous: 1, rows: [{ created_at }] },
        changes: [vanished, { ...appeared, created_at }],
        details: [{ created_at, ...anew }],
      },
    ],
  ])('%s', async (_what, before, now) => {
    expect(await problemsOf(before, now)).toEqual([]);
    const [row] = now.details as [Partial<JobDetailsRow>];
    expect(await problemsOf(before, { ...now, details: [{ ...row, ...asDescribed(1) }] })).toEqual([
      wrong(at(1, 3), at(2, 3)),
    ]);
  });

  it('begins with a snapshot that follows none', async () => {
    expect(await problemsOf({ ...first, details: [{ progress_since: at(1, 2) }] })).toEqual([
      wrong(at(1, 2), at(1, 3)),
    ]);
    expect(await problemsOf({ ...first, details: [{ progress_since: null }] })).toEqual([wrong(null, at(1, 3))]);
  });

  it('is null where a count is not known', async () => {
    const unknown = { failed_things: null, progress_since: null };
    expect(
      await problemsOf(
        { ...first, details: [unknown] },
        { ...second, details: [{ ...unknown, previous_things_done: null }] },
      ),
    ).toEqual([]);
    expect(await problemsOf({ ...first, details: [{ failed_things: null }] })).toEqual([
      `details row 1 has progress_since ${at(1, 3)}, and not all of its counts are known`,
    ]);
  });

  it('is null in a LATE snapshot', async () => {
    const late: ManualSnapshot = { hour: 0, unlinked: 'LATE', rows: [{}], details: [{ progress_since: null }] };
    expect(await problemsOf(late, first)).toEqual([]);
    expect(await problemsOf({ ...late, details: [{}] }, first)).toEqual([
      `details row 1 has progress_since ${at(0, 3)}, and its snapshot is LATE`,
    ]);
  });

  it('begins again in an UNREADABLE snapshot', async () => {
    const unreadable: ManualSnapshot = { hour: 2, unlinked: 'UNREADABLE', rows: [{}], details: [{}] };
    expect(await problemsOf(first, unreadable)).toEqual([]);
    expect(await problemsOf(first, { ...unreadable, details: [{ progress_since: null }] })).toEqual([
      wrong(null, at(2, 3)),
    ]);
    expect(await problemsOf(first, { ...unreadable, details: [asDescribed(1)] })).toEqual([wrong(at(1, 3), at(2, 3))]);
  });

  it('may be null where the run could not read the details before, which is reported; then none is known', async () => {
    const unknown = { ...second, details: [nothing] };
    const found = await findingsOf(historyOf(first, unknown, { ...third, details: [asDescribed(2)] }));
    expect(textsOf(found)).toEqual([]);
    expect(linesOf(found)).toEqual([
      `a gap in the line: the details of ${idOf(2)} do not say since when jobs have made no progress, nor how fast they are: the details before could not be read`,
    ]);
    const rows = [{}, { job_id: 'b' }];
    const [before, now] = [
      { ...first, rows, details: [{}, { job_id: 'b' }] },
      rows.map((row) => ({ ...row, ...since(1) })),
    ];
    expect(
      await problemsOf(before, {
        ...second,
        rows: now,
        details: [{ progress_since: null }, { job_id: 'b', ...asDescribed(1) }],
      }),
    ).toEqual([wrong(null, at(1, 3))]);
  });

  it('may not be null where there was nothing to read', async () => {
    const unknown = { ...second, details: [nothing] };
    expect(await problemsOf({ ...first, details: [] }, unknown)).toEqual([wrong(null, at(2, 3))]);
    expect(await problemsOf({ hour: 1, rows: [{}] }, unknown)).toEqual([wrong(null, at(2, 3))]);
  });

  it.each(['are gone', 'are damaged'])(
    'is checked against nothing where the details before %s, which is told',
    async (what) => {
      const objects = historyOf(first, { ...second, details: [nothing] }, { ...third, details: [asDescribed(2)] });
      const key = detailsKey(identityOf(1));
      if (what === 'are gone') objects.delete(key);
      else objects.set(key, { body: gzipSync('{}\n'), modifiedAt: 0 });
      const found = await findingsOf(objects);
      expect(new Set(textsOf(found).map((text) => text.split(' ')[0]))).toEqual(new Set(['details']));
      expect(found.flatMap(({ problems }) => problems.map((problem) => problem.key))).toContain(key);
      expect(found[1]?.problems).toEqual([]);
      expect(linesOf(found).slice(1)).toEqual([
        `details of 1 snapshot not compared: the details of ${idOf(1)} are not there, or are damaged`,
      ]);
    },
  );

  it('is checked against the details of the snapshot that is named, also where that is not the last one looked at', async () => {
    const fork = { ...second, hour: 3, details: [{ progress_since: at(1, 3) }] };
    expect(await problemsOf(first, { ...second, details: [{ failed_things: 9 }] }, fork)).toEqual([]);
    const [found] = await findingsOf(historyOf(first, second), { from: '2026-11-23' });
    expect(found?.problems).toEqual([]);
    const later: ManualSnapshot = { hour: 25, previous: 1, rows: [since(1)], details: [{ progress_since: at(1, 2) }] };
    const ofLater = await findingsOf(historyOf(first, later), { from: '2026-11-24' });
    expect(textsOf(ofLater)).toEqual([wrong(at(1, 2), at(1, 3))]);
    const lost = historyOf(first, later);
    lost.delete(detailsKey(identityOf(1)));
    const ofLost = await findingsOf(lost, { from: '2026-11-24' });
    expect([textsOf(ofLost), linesOf(ofLost)]).toEqual([
      [],
      [`details of 1 snapshot not compared: the details of ${idOf(1)} are not there, or are damaged`],
    ]);
  });
});

describe('previous_described_at and previous_things_done', () => {
  const wrong = (column: string, value: string | number | null, right: string | number | null) =>
    `details row 1 has ${column} ${value}, and by the details before it is ${right}`;
  const saying = (fields: Partial<JobDetailsRow>) => ({ ...second, details: [{ ...asDescribed(1), ...fields }] });

  it.each<[string, Partial<JobDetailsRow>, string[]]>([
    ['another time', { previous_described_at: at(1, 4) }, [wrong('previous_described_at', at(1, 4), at(1, 3))]],
    ['another number', { previous_things_done: 4 }, [wrong('previous_things_done', 4, 3)]],
    ['no number', { previous_things_done: null }, [wrong('previous_things_done', null, 3)]],
    ['nothing', notBefore, [wrong('previous_described_at', null, at(1, 3)), wrong('previous_things_done', null, 3)]],
  ])('may not be %s than the details before say', async (_what, fields, problems) => {
    expect(await problemsOf(first, saying(fields))).toEqual(problems);
  });

  it('are of all things that are done', async () => {
    const each = { failed_things: 10, rejected_things: 20, timed_out_things: 30, removed_things: 40 };
    const before = { ...first, details: [{ ...each, canceled_things: 50 }] };
    const now = { ...second, details: [{ previous_things_done: 153 }] };
    expect(await problemsOf(before, now)).toEqual([]);
  });

  it('are of the same job, as far as it is known when both were created', async () => {
    const [was] = first.details as [Partial<JobDetailsRow>];
    expect(await problemsOf({ ...first, details: [{ ...was, created_at: null }] }, second)).toEqual([]);
  });

  it.each<[string, ManualSnapshot]>([
    ['the job was not described before', { ...first, details: [] }],
    ['no details were asked for before', { hour: 1, rows: [{}] }],
  ])('are null where %s', async (_what, before) => {
    const begun = { progress_since: at(2, 3) };
    expect(await problemsOf(before, { ...second, details: [begun] })).toEqual([
      wrong('previous_described_at', at(1, 3), null),
      wrong('previous_things_done', 3, null),
    ]);
  });

  it('are null where the snapshot follows none', async () => {
    const fields = { previous_described_at: at(0, 3) };
    expect(await problemsOf({ ...first, details: [fields] })).toEqual([wrong('previous_described_at', at(0, 3), null)]);
    const late: ManualSnapshot = { hour: 0, unlinked: 'LATE', rows: [{}], details: [{ ...nothing, ...fields }] };
    expect(await problemsOf(late, first)).toEqual([
      `details row 1 has previous_described_at ${at(0, 3)}, and its snapshot is LATE`,
    ]);
  });
});

describe('what the record leaves to the next snapshot', () => {
  const rows = [{}, { job_id: 'ended', status: 'COMPLETED' }];
  const owed = { details_left_out: 1, details_owed: ['ended'] };

  it('are jobs that have ended, and were not described', async () => {
    expect(await problemsOf({ ...first, rows, record: owed })).toEqual([]);
    const says = (id: string) => `snapshots says by details_owed that job ${id} has ended and was not described`;
    const details = [{}, { job_id: 'ended', status: 'COMPLETED' }];
    expect(await problemsOf({ ...first, rows, details, record: owed })).toEqual([
      `${says('ended')}, and it is in the details`,
    ]);
    for (const id of ['job', 'elsewhere']) {
      const record = { ...owed, details_owed: [id] };
      expect(await problemsOf({ ...first, rows, details: [], record })).toEqual([
        `${says(id)}, and by the rows it has not ended`,
      ]);
    }
  });

  it('are jobs, too, that had ended and have no status that is known: the exporter goes on to owe them', async () => {
    const unknown = [{}, { job_id: 'ended', status: null }];
    expect(await problemsOf({ ...first, rows: unknown, record: owed })).toEqual([]);
  });

  it('is the turn at one of its jobs, or the one at which it was', async () => {
    const atJob = { ...first, record: { details_turn: 'job' } };
    expect(await problemsOf(atJob, { ...second, record: { details_turn: 'job' } })).toEqual([]);
    const gone = { change: 'VANISHED', reason: 'GONE' } as const;
    const from = { from_status: 'IN_PROGRESS', from_since: at(1, 2), from_seen_at: at(1, 2) };
    const empty: ManualSnapshot = { hour: 2, previous: 1, rows: [], changes: [{ ...gone, ...from }], details: [] };
    expect(await problemsOf(atJob, { ...empty, record: { details_turn: 'job' } })).toEqual([]);
    expect(await problemsOf(atJob, { ...empty, record: { details_turn: 'other' } })).toEqual([
      'snapshots has details_turn other, which is not in the rows, and before it was job',
    ]);
    expect(await problemsOf({ ...first, record: { details_turn: 'other' } })).toEqual([
      'snapshots has details_turn other, which is not in the rows, and before it was none',
    ]);
  });
});

describe('the object of details', () => {
  const key = detailsKey(identityOf(1));
  const bodyOf = (objects: Objects) => Buffer.from((objects.get(key) as MemoryObject).body);
  const put = (objects: Objects, body: Buffer) => objects.set(key, { body, modifiedAt: 0 });

  it.each<[string, (objects: Objects) => unknown, RegExp]>([
    ['is gone', (objects) => objects.delete(key), /^details is not there, and its record says that it is$/],
    ['is cut off', (objects) => put(objects, bodyOf(objects).subarray(0, -5)), /^details is cut off/],
    [
      'has other bytes of the same text',
      (objects) => put(objects, gzipSync(gunzipSync(bodyOf(objects)), { level: 1 })),
      /^details has the SHA-256/m,
    ],
    [
      'has a second gzip member',
      (objects) => put(objects, Buffer.concat([bodyOf(objects), gzipSync('')])),
      /^details has 20 bytes after its one gzip member/,
    ],
    [
      'has a row too many',
      (objects) => put(objects, gzipSync(`${gunzipSync(bodyOf(objects))}${gunzipSync(bodyOf(objects))}`)),
      /^details has 2 rows, and its record says 1$/m,
    ],
  ])('%s', async (_what, damage, text) => {
    const objects = historyOf(first);
    damage(objects);
    expect(textsOf(await findingsOf(objects)).join('\n')).toMatch(text);
  });

  it.each<[string, Partial<SnapshotRecord>]>([
    ['no job was described', { detail_count: 0, details_left_out: 1 }],
    ['none were asked for', { detail_count: null, details_left_out: null, details_owed: null }],
  ])('may not be there where the record says that %s', async (_what, fields) => {
    const none = { details_key: null, details_bytes: null, details_sha256: null };
    expect(await problemsOf({ ...first, record: { ...fields, ...none } })).toEqual([
      'details is there, and its record says that there is none',
    ]);
  });

  it('is reported where it has no record, except a recent one, whose run may be under way', async () => {
    const objects = historyOf(first, second);
    objects.delete(recordKey(identityOf(2)));
    objects.delete(jobsKey(identityOf(2)));
    expect(textsOf(await findingsOf(objects))).toEqual(['details has no record: no query reads these details']);
    const scheduledAt = identityOf(2).scheduledAt;
    objects.set(detailsKey(identityOf(2)), { body: Buffer.alloc(1), modifiedAt: scheduledAt });
    const [, young] = await findingsOf(objects, {}, scheduledAt + 60_000);
    expect(young).toMatchObject({ isUnderWay: true, problems: [] });
  });

  it('is named together with rows that have no record either', async () => {
    const objects = historyOf(first);
    objects.delete(recordKey(identityOf(1)));
    const found = await findingsOf(objects);
    expect(found).toHaveLength(1);
    expect(textsOf(found)).toEqual([
      'jobs has no record: no query reads these rows',
      'details has no record: no query reads these details',
    ]);
  });

  it('is checked against the data contract where its record cannot be read', async () => {
    const objects = historyOf({ ...first, details: [{ failed_things: -1 }] });
    objects.set(recordKey(identityOf(1)), { body: Buffer.from('x'), modifiedAt: 0 });
    expect(textsOf(await findingsOf(objects)).join('\n')).toMatch(/^details row 1 has -1 for failed_things/m);
  });

  it('is not read to be quick where the store keeps its checksum, nor compared', async () => {
    const objects = historyOf(first, { ...second, details: [{ progress_since: at(1, 2) }] });
    const archive = memoryArchive({ objects });
    const kept = new Map(
      [1, 2].flatMap((hour) => {
        const record = JSON.parse(
          Buffer.from((objects.get(recordKey(identityOf(hour))) as MemoryObject).body).toString(),
        );
        return [
          [detailsKey(identityOf(hour)), record.details_sha256],
          [jobsKey(identityOf(hour)), record.object_sha256],
        ] as const;
      }),
    );
    const read: string[] = [];
    const quick = {
      ...archive,
      read: async (wanted: string) => {
        read.push(wanted.split('/')[0] as string);
        return await archive.read(wanted);
      },
      storedSha256: async (wanted: string) => kept.get(wanted),
    };
    const run = async () => textsOf(await Array.fromAsync(verify(quick, { isQuick: true }, { now: () => MUCH_LATER })));
    expect(await run()).toEqual([]);
    expect(new Set(read)).toEqual(new Set(['snapshots']));
    kept.set(key, '0'.repeat(64));
    expect(await run()).toEqual([expect.stringMatching(/^details has the SHA-256 0+… in the store/)]);
    kept.delete(key);
    expect(await run()).toEqual([]);
    expect(read).toContain('details');
  });
});
