import { JOB_STATUSES } from '../../../lambda/contract/jobs.ts';
import { intentKey } from '../../../lambda/contract/keys.ts';
import type { Listing, ListingProgress } from '../../../lambda/ports.ts';
import { JOBS_KEY, MINUTES, RECORD_KEY, REQUEST, setUp } from '../../support/export-run.ts';
import { job, notFound, page } from '../../support/scripted-source.ts';

describe('a snapshot', () => {
  it('holds every job of every page, statuses in lifecycle order whatever order they were requested in', async () => {
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
      observed_at: '2026-11-23 18:00:02.400',
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
      first_seen_at: '2026-11-23 18:00:02.400',
      status_since: '2026-11-23 18:00:02.400',
    });
    expect(Object.keys(empty ?? {})).toEqual(Object.keys(full ?? {}));
    expect(empty).toMatchObject({ job_id: null, job_arn: null, status: null, created_at: null, is_concurrent: null });
    // A job without identity cannot be recognized, so its age is unknown.
    expect(empty).toMatchObject({ first_seen_at: null, status_since: null });
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

  it('keeps an unknown status as it came', async () => {
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
      finished_at: '2026-11-23 18:00:02.600',
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

describe('the observer', () => {
  it('sees each listing begin and end, with its counts', async () => {
    const seen: string[] = [];
    const note =
      (what: string) =>
      (listing: Readonly<Listing>, { position }: ListingProgress) =>
        seen.push(`${what} ${position} ${listing.missing ? 'missing' : listing.job_count}`);
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
