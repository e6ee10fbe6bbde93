import { ByteText, isRepeated, viewOf } from './byte-text.ts';
import type { JobBefore, UsualJob } from './scope-jobs.ts';
import { epochMsAt, TIMESTAMP_LENGTH } from './timestamp.ts';
import { readUuidAt, UUID_LENGTH, UUID_WORDS } from './uuid-set.ts';

/** A status and a target selection, and their text up to the value of the column behind them. */
interface Names extends Pick<JobBefore, 'status' | 'targetSelection'> {
  readonly text: ByteText;
}

/** Pairs of a status and a target selection that are known at a time: there are ten, of which a snapshot has few. */
const MAX_NAMES = 16;

const [SPACE, QUOTE, BACKSLASH, TILDE, BRACE, NEWLINE] = [0x20, 0x22, 0x5c, 0x7e, 0x7d, 0x0a];
const NULL_BYTES = 4;
/** `null` as a number. */
const NULL = 0x6e756c6c;

const JOB_ID = new ByteText('","job_id":"');
const IS_CONCURRENT = ['false', 'true', 'null'].map((value) => new ByteText(`,"is_concurrent":${value}`));
const CREATED_AT = new ByteText(',"created_at":');
const LAST_UPDATED_AT = new ByteText(',"last_updated_at":');
const COMPLETED_AT = new ByteText(',"completed_at":');
const FIRST_SEEN_AT = new ByteText(',"first_seen_at":');
const STATUS_SINCE = new ByteText(',"status_since":');

/**
 * Reads the own columns of a job's row by their bytes, where these are exactly as the exporter writes them of nearly all
 * jobs. It says what `JSON.parse` would say, at a fraction of the cost; of rows of any other form it says nothing.
 */
export class RowScanner {
  #bytes: Buffer = Buffer.alloc(0);
  #view = viewOf(this.#bytes);
  /** Where the next byte is to be read; past the end when one was not as usual. */
  #at = 0;
  #arnStart = '';
  #arn: ByteText | undefined;
  #names: readonly Names[] = [];
  readonly #uuid = new Uint32Array(UUID_WORDS);

  /** Where the row after the one that was read begins. */
  get end(): number {
    return this.#at;
  }

  /** Takes note of what other rows are likely to say as well as this one. */
  learn({ jobArn, jobId, status, targetSelection }: JobBefore): void {
    const arnStart = jobId && jobArn?.endsWith(jobId) ? jobArn.slice(0, -jobId.length) : this.#arnStart;
    if (arnStart !== this.#arnStart) {
      this.#arnStart = arnStart;
      this.#arn = new ByteText(`"job_arn":${JSON.stringify(this.#arnStart).slice(0, -1)}`);
    }
    if (this.#names.some((known) => known.status === status && known.targetSelection === targetSelection)) return;
    const columns = JSON.stringify({ status, target_selection: targetSelection, thing_group_id: null });
    const text = new ByteText(`",${columns.slice(1, -'null}'.length)}`);
    this.#names = [{ text, status, targetSelection }, ...this.#names.slice(0, MAX_NAMES - 1)];
  }

  /**
   * Reads the columns of a row from `job_arn` on, its newline included.
   *
   * @param view of the same bytes
   * @param observedAt when the job was seen, epoch milliseconds
   * @returns `undefined` where they are of another form, or do not end in the bytes; a UUID is written over by the next
   */
  scan(bytes: Buffer, view: DataView, from: number, observedAt: number): UsualJob | undefined {
    this.#bytes = bytes;
    this.#view = view;
    if (!this.#arn?.isAt(this.#view, from)) return undefined;
    const id = this.#readId(from + this.#arn.length);
    const names = this.#readNames();
    if (id === undefined || names === undefined) return undefined;
    this.#skipThingGroupId();
    this.#skipIsConcurrent();
    const job = {
      id,
      arnStart: this.#arnStart,
      status: names.status,
      targetSelection: names.targetSelection,
      createdAt: this.#readTime(CREATED_AT),
      lastUpdatedAt: this.#readTime(LAST_UPDATED_AT),
      completedAt: this.#readTime(COMPLETED_AT),
      observedAt,
      firstSeenAt: this.#readTime(FIRST_SEEN_AT) ?? observedAt,
      statusSince: this.#readTime(STATUS_SINCE) ?? observedAt,
    };
    const isEnd = this.#bytes[this.#at] === BRACE && this.#bytes[this.#at + 1] === NEWLINE;
    this.#at += 2;
    return isEnd ? job : undefined;
  }

  #skip(text: ByteText): boolean {
    const isThere = text.isAt(this.#view, this.#at);
    this.#at = isThere ? this.#at + text.length : this.#bytes.length;
    return isThere;
  }

  /** The id, with which the ARN ends and which is the column behind it. */
  #readId(at: number): string | Uint32Array | undefined {
    const isUuid = this.#bytes[at + UUID_LENGTH] === QUOTE && readUuidAt(this.#bytes, at, this.#uuid);
    const end = isUuid ? at + UUID_LENGTH : this.#asciiEnd(at);
    const again = end + JOB_ID.length;
    if (end === at || !JOB_ID.isAt(this.#view, end) || !isRepeated(this.#view, at, again, end - at)) return undefined;
    this.#at = again + end - at;
    return isUuid ? this.#uuid : this.#bytes.toString('latin1', at, end);
  }

  /** Where a text of ASCII without escapes ends. */
  #asciiEnd(at: number): number {
    const bytes = this.#bytes;
    for (let i = at; i < bytes.length; i++) {
      const byte = bytes[i] as number;
      if (byte === QUOTE) return i;
      if (byte < SPACE || byte > TILDE || byte === BACKSLASH) break;
    }
    return bytes.length;
  }

  #readNames(): Names | undefined {
    for (const names of this.#names) {
      if (!names.text.isAt(this.#view, this.#at)) continue;
      this.#at += names.text.length;
      return names;
    }
    return undefined;
  }

  #skipThingGroupId(): void {
    if (this.#bytes[this.#at] === QUOTE) this.#at = this.#asciiEnd(this.#at + 1) + 1;
    else this.#readNull();
  }

  #skipIsConcurrent(): void {
    for (const text of IS_CONCURRENT) {
      if (!text.isAt(this.#view, this.#at)) continue;
      this.#at += text.length;
      return;
    }
    this.#at = this.#bytes.length;
  }

  #readTime(column: ByteText): number | undefined {
    if (!this.#skip(column)) return undefined;
    const bytes = this.#bytes;
    const from = this.#at + 1;
    if (bytes[this.#at] !== QUOTE) return this.#readNull();
    const time = epochMsAt(bytes, from);
    const to = from + TIMESTAMP_LENGTH;
    this.#at = bytes[to] === QUOTE && !Number.isNaN(time) ? to + 1 : bytes.length;
    return time;
  }

  #readNull(): undefined {
    const view = this.#view;
    const end = this.#at + NULL_BYTES;
    this.#at = end <= view.byteLength && view.getUint32(this.#at) === NULL ? end : view.byteLength;
    return undefined;
  }
}
