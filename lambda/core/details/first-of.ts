/** Keeps the first `limit` values of an order. It holds at most twice as many at a time. */
export class FirstOf<T> {
  readonly #limit: number;
  readonly #compare: (a: T, b: T) => number;
  #values: T[] = [];

  constructor(limit: number, compare: (a: T, b: T) => number) {
    this.#limit = limit;
    this.#compare = compare;
  }

  add(value: T): void {
    this.#values.push(value);
    // Sorted only when twice as many are held, so that the cost per value is logarithmic.
    if (this.#values.length > 2 * this.#limit) this.#cut();
  }

  /** The values, sorted. */
  values(): readonly T[] {
    this.#cut();
    return this.#values;
  }

  #cut(): void {
    this.#values = this.#values.sort(this.#compare).slice(0, this.#limit);
  }
}
