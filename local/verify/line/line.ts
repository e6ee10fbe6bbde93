import type { SnapshotRecord } from '../../../lambda/contract/columns.ts';
import { type SnapshotIdentity, snapshotId } from '../../../lambda/contract/keys.ts';
import { isOlder } from '../check-link.ts';
import { parseSnapshotId } from '../parse-key.ts';

/** What a record says of its place in the line. */
interface Link {
  /** Scheduled time of the snapshot that it names. */
  readonly previous: number | undefined;
  readonly isLate: boolean;
  readonly isOlder: boolean;
}

/** Where the line of an export is not one unbroken line. */
export interface Break {
  readonly kind: 'fork' | 'gap';
  /** In words. */
  readonly text: string;
}

/** What was found of the place of one snapshot in its line. */
export interface PlaceInLine {
  /** What breaks the data contract, in words that follow the key of the record. */
  readonly problems: readonly string[];
  /** What it allows. */
  readonly breaks: readonly Break[];
}

/** The records of the history beside those that are looked at. */
export interface OtherRecords {
  /** Whether there is one by now. */
  exists(identity: SnapshotIdentity): Promise<boolean>;
  /** `undefined` where it cannot be read. */
  read(identity: SnapshotIdentity): Promise<SnapshotRecord | undefined>;
}

/**
 * The snapshots of one export, each naming the one before it. They are looked at in the order of their scheduled times;
 * what they name is what stood when they were taken, so the order of times alone proves nothing.
 */
export class Line {
  readonly #ofExport: SnapshotIdentity;
  /** Scheduled times of all records of the export, ascending. */
  readonly #times: number[];
  readonly #others: OtherRecords;
  readonly #links = new Map<number, Link | undefined>();
  #hasNewer = false;

  /**
   * @param times scheduled times of all records of the export, ascending
   */
  constructor(ofExport: SnapshotIdentity, times: readonly number[], others: OtherRecords) {
    this.#ofExport = ofExport;
    this.#times = [...times];
    this.#others = others;
  }

  /** Looks at the next snapshot. Without a record that is as the data contract says it is in no line. */
  async look(identity: SnapshotIdentity, record: SnapshotRecord | undefined): Promise<PlaceInLine> {
    const link = record && linkOf(identity, record);
    this.#links.set(identity.scheduledAt, link);
    if (!record || !link) return { problems: [], breaks: [] };
    if (link.isOlder) return this.#lookAtOlder(identity);
    this.#hasNewer = true;
    if (link.previous !== undefined) return await this.#lookAtLinked(identity, link.previous);
    if (link.isLate) return this.#lookAtLate(identity);
    return await this.#lookAtUnlinked(identity, record.unlinked_reason ?? '');
  }

  #lookAtOlder(identity: SnapshotIdentity): PlaceInLine {
    if (!this.#hasNewer) return { problems: [], breaks: [] };
    const text = `${snapshotId(identity)} follows none: an older version wrote it`;
    return { problems: [], breaks: [{ kind: 'gap', text }] };
  }

  async #lookAtLinked(identity: SnapshotIdentity, previous: number): Promise<PlaceInLine> {
    const name = this.#nameOf(previous);
    if (!(await this.#isThere(previous))) {
      return { problems: [`names ${name} as the one before, and there is no record of it: it is lost`], breaks: [] };
    }
    const between = await this.#standing(previous, identity.scheduledAt);
    const [passed] = between;
    if (passed === undefined) return { problems: [], breaks: [] };
    const twin = between.find((time) => this.#links.get(time)?.previous === previous);
    const follows = `${snapshotId(identity)} follows ${name}`;
    if (twin !== undefined) {
      return { problems: [], breaks: [{ kind: 'fork', text: `${follows}, and so does ${this.#nameOf(twin)}` }] };
    }
    return { problems: [], breaks: [{ kind: 'gap', text: `${follows}, though ${this.#nameOf(passed)} stands now` }] };
  }

  #lookAtLate({ scheduledAt }: SnapshotIdentity): PlaceInLine {
    const isLast = (this.#times.at(-1) ?? 0) <= scheduledAt;
    const text = 'is LATE, and there is no record of a later snapshot: it is lost';
    return { problems: isLast ? [text] : [], breaks: [] };
  }

  async #lookAtUnlinked(identity: SnapshotIdentity, reason: string): Promise<PlaceInLine> {
    const [newest] = await this.#standing(Number.NEGATIVE_INFINITY, identity.scheduledAt, 1);
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
    const text = `${follows}, though ${this.#nameOf(newest)} stands now: all ages begin anew`;
    return { problems: [], breaks: [{ kind: 'gap', text }] };
  }

  /**
   * Snapshots between two times, the newest first, without those that are late. Beyond those that were looked at, records
   * are read until one is found.
   */
  async #standing(after: number, before: number, most = Number.POSITIVE_INFINITY): Promise<number[]> {
    const found: number[] = [];
    for (let i = this.#placeOf(before) - 1; i >= 0 && found.length < most; i--) {
      const time = this.#times[i] as number;
      if (time <= after) break;
      if (!this.#links.has(time)) {
        if (found.length > 0) break;
        await this.#readLink(time);
      }
      if (this.#links.get(time)?.isLate === false) found.push(time);
    }
    return found;
  }

  async #readLink(time: number): Promise<void> {
    const identity = { ...this.#ofExport, scheduledAt: time };
    const record = await this.#others.read(identity);
    this.#links.set(time, record && linkOf(identity, record));
  }

  /** Whether there is a record, perhaps one that came after the records had been listed. */
  async #isThere(time: number): Promise<boolean> {
    const place = this.#placeOf(time);
    if (this.#times[place] === time) return true;
    const isThere = await this.#others.exists({ ...this.#ofExport, scheduledAt: time });
    if (isThere) this.#times.splice(place, 0, time);
    return isThere;
  }

  /** Place of the first time that is not before another. */
  #placeOf(time: number): number {
    let [low, high] = [0, this.#times.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#times[middle] as number) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #nameOf(scheduledAt: number): string {
    return snapshotId({ ...this.#ofExport, scheduledAt });
  }
}

function linkOf(identity: SnapshotIdentity, record: SnapshotRecord): Link {
  return {
    previous: parseSnapshotId(record.previous_snapshot_id ?? '', identity)?.scheduledAt,
    isLate: record.unlinked_reason === 'LATE',
    isOlder: isOlder(record),
  };
}
