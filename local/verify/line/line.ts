import type { SnapshotRecord } from '../../../lambda/contract/columns.ts';
import { type SnapshotIdentity, snapshotId } from '../../../lambda/contract/keys.ts';
import { isOlder } from '../check-link.ts';
import { parseSnapshotId } from '../parse-key.ts';

/** Columns of a record about its position in the line. */
interface Link {
  /** Scheduled time of the predecessor. */
  readonly previous: number | undefined;
  readonly isLate: boolean;
  readonly isOlder: boolean;
}

/** A gap or a fork in the line of an export. */
export interface Break {
  readonly kind: 'fork' | 'gap';
  readonly text: string;
}

/** Result of the check of a snapshot in its line. */
export interface LineCheck {
  /** Violations of the data contract, as texts that follow the key of the record. */
  readonly problems: readonly string[];
  /** Gaps and forks, which the data contract allows. */
  readonly breaks: readonly Break[];
}

/** Access to records that are not being checked. */
export interface OtherRecords {
  /** Whether the record exists by now. */
  exists(identity: SnapshotIdentity): Promise<boolean>;
  /** `undefined` if it cannot be read. */
  read(identity: SnapshotIdentity): Promise<SnapshotRecord | undefined>;
}

/**
 * Checks the line of one export, in which each snapshot names its predecessor. Snapshots are checked in the order of
 * their scheduled times. The predecessor is the newest snapshot that existed when a snapshot was taken, so it need not
 * be the one before it by time.
 */
export class Line {
  readonly #export: SnapshotIdentity;
  /** Scheduled times of all records of the export, ascending. */
  readonly #times: number[];
  readonly #others: OtherRecords;
  readonly #links = new Map<number, Link | undefined>();
  #hasNewer = false;

  /**
   * @param times scheduled times of all records of the export, ascending
   */
  constructor(ofExport: SnapshotIdentity, times: readonly number[], others: OtherRecords) {
    this.#export = ofExport;
    this.#times = [...times];
    this.#others = others;
  }

  /** Checks the next snapshot. Without a valid record it is not part of the line. */
  async check(identity: SnapshotIdentity, record: SnapshotRecord | undefined): Promise<LineCheck> {
    const link = record && linkOf(identity, record);
    this.#links.set(identity.scheduledAt, link);
    if (!record || !link) return { problems: [], breaks: [] };
    if (link.isOlder) return this.#checkOlder(identity);
    this.#hasNewer = true;
    if (link.previous !== undefined) return await this.#checkLinked(identity, link.previous);
    if (link.isLate) return this.#checkLate(identity);
    return await this.#checkUnlinked(identity, record.unlinked_reason ?? '');
  }

  #checkOlder(identity: SnapshotIdentity): LineCheck {
    if (!this.#hasNewer) return { problems: [], breaks: [] };
    const text = `${snapshotId(identity)} follows none: an older version wrote it`;
    return { problems: [], breaks: [{ kind: 'gap', text }] };
  }

  async #checkLinked(identity: SnapshotIdentity, previous: number): Promise<LineCheck> {
    const previousId = this.#idOf(previous);
    if (!(await this.#hasRecord(previous))) {
      return {
        problems: [`names ${previousId} as the one before, and there is no record of it: it is lost`],
        breaks: [],
      };
    }
    const between = await this.#existing(previous, identity.scheduledAt);
    const [skipped] = between;
    if (skipped === undefined) return { problems: [], breaks: [] };
    const sibling = between.find((time) => this.#links.get(time)?.previous === previous);
    const follows = `${snapshotId(identity)} follows ${previousId}`;
    if (sibling !== undefined) {
      return { problems: [], breaks: [{ kind: 'fork', text: `${follows}, and so does ${this.#idOf(sibling)}` }] };
    }
    return { problems: [], breaks: [{ kind: 'gap', text: `${follows}, though ${this.#idOf(skipped)} exists now` }] };
  }

  #checkLate({ scheduledAt }: SnapshotIdentity): LineCheck {
    const isLast = (this.#times.at(-1) ?? 0) <= scheduledAt;
    const text = 'is LATE, and there is no record of a later snapshot: it is lost';
    return { problems: isLast ? [text] : [], breaks: [] };
  }

  async #checkUnlinked(identity: SnapshotIdentity, reason: string): Promise<LineCheck> {
    const [newest] = await this.#existing(Number.NEGATIVE_INFINITY, identity.scheduledAt, 1);
    const follows = `${snapshotId(identity)} follows none (${reason})`;
    if (reason === 'UNREADABLE') {
      const hasEarlier = this.#times.some((time) => time < identity.scheduledAt);
      if (!hasEarlier) {
        return { problems: ['is UNREADABLE, and there is no record of an earlier snapshot: it is lost'], breaks: [] };
      }
      const text = `${follows}: the one before could not be read, and all ages begin anew`;
      return { problems: [], breaks: [{ kind: 'gap', text }] };
    }
    if (newest === undefined) return { problems: [], breaks: [] };
    const text = `${follows}, though ${this.#idOf(newest)} exists now: all ages begin anew`;
    return { problems: [], breaks: [{ kind: 'gap', text }] };
  }

  /**
   * Existing snapshots between two times, newest first, without LATE ones. If none of the checked ones qualifies, further
   * records are read until one does.
   */
  async #existing(after: number, before: number, limit = Number.POSITIVE_INFINITY): Promise<number[]> {
    const times: number[] = [];
    for (let i = this.#firstIndexFrom(before) - 1; i >= 0 && times.length < limit; i--) {
      const time = this.#times[i] as number;
      if (time <= after) break;
      if (!this.#links.has(time)) {
        if (times.length > 0) break;
        await this.#readLink(time);
      }
      if (this.#links.get(time)?.isLate === false) times.push(time);
    }
    return times;
  }

  async #readLink(time: number): Promise<void> {
    const identity = { ...this.#export, scheduledAt: time };
    const record = await this.#others.read(identity);
    this.#links.set(time, record && linkOf(identity, record));
  }

  /** Whether a record exists, possibly one that was put after the listing. */
  async #hasRecord(time: number): Promise<boolean> {
    const index = this.#firstIndexFrom(time);
    if (this.#times[index] === time) return true;
    const exists = await this.#others.exists({ ...this.#export, scheduledAt: time });
    if (exists) this.#times.splice(index, 0, time);
    return exists;
  }

  /** Index of the first time that is not before `time`. */
  #firstIndexFrom(time: number): number {
    let [low, high] = [0, this.#times.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#times[middle] as number) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #idOf(scheduledAt: number): string {
    return snapshotId({ ...this.#export, scheduledAt });
  }
}

function linkOf(identity: SnapshotIdentity, record: SnapshotRecord): Link {
  return {
    previous: parseSnapshotId(record.previous_snapshot_id ?? '', identity)?.scheduledAt,
    isLate: record.unlinked_reason === 'LATE',
    isOlder: isOlder(record),
  };
}
