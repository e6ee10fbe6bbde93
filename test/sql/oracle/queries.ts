import { type Snapshot, textOf, timeOf } from './expected-snapshots.ts';
import { DAY_MS, HOUR_MS } from './fleet.ts';
import { type Answers, hoursBetween } from './views.ts';

type Row = Readonly<Record<string, unknown>>;
type Where = Readonly<Record<'export_name' | 'account_id' | 'region', string>>;

/** The job for which the saved query `job-life` is run. */
export const JOB_OF_LIFE = 'job-3';

/** Saved queries that have no row of an export without details; for exports with details see rollout-queries.ts. */
export const OF_DETAILS = ['failing-rollouts', 'job-updates', 'rollout-compared', 'rollouts-now', 'stalled-rollouts'];

/** Expected rows of every saved query for a place, by its question, from the expected rows of the views and the snapshots. */
export function answersOf(snapshots: readonly Snapshot[], views: Answers, today: string): Record<string, Row[]> {
  const daysAgo = (days: number) => textOf(timeOf(`${today} 00:00`) - days * DAY_MS).slice(0, 10);
  const lastDays = <T extends { readonly dt: string }>(rows: readonly T[], days: number) =>
    rows.filter(({ dt }) => dt >= daysAgo(days));
  const weekOf = (time: string) => {
    const day = timeOf(`${time.slice(0, 10)} 00:00`);
    return textOf(day - ((new Date(day).getUTCDay() + 6) % 7) * DAY_MS).slice(0, 10);
  };
  const noon = (day: string) => `${day} 12:00:00.000`;

  /** Snapshots, by export. */
  const exports = [...Map.groupBy(snapshots, ({ request }) => request.exportName).values()].map((all) => {
    const { accountId, region, exportName } = (all[0] as Snapshot).request;
    const where: Where = { export_name: exportName, account_id: accountId, region };
    const recent = all.filter(({ dt }) => daysAgo(7) <= dt && dt <= today);
    const of = <T extends Where>(rows: readonly T[]) => rows.filter((row) => row.export_name === exportName);
    const begins = all.filter(({ before, record }) => !before && record.unlinked_reason !== 'LATE');
    return { where, all, recent, newest: newestOf(recent), of, begins };
  });
  /** The newest snapshot at a time, of those of recent days, LATE ones aside. */
  const newestAt = (recent: readonly Snapshot[], time: string) =>
    newestOf(recent.filter(({ record }) => record.snapshot_at <= time && record.unlinked_reason !== 'LATE'));
  /** Rows of a snapshot where they are of today. */
  const jobsOf = (snapshot: Snapshot | undefined) =>
    snapshot?.dt !== today ? [] : views.complete_jobs.filter((job) => isOf(job, snapshot));
  /** Whether latest_jobs has its rows, as far as they are there. */
  const isLookedAt = ({ dt }: Snapshot) => dt >= daysAgo(1);
  const countsOf = (snapshot: Snapshot) => views.job_counts.filter((count) => isOf(count, snapshot));
  const known = ({ missing, job_count }: { missing: boolean | null; job_count: number }) =>
    missing === false ? job_count : null;
  const isByGroup = ({ scope }: { scope: string }) => scope !== 'account-wide';
  const yearAgo = daysAgo(365);
  const firstWeek = weekOf(daysAgo(364));

  return {
    ...Object.fromEntries(OF_DETAILS.map((name) => [name, []])),
    reporting: [],
    'accounts-compared': exports.flatMap(({ where, recent, of, begins }) => {
      const newest = newestOf(recent.filter((one) => countsOf(one).some((count) => !isByGroup(count))));
      if (newest === undefined) return [];
      const counts = countsOf(newest);
      const countOf = (status: string) => counts.find((count) => count.status === status)?.job_count ?? null;
      const [lists, listsCanceled] = [countOf('COMPLETED') !== null, countOf('CANCELED') !== null];
      const ended = of(lastDays(views.rollouts, 30));
      const shareOf = (status: string) =>
        lists && listsCanceled && ended.length > 0
          ? round(ended.filter((one) => one.status === status).length / ended.length, 3)
          : null;
      const hours = ended.map(({ hours_to_complete }) => hours_to_complete).filter((value) => value !== null);
      return {
        ...where,
        snapshot_at: newest.record.snapshot_at,
        scheduled: countOf('SCHEDULED'),
        in_progress: countOf('IN_PROGRESS'),
        completed: lists ? ended.filter(({ status }) => status === 'COMPLETED').length : null,
        canceled: listsCanceled ? ended.filter(({ status }) => status === 'CANCELED').length : null,
        completed_share: shareOf('COMPLETED'),
        canceled_share: shareOf('CANCELED'),
        p50_hours: round(percentile(hours, 5), 2),
        p90_hours: round(percentile(hours, 9), 2),
        unlinked: lastDays(begins, 30).length,
      };
    }),
    'changes-by-status': counted(lastDays(views.status_changes, 1), ['from_status', 'to_status'], 'jobs'),
    'changes-last-week': counted(
      lastDays(views.job_changes, 7),
      ['dt', 'change', 'reason', 'from_status', 'to_status'],
      'jobs',
    ),
    'changes-yesterday': views.job_changes
      .filter(({ dt }) => dt === daysAgo(1))
      .map((change) => ({
        ...pick(change, ['snapshot_at', 'export_name', 'account_id', 'region', 'job_id', 'change', 'reason']),
        ...pick(change, ['from_status', 'to_status']),
        hours_in_from_status: round(hoursBetween(change.from_since, change.to_seen_at ?? change.finished_at), 1),
      })),
    'completed-by-day': exports.flatMap(({ where, all, of, begins }) => {
      const ends = of(lastDays(views.rollouts, 29)).filter(({ status }) => status === 'COMPLETED');
      const dayOf = (end: (typeof ends)[number]) => (end.completed_at ?? (end.ended_by as string)).slice(0, 10);
      const taken = Map.groupBy(lastDays(all, 29), ({ dt }) => dt);
      const days = new Set([...taken.keys(), ...ends.map(dayOf)].filter((day) => day >= daysAgo(29)));
      return [...days].map((dt) => {
        const ofDay = taken.get(dt) ?? [];
        const isKnown = ofDay.every((one) => !begins.includes(one) && one.request.statuses.includes('COMPLETED'));
        return { ...where, dt, completed: isKnown ? ends.filter((end) => dayOf(end) === dt).length : null };
      });
    }),
    'counts-at': exports.flatMap(({ where, recent }) => {
      const taken = newestAt(recent, noon(today));
      if (taken === undefined) return [];
      return countsOf(taken).map((count) => ({
        ...where,
        ...pick(count, ['snapshot_at', 'scope', 'status']),
        jobs: known(count),
      }));
    }),
    'counts-by-snapshot': exports.flatMap(({ where, all }) => {
      const ofAll = lastDays(all, 1).filter((one) => countsOf(one).some((count) => !isByGroup(count)));
      const newest = ofAll.toSorted((a, b) => b.request.scheduledAt - a.request.scheduledAt).slice(0, 12);
      return newest.map((one) => {
        const countOf = (status: string) => countsOf(one).find((count) => count.status === status)?.job_count ?? null;
        return {
          snapshot_at: one.record.snapshot_at,
          ...where,
          scheduled: countOf('SCHEDULED'),
          in_progress: countOf('IN_PROGRESS'),
          completed: countOf('COMPLETED'),
          canceled: countOf('CANCELED'),
          deletion_in_progress: countOf('DELETION_IN_PROGRESS'),
          unlinked_reason: one.record.unlinked_reason,
        };
      });
    }),
    'counts-over-time': exports.flatMap(({ where, of }) => {
      const counts = of(lastDays(views.job_counts, 364))
        .filter(({ unlinked_reason }) => unlinked_reason !== 'LATE')
        .map((count) => ({ ...count, week: weekOf(count.snapshot_at) }));
      return groups(counts, ['scope', 'status', 'week']).map((all) => {
        const there = all.map(known).filter((count) => count !== null);
        return {
          ...where,
          ...pick(all[0] as (typeof all)[number], ['scope', 'status', 'week']),
          least: there.length > 0 ? Math.min(...there) : null,
          mean: there.length > 0 ? round(there.reduce((sum, count) => sum + count, 0) / there.length, 1) : null,
          most: there.length > 0 ? Math.max(...there) : null,
          snapshots_without_group: all.filter(({ missing }) => missing === true).length,
          snapshots_of_unknown_group: all.filter(({ missing }) => missing === null).length,
        };
      });
    }),
    'days-without-rows': exports.flatMap(({ where, of }) =>
      groups(of(lastDays(views.snapshot_rows, 30)), ['dt']).flatMap((all) => {
        const gone = all.filter(({ rows_present }) => !rows_present).length;
        return gone > 0 ? [{ ...where, dt: all[0]?.dt, snapshots: all.length, snapshots_without_rows: gone }] : [];
      }),
    ),
    'days-without-snapshot': exports.flatMap(({ where, all }) => {
      const times = lastDays(all, 30)
        .map(({ request }) => request.scheduledAt)
        .sort((a, b) => a - b);
      const gaps = times.slice(1).map((at, i) => at - (times[i] as number));
      const usual = [...Map.groupBy(gaps, (gap) => gap)].sort(
        (a, b) => b[1].length - a[1].length || a[0] - b[0],
      )[0]?.[0];
      return times.flatMap((after, i) => {
        const before = times[i + 1];
        const gap = (before ?? timeOf(`${today} 00:00`)) - after;
        if (gap <= 36 * HOUR_MS || gap <= 1.5 * (usual ?? DAY_MS)) return [];
        return {
          ...where,
          after_at: textOf(after),
          before_at: before === undefined ? null : textOf(before),
          hours: round(gap / HOUR_MS, 1),
          usual_hours: usual === undefined ? null : round(usual / HOUR_MS, 1),
        };
      });
    }),
    'durations-by-group': exports.flatMap(({ where, recent }) => {
      const isListed = (count: Answers['job_counts'][number]) => count.status === 'COMPLETED' && isByGroup(count);
      const newest = newestOf(recent.filter((one) => countsOf(one).some(isListed)));
      if (newest === undefined) return [];
      return countsOf(newest)
        .filter(isListed)
        .map((count) => {
          const done = jobsOf(newest).filter(
            (job) =>
              job.scope === count.scope &&
              job.status === 'COMPLETED' &&
              job.completed_at !== null &&
              job.completed_at >= yearAgo,
          );
          const hours = done.map((job) => hoursBetween(job.created_at, job.completed_at));
          return {
            ...where,
            scope: count.scope,
            snapshot_at: newest.record.snapshot_at,
            completed: known(count),
            completed_in_a_year: done.length || null,
            p50_hours: round(percentile(hours, 5), 2),
            p90_hours: round(percentile(hours, 9), 2),
          };
        });
    }),
    'durations-by-week': exports.flatMap(({ where, newest }) => {
      if (newest === undefined) return [];
      const done = jobsOf(newest).filter(
        ({ status, completed_at }) => status === 'COMPLETED' && completed_at !== null && completed_at >= firstWeek,
      );
      const jobs = groups(done, ['job_id', 'created_at']).map((all) => {
        const completedAt = all
          .map(({ completed_at }) => completed_at as string)
          .sort()
          .at(-1) as string;
        return { week: weekOf(completedAt), hours: hoursBetween(all[0]?.created_at ?? null, completedAt) };
      });
      const weeks = groups(jobs, ['week']).map((all) => {
        const hours = all.map((job) => job.hours);
        const [p50_hours, p90_hours] = [round(percentile(hours, 5), 2), round(percentile(hours, 9), 2)];
        return { week: all[0]?.week as string | null, jobs: all.length as number | null, p50_hours, p90_hours };
      });
      const none = { week: null, jobs: null, p50_hours: null, p90_hours: null };
      return (weeks.length > 0 ? weeks : [none]).map((week) => ({
        ...where,
        snapshot_at: newest.record.snapshot_at,
        ...week,
      }));
    }),
    'in-progress-at': exports.flatMap(({ where, recent }) => {
      const taken = newestAt(recent, noon(today));
      const counts = taken ? countsOf(taken).filter(({ status }) => status === 'IN_PROGRESS') : [];
      if (taken === undefined || counts.length === 0) return [];
      const there = counts.map(known).filter((count) => count !== null);
      const jobs = groups(jobsOf(taken), ['job_id', 'created_at']).flatMap((all) => {
        const last = lastSeen(all);
        if (last.status !== 'IN_PROGRESS') return [];
        const since = all.filter(({ status }) => status === 'IN_PROGRESS').map(({ status_since }) => status_since);
        const in_progress_since = since.filter((time) => time !== null).sort()[0] ?? null;
        return { ...pick(last, ['job_id', 'created_at', 'target_selection']), in_progress_since };
      });
      const none = { job_id: null, created_at: null, target_selection: null, in_progress_since: null };
      return (jobs.length > 0 ? jobs : [none]).map((job) => ({
        ...where,
        snapshot_at: taken.record.snapshot_at,
        jobs_in_progress: there.length > 0 ? there.reduce((sum, count) => sum + count, 0) : null,
        ...job,
      }));
    }),
    'job-life': exports.flatMap(({ where, of, begins }) =>
      of(lastDays(views.job_changes, 180))
        .filter(({ job_id }) => job_id === JOB_OF_LIFE)
        .map((change) => ({
          ...where,
          ...pick(change, ['snapshot_at', 'change', 'reason', 'from_status', 'to_status']),
          hours_in_from_status: round(hoursBetween(change.from_since, change.to_seen_at ?? change.finished_at), 1),
          ...pick(change, ['scopes', 'created_at', 'completed_at']),
          known_since: newestOf(lastDays(begins, 180))?.record.snapshot_at ?? null,
        })),
    ),
    'jobs-now': exports.flatMap(({ where, newest }) =>
      (newest ? countsOf(newest) : []).map((count) => ({
        ...where,
        ...pick(count, ['snapshot_at', 'scope', 'status']),
        jobs: known(count),
      })),
    ),
    'left-out-jobs': counted(
      lastDays(views.vanished_jobs, 30).filter(({ reason }) => reason === 'NOT_ASKED_NOW'),
      ['dt', 'last_status'],
      'jobs',
    ),
    'outcomes-by-week': exports.flatMap(({ where, newest }) => {
      if (newest === undefined) return [];
      const jobs = [
        ...groups(
          jobsOf(newest).filter(({ job_id }) => job_id !== null),
          ['job_id', 'created_at'],
        ).map(lastSeen),
        ...jobsOf(newest).filter(({ job_id }) => job_id === null),
      ].filter(({ created_at }) => created_at !== null && created_at >= firstWeek);
      const isOfAll = newest.request.statuses.length === 5;
      const weeks = groups(
        jobs.map((job) => ({ ...job, week: weekOf(job.created_at as string) })),
        ['week'],
      ).map((all) => {
        const shareOf = (status: string) =>
          isOfAll ? round(all.filter((job) => job.status === status).length / all.length, 3) : null;
        const [completed_share, canceled_share] = [shareOf('COMPLETED'), shareOf('CANCELED')];
        return {
          week: all[0]?.week as string | null,
          jobs: all.length as number | null,
          completed_share,
          canceled_share,
        };
      });
      const none = { week: null, jobs: null, completed_share: null, canceled_share: null };
      return (weeks.length > 0 ? weeks : [none]).map((week) => ({
        ...where,
        snapshot_at: newest.record.snapshot_at,
        ...week,
      }));
    }),
    'purged-soon': exports.flatMap(({ where, newest, of }) => {
      if (newest === undefined) return [];
      const { snapshot_at } = newest.record;
      const jobs = of(views.latest_jobs).flatMap((job) => {
        const daysSince = (time: string | null) => {
          const hours = hoursBetween(time, job.observed_at);
          return hours === null ? null : Math.floor(hours / 24);
        };
        const [days, ended_at] = [daysSince(job.created_at), job.completed_at ?? job.last_updated_at];
        if (!['COMPLETED', 'CANCELED'].includes(job.status) || days === null || days < 700) return [];
        const since = { days_since_end: daysSince(ended_at), days_since_creation: days };
        return { ...pick(job, ['job_id', 'status', 'created_at']), ended_at, ...since };
      });
      const none = { job_id: null, status: null, created_at: null };
      const unknown = { ...none, ended_at: null, days_since_end: null, days_since_creation: null };
      return [...jobs, ...(isLookedAt(newest) ? [] : [unknown])].map((job) => ({ ...where, snapshot_at, ...job }));
    }),
    rollouts: lastDays(views.rollouts, 30).map((row) => ({
      ...pick(row, ['export_name', 'account_id', 'region', 'job_id', 'status', 'created_at', 'in_progress_since']),
      ...pick(row, ['completed_at', 'ended_by']),
      hours_to_start: round(row.hours_to_start, 2),
      hours_in_progress: round(row.hours_in_progress, 2),
      hours_to_complete: round(row.hours_to_complete, 2),
    })),
    'snapshot-difference': exports.flatMap(({ where, all }) => {
      const ofDays = all.filter(({ dt }) => dt === today || dt === daysAgo(1));
      const [earlier, later] = [newestAt(ofDays, noon(daysAgo(1))), newestAt(ofDays, noon(today))];
      if (!earlier || !later || earlier === later) return [];
      // An empty snapshot has all the rows that it ever had.
      if ([earlier, later].some(({ hasRows, record }) => !hasRows && record.job_count > 0)) return [];
      const statusesIn = (snapshot: Snapshot) => {
        const jobs = views.complete_jobs.filter((job) => isOf(job, snapshot) && job.job_id !== null);
        const last = groups(jobs, ['job_id', 'created_at']).map(lastSeen);
        return new Map(last.map((job) => [JSON.stringify([job.job_id, job.created_at]), job.status]));
      };
      const [was, is] = [statusesIn(earlier), statusesIn(later)];
      return [...new Set([...was.keys(), ...is.keys()])].flatMap((key) => {
        const [from_status, to_status] = [was.get(key) ?? null, is.get(key) ?? null];
        if (from_status === to_status) return [];
        const [job_id, created_at] = JSON.parse(key) as (string | null)[];
        const change = from_status === null ? 'APPEARED' : to_status === null ? 'VANISHED' : 'MOVED';
        const times = { earlier_at: earlier.record.snapshot_at, later_at: later.record.snapshot_at };
        return { ...where, ...times, job_id, change, from_status, to_status, created_at };
      });
    }),
    'snapshot-health': lastDays(views.snapshot_health, 7).map((row) => ({
      ...pick(row, ['dt', 'export_name', 'account_id', 'region', 'expected', 'arrived', 'gaps', 'late_runs']),
      ...pick(row, ['missing_groups', 'unknown_groups']),
      longest_gap_minutes: round(row.longest_gap_minutes, 1),
      longest_duration_seconds: round(row.longest_duration_seconds, 1),
    })),
    'stuck-jobs': exports.flatMap(({ where, newest, of }) => {
      if (newest === undefined) return [];
      const { snapshot_at } = newest.record;
      const jobs = of(views.stuck_jobs)
        .filter(({ days_in_progress: days }) => days === null || days >= 7)
        .map((row) => pick(row, ['job_id', 'target_selection', 'days_in_progress', ...TIMES_OF_STUCK]));
      const times = { in_progress_since: null, created_at: null, last_updated_at: null };
      const unknown = { job_id: null, target_selection: null, days_in_progress: null, ...times };
      return [...jobs, ...(isLookedAt(newest) ? [] : [unknown])].map((job) => ({ ...where, snapshot_at, ...job }));
    }),
    'time-in-status': exports.flatMap(({ where, of, begins }) => {
      const left = of(lastDays(views.job_changes, 30)).filter(
        ({ change, reason }) => change === 'MOVED' || (change === 'VANISHED' && reason === 'GONE'),
      );
      // Stays that were there when the history began, or at a snapshot that was compared with none.
      const days = [...Map.groupBy(lastDays(begins, 364), ({ dt }) => dt).values()].map((all) => ({
        from: all.map(({ record }) => record.started_at).sort()[0] as string,
        until: all
          .map(({ record }) => record.finished_at)
          .sort()
          .at(-1) as string,
      }));
      return groups(left, ['from_status']).map((all) => {
        const hours = all.map((change) => {
          const since = change.from_since as string;
          const completed = change.from_status === 'COMPLETED' ? change.completed_at : null;
          const end = change.to_seen_at ?? change.finished_at;
          const isCompletion =
            change.to_status === 'COMPLETED' && change.completed_at !== null && change.completed_at < end;
          const leftAt = isCompletion ? [change.completed_at as string, since].sort()[1] : end;
          const isUnseen = days.some(({ from, until }) => from <= since && since <= until);
          return completed === null && isUnseen ? null : hoursBetween(completed ?? since, leftAt as string);
        });
        const seen = hours.filter((value) => value !== null);
        return {
          ...where,
          status: all[0]?.from_status,
          stays: seen.length,
          p50_hours: round(percentile(seen, 5), 1),
          p90_hours: round(percentile(seen, 9), 1),
          begun_unseen: all.length - seen.length,
        };
      });
    }),
    'unlinked-snapshots': counted(lastDays(views.unlinked_snapshots, 30), ['dt', 'reason'], 'snapshots'),
    'vanished-jobs': lastDays(views.vanished_jobs, 7)
      .filter(({ reason }) => reason === 'GONE')
      .map((row) => pick(row, ['missed_at', ...WHERE, 'job_id', 'last_status', 'last_seen_at', 'vanished_from'])),
  };
}

