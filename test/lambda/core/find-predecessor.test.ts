import { jobsKey, recordKey, type SnapshotIdentity, snapshotId } from '../../../lambda/contract/keys.ts';
import { exportSnapshot } from '../../../lambda/core/export-snapshot.ts';
import type { SnapshotRequest } from '../../../lambda/core/request.ts';
import { ExporterError, StoreRefusedError, StoreUnavailableError } from '../../../lambda/errors.ts';
import type { JobSource, PreviousSnapshot, RunObserver } from '../../../lambda/ports.ts';
import { MINUTES, REQUEST } from '../../support/export-run.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { MemoryRecords } from '../../support/memory-records.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { job, page, ScriptedSource } from '../../support/scripted-source.ts';

const HOUR = 3_600_000;
const id = (hour: number, exportName = 'all') =>
  snapshotId({ ...REQUEST, exportName, scheduledAt: REQUEST.scheduledAt + hour * HOUR });

let clock: FakeClock;
let store: MemoryStore;
let records: MemoryRecords;
let found: PreviousSnapshot[];
let reading: string[];

beforeEach(() => {
  clock = new FakeClock('2026-11-23T18:00:02Z');
  store = new MemoryStore();
  records = new MemoryRecords(store);
  found = [];
  reading = [];
});

const fleet = () =>
  new ScriptedSource(({ status }) =>
    page(
      ['a', 'b'].map((one) => `${one}-${status}`),
      undefined,
      status,
    ),
  );

/** Takes the snapshot that is so many hours after the test's usual one. */
async function take(
  hour: number,
  { source = fleet(), minutes = 15, ...more }: Partial<SnapshotRequest> & { source?: JobSource; minutes?: number } = {},
) {
  const request = {
    ...REQUEST,
    scheduledAt: REQUEST.scheduledAt + hour * HOUR,
    statuses: ['COMPLETED'] as const,
    ...more,
  };
  const observer: RunObserver = {
    previousFound: (previous: PreviousSnapshot) => void found.push(previous),
    previousReading: (snapshot: string) => void reading.push(snapshot),
  };
  const answer = await exportSnapshot(
    request,
    { clock, source, store, records, observer },
    clock.monotonic() + minutes * MINUTES,
  );
  return { ...answer, record: store.record(recordKey(request)), rows: store.rows(jobsKey(request)) };
}

const at = (hour: number): SnapshotIdentity => ({ ...REQUEST, scheduledAt: REQUEST.scheduledAt + hour * HOUR });
const agesOf = ({ rows }: Awaited<ReturnType<typeof take>>) => rows.map((row) => [row.first_seen_at, row.status_since]);

describe('the snapshot before', () => {
  it('is the newest one with an earlier scheduled time, of the same export alone', async () => {
    for (const [hour, exportName] of [
      [1, 'all'],
      [2, 'all'],
      [3, 'all-2'],
      [3, 'al'],
      [3, 'zz'],
    ] as const)
      await take(hour, { exportName });
    const { record } = await take(4);
    expect(record).toMatchObject({ previous_snapshot_id: id(2), unlinked_reason: null, change_count: 0 });
    expect(reading.at(-1)).toBe(id(2));
    expect(found.at(-1)).toEqual({ snapshotId: id(2), unlinkedReason: null });
  });

  it('is none at first: FIRST, with ages from now on and no changes', async () => {
    const first = await take(0);
    expect(first.record).toMatchObject({ previous_snapshot_id: null, unlinked_reason: 'FIRST', change_count: null });
    expect(new Set(agesOf(first).flat())).toEqual(new Set([first.rows[0]?.observed_at]));
    expect([found, reading, store.keys('changes/')]).toEqual([[{ snapshotId: null, unlinkedReason: 'FIRST' }], [], []]);
  });

  it('is none where a later one exists: LATE, with ages null and nothing read, also where there is an earlier one', async () => {
    await take(0);
    await take(2);
    const read = records.read.length;
    const late = await take(1);
    expect(late.record).toMatchObject({ previous_snapshot_id: null, unlinked_reason: 'LATE', change_count: null });
    expect(new Set(agesOf(late).flat())).toEqual(new Set([null]));
    expect(records.read).toHaveLength(read);
    // Nor is a late one in the line of those after it.
    expect((await take(3)).record.previous_snapshot_id).toBe(id(2));
  });

  it('follows the predecessors: ages are those of the first snapshot in a row', async () => {
    const first = await take(0);
    clock.advance(HOUR);
    await take(1);
    clock.advance(HOUR);
    expect(agesOf(await take(2))).toEqual(first.rows.map((row) => [row.observed_at, row.observed_at]));
    clock.advance(HOUR);
    const gap = await take(3, { source: new ScriptedSource(() => page([])) });
    expect(gap.record.change_count).toBe(2);
    clock.advance(HOUR);
    const back = await take(4);
    expect(agesOf(back)).toEqual(back.rows.map((row) => [row.observed_at, row.observed_at]));
  });
});

