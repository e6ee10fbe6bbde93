import type { ChangeRow, JobRow, SnapshotRecord } from '../../../lambda/contract/columns.ts';
import { scopeKey, scopeName } from '../../../lambda/contract/scope.ts';
import type { ChangeConsumer } from '../check-changes.ts';
import type { RowConsumer } from '../check-rows.ts';
import { timeText } from '../epoch.ts';
import { Problems } from '../problems.ts';
import { copiedColumnsHash, identityOf, type JobsOfScope, type JobTable } from './job-table.ts';
import { RequestedListings, whyAppeared, whyVanished } from './reasons.ts';

/** Bits for the changes of a job: it has a status now (TO), and it had one before (FROM). */
const TO = 1;
const FROM = 2;

type ExpectedChange = Pick<
  ChangeRow,
  'reason' | 'from_status' | 'from_since' | 'from_seen_at' | 'to_status' | 'to_seen_at' | 'created_at'
>;
const COMPARED_COLUMNS = [
  'reason',
  'from_status',
  'from_since',
  'from_seen_at',
  'to_status',
  'to_seen_at',
  'created_at',
] as const satisfies readonly (keyof ExpectedChange)[];

/**
 * Compares a snapshot with its predecessor: the predecessor's rows with the changes applied must be its rows, and ages
 * and changes must follow from both. The rows must be read before the changes.
 */
export class Comparison {
  readonly #table: JobTable;
  readonly #before: RequestedListings;
  readonly #now: RequestedListings;
  #ageProblems = new Problems();
  #changeProblems = new Problems();
  #areRowsRead = false;
  #areChangesRead = false;
  /** Bits of the changes that were read, per slot. */
  #reportedBits = new Uint8Array(0);

  /** @param table has the rows of the predecessor */
  constructor(table: JobTable, before: SnapshotRecord, now: SnapshotRecord) {
    this.#table = table;
    this.#before = new RequestedListings(before);
    this.#now = new RequestedListings(now);
  }

  /** Whether all rows were read, without a problem. */
  get areRowsRead(): boolean {
    return this.#areRowsRead;
  }

  /** Ages that do not follow from the rows of the predecessor. */
  get ageProblems(): readonly string[] {
    return this.#areRowsRead ? this.#ageProblems.all : [];
  }

  /** Changes that do not follow from the rows. */
  get changeProblems(): readonly string[] {
    return this.#areChangesRead ? this.#changeProblems.all : [];
  }

  readonly rows: RowConsumer = {
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

  readonly changes: ChangeConsumer = {
    begin: () => {
      this.#areChangesRead = false;
      this.#changeProblems = new Problems();
      this.#reportedBits = new Uint8Array(this.#table.size);
    },
    take: (row, number) => this.#takeChange(row, number),
    end: () => {
      for (const jobs of this.#table.scopes()) this.#findUnreported(jobs);
      this.#areChangesRead = true;
    },
  };

  #takeRow(row: JobRow, number: number): void {
    const identity = identityOf(row);
    if (identity === undefined) return;
    const slot = this.#table.take(row, identity);
    const { before, now } = this.#table;
    const wasSeenBefore = before.has(slot) && this.#isSameJob(slot);
    const firstSeenAt = wasSeenBefore ? before.firstSeenAt(slot) : now.observedAt(slot);
    const hasSameStatus = wasSeenBefore && before.status(slot) === row.status;
    const statusSince = hasSameStatus ? before.statusSince(slot) : now.observedAt(slot);
    if (now.firstSeenAt(slot) !== firstSeenAt) {
      this.#addAge(number, 'first_seen_at', row.first_seen_at, firstSeenAt);
    }
    if (now.statusSince(slot) !== statusSince) {
      this.#addAge(number, 'status_since', row.status_since, statusSince);
    }
  }

  #addAge(number: number, column: string, value: string | null, expected: number): void {
    const by = `and by the rows before it is ${timeText(expected)}`;
    this.#ageProblems.add('ages', `row ${number} has ${column} ${value}, ${by}`);
  }