const TIMES_OF_STUCK = ['in_progress_since', 'created_at', 'last_updated_at'] as const;
const WHERE = ['export_name', 'account_id', 'region'] as const;

function isOf(row: Where & { readonly snapshot_id: string }, { request, record }: Snapshot): boolean {
  return row.export_name === request.exportName && row.snapshot_id === record.snapshot_id;
}

function newestOf(snapshots: readonly Snapshot[]): Snapshot | undefined {
  return snapshots.toSorted((a, b) => b.request.scheduledAt - a.request.scheduledAt)[0];
}

/** The last sight of a job by its scopes. */
function lastSeen<T extends { readonly observed_at: string; readonly scope: string }>(rows: readonly T[]): T {
  const key = ({ observed_at, scope }: T) => `${observed_at} ${scope}`;
  return rows.reduce((last, row) => (key(row) > key(last) ? row : last));
}

function pick<T, K extends keyof T>(row: T, names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(names.map((name) => [name, row[name]])) as Pick<T, K>;
}

function groups<T, K extends keyof T>(rows: readonly T[], names: readonly K[]): T[][] {
  return [...Map.groupBy(rows, (row) => JSON.stringify(names.map((name) => row[name]))).values()];
}

/** How many rows have the same in some columns, export by export. */
function counted<T extends Where, K extends keyof T>(rows: readonly T[], names: readonly K[], column: string): Row[] {
  const all: (keyof T)[] = [...WHERE, ...names];
  return groups(rows, all).map((same) => ({ ...pick(same[0] as T, all), [column]: same.length }));
}

/** The nearest rank of tenths. What is not known counts among the longest. */
function percentile(hours: readonly (number | null)[], tenths: number): number | null {
  const sorted = hours.map((value) => value ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  const value = sorted.find((_, i) => (i + 1) * 10 >= tenths * sorted.length) ?? Number.POSITIVE_INFINITY;
  return value === Number.POSITIVE_INFINITY ? null : value;
}

function round(value: number | null, digits: number): number | null {
  return value === null ? null : Math.round(value * 10 ** digits) / 10 ** digits;
}
