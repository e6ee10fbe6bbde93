import { JOB_STATUSES } from '../../../lambda/contract/jobs.ts';
import { intentKey, jobsKey, recordKey } from '../../../lambda/contract/keys.ts';
import { exportSnapshot } from '../../../lambda/core/export-snapshot.ts';
import type { SnapshotRequest } from '../../../lambda/core/request.ts';
import type { RunObserver } from '../../../lambda/ports.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { job, notFound, page, ScriptedSource } from '../../support/scripted-source.ts';

const REQUEST: SnapshotRequest = {
  accountId: '123456789012',
  region: 'eu-west-1',
  exportName: 'all',
  scheduledAt: Date.parse('2026-11-23T18:00:00Z'),
  statuses: JOB_STATUSES,
  thingGroups: [],
  thingGroupIds: [],
};
const JOBS_KEY = jobsKey(REQUEST);
const RECORD_KEY = recordKey(REQUEST);
const MINUTES = 60_000;

function setUp(answer: ConstructorParameters<typeof ScriptedSource>[0], store = new MemoryStore()) {
  const clock = new FakeClock('2026-11-23T18:00:02Z');
  const source = new ScriptedSource((query, call) => {
    clock.advance(100);
    return answer(query, call);
  });
  const run = (request: Partial<SnapshotRequest> = {}, observer?: RunObserver) =>
    exportSnapshot({ ...REQUEST, ...request }, { clock, source, store, observer }, clock.now() + 15 * MINUTES);
  return { clock, source, store, run };
}

const nothingVisible = (store: MemoryStore) => [...store.keys('jobs/'), ...store.keys('snapshots/')];