  /** Whether both snapshots have the same job in a slot, and not another one with the same id. */
  #isSameJob(slot: number): boolean {
    const [before, now] = [this.#table.before.createdAt(slot), this.#table.now.createdAt(slot)];
    return before === now || Number.isNaN(before) || Number.isNaN(now);
  }

  /** The changes that the job in a slot must have. A move is one change, with bit TO. */
  #expectedBits(slot: number): { readonly bits: number; readonly isMove: boolean } {
    const { before, now } = this.#table;
    const [wasListed, isListed] = [before.has(slot), now.has(slot)];
    if (wasListed && isListed && this.#isSameJob(slot)) {
      const hasMoved = before.status(slot) !== now.status(slot);
      return { bits: hasMoved ? TO : 0, isMove: hasMoved };
    }
    return { bits: (isListed ? TO : 0) | (wasListed ? FROM : 0), isMove: false };
  }

  #takeChange(row: ChangeRow, number: number): void {
    const identity = identityOf(row) as string;
    const slot = this.#table.find(row, identity);
    const bit = row.change === 'VANISHED' ? FROM : TO;
    const expected = slot === undefined ? { bits: 0, isMove: false } : this.#expectedBits(slot);
    if (slot === undefined || (expected.bits & bit) === 0 || expected.isMove !== (row.change === 'MOVED')) {
      const where = `job ${identity} is ${row.change} in ${scopeName(row)}`;
      this.#changeProblems.add('untrue', `row ${number} says that ${where}, and by the rows it is not`);
      return;
    }
    this.#reportedBits[slot] = (this.#reportedBits[slot] as number) | bit;
    this.#compare(row, slot, number);
  }

  #compare(row: ChangeRow, slot: number, number: number): void {
    const expected = this.#expectedChange(row, slot);
    for (const column of COMPARED_COLUMNS) {
      if (row[column] === expected[column]) continue;
      this.#changeProblems.add(
        column,
        `row ${number} has ${column} ${row[column]}, and by the rows it is ${expected[column]}`,
      );
    }
    const side = row.change === 'VANISHED' ? this.#table.before : this.#table.now;
    if (copiedColumnsHash(row) !== side.copiedColumns(slot)) {
      const what = 'another job_id, job_arn, target_selection, last_updated_at or completed_at';
      this.#changeProblems.add('rest', `row ${number} has ${what} than the row in which the job was last seen`);
    }
  }

  /** Values that a change must have. */
  #expectedChange(row: ChangeRow, slot: number): ExpectedChange {
    const { change } = row;
    const scope = scopeKey(row);
    const { before, now } = this.#table;
    const hasFrom = change !== 'APPEARED';
    const hasTo = change !== 'VANISHED';
    const createdAt = timeOrNull((hasTo ? now : before).createdAt(slot));
    const reasonOf: Readonly<Record<string, () => ChangeRow['reason']>> = {
      APPEARED: () => whyAppeared(scope, { status: now.status(slot), createdAt }, this.#before, this.#now),
      VANISHED: () => whyVanished(scope, before.status(slot), this.#before, this.#now),
    };
    return {
      reason: reasonOf[change]?.() ?? null,
      from_status: hasFrom ? before.status(slot) : null,
      from_since: hasFrom ? timeText(before.statusSince(slot)) : null,
      from_seen_at: hasFrom ? timeText(before.observedAt(slot)) : null,
      to_status: hasTo ? now.status(slot) : null,
      to_seen_at: hasTo ? timeText(now.observedAt(slot)) : null,
      created_at: createdAt,
    };
  }

  #findUnreported({ scope, slots }: JobsOfScope): void {
    for (const [identity, slot] of slots) {
      const { bits, isMove } = this.#expectedBits(slot);
      const missing = bits & ~(this.#reportedBits[slot] as number);
      if (missing === 0) continue;
      const words = isMove ? 'moved' : missing === TO ? 'appeared' : missing === FROM ? 'vanished' : 'is another one';
      this.#changeProblems.add('untold', `does not tell that job ${identity} ${words} in ${scopeName(scope)}`);
    }
  }
}

function timeOrNull(ms: number): string | null {
  return Number.isNaN(ms) ? null : timeText(ms);
}
