import type { SnapshotRecord } from '../../../lambda/contract/columns.ts';
import { jobsKey, recordKey, type SnapshotIdentity, snapshotId } from '../../../lambda/contract/keys.ts';
import type { Archive, StoredKey } from '../archive.ts';
import type { Bodies } from '../bodies.ts';
import { checkRows, type RowTaker } from '../check-rows.ts';
import { absenceProblem } from '../expiry.ts';
import { parseSnapshotId } from '../parse-key.ts';
import type { PatientReads } from '../patient-reads.ts';
import { readRecord } from '../read-record.ts';
import { Comparison } from './comparison.ts';
import { identityOf, JobTable } from './job-table.ts';

export interface RowsBeforeProps {
  readonly archive: Archive;
  readonly reads: PatientReads;
  readonly bodies: Bodies;
  /** The objects of rows that a listing showed. */
  readonly rows: ReadonlyMap<string, StoredKey>;
  readonly rowsExpireAfterDays?: number | undefined;
  readonly now: () => number;
}

/** A snapshot, its record, and its rows in a table. */
interface Known {
  readonly key: string;
  readonly record: SnapshotRecord;
  readonly table: JobTable;
}

/**
 * The rows of the snapshot before, to compare a snapshot with. Whoever goes along a line has them at hand from the last
 * comparison, so that the jobs of one snapshot are in memory; where the line forks or begins they are read again.
 */
export class RowsBefore {
  readonly #props: RowsBeforeProps;
  #known: Known | undefined;

  constructor(props: RowsBeforeProps) {
    this.#props = props;
  }

  /** The comparison of a snapshot with the one that it names, or why there can be none. */
  async comparison(identity: SnapshotIdentity, record: SnapshotRecord): Promise<Comparison | string> {
    const previous = parseSnapshotId(record.previous_snapshot_id ?? '', identity);
    if (!previous) return 'it names none';
    if (this.#known?.key !== recordKey(previous)) {
      this.#known = undefined;
      const read = await this.#read(previous);
      if (typeof read === 'string') return read;
      this.#known = read;
    }
    return new Comparison(this.#known.table, this.#known.record, record);
  }

  /** What was compared is at hand for the next one, if its rows were read. */
  turn(identity: SnapshotIdentity, record: SnapshotRecord, { areRowsRead }: Comparison): void {
    const known = this.#known;
    this.#known = undefined;
    if (!areRowsRead || !known) return;
    known.table.turn();
    this.#known = { key: recordKey(identity), record, table: known.table };
  }

  async #read(identity: SnapshotIdentity): Promise<Known | string> {
    const { archive, reads, bodies, rows, rowsExpireAfterDays, now } = this.#props;
    const id = snapshotId(identity);
    const key = recordKey(identity);
    const read = await reads.of(async () => await readRecord(await archive.read(key), identity));
    if (read.kind === 'absent') return `there is no record of ${id}`;
    const record = read.kind === 'value' && read.value.problems.length === 0 ? read.value.record : undefined;
    if (!record) return `the record of ${id} cannot be read`;

    const rowsKey = jobsKey(identity);
    const brought = await bodies.bring(rowsKey, rows.get(rowsKey), false);
    if (brought.kind === 'absent') {
      const hasExpired = absenceProblem(record.finished_at, now(), rowsExpireAfterDays) === undefined;
      return hasExpired ? EXPIRED : `the rows of ${id} are not there`;
    }
    if (brought.kind === 'failed') return `the rows of ${id} cannot be read`;
    const filling = new Filling();
    const checked = await bodies.take(brought.value, (body) => checkRows(body, identity, record, [filling]));
    if (checked.kind !== 'value' || !filling.hasEnded) return `the rows of ${id} are damaged`;
    filling.table.turn();
    return { key, record, table: filling.table };
  }
}

/** Why a snapshot was not compared where nothing is wrong. */
const EXPIRED = 'the rows of the one before have expired';

/** Takes rows into a new table. */
class Filling implements RowTaker {
  table = new JobTable();
  hasEnded = false;

  begin(): void {
    this.hasEnded = false;
    this.table.begin();
  }

  take(row: Parameters<RowTaker['take']>[0]): void {
    const identity = identityOf(row);
    if (identity !== undefined) this.table.take(row, identity);
  }

  end(): void {
    this.hasEnded = true;
  }
}