describe('a snapshot', () => {
  it('holds every job of every page, statuses in lifecycle order whatever order they were asked for in', async () => {
    const { run, source, store } = setUp(({ status, nextToken }) =>
      nextToken ? page([`${status}-2`]) : page([`${status}-1`], 'more', status),
    );
    const answer = await run({ statuses: ['COMPLETED', 'SCHEDULED'] });
    expect(answer).toEqual({
      snapshotId: '20261123T180000Z-all',
      objectKey: JOBS_KEY,
      recordKey: RECORD_KEY,
      jobCount: 4,
      outcome: 'written',
    });
    expect(source.queries).toEqual([
      { status: 'SCHEDULED' },
      { status: 'SCHEDULED', nextToken: 'more' },
      { status: 'COMPLETED' },
      { status: 'COMPLETED', nextToken: 'more' },
    ]);
    expect(store.rows(JOBS_KEY).map((row) => row.job_id)).toEqual([
      'SCHEDULED-1',
      'SCHEDULED-2',
      'COMPLETED-1',
      'COMPLETED-2',
    ]);
  });

  it('has rows of every column, absent values null, times in UTC without a zone', async () => {
    const { run, store } = setUp(({ status }) =>
      status === 'COMPLETED'
        ? {
            jobs: [
              job('a', {
                status: 'COMPLETED',
                targetSelection: 'SNAPSHOT',
                thingGroupId: 'g-1',
                isConcurrent: false,
                createdAt: 1486687079743,
                lastUpdatedAt: 1486687079744,
                completedAt: 1486687080000,
              }),
              {},
            ],
          }
        : page([]),
    );
    await run({ thingGroupIds: ['g-1'], namespaceId: 'ns' });
    const [full, empty] = store.rows(JOBS_KEY);
    expect(full).toEqual({
      snapshot_id: '20261123T180000Z-all',
      snapshot_at: '2026-11-23 18:00:00.000',
      observed_at: '2026-11-23 18:00:02.300',
      thing_group_name: null,
      queried_thing_group_id: 'g-1',
      namespace_id: 'ns',
      job_arn: 'arn:aws:iot:eu-west-1:123456789012:job/a',
      job_id: 'a',
      status: 'COMPLETED',
      target_selection: 'SNAPSHOT',
      thing_group_id: 'g-1',
      is_concurrent: false,
      created_at: '2017-02-10 00:37:59.743',
      last_updated_at: '2017-02-10 00:37:59.744',
      completed_at: '2017-02-10 00:38:00.000',
    });
    expect(Object.keys(empty ?? {})).toEqual(Object.keys(full ?? {}));
    expect(empty).toMatchObject({ job_id: null, job_arn: null, status: null, created_at: null, is_concurrent: null });
  });

  it('writes a job that moves on while it is listed once, as it was first seen', async () => {
    const { run, store } = setUp(({ status }) => page(['moving', `only-${status}`], undefined, status));
    const { jobCount } = await run();
    expect(jobCount).toBe(6);
    expect(store.rows(JOBS_KEY).filter((row) => row.job_id === 'moving')).toMatchObject([{ status: 'SCHEDULED' }]);
    expect(store.record(RECORD_KEY).listings.map((listing) => listing.job_count)).toEqual([2, 1, 1, 1, 1]);
  });

  it('takes a job without an id for the one that its ARN names, and each without either for a job of its own', async () => {
    const { run } = setUp(({ status }) =>
      status === 'SCHEDULED' ? { jobs: [job('a'), { jobArn: job('a').jobArn }, { jobId: 'a' }, {}, {}] } : page([]),
    );
    expect((await run()).jobCount).toBe(3);
  });

  it('writes a job of two scopes once in each', async () => {
    const { run, store } = setUp(({ status }) => page(status === 'IN_PROGRESS' ? ['shared'] : []));
    await run({ thingGroups: ['eu'], thingGroupIds: ['g-2'] });
    expect(
      store
        .rows(JOBS_KEY)
        .map(({ thing_group_name, queried_thing_group_id }) => [thing_group_name, queried_thing_group_id]),
    ).toEqual([
      ['eu', null],
      [null, 'g-2'],
    ]);
  });

  it('passes every filter on to each call', async () => {
    const { run, source } = setUp(() => page([]));
    await run({ thingGroups: ['eu'], statuses: ['CANCELED'], targetSelection: 'CONTINUOUS', namespaceId: 'ns' });
    expect(source.queries).toEqual([
      { status: 'CANCELED', thingGroupName: 'eu', targetSelection: 'CONTINUOUS', namespaceId: 'ns' },
    ]);
  });

  it('keeps a status that nobody knows as it came', async () => {
    const { run, store } = setUp(() => page(['x'], undefined, 'PAUSED_BY_AWS'));
    await run();
    expect(store.rows(JOBS_KEY)).toMatchObject([{ status: 'PAUSED_BY_AWS' }]);
  });

  it('goes on after an empty page with a token', async () => {
    const { run } = setUp(({ nextToken }) => (nextToken ? page(['late']) : page([], 'more')));
    expect((await run({ statuses: ['SCHEDULED'] })).jobCount).toBe(1);
  });

  it('has an object without a line, and zeros in the record, when there are no jobs', async () => {
    const { run, store } = setUp(() => page([]));
    await run();
    expect(store.rows(JOBS_KEY)).toEqual([]);
    const { job_count, listings } = store.record(RECORD_KEY);
    expect(job_count).toBe(0);
    expect(listings.map(({ status, job_count, missing }) => [status, job_count, missing])).toEqual(
      JOB_STATUSES.map((status) => [status, 0, false]),
    );
  });

  it('keeps its times in order when the clock is set back during the run', async () => {
    const { clock, run, store } = setUp((_query, call) => {
      if (call === 1) clock.set(clock.now() - 60 * MINUTES);
      return page([`job-${call}`]);
    });
    await run({ statuses: ['SCHEDULED', 'IN_PROGRESS'] });
    const { started_at, finished_at } = store.record(RECORD_KEY);
    const observed = store.rows(JOBS_KEY).map((row) => row.observed_at);
    expect([started_at, ...observed, finished_at]).toEqual([started_at, ...observed, finished_at].sort());
  });
});

