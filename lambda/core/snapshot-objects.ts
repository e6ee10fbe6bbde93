import { GzipRows } from './gzip-rows.ts';

/** An object of rows as it will be stored. */
export interface CompressedRows {
  readonly body: Uint8Array;
  /** Hex. */
  readonly sha256: string;
}

/** What a run stores beside its record. */
export interface SnapshotObjects {
  readonly rows: CompressedRows;
  /** Absent where there is no change. */
  readonly changes?: CompressedRows & { readonly count: number };
}

/** The objects of a run, while it lists. */
export class ObjectWriter {
  #rows: GzipRows | undefined;
  #changes: GzipRows | undefined;
  #changeCount = 0;

  /** Takes whole lines. */
  async writeRows(lines: Iterable<string>): Promise<void> {
    this.#rows ??= await GzipRows.begin();
    for (const some of lines) await this.#rows.write(some);
  }

  /** Takes lines one by one. Most runs of a small fleet have none, and no object for them. */
  async writeChanges(lines: Iterable<string>): Promise<void> {
    for (const line of lines) {
      this.#changes ??= await GzipRows.begin();
      this.#changeCount += 1;
      await this.#changes.write(line);
    }
  }

  async end(): Promise<SnapshotObjects> {
    this.#rows ??= await GzipRows.begin();
    const rows = await ended(this.#rows);
    const changes = this.#changes && { ...(await ended(this.#changes)), count: this.#changeCount };
    return { rows, ...(changes && { changes }) };
  }

  /** Lets go of the compressors of a run that failed. */
  destroy(): void {
    this.#rows?.destroy();
    this.#changes?.destroy();
  }
}

/** Nothing was taken before: what is left is the whole object. */
async function ended(rows: GzipRows): Promise<CompressedRows> {
  const { rest, sha256 } = await rows.end();
  return { body: rest, sha256 };
}
