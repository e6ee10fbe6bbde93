import { rmSync } from 'node:fs';
import { snapshotId } from '../../../lambda/contract/keys.ts';
import type { History } from '../../../local/history/open.ts';
import { buildReport } from '../../../local/report/build-report.ts';
import { filesOfDirectory } from '../../../local/report/fetch.ts';
import type { Combination } from '../../../local/report/model.ts';
import { statementOf } from '../../../local/report/report-query.ts';
import { directoryArchive } from '../../../local/verify/directory-archive.ts';
import { takeSnapshot } from '../../sql/snapshots.ts';
import { loadHistory } from '../../support/loaded-history.ts';
import { removeRows } from '../../support/remove-rows.ts';
import { newDirectory } from '../../support/report-history.ts';
import { job } from '../../support/scripted-source.ts';
import { type HistoryLog, type Sighting, writeMovingHistory } from '../../support/simulated-history.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);

describe('in a history that moves, by what the simulator saw itself', () => {
  const PLACE = { accountId: '111111111111', region: 'us-east-1' };
  const FROM = Date.parse('2026-11-20T10:00:00Z');
  const directory = newDirectory();
  let log: HistoryLog;
  let history: History;

  beforeAll(async () => {
    log = await writeMovingHistory({ directory, from: FROM, hours: 60, places: [PLACE] });
    history = await loadHistory(directory);
  }, 180_000);
  afterAll(() => {
    history.close();
    rmSync(directory, { recursive: true });
  });

  /** Sightings by scope and job, of each snapshot of an export in the order of their times. */
  function snapshotsOf(exportName: string) {
    return log.taken
      .filter(({ request }) => request.exportName === exportName)
      .map(({ request, startedAt }) => {
        const seen = log.sightings.filter(
          (one) => one.exportName === exportName && one.scheduledAt === request.scheduledAt,
        );
        return { request, startedAt, seen: new Map(seen.map((one) => [`${one.scope} ${one.jobId}`, one])) };
      });
  }
  type Snapshots = ReturnType<typeof snapshotsOf>;

  /** First sight of a job in its status in its scope, without a break until a snapshot. */
  function since(snapshots: Snapshots, place: number, sighting: Sighting): number {
    const before = snapshots[place - 1]?.seen.get(`${sighting.scope} ${sighting.jobId}`);
    return before?.status === sighting.status ? since(snapshots, place - 1, before) : sighting.observedAt;
  }
  const isFirstSight = (snapshots: Snapshots, place: number, sighting: Sighting) => {
    let at = place;
    while (snapshots[at - 1]?.seen.has(`${sighting.scope} ${sighting.jobId}`)) at -= 1;
    return snapshots[at]?.seen.get(`${sighting.scope} ${sighting.jobId}`)?.observedAt ?? Number.NaN;
  };
  const jobOf = ({ jobId }: Sighting) => log.jobs.get(`${PLACE.accountId} ${jobId}`);
  const isContinuous = (sighting: Sighting) => jobOf(sighting)?.targetSelection === 'CONTINUOUS';

  function overdueByDay(snapshots: Snapshots, boundMs: number) {
    return [...Map.groupBy(snapshots.keys(), (i) => dayOf(snapshots[i]?.request.scheduledAt ?? 0))].map(([day, of]) => {
      const place = of.at(-1) as number;
      const { startedAt, seen } = snapshots[place] as Snapshots[number];
      const isKnown = startedAt - (snapshots[0]?.request.scheduledAt ?? 0) > boundMs;
      // The newest snapshot has a status for each job: the one that was seen last.
      const isNewest = place === snapshots.length - 1;
      const overdue = [...seen.values()].filter(
        (one) =>
          one.status === 'IN_PROGRESS' &&
          !isContinuous(one) &&
          (isNewest ? one.observedAt : startedAt) - since(snapshots, place, one) > boundMs,
      );
      return [day, isKnown ? new Set(overdue.map(({ jobId }) => jobId)).size : null];
    });
  }

  /** The state of each job in progress at the newest snapshot. */
  function statesOf(snapshots: Snapshots, boundMs: number | undefined) {
    const place = snapshots.length - 1;
    const { seen } = snapshots[place] as Snapshots[number];
    const jobs = Map.groupBy(seen.values(), ({ jobId }) => jobId);
    return [...jobs].flatMap(([jobId, sightings]) => {
      const last = sightings.sort((a, b) => a.observedAt - b.observedAt).at(-1) as Sighting;
      if (last.status !== 'IN_PROGRESS') return [];
      const scopes = sightings.map(({ scope }) => scope).sort();
      const stays = sightings.filter(({ status }) => status === 'IN_PROGRESS');
      const begin = Math.min(...stays.map((one) => since(snapshots, place, one)));
      const first = Math.min(...sightings.map((one) => isFirstSight(snapshots, place, one)));
      const age = last.observedAt - (jobOf(last)?.lifecycle.createdAt ?? Number.NaN);
      const state = () => {
        if (isContinuous(last)) return 'CONTINUOUS';
        if (boundMs === undefined) return 'NOT_KNOWN';
        if (last.observedAt - begin > boundMs) return 'OVERDUE';
        return begin === first && age > boundMs ? 'MAY_BE_OVERDUE' : 'IN_TIME';
      };
      return [{ jobId, scopes, state: state(), begin }];
    });
  }

  function literalsOf(snapshots: Snapshots, boundHours: number | undefined) {
    const newest = snapshots.at(-1)?.request as Snapshots[number]['request'];
    const dt = dayOf(newest.scheduledAt);
    return {
      account_id: PLACE.accountId,
      region: PLACE.region,
      export_name: newest.exportName,
      from: dayOf(FROM),
      overdue_from: dayOf(FROM),
      to: dt,
      newest_dt: dt,
      newest_snapshot: snapshotId(newest),
      bound_hours: String(boundHours ?? ''),
    };
  }

  const CASES = ['all', 'fleets'].flatMap((name) => [0.4, 3.21, 9, 26.5, undefined].map((hours) => ({ name, hours })));

  test.each(CASES)('overdue jobs by day of $name, by a bound of $hours h', async ({ name, hours }) => {
    const snapshots = snapshotsOf(name);
    const { rows } = await history.query(statementOf('overdue-by-day', literalsOf(snapshots, hours)));
    const shown = rows.map(([dt, overdue]) => [dt, overdue === null ? null : Number(overdue)]);
    expect(shown).toEqual(
      hours === undefined
        ? ['2026-11-20', '2026-11-21', '2026-11-22'].map((day) => [day, null])
        : overdueByDay(snapshots, hours * HOUR_MS),
    );
    if (hours !== undefined) expect(Number(shown.at(-1)?.[1])).toBeGreaterThan(0);
  });

  test.each(CASES)('the state of each job of $name in progress, by a bound of $hours h', async ({ name, hours }) => {
    const snapshots = snapshotsOf(name);
    const expected = statesOf(snapshots, hours === undefined ? undefined : hours * HOUR_MS);
    const { columns, rows } = await history.query(statementOf('in-progress', literalsOf(snapshots, hours)));
    const of = (column: string) => columns.findIndex((one) => one.name === column);
    const states = rows.map((row) => `${row[of('state')]} ${row[of('job_id')]}`);
    expect(states.toSorted()).toEqual(expected.map(({ state, jobId }) => `${state} ${jobId}`).sort());
    const order = ['OVERDUE', 'MAY_BE_OVERDUE', 'NOT_KNOWN', 'IN_TIME', 'CONTINUOUS'];
    const begins = new Map(expected.map(({ jobId, state, begin }) => [jobId, [order.indexOf(state), begin] as const]));
    const shown = rows.map((row) => begins.get(String(row[of('job_id')])) as readonly [number, number]);
    expect(shown).toEqual(shown.toSorted(([a, beginOfA], [b, beginOfB]) => a - b || beginOfA - beginOfB));
    const totals = ['jobs', 'overdue_jobs', 'may_be_overdue_jobs', 'continuous_jobs'].map((n) =>
      Number(rows[0]?.[of(n)]),
    );
    const countOf = (wanted: string) => expected.filter(({ state }) => state === wanted).length;
    expect(totals).toEqual([expected.length, ...['OVERDUE', 'MAY_BE_OVERDUE', 'CONTINUOUS'].map(countOf)]);
  });

  test.each(CASES)('the thing groups of $name, by a bound of $hours h', async ({ name, hours }) => {
    const snapshots = snapshotsOf(name);
    const states = statesOf(snapshots, hours === undefined ? undefined : hours * HOUR_MS);
    const { rows } = await history.query(statementOf('groups', literalsOf(snapshots, hours)));
    if (name === 'all') return expect(rows).toEqual([]);
    const seen = [...(snapshots.at(-1)?.seen.values() ?? [])];
    const inProgress = seen.filter(({ scope, status }) => scope === 'fleet-eu' && status === 'IN_PROGRESS').length;
    const countOf = (wanted: string) =>
      String(states.filter(({ scopes, state }) => scopes.includes('fleet-eu') && state === wanted).length);
    const judged = hours === undefined ? [null, null] : [countOf('OVERDUE'), countOf('MAY_BE_OVERDUE')];
    expect(rows).toEqual([
      ['fleet-moon', true, null, null, null, null],
      ['fleet-eu', false, String(inProgress), ...judged, countOf('CONTINUOUS')],
    ]);
    return undefined;
  });
});