describe('the record', () => {
  it('is written last, after the intent and the rows, and says what they are', async () => {
    const { run, store } = setUp(({ status }) => page([status]));
    await run();
    const record = store.record(RECORD_KEY);
    const sha256 = (await store.sha256(JOBS_KEY)) as string;
    expect(store.puts).toEqual([intentKey(REQUEST, sha256), JOBS_KEY, RECORD_KEY]);
    expect(record).toMatchObject({
      snapshot_id: '20261123T180000Z-all',
      snapshot_at: '2026-11-23 18:00:00.000',
      started_at: '2026-11-23 18:00:02.000',
      finished_at: '2026-11-23 18:00:02.500',
      job_count: 5,
      object_key: JOBS_KEY,
      object_bytes: store.objects.get(JOBS_KEY)?.byteLength,
      object_sha256: sha256,
    });
  });

  it('marks a group that does not exist as missing in every status, and still holds the other groups', async () => {
    const { run, source, store } = setUp(({ thingGroupName }) =>
      thingGroupName === 'gone' ? notFound() : page([`in-${thingGroupName}`]),
    );
    await run({ thingGroups: ['eu', 'gone', 'us'], statuses: ['SCHEDULED', 'IN_PROGRESS'] });
    expect(
      store.record(RECORD_KEY).listings.map((l) => [l.thing_group_name, l.status, l.job_count, l.missing]),
    ).toEqual([
      ['eu', 'SCHEDULED', 1, false],
      ['eu', 'IN_PROGRESS', 0, false],
      ['gone', 'SCHEDULED', 0, true],
      ['gone', 'IN_PROGRESS', 0, true],
      ['us', 'SCHEDULED', 1, false],
      ['us', 'IN_PROGRESS', 0, false],
    ]);
    expect(source.queries.filter((query) => query.thingGroupName === 'gone')).toHaveLength(1);
  });
});

describe('a run that fails', () => {
  it.each([
    ['on the first page', 0],
    ['in the middle', 2],
    ['on the last page', 4],
  ])('%s leaves nothing behind', async (_when, failing) => {
    const { run, store } = setUp((query, call) => (call === failing ? new Error('down') : page([query.status])));
    await expect(run()).rejects.toThrow('down');
    expect(store.puts).toEqual([]);
  });

  it('fails on a token that comes again, also by way of another', async () => {
    const { run, store } = setUp((_query, call) => page([`job-${call}`], ['A', 'B', 'A'][call]));
    await expect(run({ statuses: ['SCHEDULED'] })).rejects.toMatchObject({
      name: 'RepeatedTokenError',
      message: expect.stringMatching(/account-wide SCHEDULED, the second time on page 3/),
    });
    expect(store.puts).toEqual([]);
  });

  it('does not take a token of the listing before for a repeated one', async () => {
    const { run } = setUp(({ nextToken }) => (nextToken ? page([]) : page([], 'page-2')));
    await expect(run()).resolves.toMatchObject({ outcome: 'written' });
  });

  it('fails when a group is deleted while it is being listed, rather than hold half of it', async () => {
    const { run, store } = setUp((_query, call) => (call === 0 ? page(['a']) : notFound()));
    await expect(run({ thingGroups: ['eu'] })).rejects.toMatchObject({ name: 'ThingGroupDeletedError' });
    expect(store.puts).toEqual([]);
  });

  it('fails when the account-wide listing is not found, which is no missing group', async () => {
    const { run } = setUp(() => notFound());
    await expect(run()).rejects.toMatchObject({ name: 'ThingGroupNotFoundError' });
  });
});

