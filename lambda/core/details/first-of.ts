/** The first of any number of values by an order, of which few more than that are held. */
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
    // Twice as many, so that a value costs no more than the logarithm of all.
    if (this.#values.length > 2 * this.#most) this.#cut();
  }

  /** In their order. */
  values(): readonly T[] {
    this.#cut();
    return this.#values;
  }

  #cut(): void {
    this.#values = this.#values.sort(this.#compare).slice(0, this.#most);
  }
}
