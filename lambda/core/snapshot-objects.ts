import type { SnapshotStore } from '../ports.ts';
import type { Turn } from './details/candidates.ts';
import { GzipRows, type SavedGzip } from './gzip-rows.ts';
import { NDJSON_GZIP, type RowsUpload, uploadGoneError } from './rows-upload.ts';

/** The objects of a snapshot besides its record. */
export interface SnapshotObjects {
  readonly rows: RowsObject;
  /** Absent if there are no changes. */
  readonly changes?: CountedObject;
  /** Absent if no details were requested. */
  readonly details?: DetailsObject;
}

/** The details of a snapshot. */
export interface DetailsObject {
  /** Selected jobs that were not described. */
  readonly leftOut: number;
  /** What the next snapshot continues with. */
  readonly turn: Turn;
  /** Absent if no job was described. */
  readonly object?: CountedObject;
}

/** The object of rows, in memory or as a multipart upload. */
export interface RowsObject {
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
  /** Puts the object; false if the key exists. The existing object may be this one, if an earlier answer was lost. */
  put(store: SnapshotStore, key: string, signal: AbortSignal): Promise<boolean>;
}

/** An object of changes or details. */
interface CountedObject extends WholeObject {
  /** Number of its rows. */
  readonly count: number;
}

/** An object as it will be stored. */
export interface WholeObject {
  readonly body: Uint8Array;
  /** Hex. */
  readonly sha256: string;
}

/** The unfinished objects of a run, saved between invocations. */
export interface SavedObjects {
  readonly rows: SavedGzip;
  readonly changes: SavedGzip | null;
  readonly changeCount: number;
}

/** Writes the objects of rows and changes while a run lists. */
export class ObjectWriter {
  readonly #rows: GzipRows;
  readonly #upload: RowsUpload | undefined;
  #changes: GzipRows | undefined;
  #changeCount = 0;

  private constructor(rows: GzipRows, upload: RowsUpload | undefined) {
    this.#rows = rows;
    this.#upload = upload;
  }

  /** @param upload receives rows in parts while more arrive; without it all rows are held until the end */
  static async begin(upload?: RowsUpload): Promise<ObjectWriter> {
    return new ObjectWriter(await GzipRows.begin(), upload);
  }

  /** Continues the objects that {@link suspend} saved. */
  static async resume(saved: SavedObjects, upload: RowsUpload, attempt: number): Promise<ObjectWriter> {
    const writer = new ObjectWriter(await GzipRows.resume(saved.rows, attempt), upload);
    if (saved.changes) writer.#changes = await GzipRows.resume(saved.changes, attempt);
    writer.#changeCount = saved.changeCount;
    return writer;
  }

  /** Writes pieces of whole lines. */
  async writeRows(lines: Iterable<string>, signal: AbortSignal): Promise<void> {
    for (const some of lines) await this.#rows.write(some);
    if (this.#upload && this.#rows.pendingBytes >= this.#upload.partBytes)
      await this.#upload.put(this.#rows.take(), signal);
  }

  /** Writes lines. The object is created with the first line: most runs of a small fleet have no changes. */
  async writeChanges(lines: Iterable<string>): Promise<void> {
    for (const line of lines) {
      this.#changes ??= await GzipRows.begin();
      this.#changeCount += 1;
      await this.#changes.write(line);
    }
  }

  /** Saves the state that another invocation needs to continue the objects. Nothing can be written afterwards. */
  async suspend(signal: AbortSignal): Promise<SavedObjects> {
    let rows = await this.#rows.suspend();
    // The compressors of a run whose time is over were destroyed, so their output is incomplete.
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

  /** Frees the compressors of a run that failed. */
  destroy(): void {
    this.#rows.destroy();
    this.#changes?.destroy();
  }
}

/** An object of rows that is completely in memory. */
export function wholeRows({ body, sha256 }: WholeObject): RowsObject {
  return {
    bytes: body.byteLength,
    sha256,
    put: (store, key, signal) => store.putIfAbsent({ key, body, sha256, contentType: NDJSON_GZIP }, signal),
  };
}

/** Completes an upload. If the upload no longer exists and neither does the object, it was aborted. */
function completionOf(upload: RowsUpload): RowsObject['put'] {
  return async (store, key, signal) => {
    const result = await upload.complete(signal);
    if (result === 'gone' && (await store.sha256(key, signal)) === undefined) throw uploadGoneError(key);
    return result === 'completed';
  };
}
