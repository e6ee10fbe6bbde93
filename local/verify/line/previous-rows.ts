import type { SnapshotRecord } from '../../../lambda/contract/columns.ts';
import { jobsKey, recordKey, type SnapshotIdentity, snapshotId } from '../../../lambda/contract/keys.ts';
import type { Archive, StoredKey } from '../archive.ts';
import type { Bodies } from '../bodies.ts';
import { checkRows, type RowConsumer } from '../check-rows.ts';
import { missingRowsProblem } from '../expiry.ts';
import { parseSnapshotId } from '../parse-key.ts';
import { readRecord } from '../read-record.ts';
import type { RetryingReads } from '../retrying-reads.ts';
import { Comparison } from './comparison.ts';
import { identityOf, JobTable } from './job-table.ts';

export interface PreviousRowsReaderProps {
  readonly archive: Archive;
  readonly reads: RetryingReads;
  readonly bodies: Bodies;
  /** Listed objects of rows, by key. */
  readonly rows: ReadonlyMap<string, StoredKey>;
  readonly rowsExpireAfterDays?: number | undefined;
  readonly now: () => number;
}

/** A snapshot whose rows are in memory. */
interface KeptSnapshot {
  readonly key: string;
  readonly record: SnapshotRecord;
  readonly table: JobTable;
}

/**
 * Provides the rows of the predecessor. They are kept from the last comparison, so that only the jobs of one snapshot
 * are in memory. At the start of a line, and at a fork, they are read again.
 */
export class PreviousRowsReader {
  readonly #props: PreviousRowsReaderProps;
  #kept: KeptSnapshot | undefined;

  constructor(props: PreviousRowsReaderProps) {
    this.#props = props;
  }

  /** The comparison of a snapshot with its predecessor, or the reason why it is not possible. */
  async comparison(identity: SnapshotIdentity, record: SnapshotRecord): Promise<Comparison | string> {
    const previous = parseSnapshotId(record.previous_snapshot_id ?? '', identity);
    if (!previous) return 'it names none';
    if (this.#kept?.key !== recordKey(previous)) {
      this.#kept = undefined;
      const read = await this.#read(previous);
      if (typeof read === 'string') return read;
      this.#kept = read;
    }
    return new Comparison(this.#kept.table, this.#kept.record, record);
  }

  /** Keeps the rows of a compared snapshot for the next one of its line, if they were read. */
  keep(identity: SnapshotIdentity, record: SnapshotRecord, { areRowsRead }: Comparison): void {
    const kept = this.#kept;
    this.#kept = undefined;
    if (!areRowsRead || !kept) return;
    kept.table.advance();
    this.#kept = { key: recordKey(identity), record, table: kept.table };
  }

  async #read(identity: SnapshotIdentity): Promise<KeptSnapshot | string> {
    const { archive, reads, bodies, rows, rowsExpireAfterDays, now } = this.#props;
    const id = snapshotId(identity);
    const key = recordKey(identity);
    const read = await reads.attempt(async () => await readRecord(await archive.read(key), identity));
    if (read.kind === 'absent') return `there is no record of ${id}`;
    const record = read.kind === 'value' && read.value.problems.length === 0 ? read.value.record : undefined;
    if (!record) return `the record of ${id} cannot be read`;

    const rowsKey = jobsKey(identity);
    const fetched = await bodies.fetch(rowsKey, rows.get(rowsKey), false);
    if (fetched.kind === 'absent') {
      const hasExpired = missingRowsProblem(record.finished_at, now(), rowsExpireAfterDays) === undefined;
      return hasExpired ? EXPIRED : `the rows of ${id} are not there`;
    }
    if (fetched.kind === 'failed') return `the rows of ${id} cannot be read`;
    const filler = new TableFiller();
    const checked = await bodies.read(fetched.value, (body) => checkRows(body, identity, record, [filler]));
    if (checked.kind !== 'value' || !filler.hasEnded) return `the rows of ${id} are damaged`;
    filler.table.advance();
    return { key, record, table: filler.table };
  }
}

const EXPIRED = 'the rows of the one before have expired';

/** Collects rows in a new table. */
class TableFiller implements RowConsumer {
  table = new JobTable();
  hasEnded = false;

  begin(): void {
    this.hasEnded = false;
    this.table.begin();
  }

  take(row: Parameters<RowConsumer['take']>[0]): void {
    const identity = identityOf(row);
    if (identity !== undefined) this.table.take(row, identity);
  }

  end(): void {
    this.hasEnded = true;
  }
}