describe('the deadline', () => {
  it('stops a call that hangs, says how far the run came and what to change, and leaves nothing', async () => {
    const { clock, run, source, store } = setUp(({ status }) =>
      status === 'COMPLETED' ? new Promise(() => {}) : page([status]),
    );
    const failure = expect(run()).rejects.toMatchObject({
      name: 'OutOfTimeError',
      message: expect.stringMatching(
        /^Out of time after \d+ s: 2 of 5 listings ended, account-wide COMPLETED was at page 1; 2 jobs in 3 calls.*about \d+ s.*Raise callsPerSecond/s,
      ),
    });
    while (source.queries.length < 3) await new Promise((resolve) => setTimeout(resolve, 1));
    clock.advance(15 * MINUTES);
    await failure;
    expect(store.puts).toEqual([]);
  });

  it('stops a listing that is too long while time is left to say so', async () => {
    const { clock, run, store } = setUp((_query, call) => {
      clock.advance(10_000);
      return page([`job-${call}`], `token-${call}`);
    });
    const startedAt = clock.now();
    await expect(run()).rejects.toMatchObject({ name: 'OutOfTimeError' });
    expect(clock.now() - startedAt).toBeLessThan(15 * MINUTES);
    expect(nothingVisible(store)).toEqual([]);
  });

  it('stops a store that hangs', async () => {
    const store = new MemoryStore();
    const putting = new Promise<void>((resolve) => {
      store.beforePut = () => {
        resolve();
        return new Promise(() => {});
      };
    });
    const { clock, run } = setUp(() => page([]), store);
    const failure = expect(run()).rejects.toMatchObject({ name: 'OutOfTimeError' });
    await putting;
    clock.advance(15 * MINUTES);
    await failure;
  });
});

describe('delivered again', () => {
  const jobs = () => setUp(({ status }) => page([status]));

  it('finds the record, and ends well without a single call', async () => {
    const first = jobs();
    const written = await first.run();
    const before = new Map(first.store.objects);
    const second = setUp(() => page(['other']), first.store);
    expect(await second.run()).toEqual({ ...written, outcome: 'already-written' });
    expect(second.source.queries).toEqual([]);
    expect(first.store.objects).toEqual(before);
  });

  it.each(['jobs/', 'intents/'])('starts anew after a crash before the put of %s', async (prefix) => {
    const { run, store } = jobs();
    store.beforePut = ({ key }) => {
      if (key.startsWith(prefix)) throw new Error('killed');
    };
    await expect(run()).rejects.toThrow('killed');
    expect(nothingVisible(store)).toEqual([]);
    store.beforePut = () => {};
    expect(await run()).toMatchObject({ outcome: 'written', jobCount: 5 });
  });

  it('writes the record of a run that died before it, missing groups and all, without a single call', async () => {
    const dead = setUp(({ thingGroupName }) => (thingGroupName === 'gone' ? notFound() : page(['a'])));
    dead.store.beforePut = ({ key }) => {
      if (key.startsWith('snapshots/')) throw new Error('killed');
    };
    const groups = { thingGroups: ['eu', 'gone'], statuses: ['IN_PROGRESS'] as const };
    await expect(dead.run(groups)).rejects.toThrow('killed');

    dead.store.beforePut = () => {};
    const next = setUp(() => page([]), dead.store);
    expect(await next.run(groups)).toMatchObject({ outcome: 'recovered', jobCount: 1 });
    expect(next.source.queries).toEqual([]);
    const { listings, started_at } = dead.store.record(RECORD_KEY);
    expect(listings.map((listing) => listing.missing)).toEqual([false, true]);
    expect(started_at).toBe('2026-11-23 18:00:02.000');
  });

  it('refuses rows whose record and intent are both gone, and says what to do', async () => {
    const { run, store } = jobs();
    await run();
    for (const key of store.keys('')) if (!key.startsWith('jobs/')) store.objects.delete(key);
    await expect(run()).rejects.toMatchObject({
      name: 'OrphanedRowsError',
      message: expect.stringContaining('Delete the object of rows'),
    });
  });

  it.each(['intents/', 'jobs/', 'snapshots/'])(
    'takes a put of %s whose answer was lost for its own',
    async (prefix) => {
      const { run, store } = jobs();
      const put = store.putIfAbsent.bind(store);
      // As the SDK's own retry sees it: the first attempt was applied, the second meets its object.
      store.putIfAbsent = async (object) => {
        if (object.key.startsWith(prefix)) await put(object);
        return await put(object);
      };
      expect(await run()).toMatchObject({ outcome: 'written', jobCount: 5 });
      expect(store.puts).toHaveLength(3);
    },
  );
});

