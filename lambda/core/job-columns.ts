/** Rows of a chunk, a power of two: a place is split by a shift and a mask. */
const CHUNK_SHIFT = 12;
const CHUNK_ROWS = 1 << CHUNK_SHIFT;
const FIRST_CHUNK_ROWS = 1 << 5;
const MAX_CODE = 0xffff;
/** Of a time that is not there. */
const NO_TIME = 0xffff;
const TWO_32 = 2 ** 32;

/**
 * A column of times in 6 bytes each: milliseconds since 1970 fit 48 bits, less one value, until the year 10889.
 * A `number` would take 8, and an object per row ten times as much.
 */
export class TimeColumn {
  readonly #low = new ChunkedColumn((rows) => new Uint32Array(rows));
  readonly #high = new ChunkedColumn((rows) => new Uint16Array(rows));

  set(place: number, epochMs: number | undefined): void {
    this.#low.set(place, epochMs === undefined ? 0 : epochMs % TWO_32);
    this.#high.set(place, epochMs === undefined ? NO_TIME : Math.floor(epochMs / TWO_32));
  }

  at(place: number): number | undefined {
    const high = this.#high.at(place);
    return high === NO_TIME ? undefined : high * TWO_32 + this.#low.at(place);
  }
}

/**
 * A column of small numbers, 0 where none was set. It grows by chunks, so that of many rows nothing is copied; the first
 * chunk begins small, for there may be thousands of columns of few rows.
 */
export class ChunkedColumn<A extends Uint8Array | Uint16Array | Uint32Array> {
  readonly #chunks: A[] = [];
  readonly #newChunk: (rows: number) => A;

  constructor(newChunk: (rows: number) => A) {
    this.#newChunk = newChunk;
  }

  /** Rows are set one after the other, so that a chunk that is missing is the next one. */
  set(place: number, value: number): void {
    const index = place >>> CHUNK_SHIFT;
    const row = place & (CHUNK_ROWS - 1);
    let chunk = this.#chunks[index];
    if (chunk === undefined || row >= chunk.length) {
      const larger = this.#newChunk(index > 0 ? CHUNK_ROWS : chunk === undefined ? FIRST_CHUNK_ROWS : chunk.length * 2);
      if (chunk !== undefined) larger.set(chunk);
      this.#chunks[index] = chunk = larger;
    }
    chunk[row] = value;
  }

  at(place: number): number {
    return this.#chunks[place >>> CHUNK_SHIFT]?.[place & (CHUNK_ROWS - 1)] ?? 0;
  }
}

/** A column of names of which there are few. */
export class NameColumn {
  readonly #codes = new ChunkedColumn((rows) => new Uint16Array(rows));
  readonly #names: (string | null)[] = [];
  readonly #codeOf = new Map<string | null, number>();

  set(place: number, name: string | null): void {
    let code = this.#codeOf.get(name);
    if (code === undefined) {
      code = this.#names.length;
      if (code > MAX_CODE) throw new RangeError(`a column of names has more than ${MAX_CODE} names`);
      this.#names.push(name);
      this.#codeOf.set(name, code);
    }
    this.#codes.set(place, code);
  }

  at(place: number): string | null {
    return this.#names[this.#codes.at(place)] as string | null;
  }
}

/** Values that seldom change from row to row, as what a page's rows have in common: the first row of each, and the value. */
export class RunsColumn<T> {
  readonly #starts: number[] = [];
  readonly #values: T[] = [];

  push(place: number, value: T): void {
    if (this.#values.length > 0 && this.#values.at(-1) === value) return;
    this.#starts.push(place);
    this.#values.push(value);
  }

  at(place: number): T {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#starts[middle] as number) <= place) low = middle;
      else high = middle - 1;
    }
    return this.#values[low] as T;
  }
}
