import { JOB_STATUSES } from '../../../lambda/contract/jobs.ts';
import type { SnapshotRequest } from '../../../lambda/core/request.ts';
import type { Random } from '../../support/random.ts';
import { between, DAY_MS, GROUP_IDS, GROUPS, HOUR_MS, MINUTE_MS, SECOND_MS } from './fleet.ts';

type Filters = Pick<SnapshotRequest, 'statuses' | 'thingGroups' | 'thingGroupIds' | 'targetSelection' | 'namespaceId'>;

/** What is to happen at a time. */
type Planned = PlannedRun | Deletion;

export interface PlannedRun {
  readonly kind: 'run';
  readonly at: number;
  readonly exportName: string;
  readonly scheduledAt: number;
  readonly filters: Filters;
  readonly schedule?: SnapshotRequest['schedule'];
  /** From one answer of the service to the next. */
  readonly pageMs: number;
  /** Whether the exporter is of a version that knows nothing of changes. */
  readonly isOlder: boolean;
  /** The call that fails, from 0; none where there are fewer. */
  readonly failsAt?: number;
  /** The put that is killed, from 0, before or after it has its effect. */
  readonly killedAt?: { readonly put: number; readonly hasEffect: boolean };
  /** A run that takes place while this one is under way: in a call, or before the put of its record. */
  readonly meanwhile?: { readonly run: PlannedRun; readonly call: number | 'record' };
}

/** Rows of the days before one are deleted, as by a lifecycle rule, or those of the newest snapshot, as by a mistake. */
export interface Deletion {
  readonly kind: 'deletion';
  readonly at: number;
  readonly what: { readonly before: string } | 'newest';
}

/** An export, and all times at which it is due. */
export interface Timetable {
  readonly exportName: string;
  readonly due: readonly number[];
  readonly periodMs: number;
  /** Those without a run: outages. */
  readonly out: ReadonlySet<number>;
  readonly planned: readonly Planned[];
}

interface Schedule {
  readonly exportName: string;
  readonly schedule: SnapshotRequest['schedule'];
  readonly periodMs: number;
  readonly due: (end: number, random: Random) => number[];
}

const every =
  (periodMs: number, offsetMs: number, times: (random: Random) => number) => (end: number, random: Random) => {
    const last = Math.floor((end - offsetMs) / periodMs) * periodMs + offsetMs;
    const count = times(random);
    return Array.from({ length: count }, (_, i) => last - (count - 1 - i) * periodMs);
  };

const SCHEDULES: readonly Schedule[] = [
  {
    exportName: 'hourly',
    schedule: { expression: 'cron(0 * * * ? *)', timeZone: 'UTC' },
    periodMs: HOUR_MS,
    due: every(HOUR_MS, 0, (random) => 20 + random.below(30)),
  },
  {
    exportName: 'five-minutes',
    schedule: { expression: 'rate(5 minutes)', timeZone: 'UTC' },
    periodMs: 5 * MINUTE_MS,
    due: every(5 * MINUTE_MS, 0, (random) => 12 + random.below(12)),
  },
  {
    exportName: 'london',
    schedule: { expression: 'cron(0 0 * * ? *)', timeZone: 'Europe/London' },
    periodMs: DAY_MS,
    due: (end, random) => midnightsOfLondon(end, 5 + random.below(8)),
  },
  {
    exportName: 'daily',
    schedule: { expression: 'cron(0 6 * * ? *)', timeZone: 'UTC' },
    periodMs: DAY_MS,
    due: every(DAY_MS, 6 * HOUR_MS, (random) => 5 + random.below(8)),
  },
  {
    exportName: 'weekly',
    schedule: { expression: 'cron(0 6 ? * MON *)', timeZone: 'UTC' },
    periodMs: 7 * DAY_MS,
    due: every(7 * DAY_MS, 4 * DAY_MS + 6 * HOUR_MS, (random) => 3 + random.below(4)),
  },
];

/** All that happens to one export, in no order. */
export function timetables(random: Random, end: number): Timetable[] {
  const schedules = SCHEDULES.map((schedule) => ({ schedule, key: random.next() })).sort((a, b) => a.key - b.key);
  return schedules.slice(0, 2 + random.below(2)).map(({ schedule }) => timetable(random, end, schedule));
}

