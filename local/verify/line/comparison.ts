import type { ChangeRow, JobRow, SnapshotRecord } from '../../../lambda/contract/columns.ts';
import { scopeKey, scopeName } from '../../../lambda/contract/scope.ts';
import type { ChangeTaker } from '../check-changes.ts';
import type { RowTaker } from '../check-rows.ts';
import { timeText } from '../epoch.ts';
import { Problems } from '../problems.ts';
import { identityOf, type JobsOfScope, type JobTable, restOf } from './job-table.ts';
import { Asked, whyAppeared, whyVanished } from './reasons.ts';

/** What must be told of a job: bits. */
const TO = 1;
const FROM = 2;

type Told = Pick<
  ChangeRow,
  'reason' | 'from_status' | 'from_since' | 'from_seen_at' | 'to_status' | 'to_seen_at' | 'created_at'
>;
const COLUMNS = [
  'reason',
  'from_status',
  'from_since',
  'from_seen_at',
  'to_status',
  'to_seen_at',
  'created_at',
] as const satisfies readonly (keyof Told)[];

/**
 * Holds a snapshot to the one before it: the rows before, with the changes applied, are its rows, and the ages and the
 * changes follow from both. First the rows are read, then the changes.
 */
export class Comparison {
  readonly #table: JobTable;
  readonly #before: Asked;
  readonly #now: Asked;
  #ageProblems = new Problems();
  #changeProblems = new Problems();
  #areRowsRead = false;
  #areChangesRead = false;
  /** Of each place, what has been told of the job. */
  #told = new Uint8Array(0);

  /** @param table has the rows of the snapshot before */
  constructor(table: JobTable, before: SnapshotRecord, now: SnapshotRecord) {
    this.#table = table;
    this.#before = new Asked(before);
    this.#now = new Asked(now);
  }

  /** Whether the rows were read whole, and nothing was wrong with them as such. */
  get areRowsRead(): boolean {
    return this.#areRowsRead;
  }

  /** What of the rows does not follow from those before. */
  get ageProblems(): readonly string[] {
    return this.#areRowsRead ? this.#ageProblems.all : [];
  }

  /** What of the changes is not as the rows are. */
  get changeProblems(): readonly string[] {
    return this.#areChangesRead ? this.#changeProblems.all : [];
  }

  readonly rows: RowTaker = {
    begin: () => {
      this.#areRowsRead = false;
      this.#ageProblems = new Problems();
      this.#table.begin();
    },
    take: (row, number) => this.#takeRow(row, number),
    end: () => {
      this.#areRowsRead = true;
    },
  };

  readonly changes: ChangeTaker = {
    begin: () => {
      this.#areChangesRead = false;
      this.#changeProblems = new Problems();
      this.#told = new Uint8Array(this.#table.size);
    },
    take: (row, number) => this.#takeChange(row, number),
    end: () => {
      for (const jobs of this.#table.scopes()) this.#findUntold(jobs);
      this.#areChangesRead = true;
    },
  };

  #takeRow(row: JobRow, number: number): void {
    const identity = identityOf(row);
    if (identity === undefined) return;
    const place = this.#table.take(row, identity);
    const { before, now } = this.#table;
    const isKnown = before.has(place) && this.#isSame(place);
    const firstSeenAt = isKnown ? before.firstSeenAt(place) : now.observedAt(place);
    const isStill = isKnown && before.status(place) === row.status;
    const statusSince = isStill ? before.statusSince(place) : now.observedAt(place);
    if (now.firstSeenAt(place) !== firstSeenAt) {
      this.#addAge(number, 'first_seen_at', row.first_seen_at, firstSeenAt);
    }
    if (now.statusSince(place) !== statusSince) {
      this.#addAge(number, 'status_since', row.status_since, statusSince);
    }
  }

