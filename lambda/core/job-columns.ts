/** Rows per chunk are a power of two, so that a row number is split by a shift and a mask. */
const CHUNK_SHIFT = 12;
const CHUNK_ROWS = 1 << CHUNK_SHIFT;
const FIRST_CHUNK_ROWS = 1 << 3;
const MAX_CODE = 0xff;
const TWO_32 = 2 ** 32;
/** High byte of an absent time. */
const NO_TIME = 0xff;
/** High byte of a time that is out of the column's range. */
const FAR_TIME = 0xfe;
/** Half of the range that the values below these can express: 17 years. */
const HALF_RANGE_MS = (FAR_TIME / 2) * TWO_32;

/** A column of times, saved between invocations. */
export interface SavedTimes {
  readonly low: readonly Uint32Array[];
  readonly high: readonly Uint8Array[];
  /** Epoch milliseconds; `null` if no time was set. */
  readonly origin: number | null;
  /** Row numbers of the times that are out of range. */
  readonly farPlaces: Uint32Array;
  /** These times, epoch milliseconds. */
  readonly farTimes: Float64Array;
}

/** A column of names, saved between invocations. */
export interface SavedNames {
  readonly codes: readonly Uint8Array[];
  readonly names: readonly (string | null)[];
}

/** A run-length encoded column, saved between invocations. */
export interface SavedRunLengths<T> {
  readonly starts: readonly number[];
  readonly values: readonly T[];
}

/**
 * A column of times with 5 bytes each: milliseconds since 17 years before the first one. A `number` would take 8 bytes, an
 * object per row ten times as much. Times that are more than 17 years from the first one are kept in a separate map.
 */
export class TimeColumn {
  #low = new ChunkedColumn<Uint32Array>(Uint32Array);
  #high = new ChunkedColumn<Uint8Array>(Uint8Array);
  #origin: number | undefined;
  #far: Map<number, number> | undefined;

  set(place: number, epochMs: number | undefined): void {
    let high = NO_TIME;
    let low = 0;
    if (epochMs !== undefined) {
      this.#origin ??= epochMs - HALF_RANGE_MS;
      const ms = epochMs - this.#origin;
      if (ms >= 0 && ms < 2 * HALF_RANGE_MS) {
        high = Math.floor(ms / TWO_32);
        // A remainder takes ten times as long as a multiplication.
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

  /** Views on the first rows, which are right until the column changes. */
  save(rows: number): SavedTimes {
    const far = this.#far ?? new Map<number, number>();
    return {
      low: this.#low.save(rows),
      high: this.#high.save(rows),
      origin: this.#origin ?? null,
      farPlaces: Uint32Array.from(far.keys()),
      farTimes: Float64Array.from(far.values()),
    };
  }

  /** Takes the arrays that were saved, and may write to them. */
  static load({ low, high, origin, farPlaces, farTimes }: SavedTimes): TimeColumn {
    const column = new TimeColumn();
    column.#low = ChunkedColumn.load(Uint32Array, low);
    column.#high = ChunkedColumn.load(Uint8Array, high);
    column.#origin = origin ?? undefined;
    if (farPlaces.length > 0)
      column.#far = new Map(Array.from(farPlaces, (place, i) => [place, farTimes[i] as number]));
    return column;
  }
}

/**
 * A column of small numbers, 0 where none was set. It grows by chunks, so that rows are not copied. The first chunk starts
 * small, because there may be thousands of columns with few rows.
 */
export class ChunkedColumn<A extends Uint8Array | Uint32Array> {
  readonly #chunks: A[] = [];
  readonly #Chunk: new (
    rows: number,
  ) => A;

  constructor(Chunk: new (rows: number) => A) {
    this.#Chunk = Chunk;
  }

  /** New rows must be set in order, so that a missing chunk is always the next one. */
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

  /** Returns views of the first rows, {@link CHUNK_ROWS} each. They are valid until the column changes. */
  save(rows: number): A[] {
    const chunks = this.#chunks.slice(0, Math.ceil(rows / CHUNK_ROWS));
    return chunks.map((chunk, i) => chunk.subarray(0, Math.min(CHUNK_ROWS, rows - i * CHUNK_ROWS)) as A);
  }

  /** Takes the arrays that were saved, and may write to them. */
  static load<A extends Uint8Array | Uint32Array>(
    Chunk: new (rows: number) => A,
    chunks: readonly A[],
  ): ChunkedColumn<A> {
    const column = new ChunkedColumn(Chunk);
    column.#chunks.push(...chunks);
    return column;
  }
}

/** A column of names with few distinct values. */
export class NameColumn {
  #codes = new ChunkedColumn<Uint8Array>(Uint8Array);
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

  /** Views on the first rows, which are right until the column changes. */
  save(rows: number): SavedNames {
    return { codes: this.#codes.save(rows), names: this.#names };
  }

  /** Takes the arrays that were saved, and may write to them. */
  static load({ codes, names }: SavedNames): NameColumn {
    const column = new NameColumn();
    column.#codes = ChunkedColumn.load(Uint8Array, codes);
    column.#names.push(...names);
    return column;
  }
}

/** A run-length encoded column, for values that seldom change: the first row of each run of equal values, and the value. */
export class RunLengthColumn<T> {
  #starts: number[] = [];
  #values: T[] = [];

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

  /** The result is valid until the column changes. */
  save(): SavedRunLengths<T> {
    return { starts: this.#starts, values: this.#values };
  }

  static load<T>({ starts, values }: SavedRunLengths<T>): RunLengthColumn<T> {
    const column = new RunLengthColumn<T>();
    column.#starts = [...starts];
    column.#values = [...values];
    return column;
  }
}
