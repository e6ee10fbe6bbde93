import { type CompressedRows, GzipRows } from './gzip-rows.ts';

/** What a run stores beside its record. */
export interface SnapshotObjects {
  readonly rows: CompressedRows;
  /** Absent where there is no change. */
  readonly changes?: CompressedRows & { readonly count: number };
}

/** The objects of a run, while it lists. */
export class ObjectWriter {
  readonly #rows = new GzipRows();
  #changes: GzipRows | undefined;
  #changeCount = 0;

  /** Takes whole lines. */
  async writeRows(lines: Iterable<string>): Promise<void> {
    for (const some of lines) await this.#rows.write(some);
  }

  /** Takes lines one by one. Most runs of a small fleet have none, and no object for them. */
  async writeChanges(lines: Iterable<string>): Promise<void> {
    for (const line of lines) {
      this.#changes ??= new GzipRows();
      this.#changeCount += 1;
      await this.#changes.write(line);
    }
  }

  async end(): Promise<SnapshotObjects> {
    const rows = await this.#rows.end();
    const changes = this.#changes && { ...(await this.#changes.end()), count: this.#changeCount };
    return { rows, ...(changes && { changes }) };
  }

  /** Lets go of the compressors of a run that failed. */
  destroy(): void {
    this.#rows.destroy();
    this.#changes?.destroy();
  }
}
