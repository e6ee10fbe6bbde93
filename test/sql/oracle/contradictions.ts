import { type Snapshot, textOf, timeOf } from './expected-snapshots.ts';
import { HOUR_MS, MINUTE_MS, type Stay, stayAt, type TrueJob } from './fleet.ts';
import type { Timetable } from './planned-runs.ts';
import type { Place } from './random-history.ts';
import type { Answers, StatusChange } from './views.ts';

/**
 * Compares rows of the views with the simulated fleet. @returns a line for each contradiction
 */
export function faultsOf(
  place: Place,
  snapshots: readonly Snapshot[],
  answers: Answers,
  completedByDay: readonly CompletedByDay[],
): string[] {
  return new FaultFinder(place, snapshots, answers, completedByDay).faults;
}

/** An answer of the saved query `completed-by-day`. */
export interface CompletedByDay {
  readonly export_name: string;
  readonly dt: string;
  readonly completed: number | null;
}

interface RowOfJob {
  readonly job_id: string | null;
  readonly created_at: string | null;
  readonly export_name: string;
}

class FaultFinder {
  readonly faults: string[] = [];
  readonly #place: Place;
  readonly #taken: readonly Snapshot[];
  readonly #answers: Answers;
  readonly #jobs: ReadonlyMap<string, TrueJob>;
  /** Ids of jobs that the service lists inconsistently, or without their creation. */
  readonly #vague: ReadonlySet<string>;
  /** By export and id. */
  readonly #snapshots: ReadonlyMap<string, Snapshot>;

  constructor(
    place: Place,
    snapshots: readonly Snapshot[],
    answers: Answers,
    completedByDay: readonly CompletedByDay[],
  ) {
    this.#place = place;
    this.#taken = snapshots;
    this.#answers = answers;
    const { jobs } = place.fleet;
    this.#jobs = new Map(jobs.map((job) => [`${job.id} ${this.#createdAt(job)}`, job]));
    this.#vague = new Set(jobs.filter((job) => job.isFickle || job.lacks.includes('createdAt')).map(({ id }) => id));
    this.#snapshots = new Map(snapshots.map((one) => [`${one.request.exportName} ${one.record.snapshot_id}`, one]));
    this.#negative();
    this.#unlinked();
    for (const change of answers.status_changes) this.#change(change);
    for (const group of this.#byJob(answers.status_changes).values()) this.#once(group);
    for (const snapshot of snapshots) this.#straddled(snapshot);
    for (const row of answers.vanished_jobs) this.#vanished(row);
    for (const group of this.#byJob(answers.vanished_jobs).values()) this.#goneOnce(group);
    for (const row of answers.rollouts) this.#rollout(row);
    for (const group of this.#byJob(answers.job_timeline).values()) this.#oneAfterAnother(group);
    for (const timetable of place.timetables) this.#health(timetable);
    for (const row of answers.job_timeline) this.#stay(row);
    for (const row of completedByDay) this.#completed(row);
    for (const row of answers.stuck_jobs) this.#stuck(row);
    for (const row of [...answers.latest_jobs, ...answers.complete_jobs])
      this.#sight('a row', row, row.status, row.observed_at);
  }

  #createdAt(job: TrueJob): string {
    return textOf(job.createdAt + this.#place.fleet.skewMs);
  }

  #fault(what: string, row: unknown): void {
    this.faults.push(`${what}: ${JSON.stringify(row)}`);
  }

  /** The job of a row; `undefined` where the service listed it inconsistently. */
  #jobOf(row: RowOfJob): TrueJob | undefined {
    if (row.created_at === null || row.job_id === null) return undefined;
    const job = this.#jobs.get(`${row.job_id} ${row.created_at}`);
    if (job === undefined) this.#fault('There is no such job', row);
    return this.#vague.has(row.job_id) ? undefined : job;
  }

  #byJob<T extends RowOfJob>(rows: readonly T[]): Map<string, T[]> {
    return Map.groupBy(rows, (row) => `${row.export_name} ${row.job_id} ${row.created_at}`);
  }

