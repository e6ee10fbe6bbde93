import { jobsKey, snapshotId } from '../../../lambda/contract/keys.ts';
import { exportSnapshot } from '../../../lambda/core/export-snapshot.ts';
import { AccessDeniedError, ThrottledOutError } from '../../../lambda/errors.ts';
import type { JobDescription, JobsPage, RunObserver } from '../../../lambda/ports.ts';
import { createProgress } from '../../../local/cli/progress.ts';
import { REQUEST, setUp } from '../../support/export-run.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { historyIn } from '../../support/memory-records.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { job, notFound, page, ScriptedSource } from '../../support/scripted-source.ts';

/** Runs the core, and gives the lines that stay. */
async function linesOf(
  answer: Parameters<typeof setUp>[0],
  request: Parameters<ReturnType<typeof setUp>['run']>[0],
  groupExists: (name: string) => boolean | Error = () => true,
): Promise<string[]> {
  const lines: string[] = [];
  const { run, source, clock } = setUp(answer);
  source.groupExists = groupExists;
  const drawing = { isLive: false, live() {}, line: (text: string) => lines.push(text), stop() {} };
  const progress = createProgress({ clock, counts: source.counts, drawing });
  await run(request, progress);
  progress.stop();
  return lines;
}

const active = { statuses: ['SCHEDULED', 'IN_PROGRESS'] as const };

test('the second listing of SCHEDULED has a line only where it found jobs that went back', async () => {
  const counts = { SCHEDULED: 0, IN_PROGRESS: 0 };
  const answer = (returned: string[]) => (query: { status: string }) => {
    const nth = counts[query.status as keyof typeof counts]++;
    return page(query.status === 'SCHEDULED' && nth > 0 ? returned : [`${query.status}-job`]);
  };
  const first = [
    'account-wide    SCHEDULED                   1 job   1 page',
    'account-wide    IN_PROGRESS                 1 job   1 page',
  ];
  expect(await linesOf(answer([]), active)).toEqual(first);
  Object.assign(counts, { SCHEDULED: 0, IN_PROGRESS: 0 });
  expect(await linesOf(answer(['x', 'y']), active)).toEqual([
    ...first,
    'account-wide    SCHEDULED again             2 jobs  back from IN_PROGRESS',
  ]);
});

test('a thing group that does not exist has one line, whether ListJobs says so or a look-up', async () => {
  const missing = ['moon            no such thing group; the record says so'];
  expect(await linesOf(() => notFound(), { ...active, thingGroups: ['moon'] })).toEqual(missing);
  expect(
    await linesOf(
      () => page([]),
      { ...active, thingGroups: ['moon'] },
      () => false,
    ),
  ).toEqual(missing);
});

test('a thing group without jobs that exists has its lines, in their place', async () => {
  const answer = ({ thingGroupName }: { thingGroupName?: string }) => page(thingGroupName === 'busy' ? ['a'] : []);
  const lines = await linesOf(answer, { statuses: ['SCHEDULED'], thingGroups: ['idle', 'busy', 'idle-too'] });
  expect(lines.map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
    'idle SCHEDULED 0 jobs 1 page',
    'busy SCHEDULED 1 job 1 page',
    'idle-too SCHEDULED 0 jobs 1 page',
  ]);
});

test('a thing group whose existence is unknown is a warning, after its lines', async () => {
  const denied = new AccessDeniedError('No permission for iot:DescribeThingGroup');
  const lines = await linesOf(
    () => page([]),
    { statuses: ['COMPLETED'], thingGroups: ['idle'] },
    () => denied,
  );
  expect(lines).toEqual([
    'idle            COMPLETED                   0 jobs  1 page',
    'warning: idle has no jobs; whether it exists is not known: No permission for iot:DescribeThingGroup',
  ]);
});

test('fields of jobs that are not as documented are warnings, the first five one by one', async () => {
  const odd = (count: number): JobsPage => {
    const jobs = Array.from({ length: count }, (_, i) => job(`j-${i}`));
    const field = 'createdAt' as const;
    const value = '"yesterday"';
    return { jobs, oddFields: new Map(jobs.map((summary) => [summary, [{ job: summary.jobId, field, value }]])) };
  };
  const warnings = async (count: number) =>
    (await linesOf(() => odd(count), { statuses: ['COMPLETED'] })).filter((line) => line.startsWith('warning'));
  expect(await warnings(1)).toEqual([
    'warning: job j-0 has createdAt "yesterday", which is not as documented; it is null in the rows',
  ]);
  const many = await warnings(30);
  expect(many).toHaveLength(6);
  expect(many[5]).toBe('warning: 25 more fields of jobs are not of the documented type, and null in the rows');
});