function timetable(random: Random, end: number, { exportName, schedule, periodMs, due: dueOf }: Schedule): Timetable {
  const due = dueOf(end, random);
  const out = outages(random, due);
  const filters = changingFilters(random, due);
  const olderUntil = random.chance(0.3) ? random.pick(due) : 0;
  const isTrouble = random.chance(0.8);
  const planned: Planned[] = [];

  const run = (scheduledAt: number, at: number, more: Partial<PlannedRun> = {}): PlannedRun => ({
    kind: 'run',
    at,
    exportName,
    scheduledAt,
    filters: filters(at),
    ...(schedule && { schedule }),
    pageMs: random.pick([0, 150, 900, 20_000]),
    isOlder: at < olderUntil,
    ...more,
  });
  const happens = (chance: number) => isTrouble && random.chance(chance);

  const came = due.filter((at) => !out.has(at));
  for (let n = 0; n < came.length; n++) {
    const [now, next] = [came[n] as number, came[n + 1]];
    const onTime = now + 500 + random.below(2 * SECOND_MS);
    const again = () => now + Math.min(between(random, MINUTE_MS, 10 * periodMs), end - now);
    if (next !== undefined && happens(0.08)) {
      // Two runs pass each other: the later one starts while the earlier one, which is late, is under way, or the other way.
      const inner = next + 1000 + random.below(2 * SECOND_MS);
      const [first, second] = random.chance(0.5) ? [now, next] : [next, now];
      const meanwhile = { run: run(second, inner), call: random.chance(0.5) ? ('record' as const) : random.below(8) };
      planned.push(run(first, inner - 1 - random.below(900), { meanwhile }));
      n += 1;
    } else if (happens(0.05)) {
      planned.push(run(now, onTime, { failsAt: random.below(6) }));
      if (random.chance(0.5)) planned.push(run(now, again()));
    } else if (happens(0.06)) {
      const killed = { put: random.below(6), hasEffect: random.chance(0.5) };
      planned.push(run(now, onTime, { killedAt: killed }));
      if (random.chance(0.6)) planned.push(run(now, again()));
      // biome-ignore lint/suspicious/noDuplicateElseIf: each call draws another number
    } else if (happens(0.06)) planned.push(run(now, Math.max(onTime, again())));
    else planned.push(run(now, onTime));
    // A second delivery, and a replay of any time.
    if (happens(0.03)) planned.push(run(now, onTime + MINUTE_MS));
    if (happens(0.05)) {
      const old = random.chance(0.8) ? random.pick(due) : random.pick(due) + Math.floor(periodMs / 3 / 60_000) * 60_000;
      if (old < now) planned.push(run(old, now + Math.floor(periodMs * random.next())));
    }
  }
  return { exportName, due, periodMs, out, planned };
}

/** Deletions of rows, of all exports of a place. */
export function someDeletions(random: Random, end: number): Deletion[] {
  const deletions: Deletion[] = [];
  if (random.chance(0.35)) {
    const days = random.pick([1, 2, 10]);
    for (let at = end - 3 * DAY_MS; at < end + DAY_MS; at += DAY_MS)
      deletions.push({
        kind: 'deletion',
        at,
        what: { before: new Date(at - days * DAY_MS).toISOString().slice(0, 10) },
      });
  }
  if (random.chance(0.2))
    deletions.push({ kind: 'deletion', at: end - between(random, MINUTE_MS, 9 * DAY_MS), what: 'newest' });
  return deletions;
}

function outages(random: Random, due: readonly number[]): Set<number> {
  const out = new Set<number>();
  for (let n = random.below(3); n > 0; n--) {
    const from = 1 + random.below(due.length);
    for (const at of due.slice(from, from + between(random, 1, due.length / 2))) out.add(at);
  }
  return out;
}

/** Filters that change once or twice, for good or for a while. */
function changingFilters(random: Random, due: readonly number[]): (at: number) => Filters {
  const [first, second] = [randomFilters(random), randomFilters(random)];
  const [a, b] = [random.pick(due), random.chance(0.5) ? random.pick(due) : Number.POSITIVE_INFINITY];
  if (random.chance(0.4)) return () => first;
  return (at) => (Math.min(a, b) <= at && at < Math.max(a, b) ? second : first);
}

function randomFilters(random: Random): Filters {
  const subset = JOB_STATUSES.filter(() => random.chance(0.6));
  const isByGroup = random.chance(0.5);
  const thingGroups = isByGroup ? GROUPS.filter(() => random.chance(0.6)) : [];
  const thingGroupIds = isByGroup ? GROUP_IDS.filter(() => random.chance(0.3)) : [];
  return {
    statuses: subset.length === 0 || random.chance(0.6) ? JOB_STATUSES : subset,
    thingGroups,
    thingGroupIds,
    ...(random.chance(0.15) && { targetSelection: random.pick(['SNAPSHOT', 'CONTINUOUS'] as const) }),
    // One that has jobs, and one that lists nothing.
    ...(random.chance(0.1) && { namespaceId: random.pick(['ns', 'nothing']) }),
  };
}

/** The last midnights of London, latest last. Summer time ends on 25 October 2026, at 01:00 UTC. */
function midnightsOfLondon(end: number, count: number): number[] {
  const winter = Date.parse('2026-10-25T01:00Z');
  const midnights: number[] = [];
  for (let day = Math.ceil(end / DAY_MS) * DAY_MS; midnights.length < count; day -= DAY_MS) {
    const at = day < winter ? day - HOUR_MS : day;
    if (at <= end) midnights.unshift(at);
  }
  return midnights;
}