describe('rows of the snapshot before that cannot be read do not fail the run, and are reported', () => {
  const cases: [string, () => void, RegExp][] = [
    ['gone', () => store.objects.delete(jobsKey(at(0))), /There is no jobs\//],
    [
      'damaged',
      () => store.objects.set(jobsKey(at(0)), Buffer.from('x')),
      /^jobs\/\S+T180000Z-all.ndjson.gz is no gzip/,
    ],
    ['of a damaged record', () => store.objects.set(recordKey(at(0)), Buffer.from('x')), /^snapshots\/\S+ is not JSON/],
    [
      'of a record that is gone since it was listed',
      () => {
        records.before = (key) => {
          if (key === recordKey(at(0))) throw new StoreRefusedError('404');
        };
      },
      /404/,
    ],
    [
      'refused',
      () => {
        records.before = (key) => {
          if (key === jobsKey(at(0))) throw new StoreRefusedError('403');
        };
      },
      /403/,
    ],
  ];
  it.each(cases)('%s', async (_what, happen, reason) => {
    await take(0);
    happen();
    clock.advance(HOUR);
    const { record, rows } = await take(1);
    expect(record).toMatchObject({ previous_snapshot_id: null, unlinked_reason: 'UNREADABLE', change_count: null });
    expect(rows.map((row) => [row.first_seen_at, row.status_since])).toEqual(
      rows.map((row) => [row.observed_at, row.observed_at]),
    );
    expect(found.at(-1)).toMatchObject({
      snapshotId: null,
      unlinkedReason: 'UNREADABLE',
      error: { message: expect.stringMatching(reason) },
    });
    records.before = () => {};
    expect((await take(2)).record.previous_snapshot_id).toBe(id(1));
  });

  it('read again where the store fails in between, twice at most', async () => {
    await take(0);
    for (const [failures, expected] of [
      [2, id(0)],
      [3, null],
    ] as const) {
      let left: number = failures;
      records.before = (key) => {
        if (key === jobsKey(at(0)) && left-- > 0) throw new StoreUnavailableError('reset');
      };
      const { record } = await take(1, { exportName: 'all' });
      expect([record.previous_snapshot_id, record.unlinked_reason]).toEqual([expected, expected ? null : 'UNREADABLE']);
      for (const key of store.keys('')) if (key.includes(id(1))) store.objects.delete(key);
    }
  });

  /** Advances the clock by this much once the rows are requested; they never arrive. */
  const hang = (seconds: number) => {
    records.before = (key) => {
      if (key !== jobsKey(at(0))) return;
      setImmediate(() => clock.advance(seconds * 1000));
      return new Promise(() => {});
    };
  };

  it('after a minute', async () => {
    await take(0);
    hang(60);
    expect((await take(1)).record.unlinked_reason).toBe('UNREADABLE');
    expect(found.at(-1)).toMatchObject({
      error: { name: 'OutOfTimeError', message: expect.stringMatching(/^jobs\/.* was not read within 60 s/) },
    });
  });

  it('after a quarter of a shorter run, which has time to list then', async () => {
    await take(0);
    hang(15);
    expect((await take(1, { minutes: 1 })).record.unlinked_reason).toBe('UNREADABLE');
    expect(found.at(-1)).toMatchObject({ error: { message: expect.stringMatching(/within 15 s/) } });
  });

  it('but an unexpected error does, and so do keys that cannot be listed, before anything is', async () => {
    await take(0);
    const source = fleet();
    records.before = (key) => {
      if (key === jobsKey(at(0))) throw new TypeError('x is not a function');
    };
    await expect(take(1, { source })).rejects.toThrow('x is not a function');
    records.before = () => {
      throw new StoreRefusedError('S3 refused s3:ListBucket');
    };
    await expect(take(1, { source })).rejects.toThrow('S3 refused s3:ListBucket');
    expect([source.queries, store.keys('snapshots/').length]).toEqual([[], 1]);
  });
});

describe('a run that another snapshot passes while it lists', () => {
  /** A source that takes the snapshots of some hours, one during each listing. */
  function passedBy(hours: (number | undefined)[], then: () => void = () => {}) {
    return new ScriptedSource(async ({ status }) => {
      clock.advance(1000);
      const hour = hours.shift();
      if (hour !== undefined) await take(hour);
      then();
      return page(['a'], undefined, status);
    });
  }

  it.each([
    ['between it and the one before', 1, { previous_snapshot_id: id(1), unlinked_reason: null }],
    ['after it', 3, { previous_snapshot_id: null, unlinked_reason: 'LATE' }],
  ])('%s begins again', async (_what, hour, expected) => {
    await take(0);
    const source = passedBy([hour], () => clock.advance(1000));
    const { record, outcome } = await take(2, { source });
    expect([outcome, source.queries.length]).toEqual(['written', 2]);
    expect(record).toMatchObject(expected);
    // The times are those of the listing that counts.
    expect(record.started_at > store.record(recordKey(at(hour))).finished_at).toBe(true);
    expect(store.keys('intents/').filter((key) => key.includes(id(2)))).toHaveLength(expected.unlinked_reason ? 1 : 2);
  });

  it('begins again as often as that happens, also where there was none before', async () => {
    const { record } = await take(5, { source: passedBy([1, 2, 3, undefined]) });
    expect(record.previous_snapshot_id).toBe(id(3));
    expect(found.map(({ snapshotId: previous }) => previous).filter((previous) => previous !== null)).toEqual([
      id(1),
      id(1),
      id(2),
      id(2),
      id(3),
    ]);
  });

  it('begins again where the one before could not be read', async () => {
    await take(0);
    store.objects.delete(jobsKey(at(0)));
    expect((await take(2, { source: passedBy([1]) })).record.previous_snapshot_id).toBe(id(1));
  });

  it('goes on where it is late itself: it is compared with none', async () => {
    await take(4);
    const source = passedBy([1]);
    expect((await take(2, { source })).record.unlinked_reason).toBe('LATE');
    expect(source.queries).toHaveLength(1);
  });

  it('takes what another run of the same snapshot has stored meanwhile, however late it is', async () => {
    await take(0);
    const source = passedBy([1], () => clock.advance(8 * MINUTES));
    expect(await take(1, { source })).toMatchObject({ outcome: 'already-written', jobCount: 2 });
    expect(source.queries).toHaveLength(1);
  });

  it('says so where no time is left, with nothing written; its retry takes the snapshot', async () => {
    await take(0);
    const before = store.puts.length;
    const source = passedBy([1], () => clock.advance(8 * MINUTES));
    await expect(take(2, { source })).rejects.toMatchObject({
      name: 'OvertakenError',
      message: expect.stringMatching(new RegExp(`${id(2)} was listed.*run again with the same event`)),
    });
    expect(store.puts.slice(before).filter((key) => key.includes(id(2)))).toEqual([]);
    expect((await take(2)).record.previous_snapshot_id).toBe(id(1));
  });
});

describe('what is left: snapshots with the same one before', () => {
  /** Lets something happen before the next put below a prefix. */
  function beforeNext(prefix: string, happen: () => unknown) {
    store.beforePut = async ({ key }) => {
      if (!key.startsWith(prefix)) return;
      store.beforePut = () => {};
      await happen();
    };
  }

  it('two runs that pass each other between their last look and their puts; the next goes on from the later', async () => {
    await take(0);
    beforeNext('intents/', () => take(1));
    const later = await take(2);
    expect([later.record.previous_snapshot_id, store.record(recordKey(at(1))).previous_snapshot_id]).toEqual([
      id(0),
      id(0),
    ]);
    expect((await take(3)).record.previous_snapshot_id).toBe(id(2));
  });

  it('one that died, and is completed when a later one exists: it has what the dead run knew', async () => {
    await take(0);
    beforeNext('snapshots/', () => {
      throw new Error('killed');
    });
    await expect(take(1)).rejects.toThrow('killed');
    expect((await take(2)).record.previous_snapshot_id).toBe(id(0));
    expect(await take(1)).toMatchObject({
      outcome: 'recovered',
      record: { previous_snapshot_id: id(0), unlinked_reason: null },
    });
    expect((await take(3)).record.previous_snapshot_id).toBe(id(2));
  });
});

it('compares with the snapshot before where the clock was set back since, and says NEW by what its record has', async () => {
  await take(0);
  clock.set(clock.now() - 10 * HOUR);
  const source = new ScriptedSource(() => ({
    jobs: [job('b-COMPLETED', { createdAt: clock.now() + 20 * HOUR }), job('c', { createdAt: clock.now() })],
  }));
  const { record, rows } = await take(1, { source });
  expect(record).toMatchObject({ previous_snapshot_id: id(0), change_count: 3 });
  expect(record.started_at < store.record(recordKey(at(0))).started_at).toBe(true);
  // The ages are those of the snapshots, though the clock was changed.
  expect(rows.map((row) => [row.job_id, (row.first_seen_at as string) > row.observed_at])).toEqual([
    ['b-COMPLETED', true],
    ['c', false],
  ]);
  expect(
    store.changes(record.changes_key as string).map(({ change, reason, job_id }) => `${change} ${reason} ${job_id}`),
  ).toEqual(['MOVED null b-COMPLETED', 'APPEARED UNEXPLAINED c', 'VANISHED MAY_HAVE_MOVED a-COMPLETED']);
});

it('runs every minute that take three minutes each all end, whatever passes whatever', async () => {
  const MINUTE_RUNS = 12;
  const runs = Array.from({ length: MINUTE_RUNS }, (_, minute) => {
    const source: JobSource = {
      counts: { calls: 0, throttled: 0 },
      thingGroupExists: async () => true,
      listJobs: async () => {
        await clock.sleep(3 * MINUTES);
        return { jobs: [job('a', { status: 'COMPLETED' })] };
      },
    };
    const deliver = async (): Promise<unknown> => {
      const request = {
        ...REQUEST,
        statuses: ['COMPLETED'] as const,
        scheduledAt: REQUEST.scheduledAt + minute * MINUTES,
      };
      try {
        return await exportSnapshot(request, { clock, source, store, records }, clock.monotonic() + 15 * MINUTES);
      } catch (error) {
        expect(error).toBeInstanceOf(ExporterError);
        await clock.sleep(MINUTES);
        return await deliver();
      }
    };
    return clock.sleep(minute * MINUTES).then(deliver);
  });
  const ended = Promise.all(runs);
  while (store.keys('snapshots/').length < MINUTE_RUNS) {
    // Compressors work on their own threads, in real time.
    await new Promise((resolve) => setTimeout(resolve, 2));
    clock.advance(5000);
  }
  await ended;
  const reasons = store.keys('snapshots/').map((key) => store.record(key).unlinked_reason);
  // Some are in the line, the others came too late for it.
  expect(reasons.filter((reason) => reason === null).length).toBeGreaterThan(0);
});