describe('the bound', () => {
  let directory: string;
  beforeEach(() => {
    directory = newDirectory();
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const AT = Date.parse('2026-11-22T06:00:00Z');
  async function build(): Promise<Combination> {
    const props = { archive: directoryArchive(directory), files: filesOfDirectory(directory), selection: {} };
    return (await buildReport({ place: directory, ...props })).combinations[0] as Combination;
  }
  /** Jobs that each took one more hour from creation to completion, seen in progress and then completed. */
  async function complete(
    count: number,
    { completedAt = AT, ...more }: { readonly thingGroups?: readonly string[]; readonly completedAt?: number } = {},
  ) {
    const jobs = Array.from({ length: count }, (_, i) => {
      const createdAt = AT - (i + 1) * HOUR_MS;
      return { id: `done-${i}`, createdAt, completedAt };
    });
    const stuck = job('stuck', { status: 'IN_PROGRESS', createdAt: AT - 9 * DAY_MS, targetSelection: 'SNAPSHOT' });
    const wanted = job('wanted', { status: 'IN_PROGRESS', createdAt: AT - 90 * DAY_MS, targetSelection: 'CONTINUOUS' });
    const endless = { createdAt: AT - 300 * DAY_MS, targetSelection: 'CONTINUOUS' } as const;
    await takeSnapshot({
      directory,
      at: AT - HOUR_MS / 2,
      ...more,
      jobs: [
        ...jobs.map(({ id, createdAt }) => job(id, { status: 'IN_PROGRESS', createdAt, targetSelection: 'SNAPSHOT' })),
        job('endless', { status: 'IN_PROGRESS', ...endless }),
        stuck,
        wanted,
      ],
    });
    await takeSnapshot({
      directory,
      at: AT + HOUR_MS,
      ...more,
      jobs: [
        ...jobs.map(({ id, ...times }) => job(id, { status: 'COMPLETED', targetSelection: 'SNAPSHOT', ...times })),
        job('endless', { status: 'COMPLETED', completedAt: AT, ...endless }),
        stuck,
        wanted,
      ],
    });
  }
  const statesOf = ({ inProgress: { answer } }: Combination) =>
    answer.rows.map((row) => [row[answer.columns.indexOf('job_id')], row[answer.columns.indexOf('state')]]);

  test('it is the 99th percentile of what completed jobs took, continuous ones aside', async () => {
    await complete(150);
    const combination = await build();
    // Nearest rank: the 149th of 150.
    expect(combination.overdueBound).toMatchObject({ hours: 149, jobs: 150, from: '2026-11-22' });
    expect(statesOf(combination)).toEqual([
      // Nine days old, and in progress at its first sight: for all that is known, since long.
      ['stuck', 'MAY_BE_OVERDUE'],
      ['wanted', 'CONTINUOUS'],
    ]);
  }, 30_000);

  test.each([
    [99, null],
    [100, 99],
  ])(
    'of %i jobs it is %p',
    async (count, hours) => {
      await complete(count);
      const combination = await build();
      expect(combination.overdueBound).toMatchObject({ hours, jobs: count });
      expect(statesOf(combination)[0]).toEqual(['stuck', hours === null ? 'NOT_KNOWN' : 'MAY_BE_OVERDUE']);
      expect(combination.overdueByDay.answer.rows).toEqual([['2026-11-22', null]]);
    },
    30_000,
  );

  test('a completion before the creation is no duration', async () => {
    await complete(120, { completedAt: AT - 500 * HOUR_MS });
    const { overdueBound, durations } = await build();
    expect([overdueBound.hours, overdueBound.jobs, durations.answer.rows.map(([, jobs]) => jobs)]).toEqual([
      null,
      0,
      // The continuous one, which was created long before.
      [1],
    ]);
  }, 30_000);

  test('there is none once COMPLETED is not listed any more', async () => {
    await complete(120);
    const stuck = job('stuck', { status: 'IN_PROGRESS', createdAt: AT - 9 * DAY_MS, targetSelection: 'SNAPSHOT' });
    await takeSnapshot({ directory, at: AT + 2 * HOUR_MS, jobs: [stuck], statuses: ['SCHEDULED', 'IN_PROGRESS'] });
    const combination = await build();
    expect(combination.overdueBound).toMatchObject({ hours: null, jobs: 120 });
    expect(combination.listedStatuses).toEqual(['SCHEDULED', 'IN_PROGRESS']);
    expect(statesOf(combination)).toEqual([['stuck', 'NOT_KNOWN']]);
  }, 30_000);

  test('where the rows of the newest snapshot are gone, no day and no group is known', async () => {
    await complete(120, { thingGroups: ['eu'] });
    for (const days of [8, 9]) {
      const jobs = [job('stuck', { status: 'IN_PROGRESS', createdAt: AT - 9 * DAY_MS, targetSelection: 'SNAPSHOT' })];
      await takeSnapshot({ directory, at: AT + days * DAY_MS, jobs, thingGroups: ['eu'] });
    }
    const whole = await build();
    expect(whole.overdueByDay.answer.rows.slice(-2)).toEqual([
      ['2026-11-30', 1],
      ['2026-12-01', 1],
    ]);
    expect(whole.groups?.answer.rows).toEqual([['eu', false, 1, 1, 0, 0]]);
    removeRows(directory, [AT + 9 * DAY_MS]);
    const gone = await build();
    expect(gone.overdueByDay.answer.rows.map(([, overdue]) => overdue)).toEqual([null, null, null]);
    expect(gone.groups?.answer.rows).toEqual([['eu', false, 1, null, null, null]]);
  }, 30_000);

  test('after a snapshot that was compared with none, no day is known within the bound', async () => {
    await complete(120);
    const jobs = [job('stuck', { status: 'IN_PROGRESS', createdAt: AT - 9 * DAY_MS, targetSelection: 'SNAPSHOT' })];
    await takeSnapshot({ directory, at: AT + 8 * DAY_MS, jobs });
    removeRows(directory, [AT + 8 * DAY_MS]);
    for (const days of [9, 12, 15]) await takeSnapshot({ directory, at: AT + days * DAY_MS, jobs });
    expect((await build()).overdueByDay.answer.rows).toEqual([
      ['2026-11-22', null],
      ['2026-11-30', null],
      ['2026-12-01', null],
      ['2026-12-04', null],
      ['2026-12-07', 1],
    ]);
  }, 30_000);
});
