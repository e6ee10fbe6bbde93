import { ByteText, isRepeated, viewOf } from './byte-text.ts';
import type { JobBefore, UsualJob } from './scope-jobs.ts';
import { epochMsAt, TIMESTAMP_LENGTH } from './timestamp.ts';
import { readUuidAt, UUID_LENGTH, UUID_WORDS } from './uuid-set.ts';

/** A status and a target selection, and their JSON text up to the value of the next column. */
interface Names extends Pick<JobBefore, 'status' | 'targetSelection'> {
  readonly text: ByteText;
}

/** Maximum number of remembered pairs of status and target selection. Ten pairs exist, and a snapshot has few of them. */
const MAX_NAMES = 16;

const [SPACE, QUOTE, BACKSLASH, TILDE, BRACE, NEWLINE] = [0x20, 0x22, 0x5c, 0x7e, 0x7d, 0x0a];
const NULL_BYTES = 4;
/** The bytes of `null` as a number. */
const NULL = 0x6e756c6c;

const JOB_ID = new ByteText('","job_id":"');
const IS_CONCURRENT = ['false', 'true', 'null'].map((value) => new ByteText(`,"is_concurrent":${value}`));
const CREATED_AT = new ByteText(',"created_at":');
const LAST_UPDATED_AT = new ByteText(',"last_updated_at":');
const COMPLETED_AT = new ByteText(',"completed_at":');
const FIRST_SEEN_AT = new ByteText(',"first_seen_at":');
const STATUS_SINCE = new ByteText(',"status_since":');

/**
 * Reads the columns of the job itself from the bytes of a row, if they have exactly the form that the exporter writes for nearly
 * all jobs. The values are those of `JSON.parse`, at a fraction of its cost. Rows of any other form are refused.
 */
export class RowScanner {
  #bytes: Buffer = Buffer.alloc(0);
  #view = viewOf(this.#bytes);
  /** Offset of the next byte; past the end after a byte of another form. */
  #at = 0;
  #arnStart = '';
  #arn: ByteText | undefined;
  #names: readonly Names[] = [];
  readonly #uuid = new Uint32Array(UUID_WORDS);

  /** Offset after the row that was read. */
  get end(): number {
    return this.#at;
  }

  /** Remembers values of a job that other rows are likely to have too. */
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
   * @param observedAt `observed_at` of the row, epoch milliseconds
   * @returns `undefined` if the row has another form, or does not end within the bytes; a UUID is overwritten by the next call
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

  /** Reads the id: at the end of the ARN, and the same again as the next column. */
  #readId(at: number): string | Uint32Array | undefined {
    const isUuid = this.#bytes[at + UUID_LENGTH] === QUOTE && readUuidAt(this.#bytes, at, this.#uuid);
    const end = isUuid ? at + UUID_LENGTH : this.#asciiEnd(at);
    const again = end + JOB_ID.length;
    if (end === at || !JOB_ID.isAt(this.#view, end) || !isRepeated(this.#view, at, again, end - at)) return undefined;
    this.#at = again + end - at;
    return isUuid ? this.#uuid : this.#bytes.toString('latin1', at, end);
  }

  /** Offset of the end of an ASCII text without escapes; past the end if the text is not such a text. */
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
