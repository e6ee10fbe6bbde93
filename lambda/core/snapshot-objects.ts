import type { SnapshotStore } from '../ports.ts';
import type { Turn } from './details/candidates.ts';
import { GzipRows, type SavedGzip } from './gzip-rows.ts';
import { NDJSON_GZIP, type RowsUpload, uploadGoneError } from './rows-upload.ts';

/** What a run stores beside its record. */
export interface SnapshotObjects {
  readonly rows: RowsObject;
  /** Absent where there is no change. */
  readonly changes?: CountedObject;
  /** Absent where no job was to be described. */
  readonly details?: DetailsObject;
}

/** What describing jobs gave. */
export interface DetailsObject {
  /** Jobs that were to be described and are not. */
  readonly leftOut: number;
  /** What is left to the next snapshot. */
  readonly turn: Turn;
  /** Absent where no job was described. */
  readonly object?: CountedObject;
}

/** The object of rows, whole or in parts. */
export interface RowsObject {
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
  /** Puts it where there is none; false where there is one. After an answer that got lost that may be this very one. */
  put(store: SnapshotStore, key: string, signal: AbortSignal): Promise<boolean>;
}

/** An object of rows that goes with the snapshot's rows. */
interface CountedObject extends WholeObject {
  /** Its rows. */
  readonly count: number;
}

/** An object as it will be stored. */
export interface WholeObject {
  readonly body: Uint8Array;
  /** Hex. */
  readonly sha256: string;
}

/** The objects of a run, as they are handed on. */
export interface SavedObjects {
  readonly rows: SavedGzip;
  readonly changes: SavedGzip | null;
  readonly changeCount: number;
}

/** The objects of a run, while it lists. */
export class ObjectWriter {
  readonly #rows: GzipRows;
  readonly #upload: RowsUpload | undefined;
  #changes: GzipRows | undefined;
  #changeCount = 0;

  private constructor(rows: GzipRows, upload: RowsUpload | undefined) {
    this.#rows = rows;
    this.#upload = upload;
  }

  /** @param upload what takes rows away while there come more; without it they are held until the end */
  static async begin(upload?: RowsUpload): Promise<ObjectWriter> {
    return new ObjectWriter(await GzipRows.begin(), upload);
  }

  /** Goes on with what {@link suspend} gave. */
  static async resume(saved: SavedObjects, upload: RowsUpload, attempt: number): Promise<ObjectWriter> {
    const writer = new ObjectWriter(await GzipRows.resume(saved.rows, attempt), upload);
    if (saved.changes) writer.#changes = await GzipRows.resume(saved.changes, attempt);
    writer.#changeCount = saved.changeCount;
    return writer;
  }

  /** Takes whole lines. */
  async writeRows(lines: Iterable<string>, signal: AbortSignal): Promise<void> {
    for (const some of lines) await this.#rows.write(some);
    if (this.#upload && this.#rows.pendingBytes >= this.#upload.partBytes)
      await this.#upload.put(this.#rows.take(), signal);
  }

  /** Takes lines one by one. Most runs of a small fleet have none, and no object for them. */
  async writeChanges(lines: Iterable<string>): Promise<void> {
    for (const line of lines) {
      this.#changes ??= await GzipRows.begin();
      this.#changeCount += 1;
      await this.#changes.write(line);
    }
  }

  /** What another invocation needs to go on with the objects. Nothing can be written after it. */
  async suspend(signal: AbortSignal): Promise<SavedObjects> {
    let rows = await this.#rows.suspend();
    // Of a run that is out of time the compressors were let go of: what they gave is not whole.
    signal.throwIfAborted();
    if (this.#upload && rows.rest.byteLength >= this.#upload.minPartBytes) {
      await this.#upload.put(rows.rest, signal);
      rows = { ...rows, rest: new Uint8Array() };
    }
    const changes = this.#changes ? await this.#changes.suspend() : null;
    return { rows, changes, changeCount: this.#changeCount };
  }

  async end(signal: AbortSignal): Promise<SnapshotObjects> {
    const { rest, bytes, sha256 } = await this.#rows.end();
    signal.throwIfAborted();
    const upload = this.#upload?.hasBegun ? this.#upload : undefined;
    await upload?.put(rest, signal);
    const rows = upload ? { bytes, sha256, put: completionOf(upload) } : wholeRows({ body: rest, sha256 });
    const changes = await this.#changes?.end();
    return {
      rows,
      ...(changes && { changes: { body: changes.rest, sha256: changes.sha256, count: this.#changeCount } }),
    };
  }

  /** Lets go of the compressors of a run that failed. */
  destroy(): void {
    this.#rows.destroy();
    this.#changes?.destroy();
  }
}

/** Rows that are in memory whole. */
export function wholeRows({ body, sha256 }: WholeObject): RowsObject {
  return {
    bytes: body.byteLength,
    sha256,
    put: (store, key, signal) => store.putIfAbsent({ key, body, sha256, contentType: NDJSON_GZIP }, signal),
  };
}

/** An upload that is gone was completed, or nothing stands and it was ended. */
function completionOf(upload: RowsUpload): RowsObject['put'] {
  return async (store, key, signal) => {
    const result = await upload.complete(signal);
    if (result === 'gone' && (await store.sha256(key, signal)) === undefined) throw uploadGoneError(key);
    return result === 'completed';
  };
}
