import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SNAPSHOTS_SUFFIX } from '../../../lambda/contract/keys.ts';
import { buildReport } from '../../../local/report/build-report.ts';
import { filesOfDirectory } from '../../../local/report/fetch.ts';
import type { Combination } from '../../../local/report/model.ts';
import { directoryArchive } from '../../../local/verify/directory-archive.ts';
import { takeSnapshot } from '../../sql/snapshots.ts';
import { newDirectory } from '../../support/report-history.ts';
import { job, notFound } from '../../support/scripted-source.ts';

const HOUR_MS = 3_600_000;
const FROM = Date.parse('2026-11-01T10:00:00Z');
/** More than are shown one by one. */
const SNAPSHOTS = 310;
const directory = newDirectory();

/** Jobs of the group at an hour: few are the same from one to the next. */
const countAt = (hour: number) => (hour * 7) % 13;
/** The group is not there for some hours, one of them the last of a day; and the last days have one status less. */
const isThere = (hour: number) => hour < 35 || hour > 37;
const statusesAt = (hour: number) => (hour < 250 ? (['IN_PROGRESS', 'CANCELED'] as const) : (['IN_PROGRESS'] as const));

const throwNotFound = () => {
  throw notFound();
};

beforeAll(async () => {
  for (let hour = 0; hour < SNAPSHOTS; hour++) {
    const jobs = Array.from({ length: countAt(hour) }, (_, i) => job(`job-${i}`, { status: 'IN_PROGRESS' }));
    await takeSnapshot({
      directory,
      at: FROM + hour * HOUR_MS,
      statuses: statusesAt(hour),
      thingGroups: ['eu'],
      jobs: isThere(hour) ? jobs : throwNotFound,
    });
  }
  // A replay of the last snapshot of the first day, which sees what is days later.
  const jobs = Array.from({ length: 99 }, (_, i) => job(`job-${i}`, { status: 'IN_PROGRESS' }));
  const [at, startedAt] = ['2026-11-01T23:30:00Z', FROM + SNAPSHOTS * HOUR_MS];
  await takeSnapshot({ directory, at, startedAt, jobs, statuses: statusesAt(0), thingGroups: ['eu'] });
}, 120_000);
afterAll(() => rmSync(directory, { recursive: true }));

interface RecordRead {
  readonly snapshot_at: string;
  readonly unlinked_reason: string | null;
  readonly listings: readonly {
    thing_group_name: string;
    status: string;
    job_count: number;
    missing: boolean | null;
  }[];
}

function records(): RecordRead[] {
  const root = join(directory, 'snapshots');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith(SNAPSHOTS_SUFFIX),
  );
  return files.map((name) => JSON.parse(readFileSync(join(root, name), 'utf8')) as RecordRead);
}

test('of many snapshots there is a band by day: the least, the median, the most and the last of what was counted', async () => {
  const props = { archive: directoryArchive(directory), files: filesOfDirectory(directory), selection: {} };
  const { combinations } = await buildReport({ place: directory, ...props });
  const { counts } = combinations[0] as Combination;
  const taken = records()
    .filter(({ unlinked_reason }) => unlinked_reason !== 'LATE')
    .sort((a, b) => (a.snapshot_at < b.snapshot_at ? -1 : 1));
  expect(taken).toHaveLength(SNAPSHOTS);
  const days = [...Map.groupBy(taken, ({ snapshot_at }) => snapshot_at.slice(0, 10)).values()];
  expect(counts.isByDay).toBe(true);
  expect(counts.at).toEqual(days.map((day) => day.at(-1)?.snapshot_at.slice(0, 19)));
  const countOf = (record: RecordRead, scope: string, status: string) => {
    const listing = record.listings.find((one) => one.thing_group_name === scope && one.status === status);
    return listing?.missing === false ? listing.job_count : null;
  };
  expect(countOf(days[1]?.at(-1) as RecordRead, 'eu', 'IN_PROGRESS')).toBe(null);
  for (const { scope, status, values, band } of counts.series) {
    const known = days.map((day) =>
      day.flatMap((record) => countOf(record, scope, status) ?? []).sort((a, b) => a - b),
    );
    expect([scope, status, values]).toEqual([
      scope,
      status,
      days.map((day) => countOf(day.at(-1) as RecordRead, scope, status)),
    ]);
    expect([scope, status, band]).toEqual([
      scope,
      status,
      {
        least: known.map((all) => all[0] ?? null),
        median: known.map((all) => all[Math.ceil(all.length / 2) - 1] ?? null),
        most: known.map((all) => all.at(-1) ?? null),
      },
    ]);
  }
  const places = counts.series.map(({ scope, status }) => `${scope} ${status}`).sort();
  expect(places).toEqual(['eu CANCELED', 'eu IN_PROGRESS']);
}, 60_000);

test('of no more than 300 each is shown', async () => {
  const selection = { from: '2026-11-02', to: '2026-11-13' };
  const props = { archive: directoryArchive(directory), files: filesOfDirectory(directory), selection: selection };
  const { combinations } = await buildReport({ place: directory, ...props });
  const { counts, snapshotCount } = combinations[0] as Combination;
  expect([counts.isByDay, counts.at.length, snapshotCount]).toEqual([false, 12 * 24, 12 * 24]);
  expect(counts.series.every(({ band }) => band === undefined)).toBe(true);
}, 60_000);
