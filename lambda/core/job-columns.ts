/** Rows of a chunk, a power of two: a place is split by a shift and a mask. */
const CHUNK_SHIFT = 12;
const CHUNK_ROWS = 1 << CHUNK_SHIFT;
const FIRST_CHUNK_ROWS = 1 << 3;
const MAX_CODE = 0xff;
const TWO_32 = 2 ** 32;
/** Of a time that is not there. */
const NO_TIME = 0xff;
/** Of a time that lies too far from the others. */
const FAR_TIME = 0xfe;
/** Half of what fits below them: 17 years. */
const REACH = (FAR_TIME / 2) * TWO_32;

/**
 * A column of times in 5 bytes each, as milliseconds from 17 years before the first one. A `number` would take 8, and an
 * object per row ten times as much. Times that lie further away than 17 years are kept by themselves.
 */
export class TimeColumn {
  readonly #low = new ChunkedColumn(Uint32Array);
  readonly #high = new ChunkedColumn(Uint8Array);
  #origin: number | undefined;
  #far: Map<number, number> | undefined;

  set(place: number, epochMs: number | undefined): void {
    let high = NO_TIME;
    let low = 0;
    if (epochMs !== undefined) {
      this.#origin ??= epochMs - REACH;
      const ms = epochMs - this.#origin;
      if (ms >= 0 && ms < 2 * REACH) {
        high = Math.floor(ms / TWO_32);
        // The remainder of a division costs ten times as much as a multiplication.
        low = ms - high * TWO_32;
      } else {
        high = FAR_TIME;
        this.#far ??= new Map();
        this.#far.set(place, epochMs);
      }
    }
    this.#high.set(place, high);
    this.#low.set(place, low);
  }

  at(place: number): number | undefined {
    const high = this.#high.at(place);
    if (high === NO_TIME) return undefined;
    if (high === FAR_TIME) return this.#far?.get(place);
    return (this.#origin as number) + high * TWO_32 + this.#low.at(place);
  }
}

/**
 * A column of small numbers, 0 where none was set. It grows by chunks, so that of many rows nothing is copied; the first
 * chunk begins small, for there may be thousands of columns of few rows.
 */
export class ChunkedColumn<A extends Uint8Array | Uint32Array> {
  readonly #chunks: A[] = [];
  readonly #Chunk: new (
    rows: number,
  ) => A;

  constructor(Chunk: new (rows: number) => A) {
    this.#Chunk = Chunk;
  }

  /** Rows are set one after the other, so that a chunk that is missing is the next one. */
  set(place: number, value: number): void {
    const index = place >>> CHUNK_SHIFT;
    const row = place & (CHUNK_ROWS - 1);
    let chunk = this.#chunks[index];
    if (chunk === undefined || row >= chunk.length) {
      const rows = index > 0 ? CHUNK_ROWS : chunk === undefined ? FIRST_CHUNK_ROWS : chunk.length * 2;
      const larger = new this.#Chunk(rows);
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
  readonly #codes = new ChunkedColumn(Uint8Array);
  readonly #names: (string | null)[] = [];

  set(place: number, name: string | null): void {
    const known = this.#names.indexOf(name);
    const code = known < 0 ? this.#names.push(name) - 1 : known;
    if (code > MAX_CODE) throw new RangeError(`a column of names has more than ${MAX_CODE + 1} names`);
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
