/** Keeps the first `most` values of an order. It holds at most twice as many at a time. */
export class FirstOf<T> {
  readonly #most: number;
  readonly #compare: (a: T, b: T) => number;
  #values: T[] = [];

  constructor(most: number, compare: (a: T, b: T) => number) {
    this.#most = most;
    this.#compare = compare;
  }

  add(value: T): void {
    this.#values.push(value);
    // Sorted only when twice as many are held, so that the cost per value is logarithmic.
    if (this.#values.length > 2 * this.#most) this.#cut();
  }

  /** The values, sorted. */
  values(): readonly T[] {
    this.#cut();
    return this.#values;
  }

  #cut(): void {
    this.#values = this.#values.sort(this.#compare).slice(0, this.#most);
  }
}