  #snapshot(exportName: string, id: string): Snapshot {
    return this.#snapshots.get(`${exportName} ${id}`) as Snapshot;
  }

  /** No elapsed time is negative. */
  #negative(): void {
    for (const [name, rows] of Object.entries(this.#answers)) {
      for (const row of rows) {
        for (const [column, value] of Object.entries(row))
          if (typeof value === 'number' && value < 0) this.#fault(`${name}.${column} is negative`, row);
      }
    }
  }

  /** A snapshot without predecessor has no changes. */
  #unlinked(): void {
    const expectLinked = (exportName: string, id: string, row: unknown) => {
      if (this.#snapshot(exportName, id)?.before === undefined) this.#fault('It was compared with none', row);
    };
    for (const row of this.#answers.complete_changes) expectLinked(row.export_name, row.snapshot_id, row);
    for (const row of this.#answers.job_changes) expectLinked(row.export_name, row.snapshot_id, row);
    for (const row of this.#answers.status_changes) expectLinked(row.export_name, row.by_snapshot_id, row);
  }

  /** A status in a row is one that the job had at that time. */
  #sight(what: string, row: RowOfJob, status: string | null, at: string | null): void {
    const job = this.#jobOf(row);
    if (job === undefined || at === null || status === null) return;
    if (shownAt(job, timeOf(at)) !== status) this.#fault(`Of ${what}, the job was not ${status} at ${at}`, row);
  }

  #change(change: StatusChange): void {
    const { from_status, to_status, after_observed_at, by_observed_at, from_since, created_at } = change;
    this.#sight('a change', change, from_status, after_observed_at);
    this.#sight('a change', change, from_status, from_since);
    this.#sight('a change', change, to_status, by_observed_at);
    const job = this.#jobOf(change);
    if (job === undefined || from_status === null || after_observed_at === null) return;
    const stay = wholeStay(job, timeOf(after_observed_at));
    if (stay === undefined) return;
    const hours = (stay.until - stay.from) / HOUR_MS;
    const slack = (2 * Math.abs(this.#place.fleet.skewMs)) / HOUR_MS + 1e-6;
    const [least, most] = [change.at_least_hours, change.at_most_hours];
    const isOfOneStay = timeOf(from_since as string) >= stay.from;
    if (least === null || (isOfOneStay && least > hours + slack)) this.#fault(`It was so for ${hours} h`, change);
    if (most === null ? created_at !== null : most < hours - slack) this.#fault(`It was so for ${hours} h`, change);
  }

  /** Every change happened, and is there once: each has a true move of its own. */
  #once(changes: readonly StatusChange[]): void {
    const [first] = changes;
    const job = first && this.#jobOf(first);
    if (job === undefined) return;
    for (const [status, all] of Map.groupBy(changes, ({ to_status }) => to_status)) {
      const entries = shownStays(job).filter((stay) => stay.shown === status);
      const used = new Set<unknown>();
      const byEnd = all.toSorted((a, b) => compare(a.by_observed_at as string, b.by_observed_at as string));
      for (const change of byEnd) {
        const [from, until] = [this.#notBefore(change), timeOf(change.by_observed_at as string)];
        const own = entries.find((entry) => !used.has(entry) && from <= entry.from && entry.from <= until);
        if (own) used.add(own);
        else if (!this.#isOfTwoDays(change, all) && !this.#hadNotBeenListed(job, change))
          this.#fault('It did not happen, or is told twice', change);
      }
    }
  }

  #notBefore({ export_name, after_observed_at, after_snapshot_id, created_at, reason }: StatusChange): number {
    if (after_observed_at !== null) return timeOf(after_observed_at);
    const before = timeOf(this.#snapshot(export_name, after_snapshot_id).record.started_at);
    return reason === 'NEW'
      ? Math.min(before, timeOf(created_at as string)) - Math.abs(this.#place.fleet.skewMs)
      : before;
  }

  /**
   * It was not of the group before, or an older exporter did not say by what else it was left out: that it may have moved is
   * all that is known.
   */
  #hadNotBeenListed(
    job: TrueJob,
    { export_name, after_snapshot_id, by_observed_at, reason, scopes }: StatusChange,
  ): boolean {
    const { record, request, isOlder } = this.#snapshot(export_name, after_snapshot_id);
    const isFiltered = isOlder && (request.targetSelection ?? request.namespaceId) !== undefined;
    const [from, until] = [timeOf(record.started_at), timeOf(by_observed_at as string)];
    const isNewThere = scopes.every((scope) => !this.#isInAllAlong(job, scope, from, until));
    return reason === 'MAY_HAVE_MOVED' && (isFiltered || isNewThere);
  }

  /** Whether a snapshot of one day and one of the next have the same change, by scopes or runs that passed each other. */
  #isOfTwoDays(change: StatusChange, all: readonly StatusChange[]): boolean {
    const beforeOf = (one: StatusChange) => one.after_snapshot_id;
    return all.some(
      (other) =>
        other !== change &&
        other.dt !== change.dt &&
        [beforeOf(change), change.by_snapshot_id].some((id) => id === beforeOf(other) || id === other.by_snapshot_id),
    );
  }

  /** A move between two snapshots is in the later one, or in one that saw it between the two. */
  #straddled(snapshot: Snapshot): void {
    const { before, request } = snapshot;
    if (before === undefined) return;
    for (const row of snapshot.rows) {
      const was = before.rows.find(
        (other) =>
          scopeOf(other) === scopeOf(row) && other.job_id === row.job_id && other.created_at === row.created_at,
      );
      const job = row.job_id === null ? undefined : this.#jobs.get(`${row.job_id} ${row.created_at}`);
      if (was === undefined || job === undefined || this.#vague.has(job.id) || was.status === row.status) continue;
      const ids = [snapshot.record.snapshot_id, before.record.snapshot_id];
      const isReported = this.#answers.status_changes.some(
        (change) =>
          change.export_name === request.exportName &&
          change.job_id === row.job_id &&
          change.created_at === row.created_at &&
          change.to_status === (row.status ?? 'UNKNOWN') &&
          (ids.includes(change.by_snapshot_id) ||
            change.after_snapshot_id === before.record.snapshot_id ||
            (was.observed_at < (change.by_observed_at as string) &&
              (change.by_observed_at as string) < row.observed_at)),
      );
      if (!isReported) this.#fault('Nobody tells the change of', row);
    }
  }

  /** Gone are jobs that do not exist any more, or that left the group. */
  #vanished(row: Answers['vanished_jobs'][number]): void {
    const job = this.#jobOf(row);
    if (job === undefined) return;
    this.#sight('one that vanished', row, row.last_status, row.last_seen_at);
    const { record, request } = this.#snapshots.get(`${row.export_name} ${this.#missedBy(row)}`) as Snapshot;
    const [from, until] = [timeOf(record.started_at), timeOf(record.finished_at)];
    const isThere = row.vanished_from.every((scope) => this.#isInAllAlong(job, scope, from, until));
    // What follows an unknown status is unknown.
    const isKnown = request.statuses.length === 5 || shownStays(job).every(({ shown, listedAs }) => shown === listedAs);
    if (row.reason === 'GONE' && isThere && isKnown && turnsIn(job, from, until) <= 1)
      this.#fault('It is not gone', row);
  }

  /** An account-wide job vanishes once; two snapshots of two days with the same predecessor each report it. */
  #goneOnce(rows: readonly Answers['vanished_jobs'][number][]): void {
    const gone = rows.filter(({ reason, vanished_from: [scope] }) => reason === 'GONE' && scope === 'account-wide');
    const ofDays = Map.groupBy(gone, ({ last_snapshot_id, dt }) => `${last_snapshot_id} ${dt}`);
    if (gone.length > 1 && ofDays.size < 2 && this.#jobOf(gone[0] as RowOfJob)) this.#fault('It goes twice', gone);
  }

  #missedBy({ export_name, missed_at }: Answers['vanished_jobs'][number]): string {
    return `${missed_at.slice(0, 19).replaceAll(/[-:]/g, '').replace(' ', 'T')}Z-${export_name}`;
  }

  #isInAllAlong(job: TrueJob, scope: string, from: number, until: number): boolean {
    const group = scope === 'account-wide' ? undefined : scope;
    return this.#place.fleet.isInAllAlong(job, group, from, until);
  }

  #rollout(row: Answers['rollouts'][number]): void {
    const job = this.#jobOf(row);
    if (job === undefined) return;
    this.#sight('a rollout', row, row.status, row.ended_by);
    this.#sight('a rollout', row, 'IN_PROGRESS', row.in_progress_since);
    const { completedAt, createdAt } = job;
    const hours = completedAt === undefined ? null : (completedAt - createdAt) / HOUR_MS;
    if (row.status === 'COMPLETED' && row.hours_to_complete !== hours && !job.lacks.includes('completedAt'))
      this.#fault(`It took ${hours} h`, row);
    const work = row.in_progress_since && wholeStay(job, timeOf(row.in_progress_since));
    const end = completedAt ?? timeOf(row.ended_by as string);
    const skew = Math.abs(this.#place.fleet.skewMs) / HOUR_MS;
    const isOne = work && work.until >= Math.min(end, timeOf(row.last_seen_at as string));
    if (isOne && (row.hours_in_progress as number) > (end - work.from) / HOUR_MS + skew + 1e-6)
      this.#fault(`It was at work for ${(end - work.from) / HOUR_MS} h at most`, row);
  }

  /** Where the number of completed jobs of a day is known, it is that of all jobs that snapshots saw completed. */
  #completed(row: CompletedByDay): void {
    const ofAll = this.#taken.filter(({ request: { exportName } }) => exportName === row.export_name);
    const isWhole = ({ request }: Snapshot) =>
      request.statuses.length === 5 && !(request.targetSelection ?? request.namespaceId) && scopesOf(request) === 0;
    if (row.completed === null || !ofAll.every(isWhole)) return;
    const isOfDay = (job: TrueJob) =>
      job.completedAt !== undefined && textOf(job.completedAt + this.#place.fleet.skewMs).startsWith(row.dt);
    const seen = (job: TrueJob) =>
      ofAll.some(({ rows }) =>
        rows.some(
          (one) => one.job_id === job.id && one.status === 'COMPLETED' && one.created_at === this.#createdAt(job),
        ),
      );
    const jobs = this.#place.fleet.jobs.filter(isOfDay);
    const least = jobs.filter((job) => !this.#vague.has(job.id) && seen(job)).length;
    if (row.completed < least || row.completed > jobs.length)
      this.#fault(`${least} to ${jobs.length} were completed`, row);
  }

  #stay(row: Answers['job_timeline'][number]): void {
    this.#sight('a stay', row, row.status, row.status_since);
    this.#sight('a stay', row, row.status, row.last_seen_at);
    if (row.to_status !== null) this.#sight('a stay', row, row.to_status, row.left_by);
  }

  /** Of an account as a whole a job is in one status at a time, where no two runs passed each other. */
  #oneAfterAnother(rows: readonly Answers['job_timeline'][number][]): void {
    const [first] = rows;
    const before = this.#taken.flatMap(
      ({ before, request }) => (request.exportName === first?.export_name && before) || [],
    );
    const isOdd = new Set(before).size < before.length;
    const stays = rows.filter(({ scopes, status_since }) => scopes[0] === 'account-wide' && status_since !== null);
    if (isOdd || first === undefined || this.#jobOf(first) === undefined) return;
    const inTime = stays.toSorted((a, b) => compare(a.status_since as string, b.status_since as string));
    for (const [i, stay] of inTime.entries()) {
      const last = inTime[i - 1];
      if (last && (last.last_seen_at as string) >= (stay.status_since as string))
        this.#fault('It was in two statuses at once', [last, stay]);
    }
  }

  /**
   * Where nothing came off schedule, and the usual period is that of the schedule, a day within the history has what was
   * due. A daily one at midnight of London is due on the next UTC day in summer, so days are right where nothing is missing.
   */
  #health({ exportName, due, periodMs }: Timetable): void {
    const rows = this.#answers.snapshot_health.filter((row) => row.export_name === exportName);
    const taken = this.#taken.filter(({ request }) => request.exportName === exportName);
    const times = taken.map(({ request }) => request.scheduledAt).sort((a, b) => a - b);
    const [first, last] = [times[0] as number, times.at(-1) as number];
    const isWhole = due.every((at) => at < first || at > last || times.includes(at));
    if (!times.every((at) => due.includes(at)) || (exportName === 'london' && !isWhole)) return;
    for (const row of rows) {
      const isWithin = textOf(first).slice(0, 10) < row.dt && row.dt < textOf(last).slice(0, 10);
      const ofDay = due.filter((at) => textOf(at).startsWith(row.dt));
      const isUsual = row.period_minutes === periodMs / MINUTE_MS;
      if (isWithin && row.arrived > 0 && isUsual && row.expected !== ofDay.length)
        this.#fault(`${ofDay.length} were due`, row);
    }
  }

  #stuck(row: Answers['stuck_jobs'][number]): void {
    this.#sight('a stuck job', row, 'IN_PROGRESS', row.in_progress_since);
  }
}

