import { jobsKey, snapshotId } from '../../../lambda/contract/keys.ts';
import { AccessDeniedError } from '../../../lambda/errors.ts';
import type { JobsPage } from '../../../lambda/ports.ts';
import { createProgress } from '../../../local/cli/progress.ts';
import { REQUEST, setUp } from '../../support/export-run.ts';
import type { MemoryStore } from '../../support/memory-store.ts';
import { job, notFound, page } from '../../support/scripted-source.ts';

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

test('a thing group of which nobody can say whether it exists is a warning, after its lines', async () => {
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
    const said: string[] = [];
    let figures = () => '';
    const live = (text: string, of?: () => string) => {
      said.push(text);
      figures = of ?? figures;
    };
    const drawing = { isLive: true, live, line: (text: string) => said.push(text), stop() {} };
    const progress = createProgress({ clock, counts: source.counts, drawing });
    await run({ statuses: ['COMPLETED'] }, progress);
    return { said, figures: figures(), record: progress.record };
  }

  test('is said to be read, before anything is listed', async () => {
    const { said, record } = await watched({});
    expect(said.slice(0, 2)).toEqual([
      `reading ${snapshotId(before)}, the snapshot before`,
      'account-wide COMPLETED (1 of 1)',
    ]);
    expect(record?.previous_snapshot_id).toBe(snapshotId(before));
  });

  test('that cannot be read is a warning that says why, and what follows', async () => {
    const { said } = await watched({ before: (store) => store.objects.delete(jobsKey(before)) });
    expect(said).toContain(
      'warning: the snapshot before could not be read, so that nothing is said of changes, and all ages begin anew: ' +
        `There is no ${jobsKey(before)}`,
    );
  });

  test('that another comes after has all listed anew, says so, and counts the jobs once', async () => {
    const between = { statuses: ['COMPLETED'] as const, scheduledAt: before.scheduledAt + 60_000 };
    const { said, figures } = await watched({ during: (first) => first.run(between) });
    expect(said).toContain('warning: another snapshot of the export came in between; all is listed anew');
    expect(figures).toMatch(/^2 jobs, 1 page/);
  });
});