describe('the snapshot before', () => {
  const before = { ...REQUEST, scheduledAt: REQUEST.scheduledAt - 3_600_000 };

  /** A run with a snapshot before it: what is shown live or stays, the last figures, and the record. */
  async function watched(happen: {
    before?: (store: MemoryStore) => void;
    during?: (first: ReturnType<typeof setUp>) => unknown;
  }) {
    const first = setUp(() => page(['a']));
    await first.run({ statuses: ['COMPLETED'], scheduledAt: before.scheduledAt });
    happen.before?.(first.store);
    let call = 0;
    const { run, source, clock } = setUp(async () => {
      if (call++ === 0) await happen.during?.(first);
      return page(['a', 'b']);
    }, first.store);
    const messages: string[] = [];
    let figures = () => '';
    const live = (text: string, of?: () => string) => {
      messages.push(text);
      figures = of ?? figures;
    };
    const drawing = { isLive: true, live, line: (text: string) => messages.push(text), stop() {} };
    const progress = createProgress({ clock, counts: source.counts, drawing });
    await run({ statuses: ['COMPLETED'] }, progress);
    return { messages, figures: figures(), record: progress.record };
  }

  test('is shown as being read, before anything is listed', async () => {
    const { messages, record } = await watched({});
    expect(messages.slice(0, 2)).toEqual([
      `reading ${snapshotId(before)}, the snapshot before`,
      'account-wide COMPLETED (1 of 1)',
    ]);
    expect(record?.previous_snapshot_id).toBe(snapshotId(before));
  });

  test('that cannot be read is a warning that says why, and what follows', async () => {
    const { messages } = await watched({ before: (store) => store.objects.delete(jobsKey(before)) });
    expect(messages).toContain(
      'warning: the snapshot before could not be read, so that nothing is said of changes, and all ages begin anew: ' +
        `There is no ${jobsKey(before)}`,
    );
  });

  test('that another comes after has all listed again, says so, and counts the jobs once', async () => {
    const between = { statuses: ['COMPLETED'] as const, scheduledAt: before.scheduledAt + 60_000 };
    const { messages, figures } = await watched({ during: (first) => first.run(between) });
    expect(messages).toContain('warning: another snapshot of the export came in between; all is listed anew');
    expect(figures).toMatch(/^2 jobs, 1 page/);
  });
});

describe('jobs that are described', () => {
  type Describe = (jobId: string, clock: FakeClock) => Promise<JobDescription | undefined>;

  /** A run with details: what is shown live, and the lines that stay. */
  async function watched(count: number, maxJobs: number, describe: Describe, isLive = true) {
    const clock = new FakeClock('2026-11-23T18:00:02Z');
    const ids = Array.from({ length: count }, (_, i) => `j-${i}`);
    const source = new ScriptedSource(() => page(ids, undefined, 'IN_PROGRESS'));
    const describer = {
      counts: { calls: 0, throttled: 0 },
      describeJob: (jobId: string) => describe(jobId, clock),
    };
    const shown: string[] = [];
    const lines: string[] = [];
    const drawing = {
      isLive,
      live: (text: string) => shown.push(text),
      line: (text: string) => lines.push(text),
      stop() {},
    };
    const progress = createProgress({ clock, counts: source.counts, describes: true, drawing });
    const statuses = ['IN_PROGRESS'] as const;
    await exportSnapshot(
      { ...REQUEST, statuses, details: { statuses, maxJobs } },
      { clock, source, describer, ...historyIn(new MemoryStore()), observer: progress satisfies RunObserver },
      Number.POSITIVE_INFINITY,
    );
    return { shown, lines, details: progress.details };
  }
  const described: Describe = async (jobId) => ({ jobId, status: 'IN_PROGRESS' });

  test('are counted in place once the listing has ended, and have a line in the end', async () => {
    const { shown, lines, details } = await watched(30, 100, described);
    const from = shown.indexOf('describing jobs');
    expect(shown.slice(0, from)).toEqual(['account-wide IN_PROGRESS (1 of 1)']);
    expect(shown[from + 1]).toMatch(/^describing jobs \(\d+ of \d+\)$/);
    expect(shown.slice(-2)).toEqual(['describing jobs (30 of 30)', 'storing the snapshot']);
    expect(lines.at(-1)).toBe('30 jobs described');
    expect(details).toMatchObject({ described: 30, leftOut: 0 });
  });

  test('in a log say every ten seconds how far they are', async () => {
    const slow: Describe = async (jobId, clock) => {
      clock.advance(1000);
      return { jobId, status: 'IN_PROGRESS' };
    };
    const { lines } = await watched(60, 100, slow, false);
    const messages = lines.filter((line) => line.startsWith('describing'));
    expect(messages.length).toBeGreaterThanOrEqual(3);
    expect(messages.length).toBeLessThanOrEqual(6);
  });

  test('that are more than were requested, or gone, are left out without a warning', async () => {
    const { lines } = await watched(30, 20, async (jobId, clock) =>
      jobId === 'j-0' ? undefined : await described(jobId, clock),
    );
    expect(lines.at(-1)).toBe('19 jobs described, 11 left out (1 gone, 10 more than --details asks for)');
  });

  test('that cannot be described are a warning that says why', async () => {
    const denied = new AccessDeniedError('No permission for iot:DescribeJob: allow the action iot:DescribeJob');
    const { lines } = await watched(30, 100, () => Promise.reject(denied));
    expect(lines.at(-1)).toBe(
      'warning: 0 jobs described, 30 left out (30 failed): No permission for iot:DescribeJob: allow the action iot:DescribeJob',
    );
  });

  test('that are throttled for good are a warning in the words of the command line', async () => {
    const throttled = new ThrottledOutError('DescribeJob of job j-0 was throttled: lower describeCallsPerSecond');
    const { lines } = await watched(2, 100, () => Promise.reject(throttled));
    expect(lines.at(-1)).toBe(
      'warning: 0 jobs described, 2 left out (2 failed): DescribeJob of job j-0 was throttled: lower --details-rate',
    );
  });
});