describe('two at once', () => {
  /** Runs another delivery to its end just before the first one puts its rows. */
  async function race(answer: () => ReturnType<typeof page>) {
    const first = setUp(answer);
    const other = setUp(() => page(['winner']), first.store);
    first.clock.advance(7);
    let outcome: Promise<unknown> | undefined;
    first.store.beforePut = async ({ key }) => {
      if (key.startsWith('jobs/') && !outcome) {
        first.store.beforePut = () => {};
        outcome = other.run();
        await outcome;
      }
    };
    return { loser: await first.run(), winner: await outcome, store: first.store };
  }

  it('the one that lost takes what the winner wrote', async () => {
    const { loser, winner, store } = await race(() => page(['loser', 'loser-2']));
    expect(winner).toMatchObject({ outcome: 'written', jobCount: 1 });
    expect(loser).toMatchObject({ outcome: 'already-written', jobCount: 1 });
    expect(store.rows(JOBS_KEY).map((row) => row.job_id)).toEqual(['winner']);
  });

  it('the one that lost to a run that then died writes the record of the winner', async () => {
    const first = setUp(() => page(['loser']));
    const dead = setUp(() => page(['winner']), first.store);
    dead.clock.advance(5);
    let isRacing = true;
    first.store.beforePut = async ({ key }) => {
      if (!key.startsWith('jobs/') || !isRacing) return;
      isRacing = false;
      first.store.beforePut = (object) => {
        if (object.key.startsWith('snapshots/')) throw new Error('killed');
      };
      await expect(dead.run()).rejects.toThrow('killed');
      first.store.beforePut = () => {};
    };
    expect(await first.run()).toMatchObject({ outcome: 'recovered', jobCount: 1 });
    expect(first.store.record(RECORD_KEY).started_at).toBe('2026-11-23 18:00:02.005');
  });

  it('two empty snapshots, the same to the byte, end in one record', async () => {
    const { loser, store } = await race(() => page([]));
    expect(loser.outcome).toBe('already-written');
    const empties = setUp(() => page([]));
    const later = setUp(() => page([]), empties.store);
    later.clock.advance(3);
    const outcomes = await Promise.all([empties.run(), later.run()]);
    expect(outcomes.map((answer) => answer.outcome).sort()).toEqual(['already-written', 'written']);
    expect(store.keys('snapshots/')).toHaveLength(1);
  });
});

describe('the observer', () => {
  it('sees each listing begin and end, with its counts', async () => {
    const seen: string[] = [];
    const note = (what: string) => (listing: { position: number; jobCount: number; missing: boolean }) =>
      seen.push(`${what} ${listing.position} ${listing.missing ? 'missing' : listing.jobCount}`);
    const { run } = setUp(({ thingGroupName, nextToken }) => {
      if (thingGroupName === 'gone') return notFound();
      return nextToken ? page(['b']) : page(['a'], 'more');
    });
    await run(
      { thingGroups: ['gone', 'eu'], statuses: ['SCHEDULED'] },
      { listingStarted: note('start'), pageArrived: note('page'), listingEnded: note('end') },
    );
    expect(seen).toEqual(['start 0 0', 'end 0 missing', 'start 1 0', 'page 1 1', 'page 1 2', 'end 1 2']);
  });
});