  #addAge(number: number, column: string, value: string | null, expected: number): void {
    const by = `and by the rows before it is ${timeText(expected)}`;
    this.#ageProblems.add('ages', `row ${number} has ${column} ${value}, ${by}`);
  }

  /** Whether both snapshots have the same job at a place, and not one whose id was used again. */
  #isSame(place: number): boolean {
    const [before, now] = [this.#table.before.createdAt(place), this.#table.now.createdAt(place)];
    return before === now || Number.isNaN(before) || Number.isNaN(now);
  }

  /** What must be told of the job at a place: that it is in a status now, that it was in one, or both by one change. */
  #expected(place: number): { readonly bits: number; readonly isMove: boolean } {
    const { before, now } = this.#table;
    const [was, is] = [before.has(place), now.has(place)];
    if (was && is && this.#isSame(place)) {
      const hasMoved = before.status(place) !== now.status(place);
      return { bits: hasMoved ? TO : 0, isMove: hasMoved };
    }
    return { bits: (is ? TO : 0) | (was ? FROM : 0), isMove: false };
  }

  #takeChange(row: ChangeRow, number: number): void {
    const identity = identityOf(row) as string;
    const place = this.#table.find(row, identity);
    const bit = row.change === 'VANISHED' ? FROM : TO;
    const expected = place === undefined ? { bits: 0, isMove: false } : this.#expected(place);
    if (place === undefined || (expected.bits & bit) === 0 || expected.isMove !== (row.change === 'MOVED')) {
      const where = `job ${identity} is ${row.change} in ${scopeName(row)}`;
      this.#changeProblems.add('untrue', `row ${number} says that ${where}, and by the rows it is not`);
      return;
    }
    this.#told[place] = (this.#told[place] as number) | bit;
    this.#compare(row, place, number);
  }

  #compare(row: ChangeRow, place: number, number: number): void {
    const told = this.#tellOf(row, place);
    for (const column of COLUMNS) {
      if (row[column] === told[column]) continue;
      this.#changeProblems.add(
        column,
        `row ${number} has ${column} ${row[column]}, and by the rows it is ${told[column]}`,
      );
    }
    const side = row.change === 'VANISHED' ? this.#table.before : this.#table.now;
    if (restOf(row) !== side.rest(place)) {
      const what = 'another job_id, job_arn, target_selection, last_updated_at or completed_at';
      this.#changeProblems.add('rest', `row ${number} has ${what} than the row in which the job was last seen`);
    }
  }

  /** What a change must say. */
  #tellOf(row: ChangeRow, place: number): Told {
    const { change } = row;
    const scope = scopeKey(row);
    const { before, now } = this.#table;
    const hasFrom = change !== 'APPEARED';
    const hasTo = change !== 'VANISHED';
    const createdAt = timeOrNull((hasTo ? now : before).createdAt(place));
    const reasonOf: Readonly<Record<string, () => ChangeRow['reason']>> = {
      APPEARED: () => whyAppeared(scope, { status: now.status(place), createdAt }, this.#before, this.#now),
      VANISHED: () => whyVanished(scope, before.status(place), this.#before, this.#now),
    };
    return {
      reason: reasonOf[change]?.() ?? null,
      from_status: hasFrom ? before.status(place) : null,
      from_since: hasFrom ? timeText(before.statusSince(place)) : null,
      from_seen_at: hasFrom ? timeText(before.observedAt(place)) : null,
      to_status: hasTo ? now.status(place) : null,
      to_seen_at: hasTo ? timeText(now.observedAt(place)) : null,
      created_at: createdAt,
    };
  }

  #findUntold({ scope, places }: JobsOfScope): void {
    for (const [identity, place] of places) {
      const { bits, isMove } = this.#expected(place);
      const untold = bits & ~(this.#told[place] as number);
      if (untold === 0) continue;
      const words = isMove ? 'moved' : untold === TO ? 'appeared' : untold === FROM ? 'vanished' : 'is another one';
      this.#changeProblems.add('untold', `does not tell that job ${identity} ${words} in ${scopeName(scope)}`);
    }
  }
}

function timeOrNull(ms: number): string | null {
  return Number.isNaN(ms) ? null : timeText(ms);
}