/** A job's status at a moment as the service lists it; `undefined` where the job is not there. */
function shownAt(job: TrueJob, at: number): string | undefined {
  const stay = stayAt(job, at);
  return stay && (stay.shown ?? 'UNKNOWN');
}

/** The stays of a job as the service lists them: two in a row that look the same are one. */
function shownStays(job: TrueJob): (Stay & { readonly shown: string })[] {
  const stays: (Stay & { shown: string })[] = [];
  for (const stay of job.stays) {
    const shown = stay.shown ?? 'UNKNOWN';
    const last = stays.at(-1);
    if (last?.shown === shown) stays[stays.length - 1] = { ...last, until: stay.until };
    else stays.push({ ...stay, shown });
  }
  return stays;
}

function wholeStay(job: TrueJob, at: number): Stay | undefined {
  return shownStays(job).find(({ from, until }) => from <= at && at < until);
}

function scopesOf({ thingGroups, thingGroupIds }: Snapshot['request']): number {
  return thingGroups.length + thingGroupIds.length;
}

/** How often a job changed its status in a time. */
function turnsIn({ stays }: TrueJob, from: number, until: number): number {
  return stays.filter((stay) => from < stay.from && stay.from <= until).length;
}

function scopeOf(row: {
  readonly thing_group_name: string | null;
  readonly queried_thing_group_id: string | null;
}): string {
  return `${row.thing_group_name} ${row.queried_thing_group_id}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
